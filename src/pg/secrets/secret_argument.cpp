// src/pg/secrets/secret_argument.cpp: reading and converting without leaving copies, or bytes in messages.
#include "pg/secrets/secret_argument.hpp"

#include "pg/support/call.hpp"

namespace quire::pg {
namespace {

using secrets::Secret;

// The server's to_utf8 would name the bytes that it could not convert.
Error not_convertible(const char *what)
{
    return Error(ERRCODE_CHARACTER_NOT_IN_REPERTOIRE, std::string(what) + " has a character that is not in UTF-8")
        .hint("Secrets are used in UTF-8, whatever the encoding of the database.");
}

Secret to_utf8(std::string_view text, const char *what)
{
    const int encoding = GetDatabaseEncoding();
    const int length = static_cast<int>(text.size());
    if (encoding == PG_UTF8) return Secret(text);
    if (encoding == PG_SQL_ASCII) {
        if (!call([&] { return pg_verify_mbstr(PG_UTF8, text.data(), length, true); })) throw not_convertible(what);
        return Secret(text);
    }

    Secret converted(text.size() * MAX_CONVERSION_GROWTH + 1);
    const bool complete = call([&] {
        const Oid conversion = FindDefaultConversionProc(encoding, PG_UTF8);
        if (!OidIsValid(conversion)) return false;
        auto *const source = reinterpret_cast<unsigned char *>(const_cast<char *>(text.data()));
        return pg_do_encoding_conversion_buf(conversion, encoding, PG_UTF8, source, length, converted.data(),
                                             static_cast<int>(converted.size()), true) == length;
    });
    if (!complete) throw not_convertible(what);
    converted.shrink(std::strlen(reinterpret_cast<const char *>(converted.data())));
    return converted;
}

// What detoasting made, if it made something, wiped.
class Detoasted {
public:
    Detoasted(const Args &args, int i) : text_(args.text(i))
    {
        const auto *const stored = reinterpret_cast<const varlena *>(DatumGetPointer(args.datum(i)));
        copied_ = VARATT_IS_EXTERNAL(stored) || VARATT_IS_COMPRESSED(stored);
    }
    ~Detoasted()
    {
        if (copied_) secrets::wipe(const_cast<char *>(text_.data()), text_.size());
    }
    Detoasted(const Detoasted &) = delete;
    Detoasted &operator=(const Detoasted &) = delete;

    std::string_view text() const { return text_; }

private:
    std::string_view text_;
    bool copied_;
};

Error too_long(const char *what, std::size_t limit)
{
    return Error(ERRCODE_PROGRAM_LIMIT_EXCEEDED, std::string(what) + " is too long")
        .detail("It may have " + std::to_string(limit) + " bytes in UTF-8.");
}

}  // namespace

std::size_t size_of(const Args &args, int i)
{
    return call([&] { return toast_raw_datum_size(args.datum(i)); }) - VARHDRSZ;
}

Secret read_secret(const Args &args, int i, std::size_t limit, const char *what)
{
    // Not even read: it may be of a gigabyte.
    if (size_of(args, i) > limit) throw too_long(what, limit);
    const Detoasted detoasted(args, i);
    Secret secret = to_utf8(detoasted.text(), what);
    if (secret.size() > limit) throw too_long(what, limit);
    return secret;
}

}  // namespace quire::pg
