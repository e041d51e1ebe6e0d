// src/pg/attributes/definition_table.cpp: the SQL of tables of definitions.
//
// It runs under the caller's search_path, which triggers of the tables may count on, so everything in it is qualified.
#include "pg/attributes/definition_table.hpp"

#include "core/attributes/near.hpp"
#include "pg/support/call.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/error.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/spi.hpp"

namespace quire::pg {
namespace {

// Whoever may create a table can let its trigger name any table of definitions. To write to theirs, with triggers of
// theirs, in the name of who changes an attribute would hand over that role's rights: only tables of one's own, or of
// the owner of the definitions, count.
constexpr const char *trigger_query =
    "SELECT t.tgrelid, t.tgargs, t.tgname::pg_catalog.text FROM pg_catalog.pg_trigger t"
    "    JOIN pg_catalog.pg_proc p ON p.oid OPERATOR(pg_catalog.=) t.tgfoid"
    "    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace"
    "    JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) t.tgrelid"
    "    JOIN pg_catalog.pg_class d ON d.oid OPERATOR(pg_catalog.=) $1 "
    "WHERE p.proname OPERATOR(pg_catalog.=) 'check_attributes' AND n.nspname OPERATOR(pg_catalog.=) 'quire'"
    "    AND p.pronargs OPERATOR(pg_catalog.=) 0 AND t.tgparentid OPERATOR(pg_catalog.=) 0"
    "    AND (c.relowner OPERATOR(pg_catalog.=) d.relowner OR c.relowner OPERATOR(pg_catalog.=) $2) ORDER BY t.tgrelid";

constexpr const char *key_query =
    "SELECT pg_catalog.string_agg(pg_catalog.format('%L, t.%I', a.attname, a.attname), ', ' ORDER BY k.place)"
    "FROM pg_catalog.pg_index i CROSS JOIN LATERAL pg_catalog.unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)"
    "    JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) i.indrelid"
    "        AND a.attnum OPERATOR(pg_catalog.=) k.attnum "
    "WHERE i.indrelid OPERATOR(pg_catalog.=) $1 AND i.indisprimary AND k.place OPERATOR(pg_catalog.<=) i.indnkeyatts";

std::vector<std::string> split_arguments(Datum bytes)
{
    const std::string_view packed = text_of(bytes);
    std::vector<std::string> arguments;
    for (std::size_t at = 0; at < packed.size();) {
        const std::size_t end = packed.find('\0', at);
        arguments.emplace_back(packed.substr(at, end - at));
        at = end + 1;
    }
    return arguments;
}

std::string column_sql(const std::string &name)
{
    return identifier(name.c_str());
}

Datum text_datum(std::string_view utf8)
{
    return make_varlena(to_database(utf8));
}

// Rows of a query, a thousand at a time.
class Cursor {
public:
    Cursor(const std::string &sql, std::span<const Oid> types, std::span<const Datum> values)
    {
        portal_ = call([&] {
            return SPI_cursor_open_with_args(nullptr, sql.c_str(), static_cast<int>(types.size()),
                                             const_cast<Oid *>(types.data()), const_cast<Datum *>(values.data()),
                                             nullptr, false, 0);
        });
    }

    // False when there are no more.
    bool next(Datum &first, Datum &second)
    {
        if (at_ == count_) {
            if (table_) SPI_freetuptable(table_);
            call([&] { SPI_cursor_fetch(portal_, true, 1000); });
            table_ = SPI_tuptable;
            count_ = SPI_processed;
            at_ = 0;
            if (count_ == 0) return call([&] { SPI_cursor_close(portal_); }), false;
        }
        bool is_null;
        first = SPI_getbinval(table_->vals[at_], table_->tupdesc, 1, &is_null);
        second = SPI_getbinval(table_->vals[at_], table_->tupdesc, 2, &is_null);
        ++at_;
        return true;
    }

private:
    Portal portal_;
    SPITupleTable *table_ = nullptr;
    std::uint64_t count_ = 0, at_ = 0;
};

}  // namespace

DefinitionTable::DefinitionTable(Oid table, std::optional<std::string> scope)
    : table_(table), scope_(std::move(scope)), wiring_(read_wiring({"-", "-"}, ""))
{
    if (!call([&] { return get_rel_name(table); }))
        throw Error(ERRCODE_UNDEFINED_TABLE, "there is no such table of definitions");
    sql_name_ = qualified_name(table);
    const Oid types[] = {OIDOID, OIDOID};
    const Datum values[] = {ObjectIdGetDatum(table), ObjectIdGetDatum(GetUserId())};
    const Plan plan(trigger_query, types);
    plan.run(values, {.read_only = true});
    struct Found {
        Oid table;
        std::vector<std::string> arguments;
        std::string trigger;
    };
    std::vector<Found> found;
    for (std::uint64_t row = 0; row < SPI_processed; ++row) {
        bool is_null;
        const auto value = [&](int column) {
            return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &is_null);
        };
        found.push_back({DatumGetObjectId(value(1)), split_arguments(value(2)), std::string(text_of(value(3)))});
    }
    for (const Found &trigger : found) {
        AttributeWiring wiring = read_wiring(trigger.arguments, trigger.trigger);
        if (find_definitions(wiring.definitions, trigger.table) != table) continue;
        if (!columns_.empty() &&
            (wiring.name_column != wiring_.name_column || wiring.type_column != wiring_.type_column ||
             wiring.definition_scope != wiring_.definition_scope))
            throw Error(ERRCODE_WRONG_OBJECT_TYPE,
                        "triggers disagree on the columns of table " + quoted(qualified_name(table)))
                .detail("Trigger " + quoted(trigger.trigger) + " names others than a trigger before it.");
        wiring_ = wiring;
        columns_.push_back({trigger.table, qualified_name(trigger.table), std::move(wiring)});
    }
    if (wiring_.definition_scope.empty() == !scope_) return;
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE,
                scope_ ? "these definitions have no scope" : "the scope of the attribute is missing")
        .hint(scope_ ? "Leave the scope out, or let the trigger check_attributes name its column."
                     : "Give the value that column " + quoted(wiring_.definition_scope) + " has, as scope => '...'.");
}

