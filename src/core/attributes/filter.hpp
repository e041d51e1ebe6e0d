// src/core/attributes/filter.hpp: a condition on a row's attributes that a user wrote.
//
//     expr  = term {("and" | "or") term}         equally strong, from left to right
//     term  = "not" term | "(" expr ")" | name op atom
//     name  = letters, digits and underscores | text
//     op    = "!=" "==" ">" "<" "<=" ">=" "?"
//     atom  = text | number | "None" | "True" | "False" | "[" [atom {"," atom}] "]"
//     text  = between double quotes; a backslash keeps the next character from ending it, and stays
//
// Blanks may stand anywhere between these; no other white space. An empty filter takes every row. It is read once, and
// then either evaluated on values, or written as SQL that says the same.
//
// What it means: an attribute that is missing is null. == and != compare with any value; booleans and numbers compare
// as 1 and 0. The orders < > <= >= hold between numbers, booleans among them, and between texts, which are ordered by
// code point; between anything else they do not hold. `list ? value` is true when the value is an item of the list,
// `text ? text` when the right text is part of the left one, anything else is false. Inside of lists true is not 1.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/attributes/types.hpp"
#include "core/attributes/value.hpp"
#include "core/support/result.hpp"

namespace quire::attributes {

// A value in a filter, which owns what it is made of; view() is valid while it stays where it is.
class Literal {
public:
    static Literal null() { return Literal(); }
    static Literal boolean(bool value);
    static Literal number(Number value);
    static Literal text(std::string value);
    static Literal list(std::vector<Literal> items);

    const Value &view() const { return view_; }
    Literal(Literal &&other) noexcept : Literal() { take(other); }
    Literal &operator=(Literal &&other) noexcept { return take(other); }

private:
    Literal() = default;
    Literal &take(Literal &other) noexcept;

    Value view_;
    Number number_;
    std::string text_;
    std::vector<Value> items_;
    std::vector<Literal> owned_;
};

// `?` is contains, or, where the attribute's type is known, has_item of a list or has_part of a text.
enum class Comparator : std::uint8_t { equal, unequal, less, greater, at_most, at_least, contains, has_item, has_part };

struct Comparison {
    std::size_t attribute;  // its place among the filter's attributes
    Comparator comparator;
    Literal literal;
    std::size_t name_at, literal_at;  // bytes
};

struct FilterNode {
    enum class Kind : std::uint8_t { comparison, negation, chain } kind = Kind::comparison;
    std::size_t comparison = 0;
    // Of a negation one; of a chain two or more, each joined to what stands before it.
    std::vector<FilterNode> terms;
    std::vector<bool> joined_by_or;
};

struct FilterFault {
    std::size_t at = 0;   // byte
    std::string message;  // "expected …"
    std::string hint;     // empty when there is none
};

// Where a filter finds the values of a row.
class AttributeSource {
public:
    virtual ~AttributeSource() = default;
    // Of the filter's i-th attribute; null when it is missing.
    virtual void look_up(std::size_t attribute, Value &value) = 0;
};

class Filter {
public:
    static constexpr std::size_t most_bytes = 65536, most_comparisons = 1000, most_depth = 64, most_items = 10000;

    static Result<Filter, FilterFault> parse(std::string_view text);

    // The names that it compares, each once.
    const std::vector<std::string> &attributes() const { return attributes_; }

    bool matches(AttributeSource &row) const;

    // The same condition as SQL about the jsonb object `column`, an SQL expression; true or false, never null, unless
    // the column is. `literal` writes a text as an SQL literal.
    using Quote = std::string (*)(std::string_view text);
    std::string sql(std::string_view column, Quote literal) const;

    // Tells what is wrong when the attributes' types are known, and goes by them from here on: names of what a
    // reference leads to become numbers. `find` gives null for a name that has none.
    std::optional<FilterFault> fit(const std::function<const AttributeType *(std::string_view)> &find,
                                   std::span<const std::string_view> names);

private:
    friend class FilterParser;
    bool evaluate(const FilterNode &node, AttributeSource &row) const;

    std::vector<std::string> attributes_;
    std::vector<Comparison> comparisons_;
    std::optional<FilterNode> root_;
};

// The SQL expression that a filter compares an attribute by, and that an index for it is to be on.
std::string attribute_sql(std::string_view column, std::string_view attribute, Filter::Quote literal);

}  // namespace quire::attributes
