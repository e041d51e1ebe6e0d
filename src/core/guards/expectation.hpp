// src/core/guards/expectation.hpp: the version that a client expects its next statement to find.
#pragma once
#include <cstdint>
#include <optional>

#include "core/guards/version.hpp"

namespace quire::guards {

// One per session. An expectation waits for the first statement that changes a guarded row, then holds for every row
// of that statement and for no other. Savepoints undo both steps: an expectation set inside one that is rolled back
// is gone, one that was used inside is waiting again.
//
// Transactions inside transactions are numbered upwards; a rollback of number n undoes all from n on. A statement is
// any address that no other statement has while it runs.
class Expectation {
public:
    using Level = std::uint32_t;
    using Statement = const void *;

    void expect(Version version, Level level);
    void forget() { *this = Expectation(); }

    // The version that rows of this statement must have, if any; the first caller's statement claims it.
    std::optional<Version> claim(Statement statement, Level level);

    // Was it set, and met by no statement yet?
    bool waiting() const { return version_ && !claimed_; }

    void statement_ended(Statement statement);
    void rolled_back(Level level);

private:
    std::optional<Version> version_;
    Level set_at_ = 0;
    bool claimed_ = false;
    Level claimed_at_ = 0;
    Statement claimed_by_ = nullptr;  // null once that statement has ended
};

}  // namespace quire::guards
