// src/core/logic/regex_automaton.cpp: makes states on the way over a text.
#include "core/logic/regex_automaton.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "core/support/ascii.hpp"
#include "core/support/utf8.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {

namespace {

using Op = RegexInstruction::Op;

constexpr std::uint64_t bit(std::size_t i)
{
    return std::uint64_t{1} << (i % 64);
}

bool is_assertion(const RegexInstruction &instruction)
{
    return instruction.op == Op::holds || instruction.op == Op::differs;
}

bool is_word(char c)
{
    return is_alnum(c) || c == '_';
}

bool is_continuation(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// Is the place, somewhere in the text, before a line break that ends it? Not in the middle of a \r\n.
bool is_before_final_break(std::string_view text, std::size_t place)
{
    const std::string_view rest = text.substr(place);
    if (rest == "\n") return place == 0 || text[place - 1] != '\r';
    return rest == "\r" || rest == "\r\n" || rest == "\xC2\x85" || rest == "\xE2\x80\xA8" || rest == "\xE2\x80\xA9";
}

}  // namespace

// One text on its way through the automaton.
class RegexAutomaton::Run {
public:
    Run(RegexAutomaton &automaton, std::string_view text, Question question, Poll poll)
        : automaton_(automaton), text_(text), question_(question), poll_(poll), words_(text.size() / 64 + 1)
    {
    }

    bool decide()
    {
        const RegexProgram &program = automaton_.program_;
        if (!program.looks.empty()) automaton_.held_.assign(words_ * program.looks.size(), 0);
        for (std::size_t i = 0; i < program.looks.size(); ++i) {
            std::uint64_t *held = &automaton_.held_[i * words_];
            const auto mark = [held](std::size_t place) { held[place / 64] |= bit(place); };
            if (program.looks[i].behind)
                walk<true, false>(program.looks[i].start, mark);
            else
                walk<false, false>(program.looks[i].start, mark);
        }
        const auto ignore = [](std::size_t) {};
        if (question_ == Question::search) return walk<true, true>(program.start_of_search, ignore);
        return walk<true, false>(program.start_of_match, ignore);
    }

private:
    static constexpr std::size_t work_between_polls = 4096;

    // Goes over the text, and tells each place where the program accepts. True when it accepts at the last place, or,
    // if that is enough, at the first that does.
    template <bool forwards, bool first_is_enough, class Tell>
    bool walk(std::uint32_t start, const Tell &tell)
    {
        std::size_t place = forwards ? 0 : text_.size();
        const std::size_t end = forwards ? text_.size() : 0;
        StateId state = automaton_.start(start);
        for (;;) {
            bool accepts = false;
            if (!automaton_.states_[state].is_plain) {
                state = settle(state, place);
                accepts = automaton_.states_[state].accepts;
                if (accepts) tell(place);
                if (accepts && first_is_enough) return true;
                if (automaton_.states_[state].count == 0) return false;
            }
            if (place == end) return accepts;
            const std::uint32_t symbol = forwards ? next_symbol(place) : symbol_before(place);
            const StateId next =
                automaton_.transitions_[std::size_t{state} * automaton_.program_.alphabet.size() + symbol];
            state = next != unknown ? next : follow(state, symbol);
            if (++work_ >= work_between_polls) rest();
        }
    }

    StateId settle(StateId state, std::size_t place)
    {
        const State &asking = automaton_.states_[state];
        if (asking.asks == 0) return state;
        work_ += asking.count;
        return automaton_.settle(state, facts_at(place, asking.asks));
    }

    StateId follow(StateId state, std::uint32_t symbol)
    {
        work_ += automaton_.states_[state].count;
        return automaton_.follow(state, symbol);
    }

    void rest()
    {
        work_ = 0;
        poll_();
    }

    std::uint32_t next_symbol(std::size_t &place) const
    {
        const auto c = static_cast<unsigned char>(text_[place]);
        if (c < 0x80) {
            ++place;
            return automaton_.program_.alphabet.symbol_of_ascii(c);
        }
        std::size_t length = 0;
        const char32_t character = decode_utf8(text_.substr(place), length);
        place += length;
        return automaton_.program_.alphabet.symbol_of(character);
    }

    std::uint32_t symbol_before(std::size_t &place) const
    {
        --place;
        while (place > 0 && is_continuation(text_[place])) --place;
        std::size_t start = place;
        return next_symbol(start);
    }

