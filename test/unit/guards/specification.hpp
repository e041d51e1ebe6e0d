// test/unit/guards/specification.hpp: a state machine written out again as the text that it could have come from.
#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "core/guards/states.hpp"

namespace quire::test {

inline std::string quoted(std::optional<std::string_view> name)
{
    if (!name) return "null";
    std::string text = "\"";
    for (char c : *name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text + '"';
}

// Every state is mentioned first with itself as follower, which is always allowed: so the order of states is kept.
inline std::string specification(const guards::StateMachine &machine)
{
    std::string text;
    for (auto state : machine.all()) text += quoted(machine.name(state)) + " -> " + quoted(machine.name(state)) + ",\n";
    std::string_view before = "* -> ";
    for (auto state : machine.initial()) {
        text += before;
        text += quoted(machine.name(state));
        before = " | ";
    }
    for (auto from : machine.all())
        for (auto to : machine.next(from))
            text += ",\n" + quoted(machine.name(from)) + " -> " + quoted(machine.name(to));
    return text;
}

// The same states under the same numbers, with the same transitions?
inline bool same(const guards::StateMachine &a, const guards::StateMachine &b)
{
    if (a.size() != b.size() || a.initial() != b.initial()) return false;
    const auto states = a.all();
    return std::all_of(states.begin(), states.end(),
                       [&](auto state) { return a.name(state) == b.name(state) && a.next(state) == b.next(state); });
}

}  // namespace quire::test
