// test/unit/logic/analysis_test.cpp: what is said about the rules of a form before anything is submitted.
#include "core/logic/analysis.hpp"

#include <gtest/gtest.h>

#include "unit/logic/judge.hpp"

namespace quire::logic {
namespace {

std::string warnings(const std::string &instance, const std::string &model, const std::string &body = "")
{
    return Survey(instance, model, body).warnings();
}

TEST(Analysis, HasNothingToSayAboutGoodRules)
{
    EXPECT_EQ(warnings("<a/><g><b/></g><r><c/></r>",
                       bind_of("a", "constraint='. &gt; ../g/b' relevant=\"/data/g/b != ''\"") +
                           bind_of("g/b", "required='true()'") +
                           bind_of("r/c", "calculate=\"position(..) + count(/data/r) + sum(../../r[c &gt; 1]/c)\""),
                       forms::repeat_of("/data/r")),
              "/r/c: the value depends on itself")
        << "only that the sum is one of itself";
    EXPECT_EQ(warnings("<a/><b/>", bind_of("a", "constraint='//b = * and @x = 1 and ancestor::data'")), "");
}

TEST(Analysis, FindsWhatIsNoExpression)
{
    EXPECT_EQ(warnings("<a/>", bind_of("a", "constraint='. &gt; '")),
              "/a: the expression ends too early (character 4)");
    EXPECT_EQ(warnings("<a/>", bind_of("a", "relevant='selcted(., 1)'")),
              "/a: there is no function 'selcted'; 'selected' is near (character 1)");
    EXPECT_EQ(warnings("<a/>", bind_of("a", "calculate='1 + round()'")),
              "/a: round() takes 1 to 2 arguments, and not 0 (character 5)");
    EXPECT_EQ(warnings("<r><a/></r>", "", "<repeat nodeset='/data/r' jr:count='1 +'/>"),
              "/r: the expression ends too early (character 4)");
}

TEST(Analysis, FindsPathsThatLeadNowhere)
{
    EXPECT_EQ(warnings("<a/>", bind_of("a", "constraint='. = /data/zz'")),
              "/a: there is no node 'zz' at that place (character 11)");
    EXPECT_EQ(warnings("<a/>", bind_of("a", "constraint='. = ../zz/y'")),
              "/a: there is no node 'zz' at that place (character 8)");
    EXPECT_EQ(warnings("<a/>", bind_of("a", "constraint='. = /dat/a'")),
              "/a: there is no node 'dat' at that place (character 6)");
    EXPECT_EQ(warnings("<a/>", bind_of("a", "constraint='a = 1'")),
              "/a: there is no node 'a' at that place (character 1)");
    EXPECT_EQ(warnings("<g><a/></g>", bind_of("g/a", "constraint='count(/data/g[zz = 1]) = 1'")),
              "/g/a: there is no node 'zz' at that place (character 15)");
    EXPECT_EQ(warnings("<g><a/></g>", bind_of("g/a", "constraint='current()/../zz = 1'")),
              "/g/a: there is no node 'zz' at that place (character 14)");
    EXPECT_EQ(warnings("<a/>", bind_of("a", "relevant='true'")),
              "/a: there is no node 'true' at that place (character 1)");
}

TEST(Analysis, FindsInstancesThatAreNotThere)
{
    EXPECT_EQ(warnings("<a/>", bind_of("a", "constraint=\"instance('c')/root/item[name = 1]/x = 1\"")),
              "/a: there is no instance 'c' (character 1)");
    EXPECT_EQ(warnings("<a/>", "<instance id='c'><root/></instance>" +
                                   bind_of("a", "constraint=\"instance('c')/root/item[name = /data/a]/x = 1\"")),
              "");
    EXPECT_EQ(warnings("<a/>", "<instance id='c'><root/></instance>" +
                                   bind_of("a", "constraint=\"instance('c')/root/item[name = /data/b]/x = 1\"")),
              "/a: there is no node 'b' at that place (character 38)");
}

TEST(Analysis, FindsCycles)
{
    EXPECT_EQ(warnings("<a/><b/>", bind_of("a", "calculate='../b'") + bind_of("b", "calculate='../a'")),
              "/a: the value depends on itself");
    EXPECT_EQ(warnings("<a/>", bind_of("a", "calculate='. + 1'")), "/a: the value depends on itself");
    EXPECT_EQ(warnings("<a/>", bind_of("a", "constraint='. &gt; 1' required='. = 1'")), "") << "rules may look at it";
    EXPECT_EQ(warnings("<g><a/></g>", bind_of("g", "relevant='/data/g/a = 1'")), "/g: the value depends on itself");
    EXPECT_EQ(warnings("<a/><b/><c/>", bind_of("a", "relevant='../b = 1'") + bind_of("b", "relevant='../c = 1'") +
                                           bind_of("c", "relevant='../a = 1'")),
              "/a: the value depends on itself");
    EXPECT_EQ(warnings("<a/><b/>", bind_of("a", "calculate='../b'") + bind_of("b", "calculate='1'")), "");
}

TEST(Analysis, SaysWhere)
{
    const Survey survey("<a/>", "\n\n<bind nodeset='/data/a' constraint='1 +'/>");
    ASSERT_EQ(survey.rules->warnings().size(), 1u);
    EXPECT_EQ(survey.rules->warnings()[0].line, 3);
    EXPECT_EQ(survey.rules->warnings()[0].expression, "1 +");
}

}  // namespace
}  // namespace quire::logic
