// src/core/guards/states.cpp: the reader of state specifications, and the diagram of what it read.
#include "core/guards/states.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/support/ascii.hpp"
#include "core/support/tripwire.hpp"

namespace quire::guards {

// specification: rule {"," rule};  rule: side "->" names;  side: "*" | names;  names: name {"|" name}
class StateParser {
public:
    explicit StateParser(std::string_view text) : text_(text) {}

    Result<StateMachine> parse()
    {
        do {
            if (!parse_rule()) return fault_;
        } while (accept(","));
        if (at_ != text_.size()) return expected("\",\" or the end");
        if (initial_.empty()) return Fault{at_, "expected a rule for the initial state, like \"* -> open\""};
        return build();
    }

private:
    using State = StateMachine::State;

    static bool is_name(char c)
    {
        return is_alnum(c) || c == '_' || c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
    }

    void skip_space()
    {
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    }

    bool accept(std::string_view token)
    {
        skip_space();
        if (text_.substr(at_, token.size()) != token) return false;
        at_ += token.size();
        return true;
    }

    Fault expected(std::string_view what)
    {
        skip_space();
        return fault_ = Fault{at_, "expected " + std::string(what)};
    }

    bool parse_rule()
    {
        std::vector<State> from;
        const bool start = accept("*");
        if (!start && !parse_names(from)) return false;
        if (!accept("->")) return expected("\"->\""), false;
        std::vector<State> to;
        if (!parse_names(to)) return false;
        if (start) initial_.insert(initial_.end(), to.begin(), to.end());
        for (State f : from)
            for (State t : to) edges_[f * StateMachine::max_states + t] = true;
        return true;
    }

    bool parse_names(std::vector<State> &names)
    {
        do {
            if (!parse_name(names)) return false;
        } while (accept("|"));
        return true;
    }

    bool parse_name(std::vector<State> &names)
    {
        if (accept("\"")) return parse_quoted(names);
        const std::size_t start = at_;
        // A name may hold hyphens, so "open->closed" ends it where the arrow begins.
        while (at_ < text_.size() && is_name(text_[at_]) && text_.substr(at_, 2) != "->") ++at_;
        if (at_ == start) return expected("the name of a state"), false;
        const std::string_view word = text_.substr(start, at_ - start);
        return add(names, word == "null" ? std::nullopt : std::optional<std::string>(word));
    }

    bool parse_quoted(std::vector<State> &names)
    {
        std::string name;
        for (; at_ < text_.size(); ++at_) {
            if (text_[at_] == '"' && text_.substr(at_, 2) != "\"\"") {
                ++at_;
                return add(names, std::move(name));
            }
            if (text_[at_] == '"') ++at_;
            name += text_[at_];
        }
        fault_ = Fault{at_, "expected a closing double quote"};
        return false;
    }

    bool add(std::vector<State> &names, std::optional<std::string> name)
    {
        const auto found = std::find(states_.begin(), states_.end(), name);
        const auto state = static_cast<State>(found - states_.begin());
        if (std::find(names.begin(), names.end(), state) == names.end()) names.push_back(state);
        if (found != states_.end()) return true;
        if (states_.size() == StateMachine::max_states) {
            fault_ = Fault{at_, "expected at most " + std::to_string(StateMachine::max_states) + " states"};
            return false;
        }
        states_.push_back(std::move(name));
        return true;
    }

    StateMachine build()
    {
        StateMachine machine;
        machine.initial_.resize(states_.size());
        machine.follows_.resize(states_.size() * states_.size());
        for (State s : initial_) machine.initial_[s] = true;
        for (State from = 0; from < states_.size(); ++from)
            for (State to = 0; to < states_.size(); ++to)
                machine.follows_[from * states_.size() + to] = edges_[from * StateMachine::max_states + to];
        machine.states_ = std::move(states_);
        return machine;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    Fault fault_;
    std::vector<std::optional<std::string>> states_;
    std::vector<State> initial_;
    std::vector<bool> edges_ = std::vector<bool>(StateMachine::max_states * StateMachine::max_states);
};

Result<StateMachine> StateMachine::parse(std::string_view specification)
{
    return StateParser(specification).parse();
}

std::optional<StateMachine::State> StateMachine::find(Name name) const
{
    for (State s = 0; s < states_.size(); ++s) {
        const auto &known = states_[s];
        if (known.has_value() == name.has_value() && (!known || *known == *name)) return s;
    }
    return std::nullopt;
}

StateMachine::Name StateMachine::name(State state) const
{
    return states_[state] ? Name(*states_[state]) : std::nullopt;
}

std::vector<StateMachine::State> StateMachine::all() const
{
    std::vector<State> every(states_.size());
    std::iota(every.begin(), every.end(), State{0});
    return every;
}

std::vector<StateMachine::State> StateMachine::initial() const
{
    std::vector<State> found = all();
    std::erase_if(found, [this](State s) { return !initial_[s]; });
    return found;
}

std::vector<StateMachine::State> StateMachine::next(State from) const
{
    std::vector<State> found = all();
    std::erase_if(found, [&](State s) { return s == from || !may_follow(from, s); });
    return found;
}

namespace {

std::string diagram_label(StateMachine::Name name)
{
    std::string label;
    for (char c : name.value_or("null")) {
        if (c == '"')
            label += "#quot;";
        else if (c == '#')
            label += "#35;";
        else if (c == ';')
            label += "#59;";
        else
            label += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
    return label;
}

// Mermaid takes plain words as they are; anything else gets an alias, which ends in '_' so that no plain word is one.
bool is_plain(StateMachine::Name name)
{
    // Words that Mermaid's grammar keeps for itself, in whatever case.
    static constexpr std::string_view kept[] = {"as",  "class", "classdef", "default", "direction",
                                                "end", "note",  "scale",    "state",   "style"};
    return name && !name->empty() && !is_digit(name->front()) && name->back() != '_' &&
           std::all_of(name->begin(), name->end(), [](char c) { return is_alnum(c) || c == '_'; }) &&
           std::none_of(std::begin(kept), std::end(kept), [&](std::string_view word) {
               return std::equal(word.begin(), word.end(), name->begin(), name->end(),
                                 [](char a, char b) { return a == to_lower(b); });
           });
}

}  // namespace

std::string StateMachine::diagram() const
{
    std::string text = "stateDiagram-v2\n";
    std::vector<std::string> ids;
    for (State s : all()) {
        if (is_plain(name(s))) {
            ids.emplace_back(*name(s));
        } else {
            ids.push_back("s" + std::to_string(s + 1) + "_");
            text += "    state \"" + diagram_label(name(s)) + "\" as " + ids.back() + "\n";
        }
    }
    const auto arrow = [&text](const std::string &from, const std::string &to) {
        text.append("    ").append(from).append(" --> ").append(to).append("\n");
    };
    for (State s : initial()) arrow("[*]", ids[s]);
    for (State from : all()) {
        const auto followers = next(from);
        for (State to : followers) arrow(ids[from], ids[to]);
        if (followers.empty()) arrow(ids[from], "[*]");
    }
    return text;
}

}  // namespace quire::guards