    // Those of the facts in question that hold.
    std::uint64_t facts_at(std::size_t place, std::uint64_t asked) const
    {
        std::uint64_t facts = 0;
        const bool ends = place == text_.size();
        if (place == 0) facts |= bit(at_start);
        if (ends) facts |= bit(at_end) | bit(at_dollar) | bit(before_final_break);
        if (!ends && (asked & (bit(at_dollar) | bit(before_final_break))) && is_before_final_break(text_, place))
            facts |= bit(before_final_break) | (question_ == Question::match ? bit(at_dollar) : 0);
        if (asked & bit(at_word_edge)) {
            const bool before = place > 0 && is_word(text_[place - 1]);
            const bool after = !ends && is_word(text_[place]);
            if (before != after) facts |= bit(at_word_edge);
        }
        for (std::uint64_t looks = asked >> first_look; looks != 0; looks &= looks - 1) {
            const auto i = static_cast<std::size_t>(std::countr_zero(looks));
            if (automaton_.held_[i * words_ + place / 64] & bit(place)) facts |= bit(first_look + i);
        }
        return facts & asked;
    }

    RegexAutomaton &automaton_;
    std::string_view text_;
    Question question_;
    Poll poll_;
    std::size_t words_;  // of held_, for each lookaround
    std::size_t work_ = 0;
};

RegexAutomaton::RegexAutomaton(RegexProgram program)
    : program_(std::move(program)), reached_(program_.code.size() / 64 + 1)
{
    static_assert(first_look + Regex::max_lookarounds <= 64, "facts are bits of one word");
    const std::size_t largest_state =
        (program_.alphabet.size() * sizeof(StateId)) + program_.code.size() * sizeof(std::uint32_t);
    room_ = (std::size_t{128} << 10) + 8 * largest_state;
    forget();
}

bool RegexAutomaton::decide(std::string_view text, Question question, Poll poll)
{
    if (running_) {
        forget();
        open_.clear();
        std::fill(reached_.begin(), reached_.end(), 0);
    }
    running_ = true;
    const bool result = Run(*this, text, question, poll).decide();
    running_ = false;
    if (held_.capacity() > 8192) std::vector<std::uint64_t>().swap(held_);
    return result;
}

std::size_t RegexAutomaton::bytes_taken() const
{
    return states_.size() * (sizeof(State) + sizeof(std::uint64_t)) + answers_.size() * sizeof(Answer) +
           transitions_.size() * sizeof(StateId) + members_.size() * sizeof(std::uint32_t);
}

RegexAutomaton::StateId RegexAutomaton::start(std::uint32_t instruction)
{
    for (const auto &[from, state] : starts_)
        if (from == instruction) return state;
    reach(instruction, {});
    const StateId state = intern(false);
    starts_.emplace_back(instruction, state);
    return state;
}

RegexAutomaton::StateId RegexAutomaton::follow(StateId from, std::uint32_t symbol)
{
    const char32_t example = program_.alphabet.example(symbol);
    for (const std::uint32_t member : members_of(states_[from])) {
        const RegexInstruction &instruction = program_.code[member];
        if (instruction.op == Op::chars && program_.sets[instruction.index].contains(example))
            reach(instruction.next, {});
    }
    const std::size_t forgotten = forgotten_;
    const StateId to = intern(false);
    if (forgotten == forgotten_) transitions_[std::size_t{from} * program_.alphabet.size() + symbol] = to;
    return to;
}

RegexAutomaton::StateId RegexAutomaton::settle(StateId state, std::uint64_t facts)
{
    // More are not looked through, nor kept: making the state anew is as good.
    constexpr std::uint32_t most_answers = 16;
    const std::uint32_t latest = states_[state].answers;
    for (std::uint32_t i = latest; i != unknown; i = answers_[i].before)
        if (answers_[i].facts == facts) return answers_[i].state;
    for (const std::uint32_t member : members_of(states_[state])) reach(member, {facts, ~facts});
    const std::size_t forgotten = forgotten_;
    const StateId to = intern(true);
    const std::uint32_t rank = latest == unknown ? 0 : answers_[latest].rank + 1;
    if (forgotten == forgotten_ && rank < most_answers) {
        answers_.push_back({facts, to, latest, rank});
        states_[state].answers = static_cast<std::uint32_t>(answers_.size() - 1);
    }
    return to;
}

// Adds what can be reached from an instruction without a character, and through no assertion but those known to be
// true.
void RegexAutomaton::reach(std::uint32_t instruction, Known known)
{
    open_.push_back(instruction);
    while (!open_.empty()) {
        const std::uint32_t i = open_.back();
        open_.pop_back();
        if (reached_[i / 64] & bit(i)) continue;
        reached_[i / 64] |= bit(i);
        const RegexInstruction &at = program_.code[i];
        if (at.op == Op::split) {
            open_.push_back(at.index);
            open_.push_back(at.next);
        } else if (is_assertion(at) && ((at.op == Op::holds ? known.to_hold : known.to_fail) & bit(at.index))) {
            open_.push_back(at.next);
        }
    }
}

// The facts that decide what becomes of the members of next_: those that they ask, and those asked behind them.
std::uint64_t RegexAutomaton::facts_asked()
{
    const auto asks = [&](std::uint32_t i) { return is_assertion(program_.code[i]); };
    if (std::ranges::none_of(next_, asks)) return 0;
    constexpr Known all{~std::uint64_t{0}, ~std::uint64_t{0}};
    for (const std::uint32_t i : next_)
        if (asks(i)) reach(i, all);
    std::uint64_t facts = 0;
    for (std::size_t word = 0; word < reached_.size(); ++word) {
        for (std::uint64_t bits = std::exchange(reached_[word], 0); bits != 0; bits &= bits - 1) {
            const RegexInstruction &at = program_.code[word * 64 + static_cast<std::size_t>(std::countr_zero(bits))];
            if (is_assertion(at)) facts |= bit(at.index);
        }
    }
    return facts;
}

// The state of what was reached, which is then no longer. A settled one has answered its assertions.
RegexAutomaton::StateId RegexAutomaton::intern(bool settled)
{
    next_.clear();
    std::uint64_t hash = 14695981039346656037u;
    for (std::size_t word = 0; word < reached_.size(); ++word) {
        for (std::uint64_t bits = std::exchange(reached_[word], 0); bits != 0; bits &= bits - 1) {
            const std::size_t i = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
            const RegexInstruction &at = program_.code[i];
            if (at.op == Op::split || (settled && is_assertion(at))) continue;
            next_.push_back(static_cast<std::uint32_t>(i));
            hash = (hash ^ i) * 1099511628211u;
        }
    }
    hash ^= hash >> 32;
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t slot = hash & mask; slots_[slot] != unknown; slot = (slot + 1) & mask) {
        const StateId state = slots_[slot];
        if (hashes_[state] == hash && std::ranges::equal(members_of(states_[state]), next_)) return state;
    }
    return insert(hash);
}

