// src/core/logic/unicode_properties.hpp: the characters that \p{…} names.
#pragma once
#include <optional>
#include <string_view>

#include "core/logic/char_set.hpp"

namespace quire::logic {

// Nothing when the name is unknown. Java's names, and JavaScript's where Java has no other meaning for them.
std::optional<CharSet> unicode_property(std::string_view name);

}  // namespace quire::logic
