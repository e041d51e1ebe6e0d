// test/unit/forms/export_test.cpp: submissions as lines of CSV.
#include "core/forms/export.hpp"

#include <gtest/gtest.h>

#include "unit/forms/make_form.hpp"

namespace quire::forms {
namespace {

const Form &farm()
{
    static const Form form = make_form(
        "<name/><spot/><land><area/><crops/></land><field><size/><g><corner/></g><tree><kind/></tree></field>"
        "<meta><instanceID/></meta>",
        "name:string spot:geopoint land/area:decimal land/crops:string field/size:int field/g/corner:geopoint "
        "field/tree/kind:string",
        "<select ref='/data/land/crops'/>" + repeat_of("/data/field") + repeat_of("/data/field/tree"));
    return form;
}

std::uint32_t table(std::string_view path)
{
    return farm().find(path);
}

std::vector<std::string> lines(std::string_view submission, std::uint32_t table = Form::root,
                               const ExportOptions &options = {})
{
    std::vector<std::string> all;
    const auto fault =
        csv_rows(farm(), submission, table, options, never, [&](std::string line) { all.push_back(std::move(line)); });
    EXPECT_FALSE(fault) << fault->message;
    return all;
}

ExportOptions split(std::vector<std::string> values)
{
    ExportOptions options;
    options.select_values = {{"/land/crops", std::move(values)}};
    return options;
}

using Lines = std::vector<std::string>;

TEST(Export, TheRootHasWhatTheServerKnowsAroundItsQuestions)
{
    EXPECT_EQ(csv_header(farm(), Form::root, {}),
              "SubmissionDate,name,spot-Latitude,spot-Longitude,spot-Altitude,spot-Accuracy,land-area,land-crops,"
              "meta-instanceID,KEY,SubmitterID,SubmitterName,AttachmentsPresent,AttachmentsExpected,Status,ReviewState,"
              "DeviceID,Edits,FormVersion");
}

TEST(Export, ARepeatHasTheKeysAfterItsQuestions)
{
    EXPECT_EQ(csv_header(farm(), table("/field"), {}),
              "size,g-corner-Latitude,g-corner-Longitude,g-corner-Altitude,g-corner-Accuracy,PARENT_KEY,KEY");
    EXPECT_EQ(csv_header(farm(), table("/field/tree"), {}), "kind,PARENT_KEY,KEY");
}

TEST(Export, WithoutGroupPathsColumnsHaveTheirOwnNames)
{
    ExportOptions options = split({"x"});
    options.group_paths = false;
    EXPECT_EQ(csv_header(farm(), Form::root, options).substr(0, 100),
              "SubmissionDate,name,spot-Latitude,spot-Longitude,spot-Altitude,spot-Accuracy,area,crops,crops/x,inst");
    EXPECT_EQ(csv_header(farm(), table("/field"), options),
              "size,corner-Latitude,corner-Longitude,corner-Altitude,corner-Accuracy,PARENT_KEY,KEY");
}

TEST(Export, ARowHasWhatWasAnswered)
{
    EXPECT_EQ(
        lines("<data><name>A</name><land><area> 1.50 </area></land><meta><instanceID>u</instanceID></meta></data>"),
        (Lines{",A,,,,, 1.50 ,,u,u,,,,,,,,,"}));
    EXPECT_EQ(lines("<data/>"), (Lines{",,,,,,,,,,,,,,,,,,"}));
}

TEST(Export, WhatTheServerKnowsIsGiven)
{
    ExportOptions options;
    options.instance_id = "id";
    options.system = {"date", "5", "Ann, B", "1", "2", "s", "approved", "d", "3", "v\"1\""};
    EXPECT_EQ(lines("<data><meta><instanceID>u</instanceID></meta></data>", Form::root, options),
              (Lines{"date,,,,,,,,u,id,5,\"Ann, B\",1,2,s,approved,d,3,\"v\"\"1\"\"\""}));
}

TEST(Export, APointTakesItsPartsBetweenWhiteSpace)
{
    const auto point = [](const std::string &text) {
        const std::string row = lines("<data><field><g>" + text + "</g></field></data>", table("/field")).at(0);
        return row.substr(1, row.size() - 1 - std::string(",,/field[1]").size());
    };
    EXPECT_EQ(point("<corner>1 2 3 4</corner>"), "1,2,3,4");
    EXPECT_EQ(point("<corner>1\n -2.5\t 3 4 5</corner>"), "1,-2.5,3,4");
    EXPECT_EQ(point("<corner>1 2</corner>"), "1,2,,");
    EXPECT_EQ(point("<corner>x</corner>"), "x,,,");
    EXPECT_EQ(point("<corner> 1 2 3</corner>"), ",1,2,3") << "as ODK Central has it";
    EXPECT_EQ(point("<corner>1&#32;2<!-- --> 3<![CDATA[ 4]]></corner>"), "1,2,3,4") << "unlike ODK Central";
    EXPECT_EQ(point("<corner>1 2 3 4</corner><corner>5 6</corner><corner/>"), "5,6,,");
}

TEST(Export, AChoiceWithItsOwnColumnIsOneOrZero)
{
    const ExportOptions options = split({"rye", "oats", "a,b"});
    EXPECT_EQ(csv_header(farm(), Form::root, options).substr(77, 72),
              "land-area,land-crops,land-crops/rye,land-crops/oats,\"land-crops/a,b\",met");
    EXPECT_EQ(lines("<data><land><crops>oats  corn</crops></land></data>", Form::root, options),
              (Lines{",,,,,,,oats  corn,0,1,0,,,,,,,,,,,"}));
    EXPECT_EQ(lines("<data><land><crops>rye a,b</crops></land></data>", Form::root, options),
              (Lines{",,,,,,,\"rye a,b\",1,0,1,,,,,,,,,,,"}))
        << "\"a,b\" is one word";
    EXPECT_EQ(lines("<data/>", Form::root, options), (Lines{",,,,,,,,0,0,0,,,,,,,,,,,"}));
}

TEST(Export, TextsThatWereGivenTwiceComeTogether)
{
    EXPECT_EQ(lines("<data><name>A</name><name/><name>B</name><land><area>1</area><area>2</area></land></data>"),
              (Lines{",AB,,,,,12,,,,,,,,,,,,"}));
}

TEST(Export, CellsAreQuotedWhereTheyMustBe)
{
    EXPECT_EQ(lines("<data><name>a,\"b\"&#13;\nc</name></data>"), (Lines{",\"a,\"\"b\"\"\r\nc\",,,,,,,,,,,,,,,,,"}));
    EXPECT_EQ(lines("<data><name>=1+2&#13; &amp;</name></data>"), (Lines{",=1+2\r &,,,,,,,,,,,,,,,,,"}));
}

constexpr std::string_view fields =
    "<data><field><size>1</size><tree><kind>oak</kind></tree><tree><kind>elm</kind></tree></field>"
    "<name>between</name><odd><field/></odd>"
    "<field><tree/><size>2</size></field><meta><instanceID>uuid:1</instanceID></meta></data>";

TEST(Export, EachInstanceOfARepeatHasARowWithKeys)
{
    EXPECT_EQ(lines(fields, table("/field")), (Lines{"1,,,,,uuid:1,uuid:1/field[1]", "2,,,,,uuid:1,uuid:1/field[2]"}));
    EXPECT_EQ(lines(fields, table("/field/tree")),
              (Lines{"oak,uuid:1/field[1],uuid:1/field[1]/tree[1]", "elm,uuid:1/field[1],uuid:1/field[1]/tree[2]",
                     ",uuid:1/field[2],uuid:1/field[2]/tree[1]"}));
    EXPECT_EQ(lines("<data/>", table("/field")), Lines());
    ExportOptions options;
    options.instance_id = "other";
    EXPECT_EQ(lines(fields, table("/field"), options).at(0), "1,,,,,other,other/field[1]");
}

TEST(Export, KeysNameTheGroupsOnTheWay)
{
    const Form form = make_form("<g><r><h><s><a/></s></h></r></g>", "g/r/h/s/a:string",
                                repeat_of("/data/g/r") + repeat_of("/data/g/r/h/s"));
    Lines rows;
    const auto fault = csv_rows(form, "<data><g><r/></g><g><r><h><s/></h><h><s><a>1</a></s></h></r></g></data>",
                                form.find("/g/r/h/s"), {}, never, [&](std::string row) { rows.push_back(row); });
    EXPECT_FALSE(fault);
    EXPECT_EQ(rows, (Lines{",/g/r[2],/g/r[2]/h/s[1]", "1,/g/r[2],/g/r[2]/h/s[2]"}));
    EXPECT_EQ(csv_header(form, form.find("/g/r/h/s"), {}), "a,PARENT_KEY,KEY");
}

TEST(Export, OfAnEncryptedSubmissionOnlyTheEnvelopeIsKnown)
{
    const std::string_view submission =
        "<data encrypted='yes'><name>cover</name><field/><meta><instanceID>u</instanceID></meta></data>";
    ExportOptions options = split({"rye"});
    options.system.front() = "date";
    options.system[5] = "not decrypted";
    EXPECT_EQ(lines(submission, Form::root, options), (Lines{"date,,,,,,,,,,u,,,,,not decrypted,,,,"}));
    EXPECT_EQ(lines(submission, table("/field"), options), Lines());
}

TEST(Export, OfWhatIsNoDocumentThereIsNoRow)
{
    int emitted = 0;
    const auto fault =
        csv_rows(farm(), "<data><field/><field/>", table("/field"), {}, never, [&](const std::string &) { ++emitted; });
    EXPECT_TRUE(fault);
    EXPECT_EQ(emitted, 0);
}

}  // namespace
}  // namespace quire::forms
