// src/core/attributes/near.hpp: the name that somebody may have meant.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace quire::attributes {

// How alike two names are, from 0 to 1, which is the same name; capitals count little.
double likeness(std::string_view a, std::string_view b);

// The most alike of the names, or none when all are less alike than `least`.
std::string_view nearest(std::string_view name, std::span<const std::string_view> names, double least = 0.5);

}  // namespace quire::attributes
