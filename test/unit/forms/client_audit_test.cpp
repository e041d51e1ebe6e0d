// test/unit/forms/client_audit_test.cpp: audit.csv, line by line.
#include "core/forms/client_audit.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace quire::forms {
namespace {

std::vector<AuditRow> rows(std::string_view csv)
{
    auto read = read_client_audit(csv, never);
    EXPECT_TRUE(read.ok()) << read.fault().message;
    return read.ok() ? std::move(read).value() : std::vector<AuditRow>();
}

std::optional<std::string> cell(const AuditRow &row, std::string_view column)
{
    const auto known = std::find(audit_columns.begin(), audit_columns.end(), column);
    EXPECT_NE(known, audit_columns.end());
    return row.known[static_cast<std::size_t>(known - audit_columns.begin())];
}

using Remainder = std::vector<std::pair<std::string, std::string>>;

TEST(ClientAudit, EachKnownColumnIsFoundByItsHeader)
{
    const auto read = rows(
        "change-reason,user,new-value,old-value,accuracy,longitude,latitude,end,start,node,event\n"
        "1,2,3,4,5,6,7,8,9,10,11\n");
    ASSERT_EQ(read.size(), 1u);
    std::string all;
    for (const auto &value : read[0].known) all += value.value_or("?") + ' ';
    EXPECT_EQ(all, "11 10 9 8 7 6 5 4 3 2 1 ");
    EXPECT_EQ(read[0].remainder, Remainder());
}

TEST(ClientAudit, WhatALineDoesNotReachIsNullAndWhatIsEmptyIsEmpty)
{
    const auto read = rows("event,node,start\nquestion,\n\njump,/a,1,2,3\n");
    ASSERT_EQ(read.size(), 2u);
    EXPECT_EQ(cell(read[0], "event"), "question");
    EXPECT_EQ(cell(read[0], "node"), "");
    EXPECT_EQ(cell(read[0], "start"), std::nullopt);
    EXPECT_EQ(cell(read[0], "user"), std::nullopt);
    EXPECT_EQ(cell(read[1], "start"), "1");
    EXPECT_EQ(read[1].remainder, Remainder());
}

TEST(ClientAudit, OtherColumnsRemainUnderTheirHeaders)
{
    const auto read = rows("Event,event,,__proto__,end \nA,b,c,d,e\nA,b\n");
    ASSERT_EQ(read.size(), 2u);
    EXPECT_EQ(read[0].remainder, (Remainder{{"Event", "A"}, {"", "c"}, {"__proto__", "d"}}));
    EXPECT_EQ(cell(read[0], "event"), "b");
    EXPECT_EQ(cell(read[0], "end"), "e");
    EXPECT_EQ(read[1].remainder, (Remainder{{"Event", "A"}}));
}

TEST(ClientAudit, OfColumnsWithTheSameNameTheLastCellCounts)
{
    const auto read = rows("x,event,x,y,event,x\n1,2,3,4,5,6\n1,2,3\n");
    ASSERT_EQ(read.size(), 2u);
    EXPECT_EQ(read[0].remainder, (Remainder{{"x", "6"}, {"y", "4"}}));
    EXPECT_EQ(cell(read[0], "event"), "5");
    EXPECT_EQ(read[1].remainder, (Remainder{{"x", "3"}}));
    EXPECT_EQ(cell(read[1], "event"), "2");
}

TEST(ClientAudit, WhiteSpaceAroundCellsIsDroppedButNotInsideOfQuotes)
{
    const auto read = rows("\xEF\xBB\xBF event ,\tnode\r\n  a b  ,\" c \"  \r\n");
    ASSERT_EQ(read.size(), 1u);
    EXPECT_EQ(cell(read[0], "event"), "a b");
    EXPECT_EQ(cell(read[0], "node"), " c ");
}

TEST(ClientAudit, WithoutLinesThereAreNoRows)
{
    EXPECT_TRUE(rows("").empty());
    EXPECT_TRUE(rows("event,node\n").empty());
}

TEST(ClientAudit, AQuoteThatIsNotClosedIsAFault)
{
    for (const std::string_view csv : {"event\na\n\"b", "\"event"}) {
        const auto read = read_client_audit(csv, never);
        ASSERT_FALSE(read.ok());
        EXPECT_EQ(read.fault().at, csv.find('"'));
    }
}

}  // namespace
}  // namespace quire::forms
