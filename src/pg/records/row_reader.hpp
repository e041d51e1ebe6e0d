// src/pg/records/row_reader.hpp: JSON objects as rows, each type read on its own way.
#pragma once
#include "pg/support/memory.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

// Reads objects into the columns of one row type, as jsonb_populate_record does; but a key that is no column is an
// error, and errors name the key.
class RowReader {
public:
    // Of a composite type; keys that are in `ignored` are passed over, columns or not.
    RowReader(Oid type, std::int32_t modifier, std::span<const std::string_view> ignored = {});

    // Is it made for the type as it is now?
    bool fits(Oid type, std::int32_t modifier) const;

    // Reads an object into values() and nulls(), and gives back which columns it has; throws 42703 when it has others.
    // What it has not stays as it was. Values live as long as the object and the memory that is current.
    std::span<const int> read(Jsonb *object);

    // The row to begin with: all NULL, or one of the type.
    void start();
    void start(HeapTupleHeader row);
    // Checks the columns that an object had not against the domains that they are of, when the row began as NULL.
    void check_domains();
    Datum row() const;

    TupleDesc descriptor() const { return descriptor_; }
    Datum value(int column) const { return values_[static_cast<std::size_t>(column)]; }
    bool is_null(int column) const { return nulls_[static_cast<std::size_t>(column)]; }

private:
    enum class Kind {
        boolean,
        int2,
        int4,
        int8,
        numeric,
        text,
        date,
        timestamp,
        timestamptz,
        json,
        jsonb,
        parts,
        other
    };
    struct Column {
        std::string_view name;
        int number;  // from 0
        Oid type, parameter;
        std::int32_t modifier;
        Kind kind;
        bool is_domain, is_ignored, is_given;
        FmgrInfo input;
    };
    struct Member;
    Column make_column(const FormData_pg_attribute &attribute, int number);
    static Kind kind_of(Oid type, std::int32_t modifier);

    void walk(JsonbContainer *object);
    void read_member(Column &column, const Member &member);
    bool read_fast(const Column &column, const Member &member, Datum &value) const;
    Datum read_slowly(Column &column, const Member &member);
    void read_parts(Jsonb *object);
    [[noreturn]] void refuse_unknown() const;

    OwnContext memory_;
    Oid type_;
    std::int32_t modifier_;
    std::uint64_t identifier_;
    TupleDesc descriptor_;
    std::vector<std::string> ignored_;
    std::vector<Column> columns_;  // in the order of jsonb's keys: by length, then by bytes
    std::vector<Datum> values_;
    std::unique_ptr<bool[]> nulls_;
    std::vector<int> given_;
    std::vector<Column *> with_parts_;  // given as an array or object that the server is to read
    std::vector<std::string_view> unknown_;
    FmgrInfo *populate_ = nullptr;
};

}  // namespace quire::pg
