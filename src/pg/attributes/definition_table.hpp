// src/pg/attributes/definition_table.hpp: a table of definitions, and the columns that its attributes are kept in.
#pragma once
#include <functional>

#include "pg/attributes/definitions.hpp"
#include "pg/attributes/guarded.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

// A column that a trigger check_attributes guards by the table.
struct GuardedColumn {
    Oid table;
    std::string sql_name;  // of the table, as SQL writes it
    AttributeWiring wiring;
};

// Everything runs with the caller's rights, inside of an Spi of the caller's.
class DefinitionTable {
public:
    // Finds the columns by their triggers; throws 42809 when these disagree on the table's columns, 22023 when there
    // are scopes and none is given, or the other way round.
    DefinitionTable(Oid table, std::optional<std::string> scope);

    // No one else writes attributes from here to the end of the transaction. Throws 0A000 where what they wrote before
    // is out of sight.
    void lock() const;
    // Throws 42501 where row-level security would hide rows.
    void require_all_rows() const;

    // All of the scope.
    Definitions read() const;
    bool has(std::string_view name) const;
    // Throws 42704 when there is no such attribute, 21000 when there are several.
    AttributeType type_of(std::string_view name, Datum &json) const;

    void insert(std::string_view name, Datum type, Datum columns) const;
    void change(std::string_view name, std::string_view new_name, std::optional<Datum> new_type) const;
    void remove(std::string_view name) const;

    const std::vector<GuardedColumn> &columns() const { return columns_; }

    // Calls visit(key, values) for the rows of a column that hold the attribute: their primary keys, as jsonb, and all
    // their attributes.
    void each_row(const GuardedColumn &column, std::string_view name,
                  const std::function<void(Datum, const Jsonb *)> &visit) const;
    // Sets the column of these rows to an SQL expression, in which the table is t; $1 is the name, $2 the scope, others
    // follow.
    void update_rows(const GuardedColumn &column, std::string_view name, const std::string &expression,
                     std::span<const Oid> types, std::span<const Datum> values) const;

private:
    std::string definition_condition() const;
    std::string row_condition(const GuardedColumn &column) const;
    void run(const std::string &sql, std::string_view name, std::span<const Oid> types = {},
             std::span<const Datum> values = {}) const;

    Oid table_;
    std::string sql_name_;
    std::optional<std::string> scope_;
    AttributeWiring wiring_;  // what all triggers agree on
    std::vector<GuardedColumn> columns_;
};

}  // namespace quire::pg
