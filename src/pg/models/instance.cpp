// src/pg/models/instance.cpp: stamps, history, and the steps between.
#include "pg/models/instance.hpp"

#include "pg/models/query.hpp"
#include "pg/models/run.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/locks.hpp"
#include "pg/support/memory.hpp"

namespace quire::pg {
namespace {

using models::Step;

std::string name_in(const char *schema, const char *object)
{
    return identifier(schema) + "." + object;
}

// A step may use what came with its version of quire, so the SQL of the extension must be as new as the library.
void check_extension(const Model &model)
{
    if (!model.is_shipped) return;
    const auto rows =
        query("SELECT extversion FROM pg_catalog.pg_extension WHERE extname OPERATOR(pg_catalog.=) 'quire'");
    const std::string installed = rows.empty() ? "none" : *rows.front()[0];
    if (installed != QUIRE_VERSION)
        throw Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "the steps of model " + quoted(model.name) + " are those of quire " QUIRE_VERSION)
            .detail("The extension in this database is of version " + installed + ".")
            .hint("Update it first: ALTER EXTENSION quire UPDATE;");
}

void begin_history(const char *schema)
{
    const Oid nsp = call([&] { return get_namespace_oid(schema, false); });
    if (OidIsValid(call([&] { return get_relname_relid(history_table, nsp); }))) return;
    const std::string table = name_in(schema, history_table);
    execute("CREATE TABLE " + table +
            " (id pg_catalog.int4 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, version pg_catalog.int4 NOT NULL,"
            " name pg_catalog.text NOT NULL, direction pg_catalog.text NOT NULL CHECK (direction OPERATOR(pg_catalog.=)"
            " ANY (ARRAY['up'::pg_catalog.text, 'down', 'stamp'])), digest pg_catalog.text NOT NULL,"
            " at pg_catalog.timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),"
            " role pg_catalog.name NOT NULL DEFAULT CURRENT_USER)");
    execute("COMMENT ON TABLE " + table +
            " IS 'The steps that this schema''s model has taken; read it by quire.model_history().'");
}

void note_step(const char *schema, const Step &step, const char *direction)
{
    const Parameter values[] = {number_parameter(step.version), text_parameter(step.name), text_parameter(direction),
                                text_parameter(models::digest_of(step))};
    query(
        "INSERT INTO " + name_in(schema, history_table) + " (version, name, direction, digest) VALUES ($1, $2, $3, $4)",
        values);
}

void write_stamp(const char *schema, const Model &model, int version)
{
    models::Stamp stamp{model.name, version, {}};
    for (int i = 0; i < version; ++i)
        stamp.digests.push_back(models::digest_of(model.steps[static_cast<std::size_t>(i)]));
    const std::string function = name_in(schema, stamp_function) + "()";
    execute("CREATE OR REPLACE FUNCTION " + function +
            " RETURNS quire.model_stamp LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $quire$" + models::write_stamp(stamp) +
            "$quire$");
    execute("COMMENT ON FUNCTION " + function +
            " IS 'The model that this schema holds, its version, and a digest of each step; quire writes it.'");
}

void remove_stamp(const char *schema)
{
    execute("DROP FUNCTION " + name_in(schema, stamp_function) + "()");
    execute("DROP TABLE IF EXISTS " + name_in(schema, history_table));
}

}  // namespace

std::optional<Instance> find_instance(const char *schema)
{
    struct Found {
        Oid schema, owner;
        const char *body;
    };
    const Found found = call([&] {
        Found result = {};
        result.schema = get_namespace_oid(schema, true);
        if (!OidIsValid(result.schema)) return result;
        oidvector *const none = buildoidvector(nullptr, 0);
        const HeapTuple row = SearchSysCache3(PROCNAMEARGSNSP, CStringGetDatum(stamp_function), PointerGetDatum(none),
                                              ObjectIdGetDatum(result.schema));
        if (!HeapTupleIsValid(row)) return result;
        result.owner = reinterpret_cast<Form_pg_proc>(GETSTRUCT(row))->proowner;
        bool is_null;
        const Datum body = SysCacheGetAttr(PROCNAMEARGSNSP, row, Anum_pg_proc_prosrc, &is_null);
        result.body = is_null ? nullptr : TextDatumGetCString(body);
        ReleaseSysCache(row);
        return result;
    });
    if (!found.body) return std::nullopt;
    auto stamp = models::read_stamp(found.body);
    if (!stamp) return std::nullopt;
    return Instance{found.schema, found.owner, *std::move(stamp)};
}

Instance need_instance(const char *schema)
{
    if (auto instance = find_instance(schema)) return *std::move(instance);
    throw Error(ERRCODE_UNDEFINED_OBJECT, "schema " + quoted(schema) + " holds no model")
        .hint("quire.create_model() makes one; quire.model_status() lists those that there are.");
}

void lock_schema(const char *schema)
{
    lock_name(std::string("schema ") + schema);
}

void begin_instance(const char *schema)
{
    if (const auto instance = find_instance(schema))
        throw Error(ERRCODE_DUPLICATE_OBJECT, "schema " + quoted(schema) + " holds a model already")
            .detail("It is " + quoted(instance->stamp.model) + " at version " +
                    std::to_string(instance->stamp.version) + ".")
            .hint("Choose another schema; or call quire.upgrade_model(), or quire.ensure_model().");
    if (!OidIsValid(call([&] { return get_namespace_oid(schema, true); })))
        execute("CREATE SCHEMA " + identifier(schema));
}

void move(const char *schema, const Model &model, int from, int to)
{
    if (from == to) return;
    for (int at = from; at > to; --at) need_down(model.name, model.steps[static_cast<std::size_t>(at) - 1]);
    if (to > from) check_extension(model);
    begin_history(schema);
    const int way = to > from ? 1 : -1;
    for (int at = from; at != to; at += way) {
        const Step &step = model.steps[static_cast<std::size_t>(way > 0 ? at : at - 1)];
        const std::string what =
            step_title(model.name, step) + (way > 0 ? "" : ", back,") + " in schema " + quoted(schema);
        run_script(way > 0 ? step.up : *step.down, what, schema);
        note_step(schema, step, way > 0 ? "up" : "down");
    }
    if (to > 0) return write_stamp(schema, model, to);
    remove_stamp(schema);
}

void stamp(const char *schema, const Model &model, int version)
{
    begin_history(schema);
    note_step(schema, model.steps[static_cast<std::size_t>(version) - 1], "stamp");
    write_stamp(schema, model, version);
}

void check_owner(const char *schema, const Instance &instance)
{
    if (instance.owner == GetUserId()) return;
    const std::string owner = call([&] { return GetUserNameFromId(instance.owner, true); }) ?: "";
    throw Error(ERRCODE_INSUFFICIENT_PRIVILEGE,
                "the model in schema " + quoted(schema) + " belongs to role " + quoted(owner))
        .detail(
            "What its steps make is to belong to the same role, and what is in the schema runs with the rights of who "
            "calls.")
        .hint("SET ROLE " + identifier(owner.c_str()) + "; and call again.");
}

}  // namespace quire::pg
