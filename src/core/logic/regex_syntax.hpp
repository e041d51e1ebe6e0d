// src/core/logic/regex_syntax.hpp: a pattern as a tree.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/logic/char_set.hpp"
#include "core/logic/regex.hpp"

namespace quire::logic {

// What can be asked about a place between two characters. The lookarounds of a pattern are numbered on from first_look.
enum Fact : std::uint8_t {
    at_start,
    at_dollar,  // the end; before a final line break when all of the text is matched
    at_end,
    before_final_break,  // or at the end
    at_word_edge,
    first_look,
};

struct RegexNode {
    enum class Kind {
        chars,      // one of sets[index]
        assertion,  // the fact `index`, or not
        sequence,
        choice,
        repeat,  // of its only child
    };
    static constexpr std::uint32_t unlimited = 0xFFFFFFFF;

    Kind kind = Kind::sequence;  // which, without children, is the empty pattern
    bool negated = false;
    bool possessive = false;
    std::uint32_t index = 0;
    std::uint32_t least = 0;
    std::uint32_t most = 0;
    std::size_t size = 0;  // instructions, or something above the limit
    std::size_t at = 0;    // where a repeat's quantifier is in the pattern
    std::vector<RegexNode> children = {};
};

struct RegexTree {
    struct Look {
        RegexNode body;
        bool behind = false;
    };
    RegexNode root;
    std::vector<Look> looks;  // each after those that it holds
    std::vector<CharSet> sets;
};

Result<RegexTree, Regex::Fault> parse_regex(std::string_view pattern);

}  // namespace quire::logic
