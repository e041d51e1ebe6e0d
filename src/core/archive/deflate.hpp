// src/core/archive/deflate.hpp: compressing into the formats gzip and zlib.
#pragma once
#include <cstddef>
#include <string_view>

#include "core/archive/output.hpp"
#include "core/support/poll.hpp"

namespace quire::archive {

constexpr int least_level = 0;  // stored
constexpr int most_level = 9;

enum class Format { gzip, zlib };

// Writes one gzip member without name and time, or one zlib stream, so equal bytes give equal bytes. Gives back its
// size.
std::size_t deflate(std::string_view content, Format format, int level, Output &output, Poll poll);

}  // namespace quire::archive
