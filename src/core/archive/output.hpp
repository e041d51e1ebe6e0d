// src/core/archive/output.hpp: where the bytes go that a codec writes.
#pragma once
#include <cstddef>

namespace quire::archive {

// Room that its host enlarges on demand, so that a result is written where it stays.
class Output {
public:
    virtual ~Output() = default;

    // Room for at least `size` bytes in all; what was written before stands at its front. Throws what its host likes.
    virtual char *grow(std::size_t size) = 0;
};

}  // namespace quire::archive
