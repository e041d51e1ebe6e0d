// src/core/logic/standalone.hpp: one expression over one document.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/logic/evaluator.hpp"
#include "core/support/json.hpp"

namespace quire::logic {

struct Standalone {
    Dialect dialect = Dialect::javarosa;
    const Zone *zone = nullptr;
    double now = 0;
    std::uint64_t seed = 0;
    std::string language;  // that jr:itext() speaks; the document's default when empty
    Prefixes prefixes;     // beside the ones that the document declares
    std::vector<std::pair<std::string, std::string>> instances;  // data that instance() finds, by id
    std::vector<std::pair<std::string, std::string>> properties;
    std::string root;  // a path to the node where absolute paths start; the document when empty
    Limits limits;
};

// What went wrong, and with what.
struct StandaloneFault {
    enum class With { document, instance, expression, place, evaluation, limit };
    With with;
    std::size_t at = 0;  // byte of the text that is wrong
    std::string message;
    std::string instance;  // its id
};

// Evaluates `expression` at the first node that `place` leads to, and tells type and value as JSON: the value of a set
// of nodes is the array of their texts, and numbers that JSON does not have are texts.
Result<bool, StandaloneFault> evaluate_over(std::string_view document, std::string_view expression,
                                            std::string_view place, const Standalone &options, Poll poll,
                                            JsonSink &json);

}  // namespace quire::logic
