// src/pg/models/models.cpp: SQL entry points that make models and move them between versions.
#include "pg/models/instance.hpp"
#include "pg/models/query.hpp"
#include "pg/models/run.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/results.hpp"

namespace pg = quire::pg;

namespace {

void need_arguments(pg::Args &args, std::initializer_list<int> needed)
{
    for (const int i : needed)
        if (args.is_null(i))
            throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "model, schema and version must not be NULL");
}

const char *schema_of(pg::Args &args, int argument)
{
    const char *const schema = NameStr(*DatumGetName(args.datum(argument)));
    if (!*schema) throw pg::Error(ERRCODE_INVALID_SCHEMA_NAME, "the name of the schema is empty");
    return schema;
}

void create(const char *schema, const pg::Model &model, int version)
{
    pg::check_version(model, version, 1);
    pg::begin_instance(schema);
    pg::move(schema, model, 0, version);
}

struct AtHand {
    pg::Instance instance;
    pg::Model model;
};

// The model in a schema, locked, checked and the caller's own.
AtHand take(const char *schema)
{
    pg::lock_schema(schema);
    pg::Instance instance = pg::need_instance(schema);
    pg::Model model = pg::need_model(instance.stamp.model);
    pg::check_released(model, instance.stamp);
    pg::check_owner(schema, instance);
    if (instance.stamp.version > model.latest())
        throw pg::Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "schema " + pg::quoted(schema) + " is at a version that this server does not know")
            .detail("It is at version " + std::to_string(instance.stamp.version) + " of model " +
                    pg::quoted(model.name) + "; known are versions up to " + std::to_string(model.latest()) + ".")
            .hint("Install the quire that made it, or add the missing steps by quire.add_model_step().");
    return {std::move(instance), std::move(model)};
}

pg::Error wrong_way(int from, int to, const char *other)
{
    return pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "the model is at version " + std::to_string(from) +
                                                          ", and version " + std::to_string(to) + " lies the other way")
        .hint(std::string("Call quire.") + other + "().");
}

}  // namespace

// create_model(model text, schema name, version int) → int
QUIRE_FUNCTION(create_model)
{
    need_arguments(args, {0, 1});
    const char *const schema = schema_of(args, 1);
    const pg::Model model = pg::need_model(pg::to_utf8(args.text(0)));
    const int version = args.is_null(2) ? model.latest() : args.int4(2);
    pg::lock_schema(schema);
    create(schema, model, version);
    return Int32GetDatum(version);
}

// ensure_model(model text, schema name) → int
QUIRE_FUNCTION(ensure_model)
{
    need_arguments(args, {0, 1});
    const char *const schema = schema_of(args, 1);
    const pg::Model model = pg::need_model(pg::to_utf8(args.text(0)));
    auto instance = pg::find_instance(schema);
    // Who finds it current waits for nobody.
    if (!instance || instance->stamp.version < model.latest()) {
        pg::lock_schema(schema);
        instance = pg::find_instance(schema);
    }
    if (!instance) {
        create(schema, model, model.latest());
        return Int32GetDatum(model.latest());
    }
    if (instance->stamp.model != model.name)
        throw pg::Error(ERRCODE_DUPLICATE_OBJECT, "schema " + pg::quoted(schema) + " holds another model")
            .detail("It is " + pg::quoted(instance->stamp.model) + " at version " +
                    std::to_string(instance->stamp.version) + ".")
            .hint("Choose another schema.");
    pg::check_released(model, instance->stamp);
    // A newer server may have been here before: its version stays.
    if (instance->stamp.version >= model.latest()) return Int32GetDatum(instance->stamp.version);
    pg::check_owner(schema, *instance);
    pg::move(schema, model, instance->stamp.version, model.latest());
    return Int32GetDatum(model.latest());
}

// upgrade_model(schema name, version int) → int
QUIRE_FUNCTION(upgrade_model)
{
    need_arguments(args, {0});
    const char *const schema = schema_of(args, 0);
    const AtHand at_hand = take(schema);
    const int from = at_hand.instance.stamp.version, to = args.is_null(1) ? at_hand.model.latest() : args.int4(1);
    pg::check_version(at_hand.model, to, 1);
    if (to < from) throw wrong_way(from, to, "downgrade_model");
    pg::move(schema, at_hand.model, from, to);
    return Int32GetDatum(to);
}

// downgrade_model(schema name, version int) → int
QUIRE_FUNCTION(downgrade_model)
{
    need_arguments(args, {0, 1});
    const char *const schema = schema_of(args, 0);
    const AtHand at_hand = take(schema);
    const int from = at_hand.instance.stamp.version, to = args.int4(1);
    pg::check_version(at_hand.model, to, 0);
    if (to > from) throw wrong_way(from, to, "upgrade_model");
    pg::move(schema, at_hand.model, from, to);
    return Int32GetDatum(to);
}

// stamp_model(schema name, model text, version int)
QUIRE_FUNCTION(stamp_model)
{
    need_arguments(args, {0, 1, 2});
    const char *const schema = schema_of(args, 0);
    const pg::Model model = pg::need_model(pg::to_utf8(args.text(1)));
    pg::check_version(model, args.int4(2), 1);
    pg::lock_schema(schema);
    if (!OidIsValid(pg::call([&] { return get_namespace_oid(schema, true); })))
        throw pg::Error(ERRCODE_INVALID_SCHEMA_NAME, "there is no schema " + pg::quoted(schema))
            .hint("quire.create_model() makes it, and the model in it.");
    if (const auto instance = pg::find_instance(schema)) pg::check_owner(schema, *instance);
    pg::stamp(schema, model, args.int4(2));
    return args.null();
}

// model_history(schema name) → SETOF record(version, name, direction, digest, at, role)
QUIRE_FUNCTION(model_history)
{
    const char *const schema = schema_of(args, 0);
    pg::need_instance(schema);
    pg::RowSet rows(args);
    const Oid nsp = pg::call([&] { return get_namespace_oid(schema, false); });
    // A dump may have left it out.
    if (!OidIsValid(pg::call([&] { return get_relname_relid(pg::history_table, nsp); }))) return rows.finish();
    const std::string sql = "SELECT version, name, direction, digest, at, role FROM " + pg::identifier(schema) + "." +
                            pg::history_table + " ORDER BY id";
    const pg::Spi spi;
    const pg::Plan plan(sql.c_str(), {});
    plan.run({}, {.read_only = true});
    for (std::uint64_t row = 0; row < spi.rows(); ++row) {
        pg::Row values;
        for (int column = 0; column < rows.columns(); ++column) values.datum(spi.value(row, column));
        rows.add(values);
    }
    return rows.finish();
}

// load_example(schema name) → int
QUIRE_FUNCTION(load_example)
{
    const char *const schema = schema_of(args, 0);
    const pg::Instance instance = pg::need_instance(schema);
    pg::check_owner(schema, instance);
    for (const pg::ShippedFile &file : pg::shipped_files())
        if (instance.stamp.model == file.model && std::string_view(file.name) == "example.sql")
            return Int32GetDatum(pg::run_script(
                file.text, "the example of model " + pg::quoted(file.model) + " in schema " + pg::quoted(schema),
                schema));
    throw pg::Error(ERRCODE_UNDEFINED_OBJECT, "model " + pg::quoted(instance.stamp.model) + " comes with no example");
}
