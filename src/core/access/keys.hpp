// src/core/access/keys.hpp: the permitted objects in the form that a column has them in, to be looked up once a row.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/texts.hpp"

namespace quire::access {

using Uuid = std::array<unsigned char, 16>;

// The value of a text that is written the way PostgreSQL writes it: 7 is "7", never "07" or "+7".
std::optional<std::int64_t> read_integer(std::string_view text);
std::optional<Uuid> read_uuid(std::string_view text);
std::string write_uuid(const unsigned char *uuid);

// Whole numbers: a bitmap where they lie close together, else a hash table.
class IntegerKeys {
public:
    // Of the texts that are whole numbers the way PostgreSQL writes them; the others are no key of such a column.
    explicit IntegerKeys(const Texts &texts);

    bool contains(std::int64_t key) const
    {
        const std::uint64_t offset = static_cast<std::uint64_t>(key) - static_cast<std::uint64_t>(least_);
        if (offset > span_) return false;
        if (!bits_.empty()) return bits_[offset / 64] >> (offset % 64) & 1;
        const std::size_t mask = table_.size() - 1;
        for (std::size_t place = scatter(offset) & mask;; place = (place + 1) & mask) {
            if (table_[place] == offset + 1) return true;
            if (table_[place] == 0) return false;
        }
    }
    const std::vector<std::int64_t> &all() const { return all_; }  // ascending
    std::size_t bytes() const { return (bits_.capacity() + table_.capacity() + all_.capacity()) * 8; }

private:
    static std::uint64_t scatter(std::uint64_t key)
    {
        key *= 0x9E3779B97F4A7C15u;
        return key ^ key >> 32;
    }

    std::int64_t least_ = 0;
    std::uint64_t span_ = 0;  // the greatest key less the least
    std::vector<std::uint64_t> bits_;
    // key - least + 1; its size is a power of two. The one key for which that is 0 is only asked for when it is there.
    std::vector<std::uint64_t> table_;
    std::vector<std::int64_t> all_;
};

// UUIDs, as their sixteen bytes.
class UuidKeys {
public:
    // Of the texts that are UUIDs the way PostgreSQL writes them.
    explicit UuidKeys(const Texts &texts);

    bool contains(const unsigned char *uuid) const
    {
        const std::size_t mask = table_.size() - 1;
        std::size_t place = scatter(uuid) & mask;
        for (; table_[place] != 0; place = (place + 1) & mask)
            if (std::memcmp(all_[table_[place] - 1].data(), uuid, sizeof(Uuid)) == 0) return true;
        return false;
    }
    const std::vector<Uuid> &all() const { return all_; }
    std::size_t bytes() const { return table_.capacity() * sizeof(std::uint32_t) + all_.capacity() * sizeof(Uuid); }

private:
    static std::uint64_t scatter(const unsigned char *uuid)
    {
        std::uint64_t first, second;
        std::memcpy(&first, uuid, sizeof first);
        std::memcpy(&second, uuid + sizeof first, sizeof second);
        first = (first ^ second) * 0x9E3779B97F4A7C15u;
        return first ^ first >> 32;
    }

    std::vector<std::uint32_t> table_;  // numbers in all_, counted from 1; its size is a power of two
    std::vector<Uuid> all_;
};

}  // namespace quire::access
