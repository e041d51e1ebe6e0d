// src/core/access/texts.hpp: texts, each kept once, in the order in which they came.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quire::access {

// A set that remembers the order; members are numbered from 0. Throws std::length_error beyond 4 GB of text.
class Texts {
public:
    // True when it was not there yet.
    bool add(std::string_view text);
    bool contains(std::string_view text) const { return size() != 0 && places_[place_of(text)] != 0; }

    std::size_t size() const { return ends_.size(); }
    // Good until the next add().
    std::string_view operator[](std::size_t number) const
    {
        const std::uint32_t begin = number == 0 ? 0 : ends_[number - 1];
        return {characters_.data() + begin, ends_[number] - begin};
    }
    // Some of them in a row, which stay good while more are added.
    struct Slice {
        std::string characters;
        std::vector<std::string_view> names;
    };
    Slice slice(std::size_t begin, std::size_t end) const;
    // How much memory it takes.
    std::size_t bytes() const;

private:
    std::size_t place_of(std::string_view text) const;
    void grow();

    std::string characters_;             // of all, one after the other
    std::vector<std::uint32_t> ends_;    // where each ends
    std::vector<std::uint32_t> places_;  // a hash table: numbers, counted from 1; its size is a power of two
};

}  // namespace quire::access
