// src/pg/models/verify.cpp: verify_model and model_status.
#include "pg/models/instance.hpp"
#include "pg/models/inventory.hpp"
#include "pg/models/query.hpp"
#include "pg/support/compat.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/results.hpp"
#include "pg/support/subtransaction.hpp"

namespace pg = quire::pg;
using quire::models::Finding;

namespace {

// A name that nobody uses.
std::string free_schema()
{
    for (int i = 1;; ++i) {
        std::string name = "quire_fresh_" + std::to_string(MyProcPid) + "_" + std::to_string(i);
        if (!OidIsValid(pg::call([&] { return get_namespace_oid(name.c_str(), true); }))) return name;
    }
}

// What a fresh install of the version holds: made in a subtransaction, looked at, and undone.
std::vector<quire::models::Fact> fresh_inventory(const pg::Model &model, int version)
{
    const std::string schema = free_schema();
    pg::Subtransaction trial;
    pg::begin_instance(schema.c_str());
    pg::move(schema.c_str(), model, 0, version);
    auto facts = pg::inventory(schema.c_str());
    pg::define_again(schema.c_str());
    const auto key = [](const quire::models::Fact &fact) { return fact.object + '\n' + fact.aspect; };
    std::unordered_map<std::string, std::string> again;
    for (auto &fact : pg::inventory(schema.c_str())) again[key(fact)] = std::move(fact.value);
    for (auto &fact : facts)
        if (const auto other = again.find(key(fact));
            other != again.end() && fact.aspect != "comment" && fact.aspect != "options")
            fact.also = std::move(other->second);
    trial.roll_back();
    return facts;
}

std::vector<Finding> verify(const char *schema, const pg::Instance &instance, const pg::Model &model)
{
    const int version = instance.stamp.version;
    if (version > model.latest())
        throw pg::Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "schema " + pg::quoted(schema) + " is at a version that this server does not know")
            .hint("Install the quire that made it, or add the missing steps by quire.add_model_step().");
    std::vector<Finding> findings = quire::models::compare(fresh_inventory(model, version), pg::inventory(schema));
    for (std::size_t i = 0; i < instance.stamp.digests.size(); ++i)
        if (quire::models::digest_of(model.steps[i]) != instance.stamp.digests[i])
            findings.push_back({"step " + std::to_string(i + 1) + " " + model.steps[i].name,
                                "was edited after this schema had taken it", true});
    return findings;
}

bool can_make_schemas()
{
    return !RecoveryInProgress() && !XactReadOnly && !IsInParallelMode() &&
           pg::call([] { return pg::may_create_schemas(MyDatabaseId, GetUserId()); });
}

// Verifying runs the steps. Those of a model of the users' own run as nobody but the owner of what was made by them.
bool may_run(const pg::Instance &instance, const pg::Model &model)
{
    return model.is_shipped || instance.owner == GetUserId();
}

// Does verify_model have a fault to tell? Nothing where that cannot be found out.
std::optional<bool> has_drifted(const char *schema, const pg::Instance &instance, const pg::Model &model)
{
    if (!can_make_schemas() || !may_run(instance, model) || instance.stamp.version > model.latest())
        return std::nullopt;
    pg::Subtransaction trial;
    try {
        const auto findings = verify(schema, instance, model);
        trial.release();
        return std::any_of(findings.begin(), findings.end(), [](const Finding &finding) { return finding.is_fault; });
    } catch (const pg::ServerError &error) {
        // A step that cannot be run here, such as one that needs another extension; not a cancel, nor the memory's end.
        const int category = error.data ? ERRCODE_TO_CATEGORY(error.data->sqlerrcode) : 0;
        if (category == 0 || category == ERRCODE_OPERATOR_INTERVENTION || category == ERRCODE_INSUFFICIENT_RESOURCES)
            throw;
    } catch (const pg::Error &) {
    }
    trial.roll_back();
    return std::nullopt;
}

}  // namespace

// verify_model(schema name) → SETOF record(object, problem, is_fault)
QUIRE_FUNCTION(verify_model)
{
    const char *const schema = NameStr(*DatumGetName(args.datum(0)));
    const pg::Instance instance = pg::need_instance(schema);
    const pg::Model model = pg::need_model(instance.stamp.model);
    if (!may_run(instance, model)) pg::check_owner(schema, instance);
    pg::RowSet rows(args);
    for (const Finding &finding : verify(schema, instance, model))
        rows.add(pg::Row().text(finding.object).text(finding.problem).boolean(finding.is_fault));
    return rows.finish();
}

// model_status() → SETOF record(schema, model, version, latest, drifted)
QUIRE_FUNCTION(model_status)
{
    pg::RowSet rows(args);
    const auto schemas = pg::query(
        "SELECT n.nspname::text FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n"
        " ON n.oid OPERATOR(pg_catalog.=) p.pronamespace WHERE p.proname OPERATOR(pg_catalog.=) 'quire_model'"
        " AND p.pronargs OPERATOR(pg_catalog.=) 0 ORDER BY n.nspname");
    for (const pg::TextRow &row : schemas) {
        const std::string schema(pg::to_database(*row[0]));
        const auto instance = pg::find_instance(schema.c_str());
        if (!instance) continue;
        const auto count = [&] {
            const pg::Parameter wanted[] = {pg::text_parameter(instance->stamp.model)};
            return pg::query(
                "SELECT pg_catalog.count(*)::pg_catalog.text FROM quire.model_step WHERE model OPERATOR(pg_catalog.=) "
                "$1",
                wanted);
        }();
        const int latest = std::stoi(*count.front()[0]);
        pg::Row values;
        NameData name = {};
        schema.copy(NameStr(name), NAMEDATALEN - 1);
        values.datum(NameGetDatum(&name)).text(instance->stamp.model).integer(instance->stamp.version);
        if (latest == 0) {
            rows.add(values.null().null());
            continue;
        }
        const auto drifted = has_drifted(schema.c_str(), *instance, pg::need_model(instance->stamp.model));
        values.integer(latest);
        rows.add(drifted ? values.boolean(*drifted) : values.null());
    }
    return rows.finish();
}
