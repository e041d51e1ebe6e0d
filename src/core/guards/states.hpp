// src/core/guards/states.hpp: which states a column may hold, and which may follow which.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/support/result.hpp"

namespace quire::guards {

// A set of states with the transitions between them, read from a text like
//
//     * -> open, open -> closing, closing -> open | closed
//
// `*` stands for "no row yet"; `null` is the state of a column that is NULL; a name with other characters than
// letters, digits, '_', '-', '.' and those beyond ASCII stands in double quotes (a quote inside is doubled). Both
// sides of an arrow take alternatives. A state that nothing leaves is final. Going from a state to itself is allowed.
class StateMachine {
public:
    // A state is its number in the order of first mention.
    using State = std::size_t;
    // The name of a state; none for the state of NULL.
    using Name = std::optional<std::string_view>;

    static constexpr std::size_t max_states = 256;

    static Result<StateMachine> parse(std::string_view specification);

    std::optional<State> find(Name name) const;
    Name name(State state) const;
    std::size_t size() const { return states_.size(); }

    bool may_start(State state) const { return initial_[state]; }
    bool may_follow(State from, State to) const { return from == to || follows_[from * states_.size() + to]; }

    // In the order of first mention; what follows a state leaves out the state itself.
    std::vector<State> initial() const;
    std::vector<State> next(State from) const;
    std::vector<State> all() const;

    // A Mermaid state diagram.
    std::string diagram() const;

private:
    friend class StateParser;
    StateMachine() = default;

    std::vector<std::optional<std::string>> states_;
    std::vector<bool> initial_;
    std::vector<bool> follows_;  // states_.size() squared, row by row
};

}  // namespace quire::guards
