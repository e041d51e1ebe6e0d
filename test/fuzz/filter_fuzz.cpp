// test/fuzz/filter_fuzz.cpp: filters that are read can be evaluated and written as SQL that is one condition.
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text = quire::fuzz::text(data, size);
    const auto filter = Filter::parse(text);
    if (!filter.ok()) {
        must(filter.fault().at <= size && !filter.fault().message.empty(), "a fault has a place and words");
        return 0;
    }
    check_sql(filter.value().sql("v", quire::test::quoted_sql));
    const bool matches = evaluate(filter.value());
    if (filter.value().attributes().empty()) return 0;
    const auto negated = Filter::parse("not (" + std::string(text) + ")");
    if (negated.ok()) must(evaluate(negated.value()) != matches, "not is the opposite");
    return 0;
}
