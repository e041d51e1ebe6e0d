// src/core/logic/functions.hpp: the functions that expressions may call.
#pragma once
#include <cstdint>
#include <string_view>

namespace quire::logic {

class Evaluator;
struct Context;
struct Op;
struct Value;

struct Function {
    static constexpr std::uint8_t any_number = 255;
    enum Trait : std::uint8_t {
        none = 0,
        changes = 1,     // its value is another one each time, or for each client
        speaks = 2,      // its value is in some language
        measures = 4,    // clients round it differently
        tells_time = 8,  // its value depends on the clock
    };

    std::string_view name;
    std::uint8_t least, most;  // arguments
    std::uint8_t traits;
    // Evaluates its arguments itself, for some are never looked at.
    Value (*body)(Evaluator &, const Op &call, const Context &);
};

// Null when there is none of this name.
const Function *find_function(std::string_view name);

// The name nearest to one that there is none of; empty when none is near.
std::string_view nearest_function(std::string_view name);

}  // namespace quire::logic
