// test/unit/logic/expression_test.cpp: what is an expression, how it groups, and where one that is none goes wrong.
#include "core/logic/expression.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/logic/functions.hpp"
#include "unit/logic/evaluate.hpp"

namespace quire::logic {
namespace {

struct Compiled {
    explicit Compiled(std::string_view source) : result(compile(source, names, prefixes())) {}
    static Prefixes prefixes() { return {well_known_prefixes.begin(), well_known_prefixes.end()}; }

    Names names;
    Result<Expression> result;
};

// The place and the words of what is wrong; empty when nothing is.
std::string fault(std::string_view source)
{
    const Compiled made(source);
    return made.result.ok() ? "" : std::to_string(made.result.fault().at) + ": " + made.result.fault().message;
}

TEST(Expression, BindsAsXPathDoes)
{
    expect({{"1 + 2 * 3", "7"},
            {"(1 + 2) * 3", "9"},
            {"2 - 3 - 4", "-5"},
            {"16 div 4 div 2", "2"},
            {"7 mod 4 * 2", "6"},
            {"-2 + 3", "1"},
            {"- - 2", "2"},
            {"--2", "2"},
            {"-(-3)", "3"},
            {"2 * -3", "-6"},
            {"1 < 2 = true()", "true"},
            {"3 > 2 > 1", "false"},
            {"1 = 1 = 1", "true"},
            {"2 = 1 + 1", "true"},
            {"false() and false() or true()", "true"},
            {"true() or true() and false()", "true"},
            {"not(true()) or 1 = 1", "true"},
            {"-1 < 0 and 2 >= 2", "true"}});
}

TEST(Expression, LooksAtTheSecondSideOnlyWhenItMatters)
{
    expect({{"true() or date('2024-02-30')", "true"},
            {"false() and date('2024-02-30')", "false"},
            {"if(true(), 1, date('2024-02-30'))", "1"},
            {"if(false(), date('2024-02-30'), 2)", "2"},
            {"false() or date('2024-02-30')", fails}});
}

TEST(Expression, MayUseTheWordsOfOperatorsAsNames)
{
    Place place;
    place.document = "<div><div>8</div><mod>3</mod><or>1</or><and-x>2</and-x></div>";
    place.node = "/div";
    expect(place, {{"div div mod", "2.6666666666666665"},
                   {"div mod mod", "2"},
                   {"div*mod", "24"},
                   {"4div 2", "2"},
                   {"or or mod", "true"},
                   {"and-x - or", "1"},
                   {"number(or) -1", "0"}});
}

TEST(Expression, TakesEveryKindOfPath)
{
    for (const char *source : {"/",
                               "/data",
                               "//a",
                               "a//b",
                               ".",
                               "..",
                               ".//a",
                               "../..",
                               "@id",
                               "*",
                               "@*",
                               "orx:*",
                               "child::a",
                               "a[1][2]",
                               "/*",
                               "text()",
                               "node()",
                               "comment()",
                               "processing-instruction()",
                               "processing-instruction('x')",
                               "ancestor::*[1]",
                               "(a)[1]",
                               "(a | b)/c",
                               "instance('x')/root/item[name = 'a']/label",
                               "current()/../a",
                               ".[. = 1]",
                               "..[a]",
                               "id('a')//b",
                               "a | b | c",
                               "self::node()",
                               "attribute::id",
                               "namespace::*",
                               "a [ 1 ]",
                               "/ a / b"})
        EXPECT_EQ(fault(source), "") << source;
}

TEST(Expression, SaysWhereItIsNone)
{
    EXPECT_EQ(fault(""), "0: the expression ends too early");
    EXPECT_EQ(fault("1 +"), "3: the expression ends too early");
    EXPECT_EQ(fault("a/"), "2: the expression ends too early");
    EXPECT_EQ(fault("a b"), "2: an operator is missing");
    EXPECT_EQ(fault("/data/q = = 1"), "10: a value is missing");
    EXPECT_EQ(fault("(1"), "2: there is no ')' where there must be one");
    EXPECT_EQ(fault("1)"), "1: an operator is missing");
    EXPECT_EQ(fault("a[1"), "3: there is no ']' where there must be one");
    EXPECT_EQ(fault("a[]"), "2: a value is missing");
    EXPECT_EQ(fault("$x"), "0: variables are not supported");
    EXPECT_EQ(fault("'a"), "0: a text has no closing quote");
    EXPECT_EQ(fault("sideways::a"), "0: there is no axis 'sideways'");
    EXPECT_EQ(fault("zz:a"), "0: the prefix 'zz' stands for no namespace");
    EXPECT_EQ(fault("1 | a"), "2: only sets of nodes can be united");
    EXPECT_EQ(fault("'a'/b"), "3: only a set of nodes can be followed by a path or a condition");
    EXPECT_EQ(fault("1[1]"), "1: only a set of nodes can be followed by a path or a condition");
    EXPECT_EQ(fault("@"), "1: a name is missing");
    EXPECT_EQ(fault("child::"), "7: a name is missing");
    EXPECT_EQ(fault("a,b"), "1: an operator is missing");
    EXPECT_EQ(fault("//"), "2: the expression ends too early");
}

TEST(Expression, KnowsFunctionsAndHowManyArgumentsTheyTake)
{
    EXPECT_EQ(fault("selcted(., 'a')"), "0: there is no function 'selcted'; 'selected' is near");
    EXPECT_EQ(fault("1 + frobnicate(2)"), "4: there is no function 'frobnicate'");
    EXPECT_EQ(fault("selected(.)"), "0: selected() takes 2 arguments, and not 1");
    EXPECT_EQ(fault("true(1)"), "0: true() takes no argument, and not 1");
    EXPECT_EQ(fault("not()"), "0: not() takes 1 argument, and not 0");
    EXPECT_EQ(fault("round(1, 2, 3)"), "0: round() takes 1 to 2 arguments, and not 3");
    EXPECT_EQ(fault("coalesce(1)"), "0: coalesce() takes at least 2 arguments, and not 1");
    EXPECT_EQ(fault("concat()"), "");
    EXPECT_EQ(fault("concat(1,)"), "9: a value is missing") << "a name may not stand there";
    EXPECT_EQ(fault("jr:choice-nam('a', 'b')"), "0: there is no function 'jr:choice-nam'; 'jr:choice-name' is near");
    EXPECT_EQ(fault(std::string(100, 'x') + "()").substr(0, 29), "0: there is no function 'xxxx");
}

std::string nested(const std::string &before, const std::string &inside, const std::string &after, int times)
{
    std::string source;
    for (int i = 0; i < times; ++i) source += before;
    source += inside;
    for (int i = 0; i < times; ++i) source += after;
    return source;
}

TEST(Expression, NestsAsDeepAsPeopleWriteAndNoDeeper)
{
    // Long chains of conditions come from tables that someone turned into a form.
    const std::string chain = nested("if(. = 1, 2, ", "3", ")", 100);
    EXPECT_EQ(fault(chain), "");
    EXPECT_EQ(fault(nested("(", "1", ")", 100)), "");
    EXPECT_EQ(fault(nested("a[", "1", "]", 100)), "");
    EXPECT_EQ(fault(nested("-", "1", "", 100)), "");
    EXPECT_EQ(fault(nested("(1 + 2 * -(", "1", "))", 60)), "");
    for (const std::string &source : {nested("(", "1", ")", 30'000), nested("-", "1", "", 30'000),
                                      nested("a[", "1", "]", 20'000), nested("not(", "1", ")", 10'000)})
        EXPECT_NE(fault(source).find("the expression is nested too deep"), std::string::npos) << source.substr(0, 10);
}

TEST(Expression, MayBeAsLongAsItIsFlat)
{
    EXPECT_EQ(fault(nested("1 + ", "1", "", 900)), "");
    EXPECT_EQ(fault(nested("1 + ", "1", "", 2'000)).substr(0, 6), "3998: ") << "the operator that is one too many";
    EXPECT_EQ(fault(nested("a/", "a", "", 5'000)), "");
    EXPECT_EQ(fault(std::string(max_expression, ' ') + "1"),
              std::to_string(max_expression) + ": the expression is too long");
}

TEST(Expression, PutsOperandsBeforeWhatUsesThem)
{
    const Compiled made("a[b = 1]/c + count(d) * 2");
    ASSERT_TRUE(made.result.ok());
    const Expression &expression = made.result.value();
    EXPECT_EQ(expression.ops[expression.root()].code, Op::Code::add);
    EXPECT_EQ(expression.ops[expression.root()].at, 11u);
    for (std::uint32_t i = 0; i < expression.ops.size(); ++i)
        if (expression.ops[i].code < Op::Code::number) {
            EXPECT_LT(expression.ops[i].a, i);
            EXPECT_LT(expression.ops[i].b, i);
        }
    EXPECT_NE(made.names.find("a"), Names::other);
    EXPECT_EQ(made.names.find("count"), Names::other) << "functions are no names of nodes";
}

}  // namespace
}  // namespace quire::logic
