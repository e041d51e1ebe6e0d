// src/core/logic/char_set.hpp: sets of code points, as the classes of a pattern name them.
#pragma once
#include <vector>

namespace quire::logic {

inline constexpr char32_t last_code_point = 0x10FFFF;

struct CharRange {
    char32_t first = 0;
    char32_t last = 0;  // included
    friend auto operator<=>(const CharRange &, const CharRange &) = default;
};

class CharSet {
public:
    CharSet() = default;
    // In any order, and overlapping as they like.
    explicit CharSet(std::vector<CharRange> ranges);

    bool contains(char32_t c) const;
    bool overlaps(const CharSet &other) const;
    CharSet inverted() const;

    // In order, with a gap between any two.
    const std::vector<CharRange> &ranges() const { return ranges_; }

    friend auto operator<=>(const CharSet &, const CharSet &) = default;

private:
    std::vector<CharRange> ranges_;
};

}  // namespace quire::logic
