// src/core/attributes/filter_sql.cpp: filters as SQL.
//
// An attribute is written as coalesce(column -> 'name', 'null'), which is never NULL and so leaves no third truth
// value, and which an index can be on. jsonb has one order for all values, null < texts < numbers < false < true <
// lists < objects, and the empty list before all: what a comparison is not about has to be left out.
#include <array>
#include <cstdio>

#include "core/attributes/filter.hpp"
#include "core/support/tripwire.hpp"

namespace quire::attributes {
namespace {

using Kind = Value::Kind;

void append_json_text(std::string &json, std::string_view text)
{
    json += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            (json += '\\') += c;
        } else if (static_cast<unsigned char>(c) < ' ') {
            std::array<char, 8> escape;
            std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
            json += escape.data();
        } else {
            json += c;
        }
    }
    json += '"';
}

void append_json(std::string &json, const Value &value)
{
    switch (value.kind) {
        case Kind::boolean: json += value.boolean ? "true" : "false"; return;
        case Kind::number: json += to_text(value.number); return;
        case Kind::text: append_json_text(json, value.text); return;
        case Kind::list: {
            json += '[';
            for (const Value &item : value.items) {
                if (&item != &value.items.front()) json += ", ";
                append_json(json, item);
            }
            json += ']';
            return;
        }
        default: json += "null";
    }
}

bool is_numeric(const Value &value)
{
    return value.kind == Kind::number || value.kind == Kind::boolean;
}

// 0 and 1, which booleans are equal to; else none.
std::optional<bool> as_boolean(const Value &value)
{
    if (value.kind == Kind::boolean) return value.boolean;
    if (value.number.is_zero()) return false;
    if (compare(value.number, Number::parse("1")->view()) == 0) return true;
    return std::nullopt;
}

class SqlWriter {
public:
    SqlWriter(std::string attribute, Filter::Quote quote) : attribute_(std::move(attribute)), quote_(quote) {}

    std::string write(Comparator comparator, const Value &literal) const
    {
        switch (comparator) {
            case Comparator::equal: return equality(literal, " = ", " IN ");
            case Comparator::unequal: return equality(literal, " <> ", " NOT IN ");
            case Comparator::contains:
                if (literal.kind != Kind::text) return item(literal);
                return "(" + item(literal) + " OR " + part(literal) + ")";
            case Comparator::has_item: return item(literal);
            case Comparator::has_part: return part(literal);
            default: break;
        }
        if (is_numeric(literal)) return numeric_order(comparator, literal);
        if (literal.kind == Kind::text)
            return "(jsonb_typeof(" + attribute_ + ") = 'string' AND (" + attribute_ + " #>> '{}') COLLATE \"C\"" +
                   std::string(sign(comparator)) + quote_(literal.text) + ")";
        return "false";
    }

private:
    static std::string_view sign(Comparator comparator)
    {
        switch (comparator) {
            case Comparator::less: return " < ";
            case Comparator::greater: return " > ";
            case Comparator::at_most: return " <= ";
            default: return " >= ";
        }
    }

    std::string json(const Value &value) const
    {
        std::string text;
        append_json(text, value);
        return quote_(text) + "::jsonb";
    }

    std::string equality(const Value &literal, const char *equal, const char *among) const
    {
        const auto boolean = is_numeric(literal) ? as_boolean(literal) : std::nullopt;
        if (!boolean) return attribute_ + equal + json(literal);
        return attribute_ + among + (*boolean ? "('1'::jsonb, 'true'::jsonb)" : "('0'::jsonb, 'false'::jsonb)");
    }

    // Numbers lie right below false in jsonb's order; what lies below them has no greatest value.
    std::string numeric_order(Comparator comparator, const Value &literal) const
    {
        const auto truth = as_boolean(literal);
        const Number bound = !truth ? Number::copy(literal.number) : *Number::parse(*truth ? "1" : "0");
        const bool up = comparator == Comparator::greater || comparator == Comparator::at_least;
        const auto includes = [&](const char *number) {
            const int order = compare(Number::parse(number)->view(), bound.view());
            return order == 0 ? comparator == Comparator::at_most || comparator == Comparator::at_least
                              : (order > 0) == up;
        };
        const bool with_false = includes("0"), with_true = includes("1");
        const std::string compared =
            attribute_ + std::string(sign(comparator)) + quote_(to_text(bound.view())) + "::jsonb";
        if (up && with_false) return "(" + compared + " AND " + attribute_ + " <= 'true'::jsonb)";
        const std::string numbers =
            "(" + compared + " AND " +
            (up ? attribute_ + " < 'false'::jsonb" : "jsonb_typeof(" + attribute_ + ") = 'number'") + ")";
        if (!with_false && !with_true) return numbers;
        const char *const booleans = with_false && with_true ? " IN ('false'::jsonb, 'true'::jsonb)"
                                     : with_false            ? " = 'false'::jsonb"
                                                             : " = 'true'::jsonb";
        return "(" + numbers + " OR " + attribute_ + booleans + ")";
    }

    std::string item(const Value &literal) const
    {
        // @> looks into items that are lists themselves, and finds more than equal ones there.
        if (literal.kind == Kind::list)
            return "EXISTS (SELECT FROM jsonb_array_elements(CASE jsonb_typeof(" + attribute_ + ") WHEN 'array' THEN " +
                   attribute_ + " ELSE '[]'::jsonb END) AS item (value) WHERE item.value = " + json(literal) + ")";
        std::string list = "[";
        append_json(list, literal);
        return attribute_ + " @> " + quote_(list + "]") + "::jsonb";
    }

    std::string part(const Value &literal) const
    {
        return "(jsonb_typeof(" + attribute_ + ") = 'string' AND strpos((" + attribute_ + " #>> '{}') COLLATE \"C\", " +
               quote_(literal.text) + ") > 0)";
    }

    std::string attribute_;
    Filter::Quote quote_;
};

}  // namespace

std::string attribute_sql(std::string_view column, std::string_view attribute, Filter::Quote literal)
{
    return "coalesce(" + std::string(column) + " -> " + literal(attribute) + ", 'null'::jsonb)";
}

std::string Filter::sql(std::string_view column, Quote literal) const
{
    if (!root_) return "true";
    // Terms hold from left to right, whatever joins them: parentheses close after each change of the joining word.
    const std::function<std::string(const FilterNode &)> write = [&](const FilterNode &node) -> std::string {
        if (node.kind == FilterNode::Kind::comparison) {
            const Comparison &comparison = comparisons_[node.comparison];
            const SqlWriter writer(attribute_sql(column, attributes_[comparison.attribute], literal), literal);
            return writer.write(comparison.comparator, comparison.literal.view());
        }
        if (node.kind == FilterNode::Kind::negation) return "NOT (" + write(node.terms.front()) + ")";
        std::string joined = write(node.terms.front());
        std::size_t opened = 1;
        for (std::size_t i = 1; i < node.terms.size(); ++i) {
            const bool by_or = node.joined_by_or[i - 1];
            if (i > 1 && by_or != node.joined_by_or[i - 2]) {
                joined += ')';
                ++opened;
            }
            joined.append(by_or ? " OR " : " AND ").append(write(node.terms[i]));
        }
        return std::string(opened, '(') + joined + ")";
    };
    return write(*root_);
}

}  // namespace quire::attributes
