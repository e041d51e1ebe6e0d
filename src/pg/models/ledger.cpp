// src/pg/models/ledger.cpp: reading and writing quire.model_step.
#include "pg/models/ledger.hpp"

#include "pg/models/query.hpp"
#include "pg/models/run.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/locks.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/results.hpp"

namespace pg = quire::pg;
using quire::models::Step;

namespace quire::pg {
namespace {

std::vector<Step> steps_of(std::string_view model)
{
    const Parameter wanted[] = {text_parameter(model)};
    std::vector<Step> steps;
    for (TextRow &row : query("SELECT version::pg_catalog.text, name, up, down FROM quire.model_step"
                              " WHERE model OPERATOR(pg_catalog.=) $1 ORDER BY model_step.version",
                              wanted))
        steps.push_back({std::stoi(*row[0]), std::move(*row[1]), std::move(*row[2]), std::move(row[3])});
    return steps;
}

bool has_own_steps(std::string_view model)
{
    const Parameter wanted[] = {text_parameter(model)};
    return !query("SELECT name FROM quire.own_model_step WHERE model OPERATOR(pg_catalog.=) $1 LIMIT 1", wanted)
                .empty();
}

std::string known_models()
{
    std::vector<std::string> names;
    for (const TextRow &row : query("SELECT DISTINCT model FROM quire.model_step ORDER BY model LIMIT 20"))
        names.emplace_back(to_database(*row[0]));
    return quoted_list(names);
}

}  // namespace

bool comes_with_quire(std::string_view model)
{
    const auto files = shipped_files();
    return std::any_of(files.begin(), files.end(), [&](const ShippedFile &file) { return file.model == model; });
}

Model need_model(std::string_view name)
{
    Model model{std::string(name), steps_of(name), comes_with_quire(name) && !has_own_steps(name)};
    if (model.steps.empty())
        throw Error(ERRCODE_UNDEFINED_OBJECT, "there is no model " + quoted(to_database(name)))
            .hint("There are " + known_models() + "; quire.add_model_step() makes one of your own.");
    for (std::size_t i = 0; i < model.steps.size(); ++i)
        if (model.steps[i].version != static_cast<int>(i) + 1)
            throw Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "step " + std::to_string(i + 1) + " of model " + quoted(to_database(name)) + " is missing")
                .hint("Add it by quire.add_model_step().");
    return model;
}

void check_released(const Model &model, const models::Stamp &stamp)
{
    const std::size_t known = std::min(model.steps.size(), stamp.digests.size());
    for (std::size_t i = 0; i < known; ++i) {
        const Step &step = model.steps[i];
        if (models::digest_of(step) != stamp.digests[i])
            throw Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, step_title(model.name, step) + " is not what was run")
                .detail("It was edited after the schema had taken it, or the schema took another step of this version.")
                .hint(
                    "Put it back as it was and add a new step; or, if the schema is as the step now makes it, say so "
                    "by quire.stamp_model().");
    }
}

void check_version(const Model &model, int version, int least)
{
    if (version >= least && version <= model.latest()) return;
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE,
                "model " + quoted(to_database(model.name)) + " has no version " + std::to_string(version) + " to go to")
        .detail("It can go to versions " + std::to_string(least) + " to " + std::to_string(model.latest()) + ".");
}

}  // namespace quire::pg

namespace {

constexpr std::size_t most_name = 200;

Step read_new_step(pg::Args &args)
{
    for (int i = 0; i < 4; ++i)
        if (args.is_null(i))
            throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "model, version, name and up must not be NULL");
    if (!quire::models::is_model_name(args.text(0)))
        throw pg::Error(ERRCODE_INVALID_NAME, "this cannot be the name of a model")
            .hint("Names of models are small letters, digits and underscores, a letter first, at most 63.");
    Step step{args.int4(1), std::string(pg::to_utf8(args.text(2))), std::string(pg::to_utf8(args.text(3))), {}};
    if (const auto down = args.optional_text(4)) step.down = std::string(pg::to_utf8(*down));
    if (step.name.empty() || step.name.size() > most_name || step.name.find('\n') != step.name.npos)
        throw pg::Error(ERRCODE_INVALID_NAME, "this cannot be the name of a step")
            .hint("It is one line of at most " + std::to_string(most_name) + " bytes.");
    return step;
}

