// test/unit/support/result_test.cpp: a result is a value or a fault, never both and never neither.
#include "core/support/result.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace {

using quire::Fault;
using quire::Result;

Result<std::string> greet(bool polite)
{
    if (polite) return std::string("good morning");
    return Fault{7, "no greeting"};
}

TEST(Result, HoldsTheValue)
{
    const auto result = greet(true);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result.value(), "good morning");
}

TEST(Result, HoldsTheFaultAndItsPlace)
{
    const auto result = greet(false);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.fault().at, 7u);
    EXPECT_EQ(result.fault().message, "no greeting");
}

TEST(Result, TheValueCanBeChangedInPlace)
{
    auto result = greet(true);
    result.value() += ", all";
    EXPECT_EQ(result.value(), "good morning, all");
}

TEST(Result, AValueThatCannotBeCopiedMovesThrough)
{
    Result<std::unique_ptr<int>> result(std::make_unique<int>(42));
    ASSERT_TRUE(result.ok());
    const std::unique_ptr<int> taken = std::move(result).value();
    EXPECT_EQ(*taken, 42);
}

TEST(Result, TheFaultIsOfAnyType)
{
    enum class Weather { rain, snow };
    const Result<int, Weather> result = Weather::snow;
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.fault(), Weather::snow);
}

}  // namespace
