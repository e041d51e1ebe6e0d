// src/core/attributes/filter_parser.cpp: reading filters.
#include <algorithm>
#include <array>

#include "core/attributes/filter.hpp"
#include "core/attributes/near.hpp"
#include "core/support/ascii.hpp"
#include "core/support/tripwire.hpp"

namespace quire::attributes {

Literal Literal::boolean(bool value)
{
    Literal made;
    made.view_.kind = Value::Kind::boolean;
    made.view_.boolean = value;
    return made;
}

Literal Literal::number(Number value)
{
    Literal made;
    made.number_ = std::move(value);
    made.view_.kind = Value::Kind::number;
    made.view_.number = made.number_.view();
    return made;
}

Literal Literal::text(std::string value)
{
    Literal made;
    made.text_ = std::move(value);
    made.view_.kind = Value::Kind::text;
    made.view_.text = made.text_;
    return made;
}

Literal Literal::list(std::vector<Literal> items)
{
    Literal made;
    made.owned_ = std::move(items);
    made.view_.kind = Value::Kind::list;
    for (const Literal &item : made.owned_) made.items_.push_back(item.view());
    made.view_.items = made.items_;
    return made;
}

// Short texts live inside of their string, so what moves is seen at its new place.
Literal &Literal::take(Literal &other) noexcept
{
    number_ = std::move(other.number_);
    text_ = std::move(other.text_);
    items_ = std::move(other.items_);
    owned_ = std::move(other.owned_);
    view_ = other.view_;
    view_.number = number_.view();
    view_.text = text_;
    for (std::size_t i = 0; i < owned_.size(); ++i) items_[i] = owned_[i].view();
    view_.items = items_;
    return *this;
}

class FilterParser {
public:
    explicit FilterParser(std::string_view text) : text_(text) {}

    Result<Filter, FilterFault> parse()
    {
        if (text_.size() > Filter::most_bytes)
            return FilterFault{Filter::most_bytes, "expected at most 64 kB of filter", {}};
        skip_blanks();
        if (at_ == text_.size()) return std::move(filter_);
        FilterNode root;
        if (!parse_expression(root)) return std::move(fault_);
        skip_blanks();
        if (at_ != text_.size()) {
            expected_after_term();
            return std::move(fault_);
        }
        filter_.root_ = std::move(root);
        return std::move(filter_);
    }

private:
    bool refuse(std::string message, std::string hint = {})
    {
        if (at_ < text_.size() && is_space(text_[at_]) && hint.empty())
            hint = "Only blanks may stand between words, no tabs or line ends.";
        fault_ = {at_, std::move(message), std::move(hint)};
        return false;
    }

    void skip_blanks()
    {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    }

    bool accept(std::string_view token)
    {
        skip_blanks();
        if (!text_.substr(at_).starts_with(token)) return false;
        at_ += token.size();
        return true;
    }

    static bool is_word(char c) { return is_alnum(c) || c == '_'; }

    std::string_view word_here() const
    {
        std::size_t end = at_;
        while (end < text_.size() && is_word(text_[end])) ++end;
        return text_.substr(at_, end - at_);
    }

    bool expected_after_term()
    {
        static constexpr std::string_view words[] = {"and", "or"};
        std::string hint;
        if (const auto meant = nearest(word_here(), words); !meant.empty())
            hint = "Perhaps \"" + std::string(meant) + "\" was meant.";
        return refuse(depth_ > 0 ? "expected \"and\", \"or\" or \")\"" : "expected \"and\", \"or\" or the end",
                      std::move(hint));
    }

    bool parse_expression(FilterNode &node)
    {
        FilterNode chain{FilterNode::Kind::chain, 0, {}, {}};
        for (;;) {
            FilterNode term;
            if (!parse_term(term)) return false;
            chain.terms.push_back(std::move(term));
            const bool is_and = accept("and");
            if (!is_and && !accept("or")) break;
            chain.joined_by_or.push_back(!is_and);
        }
        node = chain.terms.size() == 1 ? std::move(chain.terms.front()) : std::move(chain);
        return true;
    }