void DefinitionTable::run(const std::string &sql, std::string_view name, std::span<const Oid> types,
                          std::span<const Datum> values) const
{
    std::vector<Oid> parameters = {TEXTOID, TEXTOID};
    parameters.insert(parameters.end(), types.begin(), types.end());
    std::vector<Datum> given = {text_datum(name), text_datum(scope_.value_or(""))};
    given.insert(given.end(), values.begin(), values.end());
    const Plan plan(sql.c_str(), parameters);
    plan.run(given, {.fires_triggers = true});
}

std::string DefinitionTable::definition_condition() const
{
    std::string condition = "d." + column_sql(wiring_.name_column) + "::pg_catalog.text OPERATOR(pg_catalog.=) $1";
    if (scope_)
        condition += " AND d." + column_sql(wiring_.definition_scope) + "::pg_catalog.text OPERATOR(pg_catalog.=) $2";
    return condition;
}

std::string DefinitionTable::row_condition(const GuardedColumn &column) const
{
    std::string condition = "t." + column_sql(column.wiring.column) + " OPERATOR(pg_catalog.?) $1";
    if (scope_)
        condition += " AND t." + column_sql(column.wiring.row_scope) + "::pg_catalog.text OPERATOR(pg_catalog.=) $2";
    return condition;
}

void DefinitionTable::require_all_rows() const
{
    const auto require = [](Oid table) {
        const bool hidden = call([&] { return check_enable_rls(table, InvalidOid, true) == RLS_ENABLED; });
        if (hidden)
            throw Error(ERRCODE_INSUFFICIENT_PRIVILEGE,
                        "row-level security hides rows of table " + quoted(qualified_name(table)))
                .hint("Let the owner of the table change its attributes.");
    };
    require(table_);
    for (const GuardedColumn &column : columns_) require(column.table);
}

void DefinitionTable::lock() const
{
    if (IsolationUsesXactSnapshot())
        throw Error(ERRCODE_FEATURE_NOT_SUPPORTED, "attributes are not changed at this isolation level")
            .detail("Rows that others have written since the transaction began would keep values of the old type.")
            .hint("Change them in a transaction at READ COMMITTED.");
    for (const GuardedColumn &column : columns_)
        execute("LOCK TABLE " + column.sql_name + " IN SHARE ROW EXCLUSIVE MODE");
}

Definitions DefinitionTable::read() const
{
    std::string sql = "SELECT d." + column_sql(wiring_.name_column) + "::pg_catalog.text, d." +
                      column_sql(wiring_.type_column) + "::pg_catalog.jsonb FROM " + sql_name_ + " d";
    if (scope_)
        sql += " WHERE d." + column_sql(wiring_.definition_scope) + "::pg_catalog.text OPERATOR(pg_catalog.=) $2";
    run(sql, "");
    Definitions definitions;
    for (std::uint64_t row = 0; row < SPI_processed; ++row) {
        bool no_name, no_type;
        const Datum name = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, 1, &no_name);
        const Datum type = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, 2, &no_type);
        if (no_name || no_type) continue;
        const std::string text(to_utf8(text_of(name)));
        definitions.add(text, read_type(type, "the type of attribute " + quoted(text)));
    }
    definitions.sort();
    return definitions;
}

bool DefinitionTable::has(std::string_view name) const
{
    run("SELECT FROM " + sql_name_ + " d WHERE " + definition_condition(), name);
    return SPI_processed > 0;
}

