// src/core/logic/regex_automaton.hpp: a program's machine, whose states are made when a text first reaches them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/logic/regex_program.hpp"
#include "core/support/poll.hpp"

namespace quire::logic {

// A state is the set of instructions that all ways through the program have come to. Making one costs no more than the
// program is long, and each character makes at most two; states made before are kept until they take too much room, and
// then all are forgotten. So a text takes time linear in it whatever the pattern, and mostly one look-up a character.
class RegexAutomaton {
public:
    explicit RegexAutomaton(RegexProgram program);

    enum class Question { search, match };
    bool decide(std::string_view text, Question question, Poll poll);
    std::size_t bytes_taken() const;

private:
    using StateId = std::uint32_t;
    static constexpr StateId unknown = 0xFFFFFFFF;

    struct State {
        std::size_t first = 0;  // of its instructions, in members_
        std::uint32_t count = 0;
        bool accepts = false;
        bool is_plain = true;             // asks nothing, does not accept, and is not empty
        std::uint64_t asks = 0;           // facts
        std::uint32_t answers = unknown;  // the latest in answers_, or unknown
    };
    // What a state becomes where the facts that it asks for hold as told.
    struct Answer {
        std::uint64_t facts = 0;
        StateId state = unknown;
        std::uint32_t before = unknown;
        std::uint32_t rank = 0;
    };
    // Facts of a place; none while it is not known.
    struct Known {
        std::uint64_t to_hold = 0;
        std::uint64_t to_fail = 0;
    };
    class Run;

    StateId start(std::uint32_t instruction);
    StateId follow(StateId from, std::uint32_t symbol);
    StateId settle(StateId state, std::uint64_t facts);

    void reach(std::uint32_t instruction, Known known);
    std::uint64_t facts_asked();
    StateId intern(bool settled);
    StateId insert(std::uint64_t hash);
    void take_slot(StateId state);
    void grow_slots();
    void forget();

    std::span<const std::uint32_t> members_of(const State &state) const
    {
        return {members_.data() + state.first, state.count};
    }

    RegexProgram program_;
    std::size_t room_;  // for what states take, in bytes

    std::vector<State> states_;
    std::vector<StateId> transitions_;  // of each state, by symbol
    std::vector<std::uint32_t> members_;
    std::vector<Answer> answers_;
    std::vector<StateId> slots_;                             // of a hash table with linear probing
    std::vector<std::uint64_t> hashes_;                      // of each state
    std::vector<std::pair<std::uint32_t, StateId>> starts_;  // by instruction
    std::size_t forgotten_ = 0;                              // how often all was

    // What the next state is made of; empty in between.
    std::vector<std::uint64_t> reached_;  // a bit an instruction
    std::vector<std::uint32_t> open_;
    std::vector<std::uint32_t> next_;

    std::vector<std::uint64_t> held_;  // of each lookaround, a bit a place of the text
    bool running_ = false;             // still set when a run was thrown out of
};

}  // namespace quire::logic
