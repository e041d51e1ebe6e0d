// src/core/support/hunks.cpp: "An O(ND) Difference Algorithm and Its Variations" (1986), in linear space.
#include "core/support/hunks.hpp"

#include <optional>

#include "core/support/tripwire.hpp"

namespace quire {
namespace {

using Index = std::ptrdiff_t;

class Search {
public:
    Search(const std::vector<Digest> &older, const std::vector<Digest> &newer, Effort &effort)
        : older_(older), newer_(newer), effort_(effort)
    {
    }

    std::vector<Hunk> run()
    {
        search({0, static_cast<Index>(older_.size()), 0, static_cast<Index>(newer_.size())});
        return std::move(hunks_);
    }

private:
    // A part of both lists.
    struct Box {
        Index old_begin, old_end, new_begin, new_end;

        Index height() const { return old_end - old_begin; }
        Index width() const { return new_end - new_begin; }
    };
    struct Place {
        Index x, y;  // in the older and in the newer part
    };

    bool same(Index x, Index y) const
    {
        return older_[static_cast<std::size_t>(x)] == newer_[static_cast<std::size_t>(y)];
    }

    // Halves the differences at each level, so that it does not nest deep.
    void search(Box box)
    {
        const Index before = box.height();
        while (box.height() > 0 && box.width() > 0 && same(box.old_begin, box.new_begin))
            ++box.old_begin, ++box.new_begin;
        while (box.height() > 0 && box.width() > 0 && same(box.old_end - 1, box.new_end - 1))
            --box.old_end, --box.new_end;
        effort_.spend(static_cast<std::uint64_t>(before - box.height()));
        if (box.height() == 0 && box.width() == 0) return;
        const auto middle = box.height() == 0 || box.width() == 0 ? std::nullopt : middle_of(box);
        if (!middle) return add(box);
        search({box.old_begin, box.old_begin + middle->x, box.new_begin, box.new_begin + middle->y});
        search({box.old_begin + middle->x, box.old_end, box.new_begin + middle->y, box.new_end});
    }

    // Hunks come in order; those that touch are one.
    void add(const Box &box)
    {
        const auto at = [](Index i) { return static_cast<std::size_t>(i); };
        if (!hunks_.empty() && hunks_.back().old_end == at(box.old_begin) &&
            hunks_.back().new_end == at(box.new_begin)) {
            hunks_.back().old_end = at(box.old_end);
            hunks_.back().new_end = at(box.new_end);
        } else {
            hunks_.push_back({at(box.old_begin), at(box.old_end), at(box.new_begin), at(box.new_end)});
        }
    }

    // A place that a shortest way from one corner of the box to the other goes through, found by going both ways at
    // once until they meet; nothing when that is too much effort.
    std::optional<Place> middle_of(const Box &box)
    {
        const Index most = (box.height() + box.width() + 1) / 2;
        forward_.start(most);
        backward_.start(most);
        for (Index edits = 0; edits <= most; ++edits) {
            const auto steps = static_cast<std::uint64_t>(2 * edits + 1);
            if (!effort_.can_afford(steps)) return std::nullopt;
            effort_.spend(steps);
            if (const auto met = advance<true>(box, edits)) return met;
            if (const auto met = advance<false>(box, edits)) return met;
        }
        return std::nullopt;
    }

    // How far one direction has come, as x, on each diagonal; diagonal k holds the places with x - y = k.
    struct Front {
        static constexpr Index nowhere = -1;

        void start(Index most)
        {
            middle = most + 1;
            reached.assign(static_cast<std::size_t>(2 * middle + 1), nowhere);
        }
        Index &operator[](Index k) { return reached[static_cast<std::size_t>(middle + k)]; }

        std::vector<Index> reached;
        Index middle = 0;
    };

    // One more edit in one direction, on every diagonal that it can reach.
    template <bool forward>
    std::optional<Place> advance(const Box &box, Index edits)
    {
        Front &own = forward ? forward_ : backward_;
        Front &other = forward ? backward_ : forward_;
        const Index height = box.height(), width = box.width(), delta = height - width;
        // Both meet at the one that goes second, which is known by whether the number of edits is odd.
        const bool may_meet = (delta % 2 != 0) == forward;
        const Index gone = forward ? edits - 1 : edits;
        const Index first = -edits + 2 * std::max<Index>(0, edits - width);
        const Index last = edits - 2 * std::max<Index>(0, edits - height);
        for (Index k = first; k <= last; k += 2) {
            Index x = edits == 0 ? 0 : Front::nowhere;
            if (const Index left = own[k - 1]; left != Front::nowhere && left < height) x = left + 1;
            if (const Index above = own[k + 1]; above >= x && above - k <= width) x = above;
            if (x == Front::nowhere) continue;
            Index y = x - k;
            while (x < height && y < width && same_from<forward>(box, x, y)) ++x, ++y;
            own[k] = x;
            const Index opposite = delta - k;
            if (may_meet && opposite >= -gone && opposite <= gone && other[opposite] != Front::nowhere &&
                x + other[opposite] >= height)
                return forward ? Place{x, y} : Place{height - x, width - y};
        }
        return std::nullopt;
    }

    template <bool forward>
    bool same_from(const Box &box, Index x, Index y) const
    {
        return forward ? same(box.old_begin + x, box.new_begin + y) : same(box.old_end - 1 - x, box.new_end - 1 - y);
    }

    const std::vector<Digest> &older_, &newer_;
    Effort &effort_;
    Front forward_, backward_;
    std::vector<Hunk> hunks_;
};

}  // namespace

std::vector<Hunk> hunks(const std::vector<Digest> &older, const std::vector<Digest> &newer, Effort &effort)
{
    return Search(older, newer, effort).run();
}

}  // namespace quire
