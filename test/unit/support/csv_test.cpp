// test/unit/support/csv_test.cpp: how comma-separated values are read and written.
#include "core/support/csv.hpp"

#include <gtest/gtest.h>

#include "unit/support/random.hpp"

namespace quire {
namespace {

using Row = std::vector<std::string>;
using Rows = std::vector<Row>;

Rows rows(std::string_view text, CsvFormat format = {})
{
    CsvReader reader(text, format);
    Rows all;
    Row cells;
    for (;;) {
        const auto more = reader.next(cells);
        EXPECT_TRUE(more.ok()) << more.fault().message;
        if (!more.ok() || !more.value()) return all;
        all.push_back(cells);
    }
}

TEST(Csv, CellsAreSeparatedByTheDelimiter)
{
    EXPECT_EQ(rows("a,b,c\n1,2,3\n"), (Rows{{"a", "b", "c"}, {"1", "2", "3"}}));
    EXPECT_EQ(rows("a;b,c\td", {';'}), (Rows{{"a", "b,c\td"}}));
    EXPECT_EQ(rows("a\t b", {'\t', true}), (Rows{{"a", "b"}}));
    EXPECT_EQ(rows("\t\ta", {'\t', true}), (Rows{{"", "", "a"}}));
}

TEST(Csv, ARowHasTheCellsThatAreWritten)
{
    EXPECT_EQ(rows("a,b\n1\n1,2,3\n,\n1,"), (Rows{{"a", "b"}, {"1"}, {"1", "2", "3"}, {"", ""}, {"1", ""}}));
}

TEST(Csv, ALineEndsWithAnyLineEndOrTheText)
{
    EXPECT_EQ(rows("a\nb\rc\r\nd"), (Rows{{"a"}, {"b"}, {"c"}, {"d"}}));
    EXPECT_EQ(rows("a\n"), (Rows{{"a"}}));
}

TEST(Csv, AnEmptyLineIsNoRow)
{
    EXPECT_EQ(rows(""), Rows());
    EXPECT_EQ(rows("\n\r\n\r"), Rows());
    EXPECT_EQ(rows("\n\na\n\n\nb\n\n"), (Rows{{"a"}, {"b"}}));
    EXPECT_EQ(rows("a\n\"\"\n"), (Rows{{"a"}, {""}}));
    EXPECT_EQ(rows(" \n"), (Rows{{" "}}));
    EXPECT_EQ(rows(" \n \t\na", {',', true}), (Rows{{"a"}}));
}

TEST(Csv, QuotedCellsHoldDelimitersLineEndsAndQuotes)
{
    EXPECT_EQ(rows("\"a,b\",\"c\r\nd\n\",\"e \"\"f\"\"\",\"\"\"\"\n\"\",x"),
              (Rows{{"a,b", "c\r\nd\n", "e \"f\"", "\""}, {"", "x"}}));
}

TEST(Csv, QuotesInsideOfACellStandForThemselves)
{
    EXPECT_EQ(rows("a\"b\",c\"\"d, \"e\"\n"), (Rows{{"a\"b\"", "c\"\"d", " \"e\""}}));
    EXPECT_EQ(rows("\"a\"b,c"), (Rows{{"\"a\"b", "c"}}));
    EXPECT_EQ(rows("\"a\" ,c"), (Rows{{"\"a\" ", "c"}}));
    EXPECT_EQ(rows("\"a\"b\"c\n"), (Rows{{"\"a\"b\"c"}}));
}

TEST(Csv, WhiteSpaceIsPartOfACellUnlessItIsTrimmed)
{
    EXPECT_EQ(rows(" a , b"), (Rows{{" a ", " b"}}));
    EXPECT_EQ(rows(" a , b c \n \" d \" ,\te\v", {',', true}), (Rows{{"a", "b c"}, {" d ", "e"}}));
    EXPECT_EQ(rows("  , ", {',', true}), (Rows{{"", ""}}));
}

TEST(Csv, AByteOrderMarkAtTheStartIsDropped)
{
    EXPECT_EQ(rows("\xEF\xBB\xBF\"a\",\xEF\xBB\xBF"), (Rows{{"a", "\xEF\xBB\xBF"}}));
    EXPECT_EQ(rows("\xEF\xBB\xBF"), Rows());
}

TEST(Csv, AQuoteThatIsNotClosedIsAFaultWithItsLine)
{
    const std::string text = "a\r\n\"b\nc\",d\r\re,\"f\ng\n";
    CsvReader reader(text);
    Row cells;
    ASSERT_TRUE(reader.next(cells).ok());
    EXPECT_EQ(reader.line(), 1);
    ASSERT_TRUE(reader.next(cells).ok());
    EXPECT_EQ(reader.line(), 2);
    const auto more = reader.next(cells);
    ASSERT_FALSE(more.ok());
    EXPECT_EQ(more.fault().at, text.rfind('"'));
    EXPECT_EQ(more.fault().message, "the quoted cell that starts in line 5 does not end");
    const auto rest = reader.next(cells);
    EXPECT_TRUE(rest.ok() && !rest.value()) << "there is nothing after a fault";
}

TEST(Csv, ACellIsWrittenInQuotesOnlyWhereItMustBe)
{
    const auto written = [](std::string_view cell) {
        std::string line;
        append_csv_cell(line, cell);
        return line;
    };
    EXPECT_EQ(written(""), "");
    EXPECT_EQ(written(" a\rb "), " a\rb ");
    EXPECT_EQ(written("a,b"), "\"a,b\"");
    EXPECT_EQ(written("a\nb"), "\"a\nb\"");
    EXPECT_EQ(written("\"a"), "\"\"\"a\"");
}

TEST(Csv, WhatIsWrittenIsReadAgain)
{
    test::Random random(7);
    for (int round = 0; round < 2'000; ++round) {
        Rows all(random.between<std::size_t>(1, 4));
        std::string text;
        for (Row &row : all) {
            row.resize(random.between<std::size_t>(2, 4));
            for (std::string &cell : row) {
                for (std::size_t n = random.below(6); n > 0; --n) cell += random.one_of("a \",\n");
                if (&cell != &row.front()) text += ',';
                append_csv_cell(text, cell);
            }
            text += '\n';
        }
        ASSERT_EQ(rows(text), all) << text;
    }
}

TEST(Csv, LongTextsLetTheHostInterrupt)
{
    static int polls;
    polls = 0;
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += i % 2 ? "a,b\n" : "\n";
    CsvReader reader(text, {}, [] { ++polls; });
    Row cells;
    while (reader.next(cells).value()) {
    }
    EXPECT_GE(polls, 4);
}

}  // namespace
}  // namespace quire