AttributeType DefinitionTable::type_of(std::string_view name, Datum &json) const
{
    run("SELECT d." + column_sql(wiring_.type_column) + "::pg_catalog.jsonb FROM " + sql_name_ + " d WHERE " +
            definition_condition(),
        name);
    if (SPI_processed == 0) {
        const Definitions known = read();
        refuse_unknown(name, known.names());
    }
    if (SPI_processed > 1)
        throw Error(ERRCODE_CARDINALITY_VIOLATION, "several definitions have the name of the attribute")
            .hint("Let the trigger check_attributes name the column that tells them apart, its scope.");
    bool is_null;
    json = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
    if (is_null)
        throw Error(ERRCODE_NULL_VALUE_NOT_ALLOWED,
                    std::string(to_database("attribute " + quoted(name) + " has no type")));
    return read_type(json, "the type of attribute " + quoted(name));
}

void DefinitionTable::insert(std::string_view name, Datum type, Datum columns) const
{
    const std::string row = "pg_catalog.jsonb_populate_record(NULL::" + sql_name_ + ", $4 OPERATOR(pg_catalog.||) " +
                            "pg_catalog.jsonb_build_object(" + "$5::pg_catalog.text, $1, $6::pg_catalog.text, $3" +
                            (scope_ ? ", $7::pg_catalog.text, $2" : "") + "))";
    // Columns that nobody gives keep their defaults.
    std::string names = column_sql(wiring_.name_column) + ", " + column_sql(wiring_.type_column);
    if (scope_) names += ", " + column_sql(wiring_.definition_scope);
    ValueMaker maker;
    require_object(jsonb_of(columns), "columns");
    for (const Member &member : maker.document(jsonb_of(columns)).members) {
        const std::string column(to_database(member.key));
        if (column == wiring_.name_column || column == wiring_.type_column ||
            (scope_ && column == wiring_.definition_scope))
            throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "column " + quoted(column) + " is given twice");
        names += ", " + column_sql(column);
    }
    const Oid types[] = {JSONBOID, JSONBOID, TEXTOID, TEXTOID, TEXTOID};
    const Datum values[] = {type, columns, make_varlena(wiring_.name_column), make_varlena(wiring_.type_column),
                            make_varlena(wiring_.definition_scope)};
    run("INSERT INTO " + sql_name_ + " (" + names + ") SELECT " + names + " FROM " + row, name, types, values);
}

void DefinitionTable::change(std::string_view name, std::string_view new_name, std::optional<Datum> new_type) const
{
    const Oid types[] = {TEXTOID, JSONBOID};
    const Datum values[] = {text_datum(new_name), new_type.value_or(Datum{0})};
    std::string sql = "UPDATE " + sql_name_ + " d SET " + column_sql(wiring_.name_column) + " = $3";
    if (new_type) {
        const std::string column = wiring_.type_column;
        const Oid type = call([&] { return get_atttype(table_, get_attnum(table_, column.c_str())); });
        sql += ", " + column_sql(column) +
               " = $4::pg_catalog.text::" + std::string(call([&] { return format_type_be_qualified(type); }));
    }
    const std::size_t count = new_type ? 2 : 1;
    run(sql + " WHERE " + definition_condition(), name, std::span(types, count), std::span(values, count));
}

void DefinitionTable::remove(std::string_view name) const
{
    run("DELETE FROM " + sql_name_ + " d WHERE " + definition_condition(), name);
}

void DefinitionTable::each_row(const GuardedColumn &column, std::string_view name,
                               const std::function<void(Datum, const Jsonb *)> &visit) const
{
    const Oid type[] = {OIDOID};
    const Datum table[] = {ObjectIdGetDatum(column.table)};
    const Plan plan(key_query, type);
    plan.run(table, {.read_only = true});
    bool is_null;
    const Datum parts = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
    const std::string key = is_null ? "'ctid', t.ctid::pg_catalog.text" : std::string(text_of(parts));
    const Oid types[] = {TEXTOID, TEXTOID};
    const Datum values[] = {text_datum(name), text_datum(scope_.value_or(""))};
    Cursor rows("SELECT pg_catalog.jsonb_build_object(" + key + "), t." + column_sql(column.wiring.column) + " FROM " +
                    column.sql_name + " t WHERE " + row_condition(column),
                types, values);
    Datum found_key, found;
    OwnContext scratch;
    const InMemory here(scratch.get());
    for (std::uint64_t count = 0; rows.next(found_key, found); ++count) {
        if (count % 256 == 255) scratch.reset();
        poll();
        visit(found_key, jsonb_of(found));
    }
}

void DefinitionTable::update_rows(const GuardedColumn &column, std::string_view name, const std::string &expression,
                                  std::span<const Oid> types, std::span<const Datum> values) const
{
    run("UPDATE " + column.sql_name + " t SET " + column_sql(column.wiring.column) + " = " + expression + " WHERE " +
            row_condition(column),
        name, types, values);
}

}  // namespace quire::pg
