// test/unit/models/diagram_test.cpp: what Mermaid reads, whatever the names.
#include "core/models/diagram.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using quire::models::Columns;
using quire::models::DiagramTable;
using quire::models::mermaid;

const DiagramTable sheets{
    "sheets",
    {{"id", "int4", "the number", true, false, false}, {"box", "int4", "", false, true, true}, {"note", "text", ""}}};

TEST(Diagram, ShowsTablesColumnsAndKeys)
{
    EXPECT_EQ(mermaid({sheets}, {}, Columns::all, false),
              "erDiagram\n    sheets {\n        int4 id PK\n        int4 box FK, UK\n        text note\n    }\n");
    EXPECT_EQ(mermaid({sheets}, {}, Columns::keys, true),
              "erDiagram\n    sheets {\n        int4 id PK \"the number\"\n        int4 box FK, UK\n    }\n");
    EXPECT_EQ(mermaid({sheets}, {}, Columns::none, true), "erDiagram\n    sheets\n");
    EXPECT_EQ(mermaid({}, {}, Columns::all, false), "erDiagram\n");
}

TEST(Diagram, ShowsHowManyReferToHowMany)
{
    EXPECT_EQ(mermaid({}, {{"a", "b", "x", false, false}, {"a", "b", "y", true, true}}, Columns::none, false),
              "erDiagram\n    b ||--o{ a : x\n    b |o--o| a : y\n");
}

TEST(Diagram, QuotesWhatMermaidCannotTakeBare)
{
    EXPECT_EQ(mermaid({{"a \"b\"\n", {{"no. 1", "numeric(10,2)", "say \"no\""}, {"2nd", "", ""}}}},
                      {{"a b", "1", "x, y", false, false}}, Columns::all, true),
              "erDiagram\n    \"a 'b' \" {\n        numeric(10_2) no__1 \"say 'no'\"\n        _ _2nd\n    }\n"
              "    \"1\" ||--o{ \"a b\" : \"x, y\"\n");
}

}  // namespace
