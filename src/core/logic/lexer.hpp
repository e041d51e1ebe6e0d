// src/core/logic/lexer.hpp: the words of an XPath expression.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/support/result.hpp"

namespace quire::logic {

struct Token {
    enum class Kind : std::uint8_t {
        end,
        number,
        literal,   // text without its quotes
        name,      // an operator name, too: the parser knows where it is one
        wildcard,  // * where a name may stand, or prefix:*
        symbol,
    };
    Kind kind = Kind::end;
    std::string_view text;
    std::size_t at = 0;

    bool is(std::string_view symbol) const { return kind == Kind::symbol && text == symbol; }
};

// Tells a name from an operator, and * from *, by the token before, as XPath 1.0 section 3.7 says.
class Lexer {
public:
    explicit Lexer(std::string_view source) : source_(source) {}

    // After a fault, the end for ever.
    Token next();
    const Fault *fault() const { return failed_ ? &fault_ : nullptr; }

private:
    Token fail(std::size_t at, const char *message);
    Token token(Token::Kind kind, std::size_t length);
    Token number();
    Token literal();
    Token name();
    std::size_t name_length(std::size_t at) const;

    std::string_view source_;
    std::size_t at_ = 0;
    bool operator_may_follow_ = false;
    bool failed_ = false;
    Fault fault_;
};

}  // namespace quire::logic
