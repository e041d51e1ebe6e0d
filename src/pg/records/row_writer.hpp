// src/pg/records/row_writer.hpp: rows as JSON, each type written on its own way.
#pragma once
#include "core/records/json_text.hpp"

#include "pg/support/json.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

// Writes rows of one type, without some of its columns. What a type becomes is what row_to_json and to_jsonb make of
// it.
class RowWriter {
public:
    // Of rows like this one; the columns that `ignored`, a text[], names are not even looked at.
    RowWriter(HeapTupleHeader row, Datum ignored, bool minimal);

    // Is it made for rows like this one, and for the same call?
    bool fits(HeapTupleHeader row, Datum ignored, bool minimal) const;

    // The JSON text of a row; it lives until the next one.
    std::string_view text(HeapTupleHeader row);
    Datum jsonb(HeapTupleHeader row);

private:
    enum class Kind {
        boolean,
        int2,
        int4,
        int8,
        float4,
        float8,
        numeric,
        text,
        date,
        timestamp,
        timestamptz,
        uuid,
        json,
        jsonb,
        quoted,  // by its output function
        server,  // by to_json
    };
    struct Column {
        int number;  // from 0
        Kind kind;
        std::string label;  // ,"name":
        std::string name;
        FmgrInfo *convert;  // the output function, or to_json and to_jsonb for this type
        FmgrInfo *convert_to_jsonb;
    };
    static Kind kind_of(Oid type);
    Column make_column(const FormData_pg_attribute &attribute, int number);
    FmgrInfo *server_function(Oid function, Oid type);

    void deform(HeapTupleHeader row);
    void write(const Column &column, Datum value);
    void write(const Column &column, Datum value, JsonbWriter &writer);

    OwnContext memory_;
    Oid type_;
    std::int32_t modifier_;
    std::uint64_t identifier_;  // of this state of the type
    std::string ignored_;       // as it was given
    bool minimal_;
    TupleDesc descriptor_;
    std::vector<Column> columns_;
    std::vector<Datum> values_;
    std::unique_ptr<bool[]> nulls_;
    records::JsonText text_;
};

}  // namespace quire::pg
