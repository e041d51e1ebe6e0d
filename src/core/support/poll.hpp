// src/core/support/poll.hpp: how long loops in the core let their host interrupt them.
#pragma once

namespace quire {

// Called by a loop over user-sized input every thousand steps or so. It returns to go on, or throws whatever the
// host likes: code that polls holds its resources in objects with destructors, so a throw leaves nothing behind.
using Poll = void (*)();

// For hosts that never interrupt: unit tests, fuzzers, benchmarks.
inline void never() {}

}  // namespace quire
