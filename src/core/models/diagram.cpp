// src/core/models/diagram.cpp: writing Mermaid.
#include "core/models/diagram.hpp"

#include <algorithm>
#include <string_view>

#include "core/support/tripwire.hpp"

namespace quire::models {
namespace {

bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Inside quotes all but quotes and ends of lines may stand.
std::string in_quotes(std::string_view text)
{
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? '\'' : static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    return quoted += '"';
}

std::string entity(const std::string &name)
{
    const bool bare =
        !name.empty() && std::all_of(name.begin(), name.end(), is_plain) && !(name[0] >= '0' && name[0] <= '9');
    return bare ? name : in_quotes(name);
}

// A word: a letter or '_' first; '_' for each character that Mermaid cannot take.
std::string word(std::string_view text, std::string_view also)
{
    std::string safe;
    for (const char c : text) {
        const bool continues = (static_cast<unsigned char>(c) & 0xc0) == 0x80;
        if (!continues) safe += is_plain(c) || also.find(c) != also.npos ? c : '_';
    }
    if (safe.empty() || (safe[0] >= '0' && safe[0] <= '9') || !is_plain(safe[0])) safe.insert(0, 1, '_');
    return safe;
}

void write(std::string &out, const DiagramColumn &column, bool comments)
{
    out.append("        ").append(word(column.type, "()[]")).append(" ").append(word(column.name, ""));
    std::string keys;
    const auto add = [&](bool is, const char *key) {
        if (is) keys.append(keys.empty() ? "" : ", ").append(key);
    };
    add(column.is_primary, "PK");
    add(column.is_foreign, "FK");
    add(column.is_unique, "UK");
    if (!keys.empty()) out.append(" ").append(keys);
    if (comments && !column.comment.empty()) out.append(" ").append(in_quotes(column.comment));
    out += '\n';
}

}  // namespace

std::string mermaid(const std::vector<DiagramTable> &tables, const std::vector<DiagramLink> &links, Columns columns,
                    bool comments)
{
    std::string out = "erDiagram\n";
    for (const DiagramTable &table : tables) {
        std::string body;
        for (const DiagramColumn &column : table.columns)
            if (columns == Columns::all ||
                (columns == Columns::keys && (column.is_primary || column.is_foreign || column.is_unique)))
                write(body, column, comments);
        out.append("    ").append(entity(table.name));
        if (!body.empty()) out.append(" {\n").append(body).append("    }");
        out += '\n';
    }
    for (const DiagramLink &link : links)
        out.append("    ")
            .append(entity(link.to))
            .append(link.may_be_null ? " |o--" : " ||--")
            .append(link.is_unique ? "o| " : "o{ ")
            .append(entity(link.from))
            .append(" : ")
            .append(entity(link.columns))
            .append("\n");
    return out;
}

}  // namespace quire::models
