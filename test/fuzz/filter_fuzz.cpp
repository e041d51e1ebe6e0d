// test/fuzz/filter_fuzz.cpp: filters that are read can be evaluated and written as SQL that is one condition.
#include <array>
#include <string>

#include "core/attributes/filter.hpp"
#include "fuzz/fuzz.hpp"
#include "unit/attributes/row.hpp"

namespace {

using quire::attributes::Filter;
using quire::fuzz::must;

// Outside of literals, parentheses match, and nothing ends or comments.
void check_sql(const std::string &sql)
{
    int depth = 0;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        if (sql[i] == '\'') {
            i = sql.find('\'', i + 1);
            must(i != std::string::npos, "a literal is closed");
            continue;
        }
        depth += (sql[i] == '(') - (sql[i] == ')');
        must(depth >= 0, "no parenthesis closes what is not open");
        must(sql[i] != ';' && sql.compare(i, 2, "--") != 0 && sql.compare(i, 2, "/*") != 0, "SQL is one condition");
    }
    must(depth == 0, "parentheses are closed");
}

bool evaluate(const Filter &filter)
{
    quire::test::JsonReader reader;
    static constexpr const char *row =
        R"({"a": 1, "b": "text", "c": [1, "x", [true]], "d": true, "e": null, "f": {"x": 1}, "g": -0.5, "": 0})";
    const auto values = reader.read(row);
    quire::test::JsonRow source(filter, *values);
    return filter.matches(source);
}

// Types that the row's values have change nothing, but what they let be.
void check_fitted(Filter &filter, bool matches)
{
    using quire::attributes::AttributeType;
    static constexpr std::string_view names[] = {"a", "b", "c", "d"};
    using Kind = AttributeType::Kind;
    std::array<AttributeType, std::size(names)> types;
    constexpr std::array kinds = {Kind::decimal, Kind::text, Kind::list, Kind::boolean};
    for (std::size_t i = 0; i < types.size(); ++i) types[i].kind = kinds[i];
    const auto find = [&](std::string_view name) -> const AttributeType * {
        for (std::size_t i = 0; i < std::size(names); ++i)
            if (names[i] == name) return &types[i];
        return nullptr;
    };
    const auto fault = filter.fit(find, names);
    if (fault) {
        must(!fault->message.empty(), "a fault has words");
    } else {
        check_sql(filter.sql("v", quire::test::quoted_sql));
        must(evaluate(filter) == matches, "a filter that fits means what it meant");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text = quire::fuzz::text(data, size);
    auto filter = Filter::parse(text);
    if (!filter.ok()) {
        must(filter.fault().at <= size && !filter.fault().message.empty(), "a fault has a place and words");
        return 0;
    }
    check_sql(filter.value().sql("v", quire::test::quoted_sql));
    const bool matches = evaluate(filter.value());
    check_fitted(filter.value(), matches);
    if (filter.value().attributes().empty()) return 0;
    const auto negated = Filter::parse("not (" + std::string(text) + ")");
    if (negated.ok()) must(evaluate(negated.value()) != matches, "not is the opposite");
    return 0;
}
