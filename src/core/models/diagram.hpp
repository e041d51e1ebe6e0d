// src/core/models/diagram.hpp: tables and their references as a Mermaid entity-relationship diagram.
#pragma once
#include <string>
#include <vector>

namespace quire::models {

struct DiagramColumn {
    std::string name, type, comment;
    bool is_primary = false, is_foreign = false, is_unique = false;
};

struct DiagramTable {
    std::string name;
    std::vector<DiagramColumn> columns;
};

struct DiagramLink {
    std::string from, to;  // the table that refers, and the one that it refers to
    std::string columns;   // by which it refers
    bool may_be_null = false, is_unique = false;
};

enum class Columns { all, keys, none };

// The diagram, a line each. Names that Mermaid cannot take bare are quoted; in types and columns, what it cannot take
// at all becomes '_'. Comments of columns are shown when asked for.
std::string mermaid(const std::vector<DiagramTable> &tables, const std::vector<DiagramLink> &links, Columns columns,
                    bool comments);

}  // namespace quire::models