    bool parse_term(FilterNode &node)
    {
        skip_blanks();
        if (is_not_here()) return parse_inner(3, FilterNode::Kind::negation, node);
        if (at_ < text_.size() && text_[at_] == '(') return parse_inner(1, FilterNode::Kind::chain, node);
        return parse_comparison(node);
    }

    // The word `not`, unless it is the name of an attribute that something is compared with.
    bool is_not_here() const
    {
        if (word_here() != "not") return false;
        const std::size_t next = text_.find_first_not_of(' ', at_ + 3);
        return next == std::string_view::npos || std::string_view("=!<>?").find(text_[next]) == std::string_view::npos;
    }

    // What follows a "not", or stands in parentheses.
    bool parse_inner(std::size_t length, FilterNode::Kind kind, FilterNode &node)
    {
        if (depth_ == Filter::most_depth)
            return refuse("expected at most " + std::to_string(Filter::most_depth) + " levels of parentheses");
        at_ += length;
        ++depth_;
        if (kind == FilterNode::Kind::negation) {
            FilterNode term;
            if (!parse_term(term)) return false;
            node = {kind, 0, {}, {}};
            node.terms.push_back(std::move(term));
        } else if (!parse_expression(node)) {
            return false;
        } else if (!accept(")")) {
            return expected_after_term();
        }
        --depth_;
        return true;
    }

    bool parse_comparison(FilterNode &node)
    {
        if (filter_.comparisons_.size() == Filter::most_comparisons)
            return refuse("expected at most " + std::to_string(Filter::most_comparisons) + " comparisons");
        const std::size_t name_at = at_;
        std::string name;
        if (!parse_name(name)) return false;
        Comparator comparator = Comparator::equal;
        if (!parse_comparator(comparator)) return false;
        skip_blanks();
        const std::size_t literal_at = at_;
        auto literal = parse_atom(0);
        if (!literal) return false;
        const bool is_order = comparator >= Comparator::less && comparator <= Comparator::at_least;
        if (is_order && literal->view().kind == Value::Kind::list) {
            at_ = literal_at;
            return refuse("expected no list", "Lists have no order: they are compared by ==, != and ?.");
        }
        node = {FilterNode::Kind::comparison, filter_.comparisons_.size(), {}, {}};
        filter_.comparisons_.push_back(
            {attribute(std::move(name)), comparator, std::move(*literal), name_at, literal_at});
        return true;
    }

    std::size_t attribute(std::string name)
    {
        auto &known = filter_.attributes_;
        const auto found = std::find(known.begin(), known.end(), name);
        const auto place = static_cast<std::size_t>(found - known.begin());
        if (found == known.end()) known.push_back(std::move(name));
        return place;
    }

    bool parse_name(std::string &name)
    {
        if (at_ < text_.size() && text_[at_] == '"') return parse_text(name);
        name = word_here();
        if (name.empty())
            return refuse("expected the name of an attribute",
                          "A name with other characters than "
                          "letters, digits and underscores stands in double quotes.");
        at_ += name.size();
        return true;
    }

    bool parse_text(std::string &text)
    {
        const std::size_t first = ++at_;
        for (; at_ < text_.size() && text_[at_] != '"'; ++at_)
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
        if (at_ >= text_.size()) return refuse("expected a closing double quote");
        text = text_.substr(first, at_++ - first);
        return true;
    }

