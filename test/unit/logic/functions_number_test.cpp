// test/unit/logic/functions_number_test.cpp: functions of numbers and of geometries.
#include <gtest/gtest.h>

#include <string>

#include "unit/logic/evaluate.hpp"

namespace quire::logic {
namespace {

TEST(NumberFunctions, CutAndRound)
{
    expect({{"int('5.7')", "5"},
            {"int(-5.7)", "-5"},
            {"int(-0.5)", "0", "0"},
            {"int('x')", "NaN"},
            {"int(e)", "NaN"},
            {"floor(-1.5)", "-2"},
            {"ceiling(-1.5)", "-1"},
            {"floor(n)", "7"},
            {"round(2.5)", "3"},
            {"round(-2.5)", "-2", "-3"},
            {"round(1.005, 2)", "1.01", "1"},
            {"round(125, -1)", "130"},
            {"round('x')", "NaN"},
            {"round(1, 'x')", "1", "NaN"},
            {"abs(m)", "2.5"}});
}

TEST(NumberFunctions, AreThoseOfIeee)
{
    expect({{"sqrt(9)", "3"},
            {"sqrt(-1)", "NaN"},
            {"pow(2, 10)", "1024"},
            {"pow(-8, 1 div 3)", "NaN"},
            {"pow(2, -1)", "0.5"},
            {"pow(0, 0)", "1"},
            {"pow(1, 'x')", "NaN"},
            {"pow(-1, 1 div 0)", "NaN"},
            {"exp(0)", "1"},
            {"exp10(3)", "1000"},
            {"log(1)", "0"},
            {"log10(1000)", "3"},
            {"log(0)", "-Infinity"},
            {"log10(-1)", "NaN"},
            {"sin(0)", "0"},
            {"cos(0)", "1"},
            {"tan(0)", "0"},
            {"asin(2)", "NaN"},
            {"acos(1)", "0"},
            {"atan(0)", "0"},
            {"atan2(1, 1) * 4 = pi()", "true"},
            {"atan2(0, -1) = pi()", "true"},
            {"pi()", "3.141592653589793"},
            {"sin('x')", "NaN"}});
}

TEST(NumberFunctions, FindTheLeastTheGreatestAndTheSum)
{
    expect({{"min(3, 1, 2)", "1"},
            {"max(3, 1, 2)", "3"},
            {"max(-3, -1)", "-1"},
            {"min(rep/a)", "1"},
            {"max(rep/a, n)", "7"},
            {"min(rep/a, e)", "1", "NaN"},
            {"max('x', 2)", "2", "NaN"},
            {"min()", "NaN"},
            {"max(zz)", "NaN"},
            {"sum(rep/a)", "6"},
            {"sum(rep/b)", "NaN"},
            {"sum(n | e)", "7", "NaN"},
            {"sum(zz)", "0", "NaN"},
            {"sum(1)", fails},
            {"sum(m | n)", "4.5"}});
}

TEST(NumberFunctions, DrawBetweenZeroAndOne)
{
    expect({{"random() >= 0 and random() < 1", "true"}, {"random() = random()", "false"}});
    Place place;
    place.options.seed = 1;
    const std::string first = place.java("random()");
    EXPECT_EQ(place.java("random()"), first) << "the same seed";
    place.options.seed = 2;
    EXPECT_NE(place.java("random()"), first);
}

TEST(GeoFunctions, MeasureDistances)
{
    expect({{"distance('0 0;0 1')", "111318.84502143922", "111318.85"},
            {"distance('0 0 0 0; 0 1 5 5')", "111318.84502143922", "111318.85"},
            {"distance('0 0', '0 1')", "111318.84502143922", "111318.85"},
            {"distance('0 10;0 10')", "0"},
            {"distance('0 0;0 180') > 20000000", "true"},
            {"distance('0 0')", "0", fails},
            {"distance('')", "0", fails},
            {"distance('x;y')", fails},
            {"distance('91 0;0 0')", fails},
            {"distance('0 0;0 1;')", "111318.84502143922", "111318.85"},
            {"distance('0 0;;0 1')", fails}});
}

TEST(GeoFunctions, MeasureAreas)
{
    // A hundredth of a degree square at the equator: about 1.24 square kilometres.
    constexpr const char *about = "area('0 0;0 0.01;0.01 0.01;0.01 0;0 0')";
    Place place;
    for (const auto dialect : {Dialect::javarosa, Dialect::webforms}) {
        const double measured = std::stod(place.value(about, dialect));
        EXPECT_NEAR(measured, 1'239'188, 10);
    }
    expect({{"area('0 0;0 1')", "0"},
            {"area('')", "0"},
            {"area('x')", fails, "0"},
            {"round(area('0 0;0 0.01;0.01 0.01;0.01 0')) = round(area('0 0;0 0.01;0.01 0.01;0.01 0;0 0'))", "true"},
            {"enclosed-area('0 0;0 0.01;0.01 0') > 600000", "true"}});
}

TEST(GeoFunctions, TellWhatIsInsideAFence)
{
    expect({{"geofence('0.5 0.5', '0 0;0 1;1 1;1 0;0 0')", "true"},
            {"geofence('1.5 0.5', '0 0;0 1;1 1;1 0;0 0')", "false"},
            {"geofence('0.5 -0.5', '0 0;0 1;1 1;1 0;0 0')", "false"},
            {"geofence('0.9 0.05', '0 0;0 1;1 1;0.5 0.5;1 0;0 0')", "true"},
            {"geofence('0.9 0.5', '0 0;0 1;1 1;0.5 0.5;1 0;0 0')", "false"},
            {"geofence('0.5 0.5', '0 0;0 1;1 1;1 0')", "false"},
            {"geofence('', '0 0;0 1;1 1;0 0')", "false"},
            {"geofence('0.5 0.5', '')", "false"},
            {"geofence('0 0;1 1', '0 0;0 1;1 1;0 0')", "false"},
            {"geofence('x', 'y')", "false"}});
}

}  // namespace
}  // namespace quire::logic
