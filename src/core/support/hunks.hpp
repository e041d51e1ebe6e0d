// src/core/support/hunks.hpp: where two lists differ, by the algorithm of Eugene Myers.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/support/poll.hpp"

namespace quire {

// Items of lists are compared by these.
using Digest = std::array<std::uint64_t, 2>;

// How much work a comparison may still be, which grows with the square of what differs.
class Effort {
public:
    Effort(std::uint64_t steps, Poll poll) : left_(steps), poll_(poll) {}

    void spend(std::uint64_t steps)
    {
        left_ -= std::min(left_, steps);
        since_poll_ += steps;
        if (since_poll_ < steps_between_polls) return;
        since_poll_ = 0;
        poll_();
    }
    bool can_afford(std::uint64_t steps) const { return steps < left_; }

private:
    static constexpr std::uint64_t steps_between_polls = 4096;

    std::uint64_t left_;
    Poll poll_;
    std::uint64_t since_poll_ = 0;
};

// Items [old_begin, old_end) of the older list were replaced by [new_begin, new_end) of the newer one. Either may be
// empty, not both.
struct Hunk {
    std::size_t old_begin, old_end, new_begin, new_end;

    std::size_t removed() const { return old_end - old_begin; }
    std::size_t added() const { return new_end - new_begin; }
};

// The hunks that lie between what is the same in both, which is as much as possible; less, when the effort runs out.
std::vector<Hunk> hunks(const std::vector<Digest> &older, const std::vector<Digest> &newer, Effort &effort);

}  // namespace quire
