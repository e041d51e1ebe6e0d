// test/unit/forms/contents_test.cpp: the rows and answers of a submission, and what is made of them.
#include "core/forms/contents.hpp"

#include <gtest/gtest.h>

#include "core/forms/extract.hpp"
#include "core/forms/identity.hpp"
#include "core/forms/lookup.hpp"
#include "core/forms/odata.hpp"
#include "core/forms/values.hpp"
#include "unit/forms/make_form.hpp"
#include "unit/support/json_text.hpp"

namespace quire::forms {
namespace {

const Form &household()
{
    static const Form form =
        make_form("<name/><g><age/></g><member><who/><pet><kind/></pet></member><meta><instanceID/></meta>",
                  "name:string g/age:int member/who:string member/pet/kind:string meta/instanceID:string",
                  repeat_of("/data/member") + repeat_of("/data/member/pet"));
    return form;
}

constexpr std::string_view submission =
    "<data id='test'><name>A &amp; B</name><g><age>7</age></g>"
    "<member><who>x</who><pet><kind>cat</kind></pet><pet><kind>dog</kind></pet></member>"
    "<member><who>y</who><pet><kind>emu</kind></pet></member>"
    "<meta><instanceID>uuid:1</instanceID></meta></data>";

std::string values_of(const Form &form, std::string_view xml)
{
    std::string told;
    const auto fault =
        for_each_value(form, xml, never, [&](std::uint32_t node, const Positions &positions, std::string_view text) {
            told.append(told.empty() ? "" : " ").append(form[node].path);
            for (const std::uint32_t number : positions.around(node)) told += '[' + std::to_string(number) + ']';
            told.append("=").append(text);
        });
    EXPECT_FALSE(fault);
    return told;
}

std::string odata(const Form &form, std::string_view xml, std::uint32_t table = Form::root, bool expand = false)
{
    Contents contents;
    EXPECT_FALSE(contents.read(form, xml, never));
    ODataOptions options;
    options.instance_id = instance_id(form, contents);
    options.expand = expand;
    JsonText json;
    for (const auto &row : contents.rows())
        if (row.node == table) write_odata_row(form, contents, row, options, json);
    return json.text();
}

std::string extracted(const Form &form, std::string_view xml, const ExtractOptions &options = {})
{
    Contents contents;
    EXPECT_FALSE(contents.read(form, xml, never));
    JsonText json;
    write_extract(form, contents, options, json);
    return json.text();
}

TEST(Values, ComeInTheOrderInWhichTheyEndWithTheNumbersOfTheirRepeats)
{
    EXPECT_EQ(values_of(household(), submission),
              "/name=A & B /g/age=7 /member/who[1]=x /member/pet/kind[1][1]=cat /member/pet/kind[1][2]=dog "
              "/member/who[2]=y /member/pet/kind[2][1]=emu /meta/instanceID=uuid:1");
}

TEST(Values, LeaveOutWhatTheFormDoesNotKnowAndWhatIsEmpty)
{
    EXPECT_EQ(values_of(household(), "<x><name/><other><name>no</name></other><p:name>yes</p:name></x>"), "/name=yes");
}

TEST(Values, LeaveOutTheTextOfElementsInsideAQuestion)
{
    EXPECT_EQ(values_of(household(), "<x><name>a<b>c<d>e</d></b>f</name></x>"), "/name=af");
}

TEST(Values, AreCountedOnAcrossGroupsThatComeTwice)
{
    const Form form = make_form("<g><r><a/></r></g>", "", repeat_of("/data/g/r"));
    EXPECT_EQ(values_of(form, "<x><g><r><a>1</a></r></g><g><r><a>2</a></r></g></x>"), "/g/r/a[1]=1 /g/r/a[2]=2");
}

TEST(Contents, HoldARowForEachInstanceOfARepeat)
{
    Contents contents;
    ASSERT_FALSE(contents.read(household(), submission, never));
    ASSERT_EQ(contents.rows().size(), 6u);
    const auto &pet = contents.rows()[5];
    EXPECT_EQ(position(contents, pet), (std::vector<std::uint32_t>{2, 1}));
    EXPECT_EQ(contents.answer(pet, household()[household().find("/member/pet/kind")]).text, "emu");
    EXPECT_EQ(instance_id(household(), contents), "uuid:1");
}

TEST(Contents, JoinTextsAndKeepTheLastNumberOfQuestionsThatComeTwice)
{
    Contents contents;
    ASSERT_FALSE(
        contents.read(household(), "<x><name>a&lt;</name><name>b</name><g><age>1</age><age>2</age></g></x>", never));
    const Answer &name = contents.answer(contents.rows()[0], household()[household().find("/name")]);
    EXPECT_EQ(name.text, "a<b");
    EXPECT_EQ(name.times, 2u);
    EXPECT_EQ(contents.answer(contents.rows()[0], household()[household().find("/g/age")]).text, "2");
}

TEST(Contents, MayBeReadAgain)
{
    Contents contents;
    ASSERT_FALSE(contents.read(household(), submission, never));
    ASSERT_FALSE(contents.read(household(), "<x/>", never));
    EXPECT_EQ(contents.rows().size(), 1u);
    EXPECT_EQ(contents.answer(contents.rows()[0], household()[household().find("/name")]).times, 0u);
    EXPECT_TRUE(contents.read(household(), "<x>", never));
}

TEST(OData, NestsGroupsAndLinksRepeats)
{
    EXPECT_EQ(odata(household(), submission), R"({"name": "A & B", "g": {"age": 7}, )"
                                              R"("member@odata.navigationLink": "Submissions('uuid%3A1')/member", )"
                                              R"("meta": {"instanceID": "uuid:1"}, "__id": "uuid:1"})");
    EXPECT_EQ(odata(household(), "<x/>"),
              R"({"name": null, "g": {"age": null}, "meta": {"instanceID": null}, "__id": null})");
}

TEST(OData, GivesRowsOfRepeatsTheIdsOfCentral)
{
    const Form form = make_form("<g1><r1><a/></r1></g1><meta><instanceID/></meta>", "", repeat_of("/data/g1/r1"));
    const std::string row =
        odata(form, "<x><g1><r1><a>1</a></r1></g1><meta><instanceID>uuid:deep-full</instanceID></meta></x>",
              form.find("/g1/r1"));
    EXPECT_EQ(
        row, R"({"a": "1", "__id": "57ec8b26f910cb236fe8638e212789a34a94c51b", "__Submissions-id": "uuid:deep-full"})");
}

TEST(OData, NamesTheParentOfAnInnerRepeat)
{
    EXPECT_EQ(parent_key(household(), household().find("/member/pet")), "__Submissions-member-id");
    EXPECT_EQ(parent_key(household(), household().find("/member")), "__Submissions-id");
}

TEST(OData, ExpandsRepeatsIntoArrays)
{
    const Form form = make_form("<r><a/></r>", "", repeat_of("/data/r"));
    const std::string row = odata(form, "<x><r><a>1</a></r><r/></x>", Form::root, true);
    EXPECT_NE(row.find(R"("r": [{"a": "1", "__id": )"), std::string::npos) << row;
    EXPECT_NE(row.find(R"({"a": null, "__id": )"), std::string::npos) << row;
}

TEST(OData, CompletesOffsetsOfMomentsOnly)
{
    const Form form = make_form("<t/>", "t:dateTime");
    EXPECT_EQ(odata(form, "<x><t> 2020-01-01T00:00:00+07 </t></x>"),
              R"({"t": "2020-01-01T00:00:00+07:00", "__id": null})");
    EXPECT_EQ(odata(form, "<x><t>2020-01-01</t></x>"), R"({"t": "2020-01-01", "__id": null})");
}

TEST(OData, TellsNothingOfWhatIsEncrypted)
{
    EXPECT_EQ(odata(household(), "<data encrypted='yes'><base64EncryptedKey>k</base64EncryptedKey></data>"),
              R"({"__id": null})");
}

TEST(Extract, GivesEveryQuestionATypedValue)
{
    const Form form =
        make_form("<i/><d/><b/><t/><s/><p/><n/>", "i:int d:decimal b:boolean t:date s:string p:geopoint n:string",
                  "<select ref='/data/s'/>");
    EXPECT_EQ(extracted(form, "<x><i>007</i><d>1.50</d><b>1</b><t>2024-01-02</t><s>a  b</s><p>1 2</p></x>"),
              R"({"i": 7, "d": 1.50, "b": true, "t": "2024-01-02", "s": ["a", "b"], )"
              R"("p": {"type": "Point", "coordinates": [2, 1]}, "n": null})");
}

TEST(Extract, MakesArraysOfRepeats)
{
    EXPECT_EQ(extracted(household(), submission),
              R"({"name": "A & B", "g": {"age": 7}, "member": [)"
              R"({"who": "x", "pet": [{"kind": "cat"}, {"kind": "dog"}]}, {"who": "y", "pet": [{"kind": "emu"}]}], )"
              R"("meta": {"instanceID": "uuid:1"}})");
    ExtractOptions flat;
    flat.names = ExtractOptions::Names::flat;
    EXPECT_EQ(extracted(household(), "<x/>", flat),
              R"({"name": null, "g/age": null, "member": [], "meta/instanceID": null})");
}

TEST(Extract, ReportsWhatDoesNotFitInsteadOfLosingTheRest)
{
    EXPECT_EQ(extracted(household(), "<x><g><age>seven</age></g></x>"),
              R"({"name": null, "g": {"age": null}, "member": [], "meta": {"instanceID": null}, )"
              R"("__problems": [{"path": "/g/age", "position": [], "message": "The answer is not an integer."}]})");
}

TEST(Lookup, FindsTablesByAllTheirNames)
{
    const Form &form = household();
    for (const auto *name : {"Submissions.member.pet", "/member/pet", "member/pet", "pet", "PET"})
        EXPECT_EQ(find_table(form, name).nodes, (std::vector{form.find("/member/pet")})) << name;
    EXPECT_EQ(find_table(form, "Submissions").nodes, std::vector{Form::root});
    EXPECT_TRUE(find_table(form, "nothing").nodes.empty());
}

TEST(Lookup, FindsQuestionsFromTheMostExactNameOn)
{
    const Form form = make_form("<a/><g><a/><b/></g><h><b/></h><g_c/><g2><C/></g2>");
    const auto find = [&](const char *name) {
        std::string paths;
        for (const std::uint32_t node : find_question(form, Form::root, name).nodes) paths += form[node].path;
        return paths;
    };
    EXPECT_EQ(find("a"), "/a");
    EXPECT_EQ(find("g/a"), "/g/a");
    EXPECT_EQ(find("/g/a"), "/g/a");
    EXPECT_EQ(find("g_a"), "/g/a");
    EXPECT_EQ(find("b"), "/g/b/h/b");
    EXPECT_EQ(find("c"), "/g2/C");
    EXPECT_EQ(find("x"), "");
}

}  // namespace
}  // namespace quire::forms
