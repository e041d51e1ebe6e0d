// src/pg/forms/relation_catalog.cpp: questions to the catalogs. They run with a search_path of pg_catalog alone.
#include "pg/forms/relation_catalog.hpp"

#include "core/forms/relations_sql.hpp"

#include "pg/support/encoding.hpp"
#include "pg/support/error.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/results.hpp"

namespace quire::pg {
namespace {

// The result of the last statement.
class Result {
public:
    explicit Result(const Spi &spi) : spi_(spi) {}

    std::uint64_t rows() const { return spi_.rows(); }
    // Empty where it is null.
    std::string text(std::uint64_t row, int column) const
    {
        const auto value = spi_.value(row, column);
        return value ? std::string(to_utf8(text_of(*value))) : std::string();
    }
    int number(std::uint64_t row, int column) const
    {
        const auto value = spi_.value(row, column);
        return value ? DatumGetInt32(*value) : 0;
    }
    bool flag(std::uint64_t row, int column) const
    {
        const auto value = spi_.value(row, column);
        return value && DatumGetBool(*value);
    }
    std::vector<std::string> texts(std::uint64_t row, int column) const
    {
        std::vector<std::string> texts;
        if (const auto value = spi_.value(row, column))
            for (const Text text : read_text_array(*value)) texts.emplace_back(to_utf8(text.value_or("")));
        return texts;
    }

private:
    const Spi &spi_;
};

Datum text_datum(std::string_view utf8)
{
    return make_varlena(to_database(utf8));
}

Datum array_datum(const std::vector<std::string> &utf8)
{
    std::vector<std::string> converted;
    for (const std::string &text : utf8) converted.emplace_back(to_database(text));
    const std::vector<Text> texts(converted.begin(), converted.end());
    return make_text_array(texts);
}

constexpr const char *source_query =
    "SELECT c.relkind::text, c.relkind = 'p' OR c.relispartition OR EXISTS ("
    "    SELECT FROM pg_inherits i WHERE c.oid IN (i.inhparent, i.inhrelid)),"
    "    has_table_privilege(c.oid, 'SELECT'), has_table_privilege(c.oid, 'TRIGGER'), row_security_active(c.oid) "
    "FROM pg_class c WHERE c.oid = $1";

constexpr const char *key_query =
    "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod),"
    "    'OPERATOR(' || quote_ident(n.nspname) || '.' || o.oprname || ')', t.typcategory = 'A' "
    "FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey, i.indclass) WITH ORDINALITY AS k(attnum, opclass, place)"
    "    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum"
    "    JOIN pg_type t ON t.oid = a.atttypid"
    "    JOIN pg_opclass c ON c.oid = k.opclass"
    "    JOIN pg_amop m ON m.amopfamily = c.opcfamily AND m.amopstrategy = 3"
    "        AND m.amoplefttype = c.opcintype AND m.amoprighttype = c.opcintype"
    "    JOIN pg_operator o ON o.oid = m.amopopr JOIN pg_namespace n ON n.oid = o.oprnamespace "
    "WHERE i.indrelid = $1 AND i.indisprimary AND k.place <= i.indnkeyatts ORDER BY k.place";

constexpr const char *geometry_query =
    "SELECT quote_ident(n.nspname) || '.geometry' FROM pg_extension e"
    "    JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'"
    "    JOIN pg_type t ON d.classid = 'pg_type'::regclass AND t.oid = d.objid"
    "    JOIN pg_namespace n ON n.oid = t.typnamespace "
    "WHERE e.extname = 'postgis' AND t.typname = 'geometry'";

constexpr const char *relation_query =
    "SELECT c.relkind::text,"
    "    ARRAY(SELECT a.attname::text FROM pg_attribute a"
    "          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum),"
    "    ARRAY(SELECT a.attname::text FROM pg_attribute a"
    "          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> '') "
    "FROM pg_class c WHERE c.relnamespace = $1 AND c.relname = $2::name";

constexpr const char *owner_query =
    "SELECT c.relname::text, pg_get_userbyid(c.relowner)::text FROM pg_class c "
    "WHERE c.relnamespace = $1 AND c.relname = ANY ($2::name[]) AND c.relowner <> $3 "
    "UNION ALL SELECT p.proname::text, pg_get_userbyid(p.proowner)::text FROM pg_proc p "
    "WHERE p.pronamespace = $1 AND p.proname = ANY ($2::name[]) AND p.pronargs = 0 AND p.proowner <> $3 LIMIT 1";

constexpr const char *trigger_query =
    "SELECT t.tgrelid = $3, t.tgenabled IN ('O', 'A'), t.tgrelid::regclass::text "
    "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE p.pronamespace = $1 AND p.proname = ANY ($2::name[]) AND p.pronargs = 0";

void take_row(const Result &result, std::uint64_t row, Mapping &mapping)
{
    using Writer = forms::RelationWriter;
    const std::string name = result.text(row, 0), holds = result.text(row, 5), detail = result.text(row, 6);
    if (holds == Writer::mapping_submission) return void(mapping.submission = detail);
    if (holds == Writer::mapping_condition) return void(mapping.condition = detail);
    const auto known = forms::holds_of(holds);
    if (!known)
        throw Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, "the mapping of columns is not as quire left it")
            .detail("A column of " + quoted(to_database(name)) + " holds " + quoted(to_database(holds)) + ".");
    auto &relations = mapping.relations;
    const auto is_of = [&](const forms::Relation &relation) { return relation.name == name; };
    auto relation = std::find_if(relations.begin(), relations.end(), is_of);
    if (relation == relations.end()) {
        relations.emplace_back().name = name;
        relation = relations.end() - 1;
        relation->table = result.text(row, 3) == "Submissions" ? "" : result.text(row, 3);
    }
    forms::RelationColumn &column = relation->columns.emplace_back();
    column.name = result.text(row, 1);
    column.holds = *known;
    column.type = result.text(row, 2);
    column.path = result.text(row, 4);
    column.detail = detail;
    column.first = result.number(row, 7);
    column.last = result.number(row, 8);
    column.note = result.text(row, 9);
    const auto choices = result.texts(row, 10), labels = result.texts(row, 11);
    for (std::size_t i = 0; i < choices.size(); ++i) column.labels.emplace_back(choices[i], labels.at(i));
}

}  // namespace

