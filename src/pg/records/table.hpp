// src/pg/records/table.hpp: what the catalogs say of a table whose rows are read and written as JSON.
#pragma once
#include "pg/support/args.hpp"
#include "pg/support/error.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

struct TableColumn {
    int number;        // as in pg_attribute, from 1
    std::string name;  // as it is
    std::string sql;   // as SQL writes it
    Oid type;
    std::int32_t modifier;        // as in pg_attribute
    bool is_identity, is_always;  // GENERATED ... AS IDENTITY, and ALWAYS
    bool is_generated;            // from other columns
};

struct Table {
    Oid oid;
    Oid type;  // of its rows
    Oid owner;
    std::string name;  // as it is, without its schema
    std::string sql;   // as SQL writes it, with its schema
    std::vector<TableColumn> columns;
    std::vector<int> key;                // the columns of its primary key
    std::vector<std::vector<int>> keys;  // those, and the columns of other unique indexes over all rows
    std::string deleted;                 // the column of its trigger soft_delete, or empty

    const TableColumn *find(int number) const;
    const TableColumn *find(std::string_view name) const;
    bool is_key(int number) const { return std::find(key.begin(), key.end(), number) != key.end(); }
    // May a client say what is in the column?
    bool is_kept(const TableColumn &column) const { return column.is_generated || column.name == deleted; }
};

// Throws 42P01 or 42809 when there is no such table or view.
Table read_table(Oid oid);

// What times in a column of this modifier are whole multiples of, in microseconds.
TimestampTz grain_of(std::int32_t modifier);

// The column of the enabled trigger soft_delete on DELETE, as SQL does not write it; empty when there is none.
std::string soft_delete_column(Relation relation);

// "a" = $1, by the equality of the column's type; throws 42883 when it has none.
std::string equals(const TableColumn &column, const std::string &value);

}  // namespace quire::pg
