// src/core/logic/regex_reader.hpp: the characters of a pattern, one after the other, and what is wrong with them.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/logic/regex.hpp"

namespace quire::logic {

class RegexReader {
public:
    static constexpr char32_t none = 0xFFFFFFFF;  // after the last
    // Marks what stands between \Q and \E, so that it is equal to no character of the syntax.
    static constexpr char32_t quoted = 0x80000000;

    explicit RegexReader(std::string_view pattern);

    char32_t peek(std::size_t ahead = 0) const
    {
        return place_ + ahead < characters_.size() ? characters_[place_ + ahead] : none;
    }
    // The next character, not to be called at the end.
    char32_t next() { return characters_[place_++]; }
    bool take(char32_t c)
    {
        if (peek() != c) return false;
        ++place_;
        return true;
    }
    bool take(std::u32string_view word)
    {
        if (characters_.compare(place_, word.size(), word) != 0) return false;
        place_ += word.size();
        return true;
    }

    // In characters, for going back.
    std::size_t place() const { return place_; }
    void go(std::size_t place) { place_ = place; }
    // In bytes of the pattern, for faults.
    std::size_t byte(std::size_t place) const { return bytes_[place]; }

    // Is there a ] further on that no backslash precedes?
    bool closes_later() const;
    // Would Java see the class that opens at `place` end, nested classes and all? Once it would not, the pattern is
    // JavaScript's alone.
    bool closes_in_java(std::size_t place);

    // Both are false, for the caller to return: nobody takes the pattern; some engine does.
    bool fail(std::size_t place, std::string message) { return set_fault(place, std::move(message), false); }
    bool refuse(std::size_t place, std::string message) { return set_fault(place, std::move(message), true); }
    const Regex::Fault &fault() const { return fault_; }

private:
    bool set_fault(std::size_t place, std::string message, bool unsupported)
    {
        fault_ = {byte(place), std::move(message), unsupported};
        return false;
    }

    std::u32string characters_;
    std::vector<std::size_t> bytes_;  // where each starts, and where the last ends
    std::size_t place_ = 0;
    bool only_javascript_ = false;
    Regex::Fault fault_;
};

}  // namespace quire::logic
