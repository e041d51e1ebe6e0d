// src/core/logic/regex_classes.hpp: escapes and bracketed classes of a pattern.
#pragma once
#include <optional>

#include "core/logic/char_set.hpp"
#include "core/logic/regex_reader.hpp"

namespace quire::logic {

// What an escape, or an item of a class, stands for: one character, or any of a set.
struct RegexItem {
    char32_t character = 0;
    std::optional<CharSet> set;

    CharSet chars() const { return set ? *set : CharSet({{character, character}}); }
};

// Each starts behind the \ or [ and is false after a fault.
bool read_escape(RegexReader &in, bool in_class, RegexItem &item);
bool read_class(RegexReader &in, CharSet &set);

CharSet line_breaks();       // what . leaves out
CharSet java_line_breaks();  // what \R matches, besides \r\n

}  // namespace quire::logic
