// src/pg/records/to_json.cpp: to_json and to_json_text.
#include "pg/records/row_writer.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"

namespace pg = quire::pg;

namespace {

// What this place in the query writes rows with. Rows of one place mostly are of one type.
pg::RowWriter &writer_for(pg::Args &args, HeapTupleHeader row)
{
    auto &writer =
        pg::per_call_site<std::optional<pg::RowWriter>>(args.fcinfo(), [] { return std::optional<pg::RowWriter>(); });
    if (!writer || !writer->fits(row, args.datum(1), args.boolean(2)))
        writer.emplace(row, args.datum(1), args.boolean(2));
    return *writer;
}

HeapTupleHeader row_of(pg::Args &args)
{
    const Datum value = args.datum(0);
    const Oid type = pg::call([&] { return get_fn_expr_argtype(args.fcinfo()->flinfo, 0); });
    if (!OidIsValid(type) || !pg::call([type] { return type_is_rowtype(type); }))
        throw pg::Error(ERRCODE_DATATYPE_MISMATCH, "the value is no row")
            .hint("Hand over a whole row: SELECT quire.to_json(t) FROM t.");
    return pg::call([value] { return DatumGetHeapTupleHeader(value); });
}

}  // namespace

// to_json(row anyelement, ignore text[], minimal bool) → jsonb
QUIRE_FUNCTION(to_json)
{
    const HeapTupleHeader row = row_of(args);
    return writer_for(args, row).jsonb(row);
}

// to_json_text(row anyelement, ignore text[], minimal bool) → text
QUIRE_FUNCTION(to_json_text)
{
    const HeapTupleHeader row = row_of(args);
    return pg::make_varlena(writer_for(args, row).text(row));
}
