// test/unit/logic/limits_test.cpp: an expression takes no more steps, memory and stack than it may.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "unit/logic/evaluate.hpp"

namespace quire::logic {
namespace {

std::string repeated(const std::string &text, int times)
{
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

Place of_many(int items)
{
    Place place;
    place.document = "<d>" + repeated("<i>x</i>", items) + "</d>";
    place.node = "/d";
    return place;
}

constexpr const char *steps = "limit: an expression takes too many steps";
constexpr const char *memory = "limit: an expression takes too much memory";

TEST(Limits, OfSteps)
{
    Place place = of_many(1'000);
    place.options.limits.steps = 100'000;
    for (const char *expression : {"count(//*[count(//*) > 0])", "i[. = /d/i[. = 'y']]", "count(i[count(../i) > 0])",
                                   "i/following-sibling::*[position() = 2]", "i[position(.) > 1]"})
        EXPECT_EQ(place.script(expression), steps) << expression;
    EXPECT_EQ(place.script("count(//*)"), "1001");
}

TEST(Limits, OfMemory)
{
    Place place = of_many(1'000);
    place.options.limits.memory = 100'000;
    std::string doubled = "'0123456789'";
    for (int i = 0; i < 16; ++i) doubled = "concat(" + doubled + ", " + doubled + ")";
    ASSERT_GT(doubled.size(), max_expression);
    doubled = "join('0123456789', //node())";
    for (int i = 0; i < 8; ++i) doubled = "concat(" + doubled + ", " + doubled + ")";
    EXPECT_EQ(place.script(doubled), memory);
    EXPECT_EQ(place.script("string-length(join('0123456789', i))"), "10990");
}

// What is read from a large text counts, even where a single node is looked at.
TEST(Limits, OfLongTextsThatAreReadAgainAndAgain)
{
    Place place = of_many(1'000);
    place.document.replace(0, 3, "<d><t>" + std::string(100'000, 'x') + "</t>");
    place.options.limits.steps = 100'000;
    place.options.limits.memory = 10'000'000;
    for (const char *expression :
         {"count(i[string-length(/d/t) = 1])", "count(i[/d/t = 'x'])", "count(i[string(/) = 'x'])",
          "count(i[count-selected(../t) = 2])", "count(i[contains(../t, 'y')])"})
        EXPECT_EQ(place.script(expression).substr(0, 6), "limit:") << expression;
}

TEST(Limits, OfSearchesForLongTextsInLongTexts)
{
    Place place;
    place.document = "<d><t>" + std::string(200'000, 'a') + "</t><n>" + std::string(100'000, 'a') + "b</n></d>";
    place.node = "/d";
    expect(place, {{"contains(t, n)", "false"},
                   {"substring-before(t, n)", "\"\""},
                   {"substring-after(t, n)", "\"\""},
                   {"selected(t, n)", "false"}});
}

TEST(Limits, OfNesting)
{
    Place place;
    const std::string deep = repeated("if(true(), ", 190) + "1" + repeated(", 2)", 190);
    EXPECT_EQ(place.script(deep), "1");
    const std::string predicates = repeated("/data[", 190) + "1" + repeated("]", 190);
    EXPECT_EQ(place.script("count(" + predicates + ")"), "1");
    EXPECT_EQ(place.script(repeated("1 + ", 990) + "1"), "991");
    EXPECT_EQ(place.script(repeated("-", 190) + "1"), "1");
    const std::string elements = repeated("<a>", 250) + "x" + repeated("</a>", 250);
    place.document = elements;
    place.node = "/a";
    EXPECT_EQ(place.script("count(//a)"), "250");
    EXPECT_EQ(place.java("count(//a[string(.) = 'x']/ancestor::a)"), "249");
}

TEST(Limits, OfRegularExpressions)
{
    Place place;
    place.document = "<d>" + std::string(50'000, 'a') + "</d>";
    place.node = "/d";
    EXPECT_EQ(place.script("regex(., '^(a+)+$')"), "true") << "no time is lost going back";
    EXPECT_EQ(place.script("regex(., '^(a|aa)+b$')"), "false");
}

struct Interrupted : std::runtime_error {
    Interrupted() : runtime_error("interrupted") {}
};

TEST(Limits, LeaveRoomForInterrupts)
{
    const Place place = of_many(10'000);
    Standalone options;
    const FixedZone zone;
    options.zone = &zone;
    JsonText json;
    static bool armed;
    armed = false;
    const auto poll = [] {
        if (armed) throw Interrupted();
    };
    EXPECT_TRUE(evaluate_over(place.document, "count(//i[. = 'x'])", "/d", options, poll, json).ok());
    armed = true;
    JsonText other;
    EXPECT_THROW((void)evaluate_over(place.document, "count(//i[. = 'x'])", "/d", options, poll, other), Interrupted);
}

}  // namespace
}  // namespace quire::logic
