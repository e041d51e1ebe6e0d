// test/unit/attributes/filter_test.cpp: reading filters, evaluating them, writing them as SQL.
#include "core/attributes/filter.hpp"

#include <gtest/gtest.h>

#include "unit/attributes/row.hpp"

namespace quire::attributes {
namespace {

bool matches(std::string_view text, std::string_view json)
{
    test::JsonReader reader;
    const auto values = reader.read(json);
    const auto filter = Filter::parse(text);
    EXPECT_TRUE(filter.ok()) << text << ": " << (filter.ok() ? "" : filter.fault().message);
    test::JsonRow row(filter.value(), *values);
    return filter.value().matches(row);
}

std::string sql(std::string_view text)
{
    return Filter::parse(text).value().sql("v", test::quoted_sql);
}

TEST(Filter, JoinsFromLeftToRight)
{
    EXPECT_FALSE(matches("a == 1 or b == 1 and c == 1", R"({"a": 1})"));
    EXPECT_TRUE(matches("a == 1 or (b == 1 and c == 1)", R"({"a": 1})"));
    EXPECT_TRUE(matches("not a == 2 and not (b == 1)", R"({"a": 1})"));
    EXPECT_EQ(
        sql("a == None or b == None and c == None and d == None or e == None"),
        "(((coalesce(v -> 'a', 'null'::jsonb) = 'null'::jsonb OR coalesce(v -> 'b', 'null'::jsonb) = 'null'::jsonb)"
        " AND coalesce(v -> 'c', 'null'::jsonb) = 'null'::jsonb AND coalesce(v -> 'd', 'null'::jsonb) = 'null'::jsonb)"
        " OR coalesce(v -> 'e', 'null'::jsonb) = 'null'::jsonb)");
}

TEST(Filter, AsksForNoMoreThanItNeeds)
{
    test::JsonReader reader;
    const auto values = reader.read(R"({"a": 1})");
    const auto filter = Filter::parse("a == 1 or b == 1 or c == 1");
    test::JsonRow row(filter.value(), *values);
    EXPECT_TRUE(filter.value().matches(row));
    EXPECT_EQ(row.asked, 1);
}

TEST(Filter, KnowsItsAttributesOnce)
{
    const auto filter = Filter::parse("a == 1 and \"b c\" == 2 or a > 3");
    EXPECT_EQ(filter.value().attributes(), (std::vector<std::string>{"a", "b c"}));
}

TEST(Filter, LeavesOutOfAnOrderWhatHasNone)
{
    const std::string a = "coalesce(v -> 'a', 'null'::jsonb)";
    EXPECT_EQ(sql("a > 2"), "(" + a + " > '2'::jsonb AND " + a + " < 'false'::jsonb)");
    EXPECT_EQ(sql("a > -2"), "(" + a + " > '-2'::jsonb AND " + a + " <= 'true'::jsonb)");
    EXPECT_EQ(sql("a >= 1"), "((" + a + " >= '1'::jsonb AND " + a + " < 'false'::jsonb) OR " + a + " = 'true'::jsonb)");
    EXPECT_EQ(sql("a < 0"), "(" + a + " < '0'::jsonb AND jsonb_typeof(" + a + ") = 'number')");
    EXPECT_EQ(sql("a <= False"),
              "((" + a + " <= '0'::jsonb AND jsonb_typeof(" + a + ") = 'number') OR " + a + " = 'false'::jsonb)");
    EXPECT_EQ(sql("a < None"), "false");
    EXPECT_EQ(sql(""), "true");
}

TEST(Filter, WritesTextsAsJson)
{
    EXPECT_EQ(sql("a == \"\x01 \\\" ' \n\""),
              "coalesce(v -> 'a', 'null'::jsonb) = '\"\\u0001 \\\\\\\" '' \\u000a\"'::jsonb");
    EXPECT_EQ(sql("a == [1, [True, \"x\"], None]"),
              "coalesce(v -> 'a', 'null'::jsonb) = '[1, [true, \"x\"], null]'::jsonb");
}

TEST(Filter, HasLimits)
{
    const auto refused = [](const std::string &text) { return !Filter::parse(text).ok(); };
    const auto nested = [](std::size_t depth) { return std::string(depth, '(') + "a == 1" + std::string(depth, ')'); };
    EXPECT_FALSE(refused(nested(Filter::most_depth)));
    EXPECT_TRUE(refused(nested(Filter::most_depth + 1)));
    EXPECT_TRUE(refused("a == " + std::string(Filter::most_depth + 1, '[') + std::string(Filter::most_depth + 1, ']')));
    std::string many = "a == 1";
    for (std::size_t i = 1; i < Filter::most_comparisons; ++i) many += i % 2 ? " or a == 1" : " and a == 1";
    EXPECT_FALSE(refused(many));
    EXPECT_TRUE(refused(many + " or a == 1"));
    EXPECT_TRUE(refused("a == \"" + std::string(Filter::most_bytes, 'x') + "\""));
    std::string items = "a == [1";
    for (std::size_t i = 1; i < Filter::most_items; ++i) items += ",1";
    EXPECT_FALSE(refused(items + "]"));
    EXPECT_TRUE(refused(items + ",1]"));
}

TEST(Filter, TellsWhereItWentWrong)
{
    const auto fault = Filter::parse("a == 1 and b = 2").fault();
    EXPECT_EQ(fault.at, 13u);
    EXPECT_EQ(fault.hint, "Perhaps \"==\" was meant.");
}

}  // namespace
}  // namespace quire::attributes
