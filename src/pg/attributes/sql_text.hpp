// src/pg/attributes/sql_text.hpp: texts inside of SQL that quire writes.
#pragma once
#include <string>
#include <string_view>

namespace quire::pg {

// The text as an SQL literal, whatever standard_conforming_strings says.
inline std::string sql_literal(std::string_view text)
{
    std::string literal = text.find('\\') == std::string_view::npos ? "'" : "E'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') literal += c;
        literal += c;
    }
    return literal + "'";
}

}  // namespace quire::pg
