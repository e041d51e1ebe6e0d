// test/unit/attributes/types_test.cpp: types in words, when they are the same, and conversion in the core.
#include "core/attributes/types.hpp"

#include <gtest/gtest.h>

#include "core/attributes/convert.hpp"
#include "core/attributes/near.hpp"
#include "unit/attributes/json.hpp"

namespace quire::attributes {
namespace {

AttributeType type(std::string_view json)
{
    test::JsonReader reader;
    return read_type(*reader.read(json)).value();
}

TEST(Types, AreDescribed)
{
    EXPECT_EQ(describe(type(R"({"type": "integer"})")), "integer");
    EXPECT_EQ(describe(type(R"({"type": "integer", "format": "chemical-id"})")), "chemical ID");
    EXPECT_EQ(describe(type(R"({"type": "string", "enum": ["x", "y"]})")), "one of x, y");
    EXPECT_EQ(describe(type(R"({"type": "array", "item_type": "bool"})")), "list of yes/no");
    EXPECT_EQ(describe(type(R"({"type": "number"})")), "number");
    EXPECT_EQ(describe(type(R"({"type": "number", "suffix": "kg", "tolerance": 0.5})")), "kg");
    EXPECT_EQ(describe(type(R"({"type": "number", "minimum": 0, "exclusiveMaximum": 2, "tolerance": 0.5})")),
              "number in [0,2) (tolerance 0.5)");
    EXPECT_EQ(describe(type(R"({"type": "number", "suffix": "kg", "exclusiveMinimum": 1, "tolerance": 0.5,
                               "toleranceIsAbsolute": true})")),
              "kg in (1,oo) (absolute tolerance 0.5)");
}

TEST(Types, AreEquivalentOrNot)
{
    const auto same = [](const char *a, const char *b) { return equivalent(type(a), type(b)); };
    const char *const mm = R"({"type": "number", "suffix": "mm", "format": "standard-unit"})";
    EXPECT_TRUE(same(mm, R"({"type": "number", "suffix": "millimeter", "format": "standard-unit", "tolerance": 1})"));
    EXPECT_TRUE(same(mm, R"({"type": "number", "suffix": "mm"})"));
    EXPECT_FALSE(same(mm, R"({"type": "number", "suffix": "millimeter"})"));
    EXPECT_FALSE(same(mm, R"({"type": "number", "suffix": "mm", "format": "standard-unit", "minimum": 0})"));
    EXPECT_FALSE(same(R"({"type": "number", "minimum": 0})", R"({"type": "number", "exclusiveMinimum": 0})"));
    EXPECT_TRUE(same(R"({"type": "number", "minimum": 0})", R"({"type": "number", "minimum": 0.0})"));
    EXPECT_FALSE(same(R"({"type": "string", "enum": ["a", "b"]})", R"({"type": "string", "enum": ["b", "a"]})"));
    EXPECT_FALSE(same(R"({"type": "string"})", R"({"type": "string", "enum": []})"));
    EXPECT_FALSE(
        same(R"({"type": "array", "item_type": "bool"})", R"({"type": "array", "item_type": "bool", "minItems": 1})"));
}

TEST(Types, ConvertWholeLists)
{
    test::JsonReader reader;
    const auto converted =
        convert(*reader.read(R"(["1", "2.50"])"), type(R"({"type": "array", "item_type": "string"})"),
                type(R"({"type": "array", "item_type": "number"})"));
    ASSERT_TRUE(converted.ok());
    test::JsonText json;
    converted.value().write(json);
    EXPECT_EQ(json.text, "[1,2.5]");
}

TEST(Near, TellsWhatWasMeant)
{
    const std::string_view names[] = {"energy", "temperature", "state"};
    EXPECT_EQ(nearest("enrgy", names), "energy");
    EXPECT_EQ(nearest("ENERGY", names), "energy");
    EXPECT_EQ(nearest("temp", names), "");
    EXPECT_EQ(nearest("stat", names), "state");
    EXPECT_EQ(nearest("", names), "");
    EXPECT_EQ(nearest("x", {}), "");
    EXPECT_EQ(likeness("same", "same"), 1);
}

}  // namespace
}  // namespace quire::attributes
