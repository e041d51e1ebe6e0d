// src/core/guards/expectation.cpp: the life of an expected version.
#include "core/guards/expectation.hpp"

#include "core/support/tripwire.hpp"

namespace quire::guards {

Expectation::Step &Expectation::step_at(Level level)
{
    if (steps_.empty() || steps_.back().level < level) {
        steps_.push_back(steps_.empty() ? Step{} : steps_.back());
        steps_.back().level = level;
    }
    return steps_.back();
}

void Expectation::expect(std::optional<Version> version, Level level)
{
    Step &step = step_at(level);
    step = Step{step.level, version};
}

std::optional<Version> Expectation::claim(Statement statement, Level level)
{
    if (waiting()) {
        Step &step = step_at(level);
        step.claimed = true;
        step.claimed_by = statement;
    }
    return !steps_.empty() && steps_.back().claimed_by == statement ? steps_.back().version : std::nullopt;
}

void Expectation::statement_ended(Statement statement)
{
    for (Step &step : steps_)
        if (step.claimed_by == statement) step.claimed_by = nullptr;
}

void Expectation::rolled_back(Level level)
{
    while (!steps_.empty() && steps_.back().level >= level) steps_.pop_back();
}

}  // namespace quire::guards
