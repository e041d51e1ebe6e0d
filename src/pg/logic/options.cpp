// src/pg/logic/options.cpp: options of evaluation.
#include "pg/logic/options.hpp"

#include "pg/support/encoding.hpp"
#include "pg/support/error.hpp"
#include "pg/support/settings.hpp"

namespace quire::pg {

EvaluationOptions::EvaluationOptions(Options &options)
    : zone(options.text("timezone").value_or("UTC")),
      language(options.text("language").value_or("")),
      instances(text_members(options.value("instances"))),
      properties(text_members(options.value("properties")))
{
    if (const auto text = options.text("now")) now = read_moment(*text);
}

std::vector<std::pair<std::string, std::string>> text_members(std::optional<Datum> object)
{
    std::vector<std::pair<std::string, std::string>> members;
    if (object)
        for_each_member(*object,
                        [&](std::string_view key, Datum value) { members.emplace_back(key, scalar_text(value)); });
    return members;
}

std::uint64_t random_seed()
{
    std::uint64_t seed = 0;
    if (!pg_strong_random(&seed, sizeof seed)) throw Error(ERRCODE_INTERNAL_ERROR, "there are no random numbers");
    return seed;
}

void refuse_instance(std::string_view id, const Fault &fault)
{
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "the data of an instance cannot be read")
        .detail("Instance " + quoted(to_database(id)) + ", byte " + std::to_string(fault.at + 1) + ": " +
                fault.message + ".")
        .hint("It may be XML, CSV with a line of names, or a GeoJSON FeatureCollection.");
}

logic::Limits evaluation_limits()
{
    logic::Limits limits;
    limits.steps = max_evaluation_steps();
    limits.memory = max_evaluation_memory();
    return limits;
}

}  // namespace quire::pg
