// src/pg/support/encoding.cpp: conversions at the border.
#include "pg/support/encoding.hpp"

#include "pg/support/call.hpp"

namespace quire::pg {
namespace {

int length_of(std::string_view text)
{
    if (text.size() > MaxAllocSize / MAX_CONVERSION_GROWTH)
        throw Error(ERRCODE_PROGRAM_LIMIT_EXCEEDED, "the text is too large to convert to another encoding");
    return static_cast<int>(text.size());
}

}  // namespace

std::string_view to_utf8(std::string_view in_database)
{
    const int encoding = GetDatabaseEncoding();
    if (encoding == PG_UTF8) return in_database;
    const int length = length_of(in_database);
    if (encoding == PG_SQL_ASCII) {
        call([&] { pg_verify_mbstr(PG_UTF8, in_database.data(), length, false); });
        return in_database;
    }
    // The server returns its argument when there was nothing to convert, which is not zero-terminated here.
    const char *const text = call([&] { return pg_server_to_any(in_database.data(), length, PG_UTF8); });
    return text == in_database.data() ? in_database : std::string_view(text);
}

std::string_view to_database(std::string_view utf8)
{
    const int encoding = GetDatabaseEncoding();
    if (encoding == PG_UTF8 || encoding == PG_SQL_ASCII) return utf8;
    const int length = length_of(utf8);
    const char *const text = call([&] { return pg_any_to_server(utf8.data(), length, PG_UTF8); });
    return text == utf8.data() ? utf8 : std::string_view(text);
}

char *displayable(char *text) noexcept
{
    if (!text || pg_verify_mbstr(GetDatabaseEncoding(), text, static_cast<int>(std::strlen(text)), true)) return text;
    for (char *c = text; *c; ++c)
        if (static_cast<unsigned char>(*c) >= 0x80) *c = '?';
    return text;
}

}  // namespace quire::pg
