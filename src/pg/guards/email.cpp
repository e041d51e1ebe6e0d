// src/pg/guards/email.cpp: SQL entry points of the type quire.email; stored as text is, spelling kept.
#include "core/guards/email.hpp"

#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"

namespace guards = quire::guards;
namespace pg = quire::pg;

namespace {

Datum make_email(std::string_view text)
{
    if (const auto verdict = guards::check_email(text); !verdict.ok())
        throw pg::Error(ERRCODE_INVALID_TEXT_REPRESENTATION, "invalid e-mail address")
            .detail("The text " + guards::describe(verdict) + ".")
            .hint("An address looks like name@example.org.")
            .of_input();
    return pg::make_varlena(text);
}

int compare(pg::Args &args)
{
    return guards::compare_email(args.text(0), args.text(1));
}

bool equal(pg::Args &args)
{
    return guards::equal_email(args.text(0), args.text(1));
}

// Calls hash(bytes, size) with the form that all spellings share.
template <class Hash>
auto hash_folded(std::string_view text, Hash hash)
{
    std::array<char, guards::max_email_length> few;
    std::vector<char> many;
    char *folded = few.data();
    if (text.size() > few.size()) {
        many.resize(text.size());
        folded = many.data();
    }
    guards::fold_email(text, folded);
    return hash(reinterpret_cast<const unsigned char *>(folded), static_cast<int>(text.size()));
}

}  // namespace

QUIRE_FUNCTION(email_in)
{
    return make_email(args.cstring(0));
}

QUIRE_FUNCTION(email_out)
{
    const std::string_view text = args.text(0);
    auto *const copy = static_cast<char *>(pg::allocate(CurrentMemoryContext, text.size() + 1));
    text.copy(copy, text.size());
    copy[text.size()] = '\0';
    return CStringGetDatum(copy);
}

QUIRE_FUNCTION(email_recv)
{
    auto *const message = reinterpret_cast<StringInfo>(DatumGetPointer(args.datum(0)));
    int length = 0;
    const char *const text = pg::call([&] { return pq_getmsgtext(message, message->len - message->cursor, &length); });
    return make_email({text, static_cast<std::size_t>(length)});
}

QUIRE_FUNCTION(email_send)
{
    const std::string_view text = args.text(0);
    return pg::call([&] {
        StringInfoData buffer;
        pq_begintypsend(&buffer);
        pq_sendtext(&buffer, text.data(), static_cast<int>(text.size()));
        return PointerGetDatum(pq_endtypsend(&buffer));
    });
}

QUIRE_FUNCTION(email_from_text)
{
    return make_email(args.text(0));
}

QUIRE_FUNCTION(is_email)
{
    return BoolGetDatum(guards::check_email(args.text(0)).ok());
}

QUIRE_FUNCTION(email_cmp)
{
    return Int32GetDatum(compare(args));
}

QUIRE_FUNCTION(email_eq)
{
    return BoolGetDatum(equal(args));
}

QUIRE_FUNCTION(email_ne)
{
    return BoolGetDatum(!equal(args));
}

QUIRE_FUNCTION(email_lt)
{
    return BoolGetDatum(compare(args) < 0);
}

QUIRE_FUNCTION(email_le)
{
    return BoolGetDatum(compare(args) <= 0);
}

QUIRE_FUNCTION(email_gt)
{
    return BoolGetDatum(compare(args) > 0);
}

QUIRE_FUNCTION(email_ge)
{
    return BoolGetDatum(compare(args) >= 0);
}

QUIRE_FUNCTION(email_hash)
{
    return UInt32GetDatum(hash_folded(args.text(0), hash_bytes));
}

QUIRE_FUNCTION(email_hash_extended)
{
    const auto seed = static_cast<std::uint64_t>(args.int8(1));
    return UInt64GetDatum(hash_folded(
        args.text(0), [seed](const unsigned char *bytes, int size) { return hash_bytes_extended(bytes, size, seed); }));
}
