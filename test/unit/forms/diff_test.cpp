// test/unit/forms/diff_test.cpp: what changed between two versions of a submission.
#include "core/forms/diff.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "unit/forms/make_form.hpp"
#include "unit/support/json_text.hpp"

namespace quire::forms {
namespace {

const Form &shop()
{
    static const Form form = make_form(
        "<name/><owner><first/><last/></owner>"
        "<item><label/><price/><part><kind/></part></item><meta><instanceID/></meta>",
        "name:string item/price:int", repeat_of("/data/item") + repeat_of("/data/item/part"));
    return form;
}

// Each change in a line: "owner/first: Ann -> Eve", "item[0]: + {…}".
std::string told(std::string_view older, std::string_view newer)
{
    const auto found = diff(shop(), older, newer, never);
    EXPECT_TRUE(found.ok()) << found.fault().fault.message;
    std::string text;
    if (!found.ok()) return text;
    for (const auto &change : found.value().changes) {
        std::string path;
        for (const auto *step = change.path; step; step = step->above) {
            std::string name(step->name);
            if (step->is_item) name += '[' + std::to_string(step->index) + ']';
            path = path.empty() ? name : name + '/' + path;
        }
        const auto said = [](const Tree *tree) {
            JsonText json;
            if (tree) write_tree(*tree, json);
            return json.text();
        };
        text += path + ": " + said(change.before) + " -> " + said(change.after) + '\n';
    }
    return text;
}

std::string document(const std::string &content)
{
    return "<data>" + content + "</data>";
}

std::string item(const std::string &label, const std::string &price = "1", const std::string &rest = "")
{
    return "<item><label>" + label + "</label><price>" + price + "</price>" + rest + "</item>";
}

TEST(Diff, AVersionHasNotChangedFromItself)
{
    const std::string same =
        document("<name>A</name><owner><first>B</first></owner>" + item("x") + item("y") + "<odd/>");
    EXPECT_EQ(told(same, same), "");
    EXPECT_EQ(told("<data/>", "<other id='x'></other>"), "");
}

TEST(Diff, TextsAreComparedAsTheyAre)
{
    EXPECT_EQ(told(document("<name>A</name>"), document("<name>B</name>")), "name: \"A\" -> \"B\"\n");
    EXPECT_EQ(told(document("<name>A</name>"), document("<name> A</name>")), "name: \"A\" -> \" A\"\n");
    EXPECT_EQ(told(document("<name/>"), document("<name>  </name>")), "name: \"\" -> \"  \"\n");
    EXPECT_EQ(told(document("<name>A &amp; B</name>"), document("<name>A <![CDATA[&]]><!-- --> &#66;</name>")), "");
}

TEST(Diff, WhatIsMissingOnOneSideIsAddedOrRemovedWithAllThatIsInIt)
{
    EXPECT_EQ(told(document("<name>A</name>"), document("")), "name: \"A\" -> \n");
    EXPECT_EQ(told(document(""), document("<owner>\n<first>A</first>\n<last/></owner>")),
              "owner:  -> {\"first\": \"A\", \"last\": \"\"}\n");
    EXPECT_EQ(told(document(item("a") + item("b", "2", "<part><kind>k</kind></part>")), document("")),
              "item: [{\"label\": \"a\", \"price\": \"1\"}, "
              "{\"label\": \"b\", \"price\": \"2\", \"part\": [{\"kind\": \"k\"}]}] -> \n");
    EXPECT_EQ(told(document("<name/>"), document("")), "name: \"\" -> \n") << "empty is not missing";
}

TEST(Diff, ChangesFollowTheOlderVersionAndThenTheNewer)
{
    EXPECT_EQ(
        told(document("<owner><last>L</last><first>F</first></owner><name>N</name>"),
             document("<x>X</x><name>M</name><owner><first>G</first><last>K</last></owner><y>Y</y>")),
        "owner/last: \"L\" -> \"K\"\nowner/first: \"F\" -> \"G\"\nname: \"N\" -> \"M\"\nx:  -> \"X\"\ny:  -> \"Y\"\n");
}

TEST(Diff, PathsLosePrefixesAndTreesKeepThem)
{
    EXPECT_EQ(told(document("<o:meta><o:instanceID>1</o:instanceID></o:meta>"),
                   document("<o:meta><o:instanceID>2</o:instanceID></o:meta>")),
              "meta/instanceID: \"1\" -> \"2\"\n");
    EXPECT_EQ(told(document(""), document("<o:meta><o:instanceID>2</o:instanceID></o:meta>")),
              "meta:  -> {\"o:instanceID\": \"2\"}\n");
    EXPECT_EQ(told(document("<o:name>A</o:name>"), document("<name>A</name>")), "name: \"A\" -> \nname:  -> \"A\"\n");
}

TEST(Diff, WhatTheFormDoesNotKnowIsATextWithAllThatIsInIt)
{
    EXPECT_EQ(told(document("<odd>a<b>b</b>c</odd>"), document("<odd>a<b>B</b>c</odd>")), "odd: \"abc\" -> \"aBc\"\n");
    EXPECT_EQ(told(document("<name>a<b>b</b></name>"), document("<name>ab</name>")), "");
}

TEST(Diff, OfATextOrGroupThatStandsTwiceTheLastCounts)
{
    EXPECT_EQ(told(document("<name>A</name><name>B</name>"), document("<name>B</name>")), "");
    EXPECT_EQ(told(document("<name>A</name><owner/><name>B</name>"), document("<name>C</name><owner/>")),
              "name: \"B\" -> \"C\"\n");
    EXPECT_EQ(told(document("<owner><first>A</first></owner><owner><last>B</last></owner>"),
                   document("<owner><last>B</last></owner>")),
              "");
}

TEST(Diff, AnItemIsAddedOrRemovedWithoutTouchingTheOthers)
{
    EXPECT_EQ(told(document(item("a") + item("b")), document(item("a") + item("x") + item("b"))),
              "item[1]:  -> {\"label\": \"x\", \"price\": \"1\"}\n");
    EXPECT_EQ(told(document(item("a") + item("x") + item("b")), document(item("a") + item("b"))),
              "item[1]: {\"label\": \"x\", \"price\": \"1\"} -> \n");
    EXPECT_EQ(told(document(item("a") + "<name/>" + item("b")), document(item("a") + item("b") + "<name/>")), "")
        << "what stands between instances of a repeat does not part them";
}

TEST(Diff, AsManyItemsAsThereWereAreComparedOneByOne)
{
    EXPECT_EQ(told(document(item("a") + item("b") + item("c", "3")), document(item("a") + item("B") + item("c", "4"))),
              "item[1]/label: \"b\" -> \"B\"\nitem[2]/price: \"3\" -> \"4\"\n");
}

TEST(Diff, ThePathOfAComparedItemIsItsOldOne)
{
    EXPECT_EQ(told(document(item("a") + item("b") + item("c")), document(item("b") + item("C"))),
              "item[0]: {\"label\": \"a\", \"price\": \"1\"} -> \nitem[2]/label: \"c\" -> \"C\"\n");
}

TEST(Diff, ThoseThatAreLeastAlikeHaveNoPartner)
{
    EXPECT_EQ(told(document(item("a", "1") + item("b", "2")), document(item("b", "3"))),
              "item[0]: {\"label\": \"a\", \"price\": \"1\"} -> \nitem[1]/price: \"2\" -> \"3\"\n");
    EXPECT_EQ(told(document(item("b", "3")), document(item("a", "1") + item("b", "2") + item("c", "3"))),
              "item[0]:  -> {\"label\": \"a\", \"price\": \"1\"}\nitem[0]/price: \"3\" -> \"2\"\n"
              "item[2]:  -> {\"label\": \"c\", \"price\": \"3\"}\n");
}

TEST(Diff, OfThoseThatAreEquallyUnlikeTheLastHasNoPartner)
{
    EXPECT_EQ(told(document(item("a", "1") + item("b", "2")), document(item("c", "3"))),
              "item[0]/label: \"a\" -> \"c\"\nitem[0]/price: \"1\" -> \"3\"\n"
              "item[1]: {\"label\": \"b\", \"price\": \"2\"} -> \n");
}

TEST(Diff, RepeatsInsideOfRepeatsAreComparedLikewise)
{
    const auto part = [](const std::string &kind) { return "<part><kind>" + kind + "</kind></part>"; };
    EXPECT_EQ(told(document(item("a") + item("b", "1", part("p") + part("q") + part("r"))),
                   document(item("a") + item("b", "1", part("q") + part("R")))),
              "item[1]/part[0]: {\"kind\": \"p\"} -> \nitem[1]/part[2]/kind: \"r\" -> \"R\"\n");
    EXPECT_EQ(
        told(document(item("a", "1", part("p") + part("q")) + item("b", "1")), document(item("c", "1", part("q")))),
        "item[0]/label: \"a\" -> \"c\"\nitem[0]/part[0]: {\"kind\": \"p\"} -> \n"
        "item[1]: {\"label\": \"b\", \"price\": \"1\"} -> \n");
}

TEST(Diff, IsWrittenAsAListOfPathsWithOldAndNew)
{
    const std::string older = document("<name>A</name>" + item("a")), newer = document(item("b") + "<odd>x</odd>");
    const auto found = diff(shop(), older, newer, never);
    ASSERT_TRUE(found.ok());
    JsonText json;
    write_changes(found.value(), json);
    EXPECT_EQ(json.text(),
              "[{\"path\": [\"name\"], \"old\": \"A\"}, "
              "{\"path\": [[\"item\", 0], \"label\"], \"old\": \"a\", \"new\": \"b\"}, "
              "{\"path\": [\"odd\"], \"new\": \"x\"}]");
}

TEST(Diff, MayBeMovedAndOutlivesTheCall)
{
    const std::string older = document("<name>A &amp; B</name>"), newer = document("<name>&lt;</name>");
    auto found = diff(shop(), older, newer, never);
    ASSERT_TRUE(found.ok());
    const Difference moved = std::move(found).value();
    EXPECT_EQ(moved.changes.at(0).before->text, "A & B");
    EXPECT_EQ(moved.changes.at(0).after->text, "<");
}

TEST(Diff, AFaultSaysWhichVersionIsNoDocument)
{
    const auto older = diff(shop(), "<data>", "<data/>", never);
    ASSERT_FALSE(older.ok());
    EXPECT_FALSE(older.fault().in_newer);
    EXPECT_EQ(older.fault().fault.at, 6u);
    const auto newer = diff(shop(), "<data/>", "<data", never);
    ASSERT_FALSE(newer.ok());
    EXPECT_TRUE(newer.fault().in_newer);
}

// Anyone may submit: comparing must end soon, whatever is compared, and let itself be interrupted.
TEST(Diff, EffortIsLimited)
{
    static int polls;
    polls = 0;
    std::string older, newer;
    for (int i = 0; i < 30'000; ++i) {
        older += item("a" + std::to_string(i), std::to_string(i));
        if (i % 10) newer += item("b" + std::to_string(i), std::to_string(-i));
    }
    const auto start = std::chrono::steady_clock::now();
    older = document(older), newer = document(newer);
    const auto found = diff(shop(), older, newer, [] { ++polls; });
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
    ASSERT_TRUE(found.ok()) << found.fault().fault.message << found.fault().fault.at;
    EXPECT_EQ(found.value().changes.size(), 2u * 27'000 + 3'000) << "paired by position, and the last ones removed";
    EXPECT_EQ(found.value().changes.back().path->index, 29'999u);
    EXPECT_GT(polls, 1'000);
}

}  // namespace
}  // namespace quire::forms
