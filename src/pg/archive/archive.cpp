// src/pg/archive/archive.cpp: gzip, zlib, gunzip to bytes, text and jsonb, and sha1.
#include "core/archive/deflate.hpp"
#include "core/archive/inflate.hpp"
#include "core/support/sha1.hpp"

#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/settings.hpp"

namespace pg = quire::pg;
namespace archive = quire::archive;

namespace {

// A varlena that grows; also the last byte of zlib's output may be followed by a zero, for what reads C strings.
class VarlenaOutput final : public archive::Output {
public:
    char *grow(std::size_t size) override
    {
        if (size > MaxAllocSize - VARHDRSZ - 1)
            throw pg::Error(ERRCODE_PROGRAM_LIMIT_EXCEEDED, "the result is larger than a value can be")
                .detail("A value holds at most 1 GB.");
        const std::size_t whole = size + VARHDRSZ + 1;
        block_ = block_ ? pg::call([&] { return repalloc(block_, whole); }) : pg::allocate(CurrentMemoryContext, whole);
        return VARDATA(block_);
    }
    Datum finish(std::size_t size)
    {
        SET_VARSIZE(block_, size + VARHDRSZ);
        VARDATA(block_)[size] = '\0';
        return PointerGetDatum(block_);
    }

private:
    void *block_ = nullptr;
};

Datum compress(std::string_view content, pg::Args &args, archive::Format format = archive::Format::gzip)
{
    const int level = args.int4(1);
    if (level < archive::least_level || level > archive::most_level)
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "there is no compression level " + std::to_string(level))
            .hint("Levels go from 0, stored as it is, to 9, smallest; 6 is usual.");
    VarlenaOutput output;
    return output.finish(archive::deflate(content, format, level, output, pg::poll));
}

pg::Error refusal(const archive::InflateFault &fault, std::size_t size, std::size_t most)
{
    using Kind = archive::InflateFault::Kind;
    const std::string at = std::to_string(fault.at), whole = std::to_string(size);
    const auto invalid = [](const char *message) { return pg::Error(ERRCODE_INVALID_BINARY_REPRESENTATION, message); };
    switch (fault.kind) {
        case Kind::empty:
            return invalid("there is no compressed data")
                .detail("The value has no bytes; even nothing, compressed, has some.");
        case Kind::unknown:
            return invalid("the data is neither gzip nor zlib")
                .hint("gzip begins with the bytes 1f 8b; zlib mostly with 78.");
        case Kind::truncated:
            return invalid("the compressed data ends too early")
                .detail("All of its " + whole + " bytes were read, and more were to come.");
        case Kind::damaged:
            return invalid("the compressed data is damaged")
                .detail("It cannot be read, or its checksum differs, at byte " + at + " of " + whole + ".");
        case Kind::dictionary:
            return invalid("the compressed data needs a dictionary")
                .detail("It was compressed with a preset dictionary, which is not at hand.");
        case Kind::trailing:
            return invalid("the compressed data is followed by something else")
                .detail("It ends at byte " + at + " of " + whole + ".");
        case Kind::too_large: break;
    }
    return pg::Error(ERRCODE_PROGRAM_LIMIT_EXCEEDED, "the compressed data inflates to more than it may")
        .detail("More than " + std::to_string(most) + " bytes come of " + whole + " compressed ones.")
        .hint("The limit is max_bytes, or the setting quire.max_inflate where that is less.");
}

std::size_t limit_of(pg::Args &args)
{
    const std::size_t setting = pg::max_inflate();
    if (args.is_null(1)) return setting;
    if (args.int8(1) < 0)
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "max_bytes is negative")
            .hint("Leave it out for the setting quire.max_inflate.");
    return std::min(setting, static_cast<std::size_t>(args.int8(1)));
}

// The content of the first argument, followed by a zero.
Datum decompress(pg::Args &args)
{
    const std::string_view compressed = args.text(0);
    const std::size_t most = limit_of(args);
    VarlenaOutput output;
    const auto inflated = archive::inflate(compressed, most, output, pg::poll);
    if (!inflated.ok()) throw refusal(inflated.fault(), compressed.size(), most);
    return output.finish(inflated.value());
}

// Text of UTF-8, checked, in the database's encoding.
std::string_view checked_text(std::string_view content)
{
    pg::call([&] { pg_verify_mbstr(PG_UTF8, content.data(), static_cast<int>(content.size()), false); });
    return pg::to_database(content);
}

}  // namespace

// gzip(content bytea, level int) → bytea
QUIRE_FUNCTION(gzip)
{
    return compress(args.text(0), args);
}

// zlib(content bytea, level int) → bytea
QUIRE_FUNCTION(zlib)
{
    return compress(args.text(0), args, archive::Format::zlib);
}

// gzip(content text, level int) → bytea, of UTF-8
QUIRE_FUNCTION(gzip_text)
{
    return compress(pg::to_utf8(args.text(0)), args);
}

// gzip(content jsonb, level int) → bytea, of UTF-8
QUIRE_FUNCTION(gzip_json)
{
    const Datum value = args.datum(0);
    const char *const text = pg::call([&] {
        Jsonb *const document = DatumGetJsonbP(value);
        return JsonbToCString(nullptr, &document->root, static_cast<int>(VARSIZE(document)));
    });
    return compress(pg::to_utf8(text), args);
}

// gunzip(compressed bytea, max_bytes bigint) → bytea
QUIRE_FUNCTION(gunzip)
{
    return args.is_null(0) ? args.null() : decompress(args);
}

// gunzip_text(compressed bytea, max_bytes bigint) → text
QUIRE_FUNCTION(gunzip_text)
{
    if (args.is_null(0)) return args.null();
    const Datum content = decompress(args);
    const std::string_view utf8 = pg::text_of(content), text = checked_text(utf8);
    return text.data() == utf8.data() ? content : pg::make_varlena(text);
}

// gunzip_json(compressed bytea, max_bytes bigint) → jsonb
QUIRE_FUNCTION(gunzip_json)
{
    if (args.is_null(0)) return args.null();
    const std::string_view text = checked_text(pg::text_of(decompress(args)));
    return pg::call([&] { return DirectFunctionCall1(jsonb_in, CStringGetDatum(text.data())); });
}

// sha1(content bytea) → text
QUIRE_FUNCTION(sha1)
{
    return pg::make_varlena(quire::sha1_hex(args.text(0)));
}
