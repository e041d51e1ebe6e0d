// src/core/guards/version.hpp: what the next version of a row is, and whether its writer had seen the present one.
#pragma once
#include <cstdint>
#include <optional>

namespace quire::guards {

// A version counts milliseconds since the Unix epoch, but never stands still: each is greater than the one before.
using Version = std::int64_t;

struct VersionStep {
    enum class Kind {
        stamped,    // `version` is the row's next one
        kept,       // the writer's own, newer than the present one
        stale,      // the writer had not seen the present one
        exhausted,  // there is no greater number
    };
    Kind kind;
    Version version;
};

// A row about to be inserted: a client's own non-zero version is kept, for such a client remembers what it sent.
VersionStep first_version(std::optional<Version> sent, Version now);

// A row about to be updated from version `present`. `sent` is what the new row says: the same when the client did not
// send one, less when it had read an older row, greater when it makes its own. The clock may step back.
VersionStep next_version(std::optional<Version> present, std::optional<Version> sent, Version now);

// The next version whatever was sent.
VersionStep successor(std::optional<Version> present, Version now);

}  // namespace quire::guards
