// test/unit/logic/paths_test.cpp: where paths lead: axes, conditions, repeats, and documents beside the first.
#include <gtest/gtest.h>

#include "unit/logic/evaluate.hpp"

namespace quire::logic {
namespace {

// Each node tells its name, so that sets of them can be read.
Place family()
{
    Place place;
    place.document =
        "<a id='A'><b id='B'><c>c1</c><c>c2</c></b><!--note--><b id='D' kind='k'><c>c3</c><?go on?></b>text<e/></a>";
    place.node = "/a/b[2]";
    return place;
}

TEST(Paths, WalkEveryAxis)
{
    expect(family(), {{"child::c", R"(["c3"])"},
                      {"c", R"(["c3"])"},
                      {"../b/c", R"(["c1", "c2", "c3"])"},
                      {"parent::a/@id", R"(["A"])"},
                      {"parent::b", "[]"},
                      {"self::b/@id", R"(["D"])"},
                      {"self::c", "[]"},
                      {"@id", R"(["D"])"},
                      {"attribute::*", R"(["D", "k"])"},
                      {"@kind/..", R"(["c3"])"},
                      {"/descendant::c", R"(["c1", "c2", "c3"])"},
                      {"//c", R"(["c1", "c2", "c3"])"},
                      {"//@id", R"(["A", "B", "D"])"},
                      {"descendant-or-self::*", R"(["c3", "c3"])"},
                      {"ancestor::*/@id", R"(["A"])"},
                      {"c/ancestor-or-self::*/@id", R"(["A", "D"])"},
                      {"c/ancestor-or-self::*[1]", "[]", R"(["c3"])"},
                      {"c/ancestor-or-self::*[position() = 1]/@id", "[]"},
                      {"following-sibling::node()", R"(["text", ""])"},
                      {"preceding-sibling::node()", R"(["c1c2", "note"])"},
                      {"preceding-sibling::*[position() = 1]/@id", R"(["B"])"},
                      {"preceding::*", R"(["c1c2", "c1", "c2"])"},
                      {"c/preceding::c", R"(["c1", "c2"])"},
                      {"../b[@id = 'B']/c[position() = 1]/following::*", R"(["c2", "c3", "c3", ""])"},
                      {"@id/following::*", R"(["c3", ""])"},
                      {"@id/preceding::c", R"(["c1", "c2"])"},
                      {"@id/following-sibling::*", "[]"},
                      {"ancestor::node()", R"(["c1c2c3text", "c1c2c3text"])"},
                      {"namespace::*", "[]"},
                      {"/..", "[]"}});
}

TEST(Paths, TestNodesByNameAndKind)
{
    expect(family(), {{"/a/comment()", R"(["note"])"},
                      {"processing-instruction()", R"(["on"])"},
                      {"processing-instruction('go')", R"(["on"])"},
                      {"processing-instruction('stop')", "[]"},
                      {"/a/text()", R"(["text"])"},
                      {"count(/a/node())", "5"},
                      {"/*/@id", R"(["A"])"},
                      {"count(//node())", "13"},
                      {"/a/e/text()", "[]"},
                      {"string(/a/b)", "\"c3\"", "\"c1c2\""}});
}

TEST(Paths, TakeNamesInAnyNamespaceUnlessTheyHaveAPrefix)
{
    Place place;
    place.document =
        "<data xmlns='urn:form' xmlns:orx='http://openrosa.org/xforms' xmlns:p='urn:p' p:x='1' x='2'>"
        "<meta>plain</meta><orx:meta>open</orx:meta><p:meta>p</p:meta></data>";
    place.node = "/data";
    expect(place, {{"meta", R"(["plain", "open", "p"])"},
                   {"orx:meta", R"(["open"])"},
                   {"p:meta", R"(["p"])"},
                   {"xf:meta", "[]"},
                   {"p:*", R"(["p"])"},
                   {"@x", R"(["1", "2"])"},
                   {"@p:x", R"(["1"])"},
                   {"@p:*", R"(["1"])"}});
}

TEST(Paths, FilterByConditions)
{
    expect({{"rep[a > 1]/a", R"(["2", "3"])"},
            {"rep[b = '']/a", R"(["2"])"},
            {"rep[a > 1][a < 3]/a", R"(["2"])"},
            {"rep[2]/a", "[]", R"(["2"])"},
            {"rep[position() = 2]/a", R"(["2"])"},
            {"rep[last()]/a", "[]", R"(["3"])"},
            {"rep[position() = last()]/a", R"(["3"])"},
            {"rep[a > 1][position() = 1]/a", R"(["2"])"},
            {"rep[2][2]", "[]"},
            {"rep[1.5]", "[]"},
            {"rep['']", "[]"},
            {"count(rep['x'])", "3"},
            {"count(rep[b])", "2", "3"},
            {"(//a)[position() = 2]", R"(["2"])"},
            {"//a[position() = 1]", R"(["1", "2", "3"])"},
            {"rep/a[. = 2]/../b", R"([""])"},
            {"rep[a = current()/rep[b = 'z']/a]/b", R"(["z"])"},
            {"s[. = 'a b c']", R"(["a b c"])"},
            {".[n = 7]/m", R"(["-2.5"])"},
            {"n[..]", R"(["7"])"}});
}

TEST(Paths, GiveEachNodeOnceInTheOrderOfTheDocument)
{
    expect({{"rep/../rep/a", R"(["1", "2", "3"])"},
            {"rep/b | n | rep/a | n", R"(["7", "1", "x", "2", "", "3", "z"])"},
            {"(rep | n)/..", "[\"7-2.5a b c2024-05-012024-05-01T10:30:00.000+02:001x23z\"]"},
            {"count(//a/ancestor::*)", "4"},
            {"n | m[. = 1]", R"(["7"])"}});
}

TEST(Paths, StayInTheirInstanceOfARepeatInJavaRosaOnly)
{
    Place place;
    place.node = "/data/rep[2]/b";
    expect(place, {{"../a", R"(["2"])"},
                   {"/data/rep/a", R"(["2"])", R"(["1", "2", "3"])"},
                   {"sum(/data/rep/a)", "2", "6"},
                   {"count(/data/rep)", "1", "3"},
                   {"sum(../../rep/a)", "6"},
                   {"sum(/data/rep[a > 0]/a)", "6"},
                   {"/data/n", R"(["7"])"},
                   {"count(//rep)", "3"},
                   {"position(..)", "2"},
                   {"sum(../../rep[position() <= position(current()/..)]/a)", "3"},
                   {"count(/data/rep[a > current()/../a])", "1"},
                   {"/data/rep/../n", R"(["7"])"},
                   {"/data/e", R"([""])"}});
}

TEST(Paths, StartAtTheNodeThatIsCalledTheRoot)
{
    Place place;
    place.document = "<form><instance><data><x>1</x></data></instance><other><x>2</x></other></form>";
    place.options.root = "/form/instance";
    place.node = "/form/instance/data";
    expect(place, {{"/data/x", R"(["1"])"},
                   {"//x", R"(["1"])"},
                   {"count(/*)", "1"},
                   {"count(ancestor::*)", "1"},
                   {"x/../../..", "[]"},
                   {"/form", "[]"}});
    place.options.root = "/form/nowhere";
    EXPECT_EQ(place.script("1"), "place: there is no node where absolute paths are to start");
    place.options.root = "1 +";
    EXPECT_EQ(place.script("1"), "place: the expression ends too early");
    place.options.root = "string(/)";
    EXPECT_EQ(place.script("1"), "place: there is no node where absolute paths are to start");
}

TEST(Paths, StartNowhereButInTheirDocument)
{
    Place place;
    place.options.instances = {
        {"x", "<r><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/></r>"}};
    place.document = "<d/>";
    place.node = "/d";
    place.options.root = "instance('x')/r/a[last()]";
    EXPECT_EQ(place.script("count(/*)").substr(0, 6), "place:");
    place.options.root = "";
    place.node = "instance('x')/r/a[last()]";
    EXPECT_EQ(place.script("count(/*)"), "1") << "absolute paths still go through the document";
}

TEST(Paths, FailWhereThereIsNoPlace)
{
    Place place;
    place.node = "/nowhere";
    EXPECT_EQ(place.script("1"), "place: there is no node at that place");
    place.node = "'text'";
    EXPECT_EQ(place.script("1"), "place: there is no node at that place");
    place.node = "1 +";
    EXPECT_EQ(place.script("1"), "place: the expression ends too early");
    place.document = "<a><b></a>";
    EXPECT_EQ(place.script("1").substr(0, 9), "document:");
}

TEST(Paths, LeadFromOneDocumentBackToTheFirst)
{
    Place place;
    place.options.instances = {{"c", "name,grp\na,1\nb,2\nc,2\n"}};
    expect(place, {{"instance('c')/root/item[grp = /data/rep[position() = 2]/a]/name", R"(["b", "c"])"},
                   {"instance('c')/root/item[grp = current()/rep[b = 'x']/a]/name", R"(["a"])"},
                   {"instance('c')/root/item/name | n", R"(["7", "a", "b", "c"])"},
                   {"count(instance('c')//node())", "16"},
                   {"instance('c')/root/item[name = 'c']/preceding-sibling::item/name", R"(["a", "b"])"},
                   {"instance('none')/root", fails, "[]"}});
    EXPECT_EQ(place.script("count(instance('c')/../..)"), "0") << "nothing is above a document";
}

}  // namespace
}  // namespace quire::logic
