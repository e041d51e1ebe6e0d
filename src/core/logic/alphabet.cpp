// src/core/logic/alphabet.cpp: divides all characters, one set after the other.
#include "core/logic/alphabet.hpp"

#include <algorithm>
#include <cstddef>

#include "core/support/tripwire.hpp"

namespace quire::logic {

namespace {

std::vector<char32_t> bounds_of(const std::vector<CharSet> &sets)
{
    std::vector<char32_t> bounds{0};
    for (const CharSet &set : sets) {
        for (const CharRange &range : set.ranges()) {
            bounds.push_back(range.first);
            if (range.last < last_code_point) bounds.push_back(range.last + 1);
        }
    }
    std::sort(bounds.begin(), bounds.end());
    bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
    return bounds;
}

// Splits the symbols of stretches by one set after the other; the work is that of walking over the sets.
class Divider {
public:
    explicit Divider(std::vector<std::uint32_t> &symbols) : symbols_(symbols)
    {
        sizes_.push_back(static_cast<std::uint32_t>(symbols.size()));
        inside_.push_back(0);
        successors_.push_back(0);
    }

    // The stretches that the set is made of.
    void divide_by(const std::vector<std::uint32_t> &stretches)
    {
        for (const std::uint32_t stretch : stretches)
            if (inside_[symbols_[stretch]]++ == 0) touched_.push_back(symbols_[stretch]);
        for (const std::uint32_t symbol : touched_) {
            successors_[symbol] = symbol;
            if (inside_[symbol] < sizes_[symbol]) {
                successors_[symbol] = static_cast<std::uint32_t>(sizes_.size());
                sizes_[symbol] -= inside_[symbol];
                sizes_.push_back(inside_[symbol]);
                inside_.push_back(0);
                successors_.push_back(0);
            }
            inside_[symbol] = 0;
        }
        for (const std::uint32_t stretch : stretches) symbols_[stretch] = successors_[symbols_[stretch]];
        touched_.clear();
    }

private:
    std::vector<std::uint32_t> &symbols_;
    std::vector<std::uint32_t> sizes_;       // stretches of each symbol
    std::vector<std::uint32_t> inside_;      // those of them that the set holds
    std::vector<std::uint32_t> successors_;  // the symbol that these get
    std::vector<std::uint32_t> touched_;
};

}  // namespace

Alphabet::Alphabet(const std::vector<CharSet> &sets) : starts_(bounds_of(sets)), symbols_(starts_.size(), 0)
{
    Divider divider(symbols_);
    std::vector<std::uint32_t> stretches;
    for (const CharSet &set : sets) {
        stretches.clear();
        for (const CharRange &range : set.ranges()) {
            auto start = std::lower_bound(starts_.begin(), starts_.end(), range.first);
            for (; start != starts_.end() && *start <= range.last; ++start)
                stretches.push_back(static_cast<std::uint32_t>(start - starts_.begin()));
        }
        divider.divide_by(stretches);
    }
    examples_.resize(1 + *std::max_element(symbols_.begin(), symbols_.end()));
    for (std::size_t i = 0; i < starts_.size(); ++i) examples_[symbols_[i]] = starts_[i];
    for (unsigned char c = 0; c < 128; ++c) ascii_[c] = symbol_of(c);
}

std::uint32_t Alphabet::symbol_of(char32_t c) const
{
    const auto above = std::upper_bound(starts_.begin(), starts_.end(), c);
    return symbols_[static_cast<std::size_t>(above - starts_.begin()) - 1];
}

}  // namespace quire::logic
