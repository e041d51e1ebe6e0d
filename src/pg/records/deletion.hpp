// src/pg/records/deletion.hpp: deleting softly what a statement would have deleted, once all of it is known.
//
// A row trigger that changed other rows of the statement's table would make the statement fail at them (SQLSTATE
// 27000), and could not tell yet which rows remain. So the trigger only notes its row; at the end of the statement,
// where the server does what its own foreign keys ask for, the rows are stamped, and what refers to them is dealt with.
#pragma once
#include "pg/records/links.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

// Once, when the library is loaded.
void watch_statements();

// The rows of one table that one statement is to delete softly.
class Batch {
public:
    // `statement` is the memory that the statement runs in; `deleted` the column to stamp, as SQL writes it, and
    // `grain` that of its times.
    Batch(MemoryContext statement, Oid table, std::string deleted, TimestampTz grain)
        : statement_(statement), table_(table), deleted_(std::move(deleted)), grain_(grain)
    {
    }
    ~Batch();
    Batch(const Batch &) = delete;
    Batch &operator=(const Batch &) = delete;

    // Throws when no end of the statement will be seen.
    void add(const ItemPointerData &row);

private:
    friend class Deletion;
    friend TimestampTz coarsest_grain(const std::vector<Batch *> &batches);
    friend void end_statement(MemoryContext statement);

    MemoryContext statement_;
    Oid table_;
    std::string deleted_;
    TimestampTz grain_;
    std::vector<ItemPointerData> rows_;
    bool is_open_ = false;
    Batch *next_ = nullptr;
};

// The columns of the last query's result as arrays, for keys_from(); in the current memory.
struct Keys {
    std::vector<Oid> types;
    std::vector<Datum> arrays;
};
Keys keys_of_result(std::span<const std::string> columns);
// The columns that any of the links has at one of its ends, as a list.
std::string columns_of(const std::vector<Link> &links, Link::End Link::*end);

// While one lives, soft_delete lets rows go for good.
class HardDeletion {
public:
    HardDeletion() { ++depth_; }
    ~HardDeletion() { --depth_; }
    HardDeletion(const HardDeletion &) = delete;
    HardDeletion &operator=(const HardDeletion &) = delete;

    static bool is_wanted() { return depth_ > 0; }

private:
    static int depth_;
};

// How many rows this session has deleted softly or, where soft_delete saw it, for good.
std::uint64_t &rows_deleted();

// The stamp that quire itself is writing just now; nothing when it is not.
std::optional<TimestampTz> stamp_being_set();

// While one lives, rows with this stamp are being restored.
class Restoring {
public:
    explicit Restoring(TimestampTz stamp) : outer_(std::exchange(current_, stamp)) {}
    ~Restoring() { current_ = outer_; }
    Restoring(const Restoring &) = delete;
    Restoring &operator=(const Restoring &) = delete;

    static std::optional<TimestampTz> stamp() { return current_; }

private:
    static std::optional<TimestampTz> current_;
    std::optional<TimestampTz> outer_;
};

}  // namespace quire::pg
