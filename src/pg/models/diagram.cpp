// src/pg/models/diagram.cpp: diagrams from live catalogs.
#include "core/models/diagram.hpp"

#include "pg/models/query.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/results.hpp"

namespace pg = quire::pg;
using quire::models::Columns;
using quire::models::DiagramLink;
using quire::models::DiagramTable;

namespace {

// The tables of the schema that are asked for: all, or those in focus and those that they touch by a reference.
constexpr const char *chosen = R"sql(
WITH links AS MATERIALIZED (
    SELECT f.* FROM pg_constraint AS f JOIN pg_class AS a ON a.oid = f.conrelid JOIN pg_class AS b ON b.oid = f.confrelid
    WHERE f.contype = 'f' AND a.relnamespace = $1 AND b.relnamespace = $1 AND f.conparentid = 0
), focus AS MATERIALIZED (
    SELECT c.oid FROM pg_class AS c
    WHERE c.relnamespace = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'quire_model_history'
        AND ($2 IS NULL OR c.relname = ANY ($2))
), chosen AS MATERIALIZED (
    SELECT oid FROM focus UNION SELECT l.confrelid FROM links AS l JOIN focus AS f ON f.oid = l.conrelid
    UNION SELECT l.conrelid FROM links AS l JOIN focus AS f ON f.oid = l.confrelid
))sql";

constexpr const char *columns_query = R"sql(
SELECT c.relname::text, a.attname::text,
    CASE WHEN t.typelem <> 0 AND t.typlen = -1 THEN e.typname || '[]' ELSE t.typname::text END
        || coalesce('(' || nullif(split_part(split_part(format_type(a.atttypid, a.atttypmod), '(', 2), ')', 1), '') || ')', ''),
    coalesce(col_description(c.oid, a.attnum), ''),
    EXISTS (SELECT FROM pg_constraint AS n WHERE n.conrelid = c.oid AND n.contype = 'p' AND a.attnum = ANY (n.conkey))::text,
    EXISTS (SELECT FROM pg_constraint AS n WHERE n.conrelid = c.oid AND n.contype = 'f' AND a.attnum = ANY (n.conkey))::text,
    EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisunique AND NOT i.indisprimary AND i.indnkeyatts = 1
        AND i.indkey[0] = a.attnum AND i.indpred IS NULL)::text
FROM chosen JOIN pg_class AS c ON c.oid = chosen.oid
    LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_type AS t ON t.oid = a.atttypid LEFT JOIN pg_type AS e ON e.oid = t.typelem
ORDER BY c.relname, a.attnum)sql";

constexpr const char *links_query = R"sql(
SELECT a.relname::text, b.relname::text,
    (SELECT string_agg(k.attname, ', ' ORDER BY o.n) FROM unnest(l.conkey) WITH ORDINALITY AS o(num, n)
        JOIN pg_attribute AS k ON k.attrelid = l.conrelid AND k.attnum = o.num),
    EXISTS (SELECT FROM pg_attribute AS k WHERE k.attrelid = l.conrelid AND k.attnum = ANY (l.conkey) AND NOT k.attnotnull)::text,
    EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = l.conrelid AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL
        AND (SELECT array_agg(k ORDER BY k) FROM unnest(i.indkey::int2[]) AS k) = (SELECT array_agg(k ORDER BY k) FROM unnest(l.conkey) AS k))::text
FROM links AS l JOIN pg_class AS a ON a.oid = l.conrelid JOIN pg_class AS b ON b.oid = l.confrelid
WHERE $2 IS NULL OR a.relname = ANY ($2) OR b.relname = ANY ($2)
ORDER BY a.relname, 3, b.relname)sql";

std::vector<DiagramTable> read_tables(std::span<const pg::Parameter> which)
{
    std::vector<DiagramTable> tables;
    for (pg::TextRow &row : pg::query(std::string(chosen) + columns_query, which, true)) {
        if (tables.empty() || tables.back().name != *row[0]) tables.push_back({*row[0], {}});
        if (!row[1]) continue;
        tables.back().columns.push_back(
            {*row[1], row[2].value_or(""), *row[3], *row[4] == "true", *row[5] == "true", *row[6] == "true"});
    }
    return tables;
}

std::vector<DiagramLink> read_links(std::span<const pg::Parameter> which)
{
    std::vector<DiagramLink> links;
    for (pg::TextRow &row : pg::query(std::string(chosen) + links_query, which, true))
        links.push_back({*row[0], *row[1], *row[2], *row[3] == "true", *row[4] == "true"});
    return links;
}

void check_focus(pg::Args &args, int argument, const std::vector<DiagramTable> &tables)
{
    if (args.is_null(argument)) return;
    for (const pg::Text &name : pg::read_text_array(args.datum(argument))) {
        const bool is_there = name && std::any_of(tables.begin(), tables.end(), [&](const DiagramTable &table) {
                                  return table.name == pg::to_utf8(*name);
                              });
        if (!is_there)
            throw pg::Error(ERRCODE_UNDEFINED_TABLE,
                            "the schema has no table " + (name ? pg::quoted(*name) : "NULL") + " to focus on");
    }
}

Columns read_columns(std::string_view word)
{
    if (word == "all") return Columns::all;
    if (word == "keys") return Columns::keys;
    if (word == "none") return Columns::none;
    throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "there is no such detail of columns")
        .hint("It is all, keys or none.");
}

}  // namespace

// diagram(schema name, format text, focus text[], columns text, comments bool) → text
QUIRE_FUNCTION(diagram)
{
    if (args.is_null(0)) return args.null();
    if (!args.is_null(1) && args.text(1) != "mermaid")
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "there is no such format of diagrams").hint("It is mermaid.");
    const Columns columns = args.is_null(3) ? Columns::all : read_columns(args.text(3));
    const char *const schema = NameStr(*DatumGetName(args.datum(0)));
    const Oid nsp = pg::call([&] { return get_namespace_oid(schema, true); });
    if (!OidIsValid(nsp)) throw pg::Error(ERRCODE_INVALID_SCHEMA_NAME, "there is no schema " + pg::quoted(schema));
    const pg::PinnedSearchPath path("pg_catalog");
    const pg::Parameter which[] = {pg::oid_parameter(nsp),
                                   {TEXTARRAYOID, args.is_null(2) ? Datum{0} : args.datum(2), args.is_null(2)}};
    const auto tables = read_tables(which);
    check_focus(args, 2, tables);
    const std::string text =
        quire::models::mermaid(tables, read_links(which), columns, !args.is_null(4) && args.boolean(4));
    return pg::make_varlena(pg::to_database(text));
}
