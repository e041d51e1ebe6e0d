// src/core/logic/regex.cpp: from a pattern to its automaton.
#include "core/logic/regex.hpp"

#include <utility>

#include "core/logic/regex_automaton.hpp"
#include "core/logic/regex_program.hpp"
#include "core/logic/regex_syntax.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {

Result<Regex, Regex::Fault> Regex::compile(std::string_view pattern)
{
    auto tree = parse_regex(pattern);
    if (!tree.ok()) return tree.fault();
    return Regex(std::make_unique<RegexAutomaton>(RegexProgram(std::move(tree).value())));
}

Regex::Regex(std::unique_ptr<RegexAutomaton> automaton) : automaton_(std::move(automaton)) {}
Regex::Regex(Regex &&) noexcept = default;
Regex &Regex::operator=(Regex &&) noexcept = default;
Regex::~Regex() = default;

bool Regex::search(std::string_view text, Poll poll) const
{
    return automaton_->decide(text, RegexAutomaton::Question::search, poll);
}

bool Regex::matches(std::string_view text, Poll poll) const
{
    return automaton_->decide(text, RegexAutomaton::Question::match, poll);
}

std::size_t Regex::bytes_remembered() const
{
    return automaton_->bytes_taken();
}

}  // namespace quire::logic
