// src/core/models/step.hpp: one step of a model, from a version to the next, as a file and in the ledger.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/support/result.hpp"

namespace quire::models {

struct Step {
    int version = 0;  // that it leads to, from 1
    std::string name;
    std::string up;
    std::optional<std::string> down;  // none: there is no way back
};

// What an instance remembers of a step it took: 32 hexadecimal digits over version, name and up. The way back may be
// mended after a release, the way there may not.
std::string digest_of(const Step &step);

// A step from its file: "0002-quotas.sql" is version 2, named "quotas"; what follows a line "-- down" leads back.
Result<Step> read_step(std::string_view file, std::string_view text);

// Names of models: small ASCII letters, digits and underscores, a letter first, at most 63. They go into DDL.
bool is_model_name(std::string_view name);

}  // namespace quire::models
