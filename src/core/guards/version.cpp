// src/core/guards/version.cpp: the arithmetic of versions.
#include "core/guards/version.hpp"

#include <algorithm>
#include <limits>

#include "core/support/tripwire.hpp"

namespace quire::guards {

using Kind = VersionStep::Kind;

VersionStep first_version(std::optional<Version> sent, Version now)
{
    if (sent.value_or(0) != 0) return {Kind::kept, *sent};
    return {Kind::stamped, now};
}

VersionStep next_version(std::optional<Version> present, std::optional<Version> sent, Version now)
{
    if (!sent || sent == present) return successor(present, now);
    if (present && *sent < *present) return {Kind::stale, *present};
    return {Kind::kept, *sent};
}

VersionStep successor(std::optional<Version> present, Version now)
{
    if (!present) return {Kind::stamped, now};
    if (*present == std::numeric_limits<Version>::max()) return {Kind::exhausted, *present};
    return {Kind::stamped, std::max(*present + 1, now)};
}

}  // namespace quire::guards
