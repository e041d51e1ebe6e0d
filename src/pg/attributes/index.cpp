// src/pg/attributes/index.cpp: create_attribute_index.
#include "core/attributes/filter.hpp"

#include "pg/attributes/definitions.hpp"
#include "pg/attributes/sql_text.hpp"
#include "pg/support/call.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/spi.hpp"

namespace pg = quire::pg;
namespace attributes = quire::attributes;

namespace {

// Texts may be longer than a btree takes, and are looked for as a whole; lists are looked into.
std::string index_method(const std::optional<pg::AttributeType> &type, const std::string &expression)
{
    using Kind = pg::AttributeType::Kind;
    if (type && type->kind == Kind::list) return "gin ((" + expression + ") pg_catalog.jsonb_path_ops)";
    const bool long_texts = type && type->kind == Kind::text;
    return std::string(long_texts ? "hash" : "btree") + " ((" + expression + "))";
}

void require_jsonb_column(Oid table, const std::string &column)
{
    const Oid type = pg::call([&] {
        const AttrNumber number = get_attnum(table, column.c_str());
        return number == InvalidAttrNumber ? InvalidOid : getBaseType(get_atttype(table, number));
    });
    if (type == JSONBOID) return;
    if (type == InvalidOid)
        throw pg::Error(ERRCODE_UNDEFINED_COLUMN,
                        "table " + pg::quoted(pg::qualified_name(table)) + " has no column " + pg::quoted(column));
    throw pg::Error(ERRCODE_DATATYPE_MISMATCH, "column " + pg::quoted(column) + " of table " +
                                                   pg::quoted(pg::qualified_name(table)) + " cannot hold attributes")
        .detail("Attributes are kept in a column of type jsonb.");
}

// A name that is free, short enough to take an ending.
std::string free_name(Oid table, const std::string &attribute)
{
    return pg::call([&] {
        const char *const full = get_rel_name(table), *const part = attribute.c_str();
        char *const short_name = pnstrdup(full, pg_mbcliplen(full, static_cast<int>(strlen(full)), 24));
        char *const short_part = pnstrdup(part, pg_mbcliplen(part, static_cast<int>(attribute.size()), 24));
        return ChooseRelationName(short_name, short_part, "idx", get_rel_namespace(table), false);
    });
}

}  // namespace

QUIRE_FUNCTION(create_attribute_index)
{
    for (int i = 0; i < 3; ++i)
        if (args.is_null(i))
            throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "create_attribute_index takes no NULL but for the type");
    const Oid table = args.oid(0);
    const std::string column(args.name(1)), attribute(args.text(2));
    std::optional<pg::AttributeType> type;
    if (!args.is_null(3)) type = pg::read_type(args.datum(3), "the attribute type");
    if (!pg::call([&] { return get_rel_name(table); }))
        throw pg::Error(ERRCODE_UNDEFINED_TABLE, "there is no such table");
    require_jsonb_column(table, column);

    const std::string expression =
        attributes::attribute_sql(pg::identifier(column.c_str()), attribute, pg::sql_literal);
    const std::string table_name = pg::qualified_name(table), name = free_name(table, attribute);
    const std::string schema = pg::identifier(pg::call([&] { return get_namespace_name(get_rel_namespace(table)); }));
    const char *const made = pg::call([&] { return MemoryContextStrdup(CurrentMemoryContext, name.c_str()); });
    {
        const pg::Spi spi;
        const pg::PinnedSearchPath path("pg_catalog");
        pg::execute("CREATE INDEX " + pg::identifier(name.c_str()) + " ON " + table_name + " USING " +
                    index_method(type, expression));
        // Whether it is a number at all, which comparisons ask, has statistics of its own.
        pg::execute("CREATE STATISTICS " + schema + "." + pg::identifier((name + "_kind").c_str()) +
                    " ON (jsonb_typeof(" + expression + ")), (" + expression + ") FROM " + table_name);
        pg::execute("ANALYZE " + table_name);
    }
    return pg::make_varlena(made);
}
