// src/core/forms/relations.hpp: the tables of a form as relations of the database, stable over the form's versions.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "core/forms/form.hpp"
#include "core/forms/relation_columns.hpp"

namespace quire::forms {

inline constexpr std::size_t max_identifier = 63;  // bytes of a name in PostgreSQL

struct Relation {
    std::string name;
    std::string table;  // the path of the repeat; empty for the root
    std::vector<RelationColumn> columns;
    std::string comment;  // empty when this version of the form has nothing to say

    // The last version of the form that has this table.
    int last() const;
};

struct Evolution {
    std::vector<Relation> relations;
    std::vector<std::string> notices;
    bool rereads = false;  // is what stored relations hold to be read anew from the submissions?
};

// What relations there are once `version` of the form is added to those that there were. Columns are never taken away
// and never change: what the form no longer has goes on being read with the last version that had it, and a question of
// another type gets another column. Names are made of the path below the table; one that is too long or taken is cut
// and gets a digest of what it stands for. What does not fit into one relation goes on in another, with the same key.
Evolution evolve(std::vector<Relation> relations, const Form &form, int version, const RelationOptions &options);

}  // namespace quire::forms
