// src/pg/attributes/guarded.hpp: which columns the trigger check_attributes guards, and where their definitions are.
#pragma once
#include <string>
#include <vector>

#include "pg/support/postgres.hpp"

namespace quire::pg {

// What the arguments of the trigger say.
struct AttributeWiring {
    std::string column;       // jsonb, of the trigger's table
    std::string definitions;  // a table or view, named as from the schema of the trigger's table
    std::string name_column, type_column;
    // Definitions count for the rows that hold the same value; empty when all count for all.
    std::string definition_scope, row_scope;

    bool operator==(const AttributeWiring &) const = default;
};

// Throws 22023 when there are too few.
AttributeWiring read_wiring(const std::vector<std::string> &arguments, const std::string &trigger);

// The table or view that a name means, looked up from the schema of another table; 0 when there is none.
Oid find_definitions(const std::string &name, Oid table);

}  // namespace quire::pg
