// src/pg/logic/options.hpp: what callers may set for the evaluation of expressions.
#pragma once
#include "core/logic/evaluator.hpp"

#include "pg/logic/zone.hpp"
#include "pg/support/json.hpp"

namespace quire::pg {

// The options that all functions of logic share.
struct EvaluationOptions {
    // Takes them from the caller's; those left over are the caller's own.
    explicit EvaluationOptions(Options &options);

    ServerZone zone;
    std::optional<double> now;
    std::string language;
    std::vector<std::pair<std::string, std::string>> instances, properties;
};

std::vector<std::pair<std::string, std::string>> text_members(std::optional<Datum> object);
logic::Limits evaluation_limits();
std::uint64_t random_seed();
// Throws 22023 for data of an instance that nobody can read.
[[noreturn]] void refuse_instance(std::string_view id, const Fault &fault);

}  // namespace quire::pg
