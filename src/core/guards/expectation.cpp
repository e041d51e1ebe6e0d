// src/core/guards/expectation.cpp: the life of an expected version.
#include "core/guards/expectation.hpp"

#include "core/support/tripwire.hpp"

namespace quire::guards {

void Expectation::expect(Version version, Level level)
{
    forget();
    version_ = version;
    set_at_ = level;
}

std::optional<Version> Expectation::claim(Statement statement, Level level)
{
    if (waiting()) {
        claimed_ = true;
        claimed_at_ = level;
        claimed_by_ = statement;
    }
    return claimed_by_ == statement ? version_ : std::nullopt;
}

void Expectation::statement_ended(Statement statement)
{
    if (claimed_by_ == statement) claimed_by_ = nullptr;
}

void Expectation::rolled_back(Level level)
{
    if (version_ && set_at_ >= level) {
        forget();
    } else if (claimed_ && claimed_at_ >= level) {
        claimed_ = false;
        claimed_by_ = nullptr;
    }
}

}  // namespace quire::guards
