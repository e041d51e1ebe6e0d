// test/unit/logic/external_test.cpp: data from beside a form: CSV, GeoJSON and XML.
#include "core/logic/external.hpp"

#include <gtest/gtest.h>

#include "unit/logic/evaluate.hpp"

namespace quire::logic {
namespace {

// What instance('x') leads to when it has this text.
std::string seen(const std::string &text, const char *expression)
{
    Place place;
    place.options.instances = {{"x", text}};
    return place.script(expression);
}

TEST(External, ReadsRows)
{
    const std::string rows = "name,label\na,Apple\nb,\"Pear, ripe\"\n";
    EXPECT_EQ(seen(rows, "instance('x')/root/item/name"), R"(["a", "b"])");
    EXPECT_EQ(seen(rows, "instance('x')/root/item[name = 'b']/label"), R"(["Pear, ripe"])");
    EXPECT_EQ(seen(rows, "local-name(instance('x')/*)"), R"("root")");
    EXPECT_EQ(seen("\xEF\xBB\xBFname\na\n", "instance('x')/root/item/name"), R"(["a"])") << "a mark of byte order";
    EXPECT_EQ(seen("name,label\r\na,\"l\"\"l\"\r\n", "instance('x')/root/item/label"), R"(["l"l"])");
    EXPECT_EQ(seen("name,label\na\nb,B,more\n", "instance('x')/root/item/label"), R"(["", "B"])")
        << "cells that are not there are empty, those beyond are dropped";
    EXPECT_EQ(seen("name,name\na,b\n", "instance('x')/root/item/name"), R"(["b"])") << "the last one of a name";
    EXPECT_EQ(seen("name,name\na,b\n", "count(instance('x')//text())"), "1");
    EXPECT_EQ(seen("name\n", "count(instance('x')/root/item)"), "0");
    EXPECT_EQ(seen("", "count(instance('x')/root)"), "1");
    EXPECT_EQ(seen("1\n2\n", "count(instance('x')/root/item)"), "1");
}

TEST(External, GuessesTheDelimiterFromTheFirstLine)
{
    for (const char *text : {"name;label\na;b,c\n", "name\tlabel\na\tb,c\n", "name|label\na|b,c\n"})
        EXPECT_EQ(seen(text, "instance('x')/root/item/label"), R"(["b,c"])") << text;
    EXPECT_EQ(seen("name,label\na;x,b\n", "instance('x')/root/item/name"), R"(["a;x"])");
}

TEST(External, ReadsFeatures)
{
    const std::string text = R"({"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": "one", "properties": {"name": "P", "size": 1.50, "open": true, "note": null},
         "geometry": {"type": "Point", "coordinates": [15.2, 4.80, 7]}},
        {"type": "Feature", "properties": {"id": "two", "name": "L"},
         "geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}},
        {"type": "Feature", "properties": null,
         "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]], [[9, 9]]]}}]})";
    EXPECT_EQ(seen(text, "instance('x')/root/item/geometry"),
              R"(["4.80 15.2 0 0", "2 1 0 0; 4 3 0 0", "0 0 0 0; 0 1 0 0; 1 1 0 0; 0 0 0 0"])");
    EXPECT_EQ(seen(text, "instance('x')/root/item/id"), R"(["one", "two"])");
    EXPECT_EQ(seen(text, "instance('x')/root/item[name = 'P']/*"),
              R"(["4.80 15.2 0 0", "P", "1.50", "true", "", "one"])");
}

TEST(External, RefusesOtherJson)
{
    for (
        const char *text :
        {"{}", "{", R"({"type": "Feature"})", R"({"type": "FeatureCollection"})",
         R"({"type": "FeatureCollection", "features": 1})", R"({"type": "FeatureCollection", "features": [1]})",
         R"({"type": "FeatureCollection", "features": [{}]})",
         R"({"type": "FeatureCollection", "features": [{"geometry": null}]})",
         R"({"type": "FeatureCollection", "features": [{"geometry": {"type": "Point", "coordinates": [1]}}]})",
         R"({"type": "FeatureCollection", "features": [{"geometry": {"type": "Point", "coordinates": [true, 1]}}]})",
         R"({"type": "FeatureCollection", "features": [{"geometry": {"type": "Polygon", "coordinates": []}}]})",
         R"({"type": "FeatureCollection", "features": [{"geometry": {"type": "MultiPoint", "coordinates": [[1, 2]]}}]})"})
        EXPECT_EQ(seen(text, "1").substr(0, 9), "instance:") << text;
}

TEST(External, ReadsXml)
{
    EXPECT_EQ(seen("<r><v k='1'>one</v></r>", "instance('x')/r/v[@k = 1]"), R"(["one"])");
    EXPECT_EQ(seen(" \n<r/>", "count(instance('x')/r)"), "1");
    EXPECT_EQ(seen("<r>", "1").substr(0, 9), "instance:");
    EXPECT_EQ(seen("<r/><r/>", "1").substr(0, 9), "instance:");
}

TEST(External, RefusesRowsWithAnOpenQuote)
{
    EXPECT_EQ(seen("name\n\"a\n", "1").substr(0, 9), "instance:");
}

}  // namespace
}  // namespace quire::logic
