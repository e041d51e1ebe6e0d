// test/unit/forms/geo_test.cpp: geometries, as lenient as ODK Central and as strict as GeoJSON.
#include "core/forms/geo.hpp"

#include <gtest/gtest.h>

#include "unit/support/json_text.hpp"

namespace quire::forms {
namespace {

std::string geojson(Value kind, std::string_view text, Reading reading = Reading::lenient)
{
    const auto geometry = read_geometry(kind, text, reading);
    if (!geometry) return "none";
    JsonText json;
    write_geojson(*geometry, json);
    return json.text();
}

TEST(Geo, PutsLongitudeFirstAndAccuracyAmongTheProperties)
{
    EXPECT_EQ(geojson(Value::geopoint, "4.80 15.2 16 23.4"),
              R"({"type": "Point", "coordinates": [15.2, 4.8, 16], "properties": {"accuracy": 23.4}})");
    EXPECT_EQ(geojson(Value::geopoint, "4.8 15.2"), R"({"type": "Point", "coordinates": [15.2, 4.8]})");
    EXPECT_EQ(geojson(Value::geopoint, " 4 5 "), R"({"type": "Point", "coordinates": [5, 4]})");
    EXPECT_EQ(wkt(*read_geometry(Value::geopoint, "4 5 6 7", Reading::strict)), "POINT (5 4 6)");
}

TEST(Geo, IsNoneWithoutTwoNumbersOrOutsideTheGlobe)
{
    for (const auto *text : {"", "4.8", "a b", "4.8,15.2", "91 0", "0 181", "-90.1 0"})
        EXPECT_EQ(geojson(Value::geopoint, text), "none") << text;
}

TEST(Geo, LeavesOutWhatIsNoPointWhereItIsLenient)
{
    EXPECT_EQ(
        geojson(Value::geotrace, "1 2 3 4; x y; 5 6 7 0"),
        R"({"type": "LineString", "coordinates": [[2, 1, 3], [6, 5, 7]], "properties": {"accuracies": [4, null]}})");
    EXPECT_EQ(geojson(Value::geotrace, "1 2;3 4;"), R"({"type": "LineString", "coordinates": [[2, 1], [4, 3]]})");
    EXPECT_EQ(geojson(Value::geotrace, "junk"), "none");
    EXPECT_EQ(geojson(Value::geoshape, "0 0;0 1;0 0"),
              R"({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]})");
}

TEST(Geo, WantsSoundGeometriesWhereItIsStrict)
{
    EXPECT_EQ(geojson(Value::geotrace, "1 2; x y; 5 6", Reading::strict), "none");
    EXPECT_EQ(geojson(Value::geotrace, "1 2", Reading::strict), "none");
    EXPECT_EQ(geojson(Value::geopoint, "1 2 3 4 5", Reading::strict), "none");
    EXPECT_EQ(geojson(Value::geoshape, "0 0;0 1;1 1", Reading::strict), "none");
    EXPECT_EQ(geojson(Value::geoshape, "0 0;0 1;1 1;0.0 0", Reading::strict),
              R"({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]})");
}

}  // namespace
}  // namespace quire::forms
