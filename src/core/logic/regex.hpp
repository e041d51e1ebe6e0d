// src/core/logic/regex.hpp: regular expressions as form authors write them, decided in time linear in the text.
//
// Authors write for two engines at once: JavaScript's, which searches, and Java's, which matches the whole value. Both
// read most patterns alike, and so one compiled pattern answers both questions. Where they do not:
//   - An escape that is a plain letter to JavaScript without flags and something else to Java has Java's meaning, since
//     nobody escapes a letter to get it: \A \z \Z \Q…\E \h \H \R \a \e \p{…} \P{…} \x{…}; so has \u{…}.
//   - \s and . are JavaScript's (Unicode's white space; all but \n \r U+2028 U+2029), \w \d \b know ASCII alone.
//   - $ is before a final line break, too, when the whole value is matched, as in Java.
//   - What both accept and read differently is refused as unsupported: nested classes and && in a class, ] as its first
//     character.
//   - What JavaScript accepts for old times' sake is accepted: a lone ] or }, a { that counts nothing, \- and the like.
// Characters are code points, as in Java; to JavaScript without flags a character beyond U+FFFF is two, so that ^.$
// does not match one there. Half of such a pair in a pattern is unsupported, and so is what no linear engine can decide
// or would decide otherwise: backreferences, atomic groups, and possessive quantifiers except where giving back could
// not help anyway. Inline flags are unsupported.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "core/support/poll.hpp"
#include "core/support/result.hpp"

namespace quire::logic {

class RegexAutomaton;

// Both questions take time O(text × program), and room for the program, some of its states, and one bit for each
// lookaround and byte of text. What was learned about the pattern is kept for the next text, so that a Regex belongs
// to one thread.
class Regex {
public:
    static constexpr std::size_t max_pattern_length = 32'768;  // bytes; more than a cell of a spreadsheet holds
    static constexpr std::size_t max_program_size = 100'000;   // instructions, after counted repeats are written out
    static constexpr std::size_t max_depth = 200;              // of groups
    static constexpr std::size_t max_lookarounds = 50;

    struct Fault {
        std::size_t at = 0;  // byte of the pattern
        std::string message;
        bool unsupported = false;  // some engine would take the pattern
    };

    // `pattern` is valid UTF-8, as are the texts.
    static Result<Regex, Fault> compile(std::string_view pattern);

    Regex(Regex &&) noexcept;
    Regex &operator=(Regex &&) noexcept;
    ~Regex();

    // Is there a match anywhere in the text? As JavaScript's test().
    bool search(std::string_view text, Poll poll) const;
    // Is all of the text a match? As Java's matches().
    bool matches(std::string_view text, Poll poll) const;

    // What it remembers about texts, in bytes; limited by the size of the program.
    std::size_t bytes_remembered() const;

private:
    explicit Regex(std::unique_ptr<RegexAutomaton> automaton);

    std::unique_ptr<RegexAutomaton> automaton_;
};

}  // namespace quire::logic