RegexAutomaton::StateId RegexAutomaton::insert(std::uint64_t hash)
{
    const std::size_t symbols = program_.alphabet.size();
    if (bytes_taken() > room_) forget();
    if (states_.size() * 2 >= slots_.size()) grow_slots();

    State state;
    state.first = members_.size();
    state.count = static_cast<std::uint32_t>(next_.size());
    state.accepts = std::ranges::any_of(next_, [&](std::uint32_t i) { return program_.code[i].op == Op::accept; });
    state.asks = facts_asked();
    state.is_plain = !state.accepts && state.asks == 0 && state.count > 0;
    members_.insert(members_.end(), next_.begin(), next_.end());
    transitions_.resize(transitions_.size() + symbols, unknown);
    hashes_.push_back(hash);
    states_.push_back(state);
    const auto id = static_cast<StateId>(states_.size() - 1);
    take_slot(id);
    return id;
}

void RegexAutomaton::take_slot(StateId state)
{
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hashes_[state] & mask;
    while (slots_[slot] != unknown) slot = (slot + 1) & mask;
    slots_[slot] = state;
}

void RegexAutomaton::grow_slots()
{
    slots_.assign(slots_.size() * 2, unknown);
    for (StateId state = 0; state < states_.size(); ++state) take_slot(state);
}

void RegexAutomaton::forget()
{
    ++forgotten_;
    states_.clear();
    transitions_.clear();
    members_.clear();
    answers_.clear();
    hashes_.clear();
    starts_.clear();
    slots_.assign(32, unknown);
}

}  // namespace quire::logic