// Is the step there already? Throws when another is in its place, or one before it is missing.
bool is_known(std::string_view model, const Step &step)
{
    const pg::Parameter wanted[] = {pg::text_parameter(model), pg::number_parameter(step.version)};
    const auto same = pg::query(
        "SELECT name, up, down FROM quire.own_model_step WHERE model OPERATOR(pg_catalog.=) $1"
        " AND version OPERATOR(pg_catalog.=) $2",
        wanted);
    if (!same.empty()) {
        const pg::TextRow &row = same.front();
        if (*row[0] == step.name && *row[1] == step.up && row[2] == step.down) return true;
        throw pg::Error(
            ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            "step " + std::to_string(step.version) + " of model " + pg::quoted(model) + " is another already")
            .detail("Schemas may have taken it; what they took must stay known.")
            .hint(
                "Add what is new as the next step. A step that nobody has taken can be deleted from "
                "quire.own_model_step.");
    }
    const auto last = pg::query(
        "SELECT COALESCE(pg_catalog.max(version), 0)::pg_catalog.text FROM quire.own_model_step"
        " WHERE model OPERATOR(pg_catalog.=) $1 AND $2 OPERATOR(pg_catalog.>) 0",
        wanted);
    const int next = std::stoi(*last.front()[0]) + 1;
    if (step.version != next)
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "the next step of model " + pg::quoted(model) + " is " +
                                                             std::to_string(next) + ", not " +
                                                             std::to_string(step.version));
    return false;
}

}  // namespace

// add_model_step(model text, version int, name text, up text, down text)
QUIRE_FUNCTION(add_model_step)
{
    const Step step = read_new_step(args);
    const std::string_view model = args.text(0);
    if (pg::comes_with_quire(model))
        throw pg::Error(ERRCODE_RESERVED_NAME, "model " + pg::quoted(model) + " comes with quire")
            .hint(
                "Change its tables by statements of your own, which verify_model() lists as additions; or make a model "
                "of your own.");
    pg::lock_name(std::string("model ").append(model));
    if (is_known(model, step)) return args.null();
    pg::check_syntax(std::string(model), step);
    const pg::Parameter values[] = {pg::text_parameter(model), pg::number_parameter(step.version),
                                    pg::text_parameter(step.name), pg::text_parameter(step.up),
                                    pg::optional_parameter(step.down)};
    pg::query("INSERT INTO quire.own_model_step VALUES ($1, $2, $3, $4, $5)", values);
    return args.null();
}

// shipped_model_steps() → SETOF record(model, version, name, up, down)
QUIRE_FUNCTION(shipped_model_steps)
{
    pg::RowSet rows(args);
    for (const pg::ShippedFile &file : pg::shipped_files()) {
        const auto step = quire::models::read_step(file.name, file.text);
        if (!step.ok()) continue;  // the example
        const Step &it = step.value();
        rows.add(pg::Row().text(pg::Text(file.model)).integer(it.version).text(it.name).text(it.up).text(it.down));
    }
    return rows.finish();
}

// model_sql(model text, from_version int, to_version int) → text
QUIRE_FUNCTION(model_sql)
{
    if (args.is_null(0)) return args.null();
    const pg::Model model = pg::need_model(pg::to_utf8(args.text(0)));
    const int from = args.is_null(1) ? 0 : args.int4(1), to = args.is_null(2) ? model.latest() : args.int4(2);
    pg::check_version(model, from, 0);
    pg::check_version(model, to, 0);
    std::string sql;
    const auto add = [&](const Step &step, const char *way, const std::string &text) {
        sql.append(sql.empty() ? "" : "\n")
            .append("-- " + model.name + ", step " + std::to_string(step.version) + ", " + step.name + way + "\n")
            .append(text);
        if (!text.ends_with('\n')) sql += '\n';
    };
    for (int at = from; at < to; ++at) add(model.steps[at], "", model.steps[at].up);
    for (int at = from; at > to; --at)
        add(model.steps[at - 1], ", back", pg::need_down(model.name, model.steps[at - 1]));
    return pg::make_varlena(pg::to_database(sql));
}
