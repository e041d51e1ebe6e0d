// test/unit/forms/edmx_test.cpp: the OData metadata document.
#include "core/forms/edmx.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/xml/document.hpp"
#include "unit/forms/make_form.hpp"

namespace quire::forms {
namespace {

std::string edmx(const std::string &instance, const std::string &binds = "", const std::string &repeats = "")
{
    return edmx_of(make_form(instance, binds, repeats));
}

std::string edmx_with_id(const std::string &id)
{
    return edmx_of(
        parsed("<html><head><model><instance><survey" + id + "><a/></survey></instance></model></head></html>"));
}

// The document without the space between its tags holds this.
testing::AssertionResult holds(std::string document, std::string_view part)
{
    for (std::size_t at; (at = document.find("\n")) != std::string::npos;)
        document.erase(at, document.find_first_not_of("\n ", at) - at);
    if (document.find(part) != std::string::npos) return testing::AssertionSuccess();
    return testing::AssertionFailure() << document;
}

TEST(Edmx, ADocumentIsWellFormedAndSaysWhatAllSubmissionsHave)
{
    const std::string document = edmx("<a/>");
    EXPECT_TRUE(xml::parse(document).ok());
    EXPECT_TRUE(holds(document, R"(<ComplexType Name="metadata"><Property Name="submissionDate")"));
    EXPECT_TRUE(holds(document, R"(<EnumType Name="ReviewState"><Member Name="hasIssues"/>)"));
    EXPECT_TRUE(holds(document, R"(Namespace="org.opendatakit.user.test"><EntityType Name="Submissions">)"
                                R"(<Key><PropertyRef Name="__id"/></Key><Property Name="__id" Type="Edm.String"/>)"
                                R"(<Property Name="__system" Type="org.opendatakit.submission.metadata"/>)"
                                R"(<Property Name="a" Type="Edm.String"/></EntityType>)"));
    EXPECT_TRUE(holds(document, "</EntitySet></EntityContainer></Schema></edmx:DataServices></edmx:Edmx>"));
}

TEST(Edmx, QuestionsHaveTheTypesOfTheirBinds)
{
    const struct {
        const char *type, *edm;
    } types[] = {{"int", "Edm.Int64"},        {"decimal", "Edm.Decimal"},
                 {"boolean", "Edm.Boolean"},  {"date", "Edm.Date"},
                 {"time", "Edm.String"},      {"dateTime", "Edm.DateTimeOffset"},
                 {"string", "Edm.String"},    {"geopoint", "Edm.GeographyPoint"},
                 {"binary", "Edm.String"},    {"geotrace", "Edm.GeographyLineString"},
                 {"selectOne", "Edm.String"}, {"geoshape", "Edm.GeographyPolygon"},
                 {"", "Edm.String"}};
    for (const auto &[type, edm] : types)
        EXPECT_TRUE(
            holds(edmx("<a/>", "a:" + std::string(type)), "<Property Name=\"a\" Type=\"" + std::string(edm) + "\"/>"))
            << type;
}

TEST(Edmx, GroupsAreComplexTypesCalledByTheirPath)
{
    const std::string document = edmx("<g><h><a/></h><b/></g>");
    EXPECT_TRUE(holds(document, R"(<Property Name="g" Type="org.opendatakit.user.test.g"/></EntityType>)"));
    EXPECT_TRUE(holds(document, R"(<ComplexType Name="g"><Property Name="h" Type="org.opendatakit.user.test.g.h"/>)"
                                R"(<Property Name="b" Type="Edm.String"/></ComplexType>)"
                                R"(<ComplexType Name="g.h"><Property Name="a" Type="Edm.String"/></ComplexType>)"));
}

TEST(Edmx, RepeatsAreEntityTypesThatTheirParentNavigatesTo)
{
    const std::string document =
        edmx("<g><r><a/><h><q><b/></q></h></r></g>", "", repeat_of("/data/g/r") + repeat_of("/data/g/r/h/q"));
    EXPECT_TRUE(holds(document, R"(<ComplexType Name="g"><NavigationProperty Name="r" )"
                                R"x(Type="Collection(org.opendatakit.user.test.Submissions.g.r)"/></ComplexType>)x"));
    EXPECT_TRUE(holds(document, R"(<EntityType Name="Submissions.g.r"><Key><PropertyRef Name="__id"/></Key>)"
                                R"(<Property Name="__id" Type="Edm.String"/>)"
                                R"(<Property Name="__Submissions-id" Type="Edm.String"/>)"
                                R"(<Property Name="a" Type="Edm.String"/>)"
                                R"(<Property Name="h" Type="org.opendatakit.user.test.g.r.h"/></EntityType>)"));
    EXPECT_TRUE(holds(document, R"(<EntityType Name="Submissions.g.r.h.q"><Key><PropertyRef Name="__id"/></Key>)"
                                R"(<Property Name="__id" Type="Edm.String"/>)"
                                R"(<Property Name="__Submissions-g-r-id" Type="Edm.String"/>)"));
    EXPECT_TRUE(holds(document, R"(<EntitySet Name="Submissions.g.r" )"
                                R"(EntityType="org.opendatakit.user.test.Submissions.g.r"></EntitySet>)"));
}

TEST(Edmx, WhatIsInTheRootCannotBeFilteredBy)
{
    EXPECT_TRUE(holds(edmx("<a/><g><b/></g><r><c/></r>", "", repeat_of("/data/r")),
                      R"(<PropertyValue Property="NonFilterableProperties"><Collection>)"
                      "<PropertyPath>a</PropertyPath><PropertyPath>g</PropertyPath><PropertyPath>r</PropertyPath>"
                      "</Collection>"));
}

TEST(Edmx, NamesAreMadeFitEvenWhereTheyBecomeTheSame)
{
    const std::string document = edmx("<q.1/><q-1/><g.2><x/></g.2>");
    EXPECT_TRUE(holds(document, R"(<Property Name="q_1" Type="Edm.String"/><Property Name="q_1" Type="Edm.String"/>)"));
    EXPECT_TRUE(holds(document, R"(<Property Name="g_2" Type="org.opendatakit.user.test.g_2"/>)"));
    EXPECT_TRUE(holds(document, R"(<ComplexType Name="g_2">)"));
}

TEST(Edmx, TheIdOfTheFormIsWrittenAsItIsAndMadeFit)
{
    const std::string document = edmx_with_id(" id=\"a &amp;&lt;&quot;&#10;b\"");
    EXPECT_TRUE(xml::parse(document).ok());
    EXPECT_TRUE(holds(document, R"(<EntityContainer Name="a &amp;&lt;&quot;&#10;b">)"));
    EXPECT_TRUE(holds(document, R"(Namespace="org.opendatakit.user.a_b">)"));
    EXPECT_TRUE(holds(edmx_with_id(""), R"(Namespace="org.opendatakit.user.survey">)"));
}

}  // namespace
}  // namespace quire::forms