void run_sql(const std::string &sql, std::span<const Oid> types, std::span<const Datum> values)
{
    Plan::Options options;
    if (IsolationUsesXactSnapshot())
        options.snapshot = call([] {
            CommandCounterIncrement();
            return GetLatestSnapshot();
        });
    Plan(std::string(to_database(sql)).c_str(), types).run(values, options);
}

bool may_create(const Spi &spi, Oid schema)
{
    static constexpr Oid types[] = {OIDOID};
    const Datum values[] = {ObjectIdGetDatum(schema)};
    run_sql("SELECT has_schema_privilege($1, 'CREATE')", types, values);
    return Result(spi).flag(0, 0);
}

SourceTable read_source(const Spi &spi, Oid table)
{
    static constexpr Oid types[] = {OIDOID};
    const Datum values[] = {ObjectIdGetDatum(table)};
    const Result result(spi);
    SourceTable source;
    run_sql(source_query, types, values);
    if (result.rows() == 0) return source;
    source.kind = result.text(0, 0).front();
    source.has_kin = result.flag(0, 1);
    source.may_read = result.flag(0, 2);
    source.may_trigger = result.flag(0, 3);
    source.hides_rows = result.flag(0, 4);
    run_sql(key_query, types, values);
    for (std::uint64_t i = 0; i < result.rows(); ++i)
        source.key.push_back({result.text(i, 0), result.text(i, 1), result.text(i, 2), result.flag(i, 3)});
    return source;
}

std::uint64_t count_blocks(const Spi &spi, Oid table)
{
    static constexpr Oid types[] = {OIDOID};
    const Datum values[] = {ObjectIdGetDatum(table)};
    run_sql("SELECT pg_relation_size($1) / current_setting('block_size')::int8", types, values);
    return static_cast<std::uint64_t>(DatumGetInt64(spi.value(0, 0).value()));
}

std::string geometry_type(const Spi &spi)
{
    run_sql(geometry_query);
    return spi.rows() == 0 ? "" : Result(spi).text(0, 0);
}

