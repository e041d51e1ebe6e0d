// src/core/logic/lexer.cpp: words by one character of look-ahead.
#include "core/logic/lexer.hpp"

#include <array>

#include "core/support/ascii.hpp"
#include "core/support/utf8.hpp"
#include "core/xml/characters.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {

Token Lexer::fail(std::size_t at, const char *message)
{
    if (!failed_) fault_ = {at, message};
    failed_ = true;
    at_ = source_.size();
    return {Token::Kind::end, {}, at};
}

Token Lexer::token(Token::Kind kind, std::size_t length)
{
    const Token made{kind, source_.substr(at_, length), at_};
    at_ += length;
    operator_may_follow_ =
        kind != Token::Kind::symbol || made.text == ")" || made.text == "]" || made.text == "." || made.text == "..";
    return made;
}

std::size_t Lexer::name_length(std::size_t at) const
{
    std::size_t end = at;
    while (end < source_.size()) {
        std::size_t length = 0;
        const char32_t c = decode_utf8(source_.substr(end), length);
        if (c == ':' || !(end == at ? xml::is_name_start(c) : xml::is_name_char(c))) break;
        end += length;
    }
    return end - at;
}

Token Lexer::number()
{
    std::size_t end = at_;
    while (end < source_.size() && is_digit(source_[end])) ++end;
    if (end < source_.size() && source_[end] == '.') {
        ++end;
        while (end < source_.size() && is_digit(source_[end])) ++end;
    }
    return token(Token::Kind::number, end - at_);
}

Token Lexer::literal()
{
    const std::size_t close = source_.find(source_[at_], at_ + 1);
    if (close == std::string_view::npos) return fail(at_, "a text has no closing quote");
    Token made = token(Token::Kind::literal, close + 1 - at_);
    made.text = made.text.substr(1, made.text.size() - 2);
    return made;
}

Token Lexer::name()
{
    std::size_t length = name_length(at_);
    if (length == 0) return fail(at_, "there is a character that no expression has");
    const std::size_t colon = at_ + length;
    // Not an axis, whose colon is a double one.
    if (colon + 1 < source_.size() && source_[colon] == ':' && source_[colon + 1] != ':') {
        if (source_[colon + 1] == '*') return token(Token::Kind::wildcard, length + 2);
        const std::size_t local = name_length(colon + 1);
        if (local == 0) return fail(colon, "there is no name after a prefix");
        length += 1 + local;
    }
    return token(Token::Kind::name, length);
}

Token Lexer::next()
{
    while (at_ < source_.size() && is_space(source_[at_])) ++at_;
    if (at_ == source_.size()) return {Token::Kind::end, {}, at_};
    const char c = source_[at_];
    const char after = at_ + 1 < source_.size() ? source_[at_ + 1] : '\0';
    if (is_digit(c) || (c == '.' && is_digit(after))) return number();
    if (c == '"' || c == '\'') return literal();
    constexpr std::array<std::string_view, 6> doubles{"..", "::", "//", "!=", "<=", ">="};
    for (const std::string_view symbol : doubles)
        if (source_.substr(at_, 2) == symbol) return token(Token::Kind::symbol, 2);
    if (c == '*') return token(operator_may_follow_ ? Token::Kind::symbol : Token::Kind::wildcard, 1);
    constexpr std::string_view singles = "()[].@,/|+-=<>$";
    if (singles.find(c) != std::string_view::npos) return token(Token::Kind::symbol, 1);
    if (operator_may_follow_) {
        constexpr std::array<std::string_view, 4> words{"and", "or", "mod", "div"};
        const std::size_t length = name_length(at_);
        for (const std::string_view word : words) {
            // "4div 2" has no blank after its number, and "div2" none before it.
            const std::string_view rest = source_.substr(at_, length);
            if (rest == word ||
                (rest.substr(0, word.size()) == word && rest.size() > word.size() && is_digit(rest[word.size()])))
                return token(Token::Kind::symbol, word.size());
        }
    }
    return name();
}

}  // namespace quire::logic
