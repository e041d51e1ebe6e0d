// src/pg/records/links.hpp: the foreign keys of tables whose rows are deleted softly.
#pragma once
#include "pg/support/postgres.hpp"

namespace quire::pg {

// A foreign key, as it was declared; partitions share that of their table.
struct Link {
    struct End {
        Oid table, owner;
        std::string name;     // as it is, without its schema
        std::string sql;      // with its schema, and ONLY where nothing is below it
        std::string deleted;  // the column of its trigger soft_delete, as SQL writes it; empty when it has none
        std::vector<std::string> columns;
        std::vector<Oid> types;
        TimestampTz grain = 1;  // of the times in that column; see grain_of()

        bool is_soft() const { return !deleted.empty(); }
    };
    std::string name;
    char on_delete;  // as in pg_constraint
    End parent, child;
    std::vector<Oid> equalities;  // of the parent's columns, on the left, with the child's

    // p.k0 = c."parent_id" AND ...: keys p of the parent beside rows c of the child, or rows p beside keys c.
    std::string keys_match_children() const;
    std::string parents_match_keys() const;
};
using Links = std::shared_ptr<const std::vector<Link>>;

// Those that refer to a table, and those of a table that refer to others. Kept until some table changes.
Links links_to(Oid table);
Links links_from(Oid table);

// ROWS FROM (unnest($n), ...) AS alias (k0, k1, ...): so many arrays, from parameter n on, side by side.
std::string keys_from(int parameter, std::size_t count, const char *alias);

}  // namespace quire::pg
