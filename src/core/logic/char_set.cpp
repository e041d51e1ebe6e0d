// src/core/logic/char_set.cpp: sets of code points as ranges in order.
#include "core/logic/char_set.hpp"

#include <algorithm>
#include <utility>

#include "core/support/tripwire.hpp"

namespace quire::logic {

CharSet::CharSet(std::vector<CharRange> ranges)
{
    std::sort(ranges.begin(), ranges.end());
    for (const CharRange &range : ranges) {
        if (!ranges_.empty() && range.first <= ranges_.back().last + 1)
            ranges_.back().last = std::max(ranges_.back().last, range.last);
        else
            ranges_.push_back(range);
    }
}

bool CharSet::contains(char32_t c) const
{
    const auto above =
        std::upper_bound(ranges_.begin(), ranges_.end(), c, [](char32_t x, const CharRange &r) { return x < r.first; });
    return above != ranges_.begin() && c <= std::prev(above)->last;
}

bool CharSet::overlaps(const CharSet &other) const
{
    auto a = ranges_.begin();
    auto b = other.ranges_.begin();
    while (a != ranges_.end() && b != other.ranges_.end()) {
        if (a->last < b->first)
            ++a;
        else if (b->last < a->first)
            ++b;
        else
            return true;
    }
    return false;
}

CharSet CharSet::inverted() const
{
    CharSet result;
    char32_t next = 0;
    for (const CharRange &range : ranges_) {
        if (range.first > next) result.ranges_.push_back({next, range.first - 1});
        next = range.last + 1;
    }
    if (next <= last_code_point) result.ranges_.push_back({next, last_code_point});
    return result;
}

}  // namespace quire::logic
