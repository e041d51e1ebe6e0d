// test/unit/models/drift_test.cpp: what differs is told once, by the right name, as a fault or an addition.
#include "core/models/drift.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using quire::models::compare;
using quire::models::Fact;

std::vector<std::string> told(std::vector<Fact> expected, std::vector<Fact> actual)
{
    std::vector<std::string> lines;
    for (const auto &finding : compare(std::move(expected), std::move(actual)))
        lines.push_back((finding.is_fault ? "! " : "+ ") + finding.object + ": " + finding.problem);
    return lines;
}
using Lines = std::vector<std::string>;

const Fact table{"table t", "", "comment", ""};
Fact column(const std::string &name, const std::string &place)
{
    return {"column t." + name, "table t", "place", place};
}

TEST(Drift, IsNothingWhereAllIsEqual)
{
    EXPECT_EQ(told({table, column("a", "1")}, {table, column("a", "1")}), Lines{});
    EXPECT_EQ(told({}, {}), Lines{});
}

TEST(Drift, NamesWhatIsMissingOrAdded)
{
    EXPECT_EQ(told({table, column("a", "1"), column("b", "2")}, {table, column("a", "1"), column("c", "2")}),
              (Lines{"! column t.b: is missing", "+ column t.c: added here, no part of the model"}));
}

TEST(Drift, DoesNotTellThePartsOfWhatIsMissingOrAdded)
{
    EXPECT_EQ(told({table, column("a", "1")}, {}), Lines{"! table t: is missing"});
    EXPECT_EQ(told({}, {table, column("a", "1")}), Lines{"+ table t: added here, no part of the model"});
}

TEST(Drift, TellsAspectsByBothValues)
{
    EXPECT_EQ(told({{"x", "", "type", "text"}}, {{"x", "", "type", "int"}}),
              Lines{"! x: type is \"int\", not \"text\""});
    EXPECT_EQ(told({{"x", "", "default", ""}}, {{"x", "", "default", "1"}}), Lines{"! x: default is \"1\", not none"});
    EXPECT_EQ(told({{"x", "", "default", "1"}}, {{"x", "", "type", ""}}), Lines{"! x: default is none, not \"1\""});
    EXPECT_EQ(told({{"x", "", "body", "a\nb"}}, {{"x", "", "body", "a"}}), Lines{"! x: body differs"});
    EXPECT_EQ(told({{"x", "", "body", std::string(1000, 'a')}}, {{"x", "", "body", "a"}}), Lines{"! x: body differs"});
}

TEST(Drift, TakesWhatIsAsGood)
{
    EXPECT_EQ(told({{"x", "", "definition", "a", "(a)"}}, {{"x", "", "definition", "(a)"}}), Lines{});
    EXPECT_EQ(told({{"x", "", "definition", "a", "(a)"}}, {{"x", "", "definition", "b"}}),
              Lines{"! x: definition is \"b\", not \"a\""});
}

TEST(Drift, ComparesTheOrderOfColumnsNotTheirNumbers)
{
    EXPECT_EQ(told({table, column("a", "1"), column("b", "2"), column("c", "10")},
                   {table, column("a", "3"), column("b", "9"), column("c", "12")}),
              Lines{});
    EXPECT_EQ(told({table, column("a", "1"), column("b", "2")}, {table, column("a", "2"), column("b", "1")}),
              Lines{"! table t: its columns are in another order"});
    EXPECT_EQ(told({table, column("a", "1"), column("b", "2")},
                   {table, column("mine", "1"), column("a", "2"), column("b", "3")}),
              Lines{"+ column t.mine: added here, no part of the model"});
}

}  // namespace
