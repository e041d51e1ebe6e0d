// src/pg/records/from_json.cpp: from_json.
#include "pg/records/row_reader.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/results.hpp"

namespace pg = quire::pg;

namespace {

struct RowType {
    Oid declared;  // perhaps a domain
    Oid type;
    std::int32_t modifier;
};

RowType type_of(pg::Args &args)
{
    RowType row{};
    row.modifier = -1;
    row.declared = pg::call([&] { return get_fn_expr_argtype(args.fcinfo()->flinfo, 0); });
    row.type = OidIsValid(row.declared) ? pg::call([&] { return getBaseTypeAndTypmod(row.declared, &row.modifier); })
                                        : InvalidOid;
    if (row.type == RECORDOID && !args.is_null(0)) {
        const HeapTupleHeader header = pg::call([&] { return DatumGetHeapTupleHeader(args.datum(0)); });
        row.type = HeapTupleHeaderGetTypeId(header);
        row.modifier = HeapTupleHeaderGetTypMod(header);
        return row;
    }
    if (!OidIsValid(row.type) || row.type == RECORDOID || !pg::call([&] { return type_is_rowtype(row.type); }))
        throw pg::Error(ERRCODE_DATATYPE_MISMATCH, "the first argument has no row type")
            .hint("Hand over a row, or NULL of its type: quire.from_json(NULL::t, '{\"id\": 1}').");
    return row;
}

// What this place in the query reads rows with.
struct Reading {
    std::string ignored;  // as it was given
    std::optional<pg::RowReader> reader;
};

pg::RowReader &reader_for(pg::Args &args, const RowType &row)
{
    auto &reading = pg::per_call_site<Reading>(args.fcinfo(), [] { return Reading{}; });
    const auto *const stored = args.is_null(2) ? nullptr : DatumGetPointer(args.datum(2));
    const std::string_view ignored = stored ? std::string_view(stored, VARSIZE_ANY(stored)) : std::string_view();
    if (!reading.reader || reading.ignored != ignored || !reading.reader->fits(row.type, row.modifier)) {
        std::vector<std::string_view> names;
        if (stored)
            for (const auto &name : pg::read_text_array(args.datum(2)))
                if (name) names.push_back(*name);
        reading.ignored = ignored;
        reading.reader.emplace(row.type, row.modifier, names);
    }
    return *reading.reader;
}

}  // namespace

// from_json(row anyelement, "values" jsonb, ignore text[]) → anyelement
QUIRE_FUNCTION(from_json)
{
    if (args.is_null(1)) return args.is_null(0) ? args.null() : args.datum(0);
    const RowType row = type_of(args);
    Jsonb *const object = pg::call([&] { return DatumGetJsonbP(args.datum(1)); });
    if (!JB_ROOT_IS_OBJECT(object))
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "the values are not a JSON object");
    pg::RowReader &reader = reader_for(args, row);
    if (args.is_null(0))
        reader.start();
    else
        reader.start(pg::call([&] { return DatumGetHeapTupleHeader(args.datum(0)); }));
    reader.read(object);
    if (args.is_null(0)) reader.check_domains();
    const Datum made = reader.row();
    if (row.declared != row.type && row.declared != RECORDOID)
        pg::call([&] { domain_check(made, false, row.declared, nullptr, nullptr); });
    return made;
}