Mapping read_mapping(const Spi &spi, Oid schema, const std::string &name, const std::string &view)
{
    Mapping mapping;
    const Present present = read_relation(spi, schema, name);
    if (present.kind == '\0') return mapping;
    std::string columns;
    for (const std::string &column : present.columns) columns += column + ' ';
    if (present.kind != RELKIND_VIEW ||
        columns != "relation ordinal column type table_name path holds detail first_form last_form note labels ")
        throw Error(ERRCODE_DUPLICATE_TABLE, "relation " + quoted(to_database(name)) + " is in the way")
            .detail("The mapping of columns is to have this name.")
            .hint("Choose another prefix or schema.");
    check_owner(spi, schema, {name});
    run_sql(
        "SELECT relation::text, \"column\"::text, type, table_name, path, holds, detail, first_form, last_form, note,"
        "    ARRAY(SELECT l.key FROM jsonb_each_text(m.labels) AS l),"
        "    ARRAY(SELECT l.value FROM jsonb_each_text(m.labels) AS l) "
        "FROM " +
        view + " AS m");
    const Result result(spi);
    for (std::uint64_t row = 0; row < result.rows(); ++row) take_row(result, row, mapping);
    return mapping;
}

Present read_relation(const Spi &spi, Oid schema, const std::string &name)
{
    static constexpr Oid types[] = {OIDOID, TEXTOID};
    const Datum values[] = {ObjectIdGetDatum(schema), text_datum(name)};
    run_sql(relation_query, types, values);
    const Result result(spi);
    if (result.rows() == 0) return {};
    return {result.text(0, 0).front(), result.texts(0, 1), result.texts(0, 2)};
}

int newest_form(const Spi &spi, Oid schema, const std::string &stem)
{
    static constexpr Oid types[] = {OIDOID, TEXTOID};
    const Datum values[] = {ObjectIdGetDatum(schema), text_datum(stem)};
    run_sql(
        "SELECT substr(p.proname, length($2) + 1)::int4, p.prorettype = 'quire.xform'::regtype, p.proname::text "
        "FROM pg_proc p WHERE p.pronamespace = $1 AND p.pronargs = 0 AND starts_with(p.proname, $2) "
        "    AND substr(p.proname, length($2) + 1) ~ '^[1-9][0-9]{0,7}$' ORDER BY 1 DESC LIMIT 1",
        types, values);
    const Result result(spi);
    if (result.rows() == 0) return 0;
    if (!result.flag(0, 1))
        throw Error(ERRCODE_DUPLICATE_FUNCTION, "function " + quoted(to_database(result.text(0, 2))) + " is in the way")
            .detail("Versions of the form are to have names like this.")
            .hint("Choose another prefix or schema.");
    return result.number(0, 0);
}

void check_owner(const Spi &spi, Oid schema, const std::vector<std::string> &names)
{
    static constexpr Oid types[] = {OIDOID, TEXTARRAYOID, OIDOID};
    const Datum values[] = {ObjectIdGetDatum(schema), array_datum(names), ObjectIdGetDatum(GetUserId())};
    run_sql(owner_query, types, values);
    if (spi.rows() == 0) return;
    const Result result(spi);
    throw Error(ERRCODE_INSUFFICIENT_PRIVILEGE, quoted(to_database(result.text(0, 0))) + " belongs to another role")
        .hint("SET ROLE " + std::string(to_database(forms::quote_identifier(result.text(0, 1)))) +
              ", or choose another prefix or schema.");
}

TriggersInPlace read_triggers(const Spi &spi, Oid schema, const std::vector<std::string> &functions, Oid table)
{
    static constexpr Oid types[] = {OIDOID, TEXTARRAYOID, OIDOID};
    const Datum values[] = {ObjectIdGetDatum(schema), array_datum(functions), ObjectIdGetDatum(table)};
    run_sql(trigger_query, types, values);
    const Result result(spi);
    TriggersInPlace triggers;
    for (std::uint64_t row = 0; row < result.rows(); ++row) {
        if (!result.flag(row, 0)) triggers.elsewhere = result.text(row, 2);
        triggers.count += result.flag(row, 0) && result.flag(row, 1);
    }
    return triggers;
}

}  // namespace quire::pg
