// src/core/logic/alphabet.hpp: the characters that a pattern tells apart, as few symbols.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "core/logic/char_set.hpp"

namespace quire::logic {

// Two characters have the same symbol when each set holds both or neither.
class Alphabet {
public:
    explicit Alphabet(const std::vector<CharSet> &sets);

    std::uint32_t size() const { return static_cast<std::uint32_t>(examples_.size()); }
    std::uint32_t symbol_of_ascii(unsigned char c) const { return ascii_[c]; }
    std::uint32_t symbol_of(char32_t c) const;
    // Some character of the symbol.
    char32_t example(std::uint32_t symbol) const { return examples_[symbol]; }

private:
    std::vector<char32_t> starts_;  // of the stretches of characters that no set divides
    std::vector<std::uint32_t> symbols_;
    std::vector<char32_t> examples_;
    std::array<std::uint32_t, 128> ascii_{};
};

}  // namespace quire::logic