    bool parse_comparator(Comparator &comparator)
    {
        struct Sign {
            std::string_view text;
            Comparator comparator = Comparator::equal;
        };
        static constexpr Sign signs[] = {
            {"!=", Comparator::unequal},  {"==", Comparator::equal}, {"<=", Comparator::at_most},
            {">=", Comparator::at_least}, {"<", Comparator::less},   {">", Comparator::greater},
            {"?", Comparator::contains},
        };
        for (const Sign &sign : signs) {
            if (!accept(sign.text)) continue;
            comparator = sign.comparator;
            return true;
        }
        const std::string_view rest = text_.substr(at_);
        return refuse("expected one of == != < > <= >= ?", rest.starts_with("=>")   ? "Perhaps \">=\" was meant."
                                                           : rest.starts_with("=<") ? "Perhaps \"<=\" was meant."
                                                           : rest.starts_with("=")  ? "Perhaps \"==\" was meant."
                                                                                    : "");
    }

    std::optional<Literal> parse_atom(std::size_t depth)
    {
        skip_blanks();
        if (accept("None")) return Literal::null();
        if (accept("True")) return Literal::boolean(true);
        if (accept("False")) return Literal::boolean(false);
        const char c = at_ < text_.size() ? text_[at_] : '\0';
        if (c == '"') {
            std::string text;
            if (!parse_text(text)) return std::nullopt;
            return Literal::text(std::move(text));
        }
        if (c == '[') return parse_list(depth);
        if (is_digit(c) || c == '.' || c == '-' || c == '+') return parse_number();
        expected_atom();
        return std::nullopt;
    }

    bool expected_atom()
    {
        static constexpr std::string_view words[] = {"None", "True", "False"};
        const std::string_view word = word_here();
        std::string hint;
        if (!word.empty()) {
            const auto meant = word == "null" || word == "NULL" ? words[0] : nearest(word, words);
            hint = meant.empty() ? "A text stands in double quotes." : "Perhaps " + std::string(meant) + " was meant.";
        } else if (at_ < text_.size() && text_[at_] == '\'') {
            hint = "A text stands in double quotes.";
        }
        return refuse("expected a number, a text in double quotes, None, True, False or a list", std::move(hint));
    }

    std::optional<Literal> parse_number()
    {
        std::size_t end = at_;
        const auto digits = [&] {
            const std::size_t first = end;
            while (end < text_.size() && is_digit(text_[end])) ++end;
            return end > first;
        };
        if (text_[end] == '-' || text_[end] == '+') ++end;
        const bool before = digits();
        const bool point = end < text_.size() && text_[end] == '.';
        if (point) ++end;
        const bool after = point && digits();
        const std::size_t mantissa = end;
        if (end < text_.size() && to_lower(text_[end]) == 'e') {
            ++end;
            if (end < text_.size() && (text_[end] == '-' || text_[end] == '+')) ++end;
            if (!digits()) end = mantissa;
        }
        auto number = before || after ? Number::parse(text_.substr(at_, end - at_)) : std::nullopt;
        if (!number) {
            refuse(before || after ? "expected a number of at most 1000 digits before and after its point"
                                   : "expected a number");
            return std::nullopt;
        }
        at_ = end;
        return Literal::number(*std::move(number));
    }

    std::optional<Literal> parse_list(std::size_t depth)
    {
        std::vector<Literal> items;
        if (depth == Filter::most_depth) {
            refuse("expected at most " + std::to_string(Filter::most_depth) + " levels of lists");
            return std::nullopt;
        }
        ++at_;
        if (accept("]")) return Literal::list({});
        do {
            if (++items_ > Filter::most_items) {
                refuse("expected at most " + std::to_string(Filter::most_items) + " items of lists");
                return std::nullopt;
            }
            auto item = parse_atom(depth + 1);
            if (!item) return std::nullopt;
            items.push_back(std::move(*item));
        } while (accept(","));
        if (!accept("]")) {
            refuse("expected \",\" or \"]\"");
            return std::nullopt;
        }
        return Literal::list(std::move(items));
    }

    std::string_view text_;
    std::size_t at_ = 0, depth_ = 0, items_ = 0;
    Filter filter_;
    FilterFault fault_;
};

Result<Filter, FilterFault> Filter::parse(std::string_view text)
{
    return FilterParser(text).parse();
}

}  // namespace quire::attributes
