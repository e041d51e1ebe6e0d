// src/core/logic/search.hpp: a text inside another one, in linear time.
#pragma once
#include <cstring>
#include <string_view>

namespace quire::logic {

// As text.find(wanted), which takes the product of both lengths for texts that are made to.
inline std::size_t find_text(std::string_view text, std::string_view wanted)
{
    if (wanted.empty()) return 0;
    if (text.empty()) return std::string_view::npos;
    const void *const found = memmem(text.data(), text.size(), wanted.data(), wanted.size());
    return found ? static_cast<std::size_t>(static_cast<const char *>(found) - text.data()) : std::string_view::npos;
}

}  // namespace quire::logic
