// src/core/access/texts.cpp: an open hash table over one string.
#include "core/access/texts.hpp"

#include <functional>
#include <limits>
#include <stdexcept>

#include "core/support/tripwire.hpp"

namespace quire::access {

std::size_t Texts::place_of(std::string_view text) const
{
    const std::size_t mask = places_.size() - 1;
    std::size_t place = std::hash<std::string_view>()(text) & mask;
    while (places_[place] != 0 && (*this)[places_[place] - 1] != text) place = (place + 1) & mask;
    return place;
}

bool Texts::add(std::string_view text)
{
    if (2 * (size() + 1) > places_.size()) grow();
    const std::size_t place = place_of(text);
    if (places_[place] != 0) return false;
    if (characters_.size() + text.size() > std::numeric_limits<std::uint32_t>::max())
        throw std::length_error("more than 4 GB of names");
    characters_.append(text);
    ends_.push_back(static_cast<std::uint32_t>(characters_.size()));
    places_[place] = static_cast<std::uint32_t>(size());
    return true;
}

Texts::Slice Texts::slice(std::size_t begin, std::size_t end) const
{
    const std::size_t first = begin == 0 ? 0 : ends_[begin - 1];
    Slice slice{characters_.substr(first, (end == 0 ? 0 : ends_[end - 1]) - first), {}};
    slice.names.reserve(end - begin);
    const std::string_view all = slice.characters;
    for (std::size_t number = begin; number < end; ++number)
        slice.names.push_back(all.substr((number == 0 ? 0 : ends_[number - 1]) - first, (*this)[number].size()));
    return slice;
}

void Texts::grow()
{
    // Most stay as small as this, and need no more memory then.
    if (places_.empty()) {
        ends_.reserve(8);
        characters_.reserve(256);
    }
    places_.assign(places_.empty() ? 16 : 2 * places_.size(), 0);
    for (std::size_t number = 0; number < size(); ++number)
        places_[place_of((*this)[number])] = static_cast<std::uint32_t>(number + 1);
}

std::size_t Texts::bytes() const
{
    return characters_.capacity() + (ends_.capacity() + places_.capacity()) * sizeof(std::uint32_t);
}

}  // namespace quire::access
