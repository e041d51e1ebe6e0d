// src/core/logic/child_index.hpp: the children of each element by name, so that a path need not look at all of them.
#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace quire::logic {

// The first and the last child of each name; number 0 is no name, and no child.
class ChildIndex {
public:
    struct Entry {
        std::uint32_t parent = 0, name = 0, first = 0, last = 0;
    };

    // Keeps room for as much as there was, and no more.
    void clear()
    {
        entries_.assign(std::bit_ceil(std::max(least_size, 2 * count_)), {});
        count_ = 0;
    }

    // Made where there is none; valid until the next one is.
    Entry &at(std::uint32_t parent, std::uint32_t name)
    {
        if (2 * (count_ + 1) > entries_.size()) grow();
        Entry &entry = entries_[place_of(parent, name)];
        if (entry.name == 0) {
            entry.parent = parent;
            entry.name = name;
            ++count_;
        }
        return entry;
    }

    std::uint32_t first(std::uint32_t parent, std::uint32_t name) const
    {
        return name == 0 ? 0 : entries_[place_of(parent, name)].first;
    }

    std::size_t bytes() const { return entries_.capacity() * sizeof(Entry); }

private:
    static constexpr std::size_t least_size = 64;

    // Where the entry is, or would be: the table is never more than half full.
    std::size_t place_of(std::uint32_t parent, std::uint32_t name) const
    {
        const std::uint64_t key = std::uint64_t{parent} << 32 | name;
        const std::size_t mask = entries_.size() - 1;
        std::size_t place = static_cast<std::size_t>(key * 0x9E3779B97F4A7C15u >> 32) & mask;
        while (entries_[place].name != 0 && (entries_[place].parent != parent || entries_[place].name != name))
            place = (place + 1) & mask;
        return place;
    }

    void grow()
    {
        std::vector<Entry> old(2 * entries_.size());
        old.swap(entries_);
        for (const Entry &entry : old)
            if (entry.name != 0) entries_[place_of(entry.parent, entry.name)] = entry;
    }

    std::vector<Entry> entries_ = std::vector<Entry>(least_size);
    std::size_t count_ = 0;
};

}  // namespace quire::logic
