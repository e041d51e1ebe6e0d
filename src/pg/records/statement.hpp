// src/pg/records/statement.hpp: statements on one table, whose names and values come from JSON.
#pragma once
#include "pg/records/row_reader.hpp"
#include "pg/records/row_writer.hpp"
#include "pg/records/table.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/plans.hpp"

namespace quire::pg {

// What one place in a query knows of the table that it works on, for as long as the table stays as it is.
struct TableAtHand {
    std::uint64_t state;
    Table table;
    RowReader reader;
    std::optional<RowWriter> writer;
};

// The table that the first argument names.
TableAtHand &table_at_hand(Args &args);

// The object that an argument is; throws 22004 when it is NULL, 22023 when it is none.
Jsonb *object_argument(Args &args, int argument, const char *what);

// A statement being written. Names in it are quoted; values are parameters, never text.
class Statement {
public:
    explicit Statement(std::string sql) : sql_(std::move(sql)) {}

    Statement &add(std::string_view sql) { return sql_.append(sql), *this; }
    // The reader's value of a column as a parameter; its name in the statement.
    std::string value(const RowReader &reader, const TableColumn &column);
    // A condition that the column holds the reader's value, or NULL.
    std::string condition(const RowReader &reader, const TableColumn &column);

    const std::string &sql() const { return sql_; }
    // As the current user; needs an Spi around it.
    void run() const;
    // The same, seeing what the statement that called sees.
    void look() const;

private:
    std::string sql_, nulls_;
    std::vector<Oid> types_;
    std::vector<Datum> values_;
};

// The columns that the current user may read, as a list for RETURNING; empty when there are none.
std::string readable_columns(const Table &table);

// A row of the last query, as jsonb in the memory `keep`.
Datum result_as_json(std::optional<RowWriter> &writer, MemoryContext keep);

// Lifts forced row security from who has the rights of the table's owner, for as long as it lives: owners look at and
// remove deleted rows that hide_deleted hides from them. Statements run meanwhile must have a text of their own.
class AsUnforcedOwner {
public:
    explicit AsUnforcedOwner(const Table &table);
    ~AsUnforcedOwner() { SetUserIdAndSecContext(role_, context_); }
    AsUnforcedOwner(const AsUnforcedOwner &) = delete;
    AsUnforcedOwner &operator=(const AsUnforcedOwner &) = delete;

private:
    Oid role_;
    int context_;
};

// Reads a key: an object with the columns of the primary key, or of another unique index over all rows, or the one
// value of a primary key of one column. Gives back the columns that it has.
std::vector<const TableColumn *> read_key(TableAtHand &at_hand, Args &args, int argument);

}  // namespace quire::pg
