// src/core/archive/inflate.hpp: reading what gzip or zlib compressed, up to a limit.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "core/archive/output.hpp"
#include "core/support/poll.hpp"
#include "core/support/result.hpp"

namespace quire::archive {

// Why nothing was inflated, and the byte of the input where that showed, from 0.
struct InflateFault {
    enum class Kind {
        empty,       // no byte at all
        unknown,     // neither gzip nor zlib
        truncated,   // ends too early
        damaged,     // not what a compressor writes, or a checksum that differs
        dictionary,  // needs a preset dictionary
        trailing,    // more bytes after the end
        too_large,   // inflates to more than the limit
    };
    Kind kind;
    std::size_t at;
};

// Inflates gzip, of one or more members, or zlib, into at most `most` bytes, and gives back how many they are. No more
// memory is asked for than that, whatever the input promises.
Result<std::size_t, InflateFault> inflate(std::string_view compressed, std::size_t most, Output &output, Poll poll);

}  // namespace quire::archive
