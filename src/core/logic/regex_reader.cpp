// src/core/logic/regex_reader.cpp: decodes a pattern, and resolves \Q…\E in it.
#include "core/logic/regex_reader.hpp"

#include "core/support/utf8.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {

RegexReader::RegexReader(std::string_view pattern)
{
    bool quoting = false;
    bool escaped = false;
    for (std::size_t i = 0; i < pattern.size();) {
        const std::string_view rest = pattern.substr(i);
        if (!escaped && rest.starts_with(quoting ? "\\E" : "\\Q")) {
            quoting = !quoting;
            i += 2;
            continue;
        }
        std::size_t length = 0;
        const char32_t c = decode_utf8(rest, length);
        characters_ += quoting ? c | quoted : c;
        bytes_.push_back(i);
        escaped = !quoting && !escaped && c == '\\';
        i += length;
    }
    bytes_.push_back(pattern.size());
}

bool RegexReader::closes_later() const
{
    for (std::size_t i = place_ + 1; i < characters_.size(); ++i) {
        if (characters_[i] == '\\')
            ++i;
        else if (characters_[i] == ']')
            return true;
    }
    return false;
}

bool RegexReader::closes_in_java(std::size_t place)
{
    if (only_javascript_) return false;
    std::size_t open = 0;
    for (std::size_t i = place; i < characters_.size(); ++i) {
        if (characters_[i] == '\\')
            ++i;
        else if (characters_[i] == '[')
            ++open;
        else if (characters_[i] == ']' && --open == 0)
            return true;
    }
    only_javascript_ = true;
    return false;
}

}  // namespace quire::logic
