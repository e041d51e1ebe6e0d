// test/unit/attributes/units_test.cpp: what UDUNITS is asked, and that it is asked safely.
#include "core/attributes/units.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace quire::attributes {
namespace {

using Kind = UnitFault::Kind;

TEST(Units, AreKnownOrNot)
{
    for (const char *unit :
         {"mm", "mm/s", " mm / s ", "m**2", "kg m2 s-2", "degC", "°C", "%", "µm", "1/nm", "lg(re mW)"})
        EXPECT_TRUE(check_unit(unit).ok()) << unit;
    EXPECT_EQ(check_unit("").kind, Kind::empty);
    EXPECT_EQ(check_unit(" ").kind, Kind::empty);
    EXPECT_EQ(check_unit(std::string(200, 'm')).kind, Kind::too_long);
    EXPECT_EQ(check_unit(std::string("m\0m", 3)).kind, Kind::unknown);
    for (const char *unit :
         {"banana", "m^", "((", "1e999 m", "m^999", "\xff\xfe", "mm/", "kg@", "9+999 m", "30271+91in2 h@1"})
        EXPECT_EQ(check_unit(unit).kind, Kind::unknown) << unit;
    for (const char *unit : {"s since 1970-01-01", "days since 2000-01-01 00:00"})
        EXPECT_FALSE(check_unit(unit).ok()) << unit;
}

TEST(Units, HaveOneNameInAllSpellings)
{
    EXPECT_EQ(normal_unit("mm/s"), "0.001 meter-second^-1");
    EXPECT_EQ(normal_unit("banana"), std::nullopt);
    EXPECT_TRUE(same_unit("mm", "millimeter"));
    EXPECT_TRUE(same_unit("m/s", "m s-1"));
    EXPECT_FALSE(same_unit("mm", "cm"));
    EXPECT_FALSE(same_unit("banana", "banana"));
}

TEST(Units, AreConverted)
{
    const auto convert = [](double magnitude, const char *from, const char *to) {
        const auto conversion = Conversion::between(from, to);
        return conversion ? (*conversion)(magnitude) : NAN;
    };
    EXPECT_EQ(convert(0.1, "m", "mm"), 100);
    EXPECT_EQ(convert(100, "degC", "degF"), 212);
    EXPECT_EQ(convert(1, "inch", "mm"), 25.4);
    EXPECT_EQ(convert(1, "inch", "cm"), 2.54);
    EXPECT_EQ(convert(1, "inch", "mm"), 25.4);
    EXPECT_EQ(convert(1, "yard", "mm"), 914.4);
    EXPECT_TRUE(std::isnan(convert(1, "m", "s")));
    EXPECT_TRUE(std::isnan(convert(1, "m", "banana")));
    EXPECT_TRUE(std::isnan(convert(1, "m", "s since 1970-01-01")));
    EXPECT_TRUE(Conversion::between("mm", "millimeter")->is_identity());
}

}  // namespace
}  // namespace quire::attributes
