// src/pg/events/hook.hpp: what one trigger notify_change is to do, and what it knows of its table.
#pragma once
#include "pg/records/row_writer.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

enum class Payload { key, row, diff };
inline constexpr std::array<std::string_view, 3> payload_words = {"key", "row", "diff"};

// The options of a trigger, as watch() writes them.
struct HookOptions {
    std::string channel;               // empty: none
    std::string feed;                  // schema.name, or a name in the table's schema; empty: none
    std::string scope;                 // SQL over old and new; empty: none
    std::string table;                 // what messages call the table; empty: its name
    std::string version;               // a column; empty: version_id or version, where there is one
    std::vector<std::string> columns;  // an update of others is no event; empty: all count
    std::vector<std::string> except;   // never in a payload
    Payload payload = Payload::key;
};

HookOptions read_hook_options(Relation table, const ::Trigger &trigger);

// One trigger and its table, as they are now. Kept from statement to statement.
class Hook {
public:
    static std::shared_ptr<Hook> of(const TriggerData &data);
    Hook(const TriggerData &data);

    const HookOptions &options() const { return options_; }
    const std::string &table_name() const { return table_name_; }

    // Rows are copies in memory, with the header of a composite value.
    std::string_view key(HeapTuple row)
    {
        return key_columns_.empty() ? std::string_view() : key_writer(row).text(row->t_data);
    }
    std::optional<Datum> key_jsonb(HeapTuple row);
    std::optional<std::int64_t> version(HeapTuple row) const;
    RowWriter &row_writer(HeapTuple row);
    // Writes the columns that `changed` has set, but for those that no payload may have.
    RowWriter &diff_writer(HeapTuple row, const std::vector<bool> &changed);

    std::vector<std::string_view> names(const std::vector<bool> &changed) const;
    // Does a change of these columns count?
    bool matters(const std::vector<bool> &changed) const;
    bool filters() const { return !filter_.empty(); }
    // Is one of them part of the key?
    bool changes_key(const std::vector<bool> &changed) const;

private:
    void find_key(Relation relation);
    RowWriter &key_writer(HeapTuple row);
    RowWriter make_writer(HeapTuple row, const std::function<bool(int)> &takes) const;

    HookOptions options_;
    std::string arguments_, table_name_;
    std::uint64_t state_;
    Oid relation_;
    std::vector<std::string> columns_;  // names by place; empty for dropped ones
    std::vector<bool> excepted_;
    std::vector<int> key_columns_, filter_;  // places from 0
    int version_column_ = -1;
    Oid version_type_ = InvalidOid;
    TupleDesc descriptor_;
    OwnContext memory_;
    std::optional<RowWriter> key_writer_, row_writer_, diff_writer_;
    std::vector<bool> diff_of_;
};

// The rows of a transition table, one after the other.
class TransitionRows {
public:
    // Of none when `rows` is null.
    TransitionRows(Tuplestorestate *rows, TupleDesc descriptor);
    ~TransitionRows();
    TransitionRows(const TransitionRows &) = delete;
    TransitionRows &operator=(const TransitionRows &) = delete;

    std::int64_t count() const { return rows_ ? tuplestore_tuple_count(rows_) : 0; }
    bool next();
    // The row as a composite value of its own, in the current memory.
    HeapTuple copy() const;
    TupleTableSlot *slot() const { return slot_; }

private:
    Tuplestorestate *rows_;
    MemoryContext memory_ = CurrentMemoryContext;
    TupleTableSlot *slot_ = nullptr;
    int pointer_ = 0;
    int unwinding_ = std::uncaught_exceptions();
};

// Which columns differ between two rows.
std::vector<bool> changed_columns(const TransitionRows &before, const TransitionRows &after);

}  // namespace quire::pg
