// src/core/logic/regex_program.hpp: a pattern as instructions for a machine that follows all ways at once.
#pragma once
#include <cstdint>
#include <vector>

#include "core/logic/alphabet.hpp"
#include "core/logic/char_set.hpp"
#include "core/logic/regex_syntax.hpp"

namespace quire::logic {

struct RegexInstruction {
    enum class Op : std::uint8_t {
        accept,
        chars,    // goes on at `next` behind a character of sets[index]
        holds,    // goes on at `next` where fact `index` holds
        differs,  // … where it does not
        split,    // goes on at `next` and at `index`
    };
    Op op = Op::accept;
    std::uint32_t next = 0;
    std::uint32_t index = 0;
};

// Of a lookahead, the instructions match its body from right to left: reading the text backwards they arrive wherever
// it can start. So one pass over the text tells each place where the lookahead holds, and of a lookbehind, forwards,
// the same.
struct RegexProgram {
    struct Look {
        std::uint32_t start = 0;  // searches: goes on anywhere
        bool behind = false;
    };

    explicit RegexProgram(RegexTree tree);

    std::vector<RegexInstruction> code;
    std::uint32_t start_of_match = 0;
    std::uint32_t start_of_search = 0;
    std::vector<Look> looks;  // each after those that it asks
    std::vector<CharSet> sets;
    Alphabet alphabet;
};

}  // namespace quire::logic
