// src/core/guards/expectation.hpp: the version that a client expects its next statement to find.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "core/guards/version.hpp"

namespace quire::guards {

// One per session. An expectation waits for the first statement that changes a guarded row, then holds for every row
// of that statement and for no other. A savepoint that is rolled back takes along all that happened inside it: what was
// expected before is expected again, what was used inside is waiting again.
//
// Transactions inside transactions are numbered upwards; a rollback of number n undoes all from n on. A statement is
// any address that no other statement has while it runs.
class Expectation {
public:
    using Level = std::uint32_t;
    using Statement = const void *;

    // From now on this version is expected, or none.
    void expect(std::optional<Version> version, Level level);

    // The version that rows of this statement must have, if any; the first caller's statement claims it.
    std::optional<Version> claim(Statement statement, Level level);

    // Was one set, and met by no statement yet?
    bool waiting() const { return !steps_.empty() && steps_.back().version && !steps_.back().claimed; }

    void statement_ended(Statement statement);
    void rolled_back(Level level);
    void transaction_ended() { steps_.clear(); }

private:
    struct Step {
        Level level = 0;
        std::optional<Version> version;
        bool claimed = false;
        Statement claimed_by = nullptr;  // null once that statement has ended
    };
    Step &step_at(Level level);

    // What holds now is last; before it what held in the levels outside.
    std::vector<Step> steps_;
};

}  // namespace quire::guards
