// test/unit/support/base64_test.cpp: RFC 4648's examples, round trips, and what is refused.
#include "core/support/base64.hpp"

#include <gtest/gtest.h>

#include "unit/support/random.hpp"

namespace quire {
namespace {

using namespace std::literals;
using test::Random;

TEST(Base64, GivesTheExamplesOfTheStandardWithoutPadding)
{
    EXPECT_EQ(encode_base64("", Base64::standard), "");
    EXPECT_EQ(encode_base64("f", Base64::standard), "Zg");
    EXPECT_EQ(encode_base64("fo", Base64::standard), "Zm8");
    EXPECT_EQ(encode_base64("foo", Base64::standard), "Zm9v");
    EXPECT_EQ(encode_base64("foobar", Base64::standard), "Zm9vYmFy");
}

TEST(Base64, AlphabetsDifferInTwoCharacters)
{
    const auto bytes = "\xFB\xFF\xBF"sv;
    EXPECT_EQ(encode_base64(bytes, Base64::standard), "+/+/");
    EXPECT_EQ(encode_base64(bytes, Base64::adapted), "././");
    EXPECT_EQ(encode_base64(bytes, Base64::url), "-_-_");
    EXPECT_EQ(decode_base64("+/+/", Base64::adapted), bytes);
    EXPECT_FALSE(decode_base64("././", Base64::standard));
    EXPECT_FALSE(decode_base64("+/+/", Base64::url));
}

TEST(Base64, WhatIsEncodedIsDecoded)
{
    Random random(1);
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes;
        for (std::size_t length = random.below(40); length > 0; --length) bytes += random.between<char>(-128, 127);
        for (const auto alphabet : {Base64::standard, Base64::adapted, Base64::url})
            ASSERT_EQ(decode_base64(encode_base64(bytes, alphabet), alphabet), bytes);
    }
}

TEST(Base64, EveryTextIsRefusedThatIsNotTheOneSpelling)
{
    for (const auto text : {"A", "AAAAA", "Zg==", "Zm8=", " Zm9v", "Zm9v\n", "Zm9\xE9", "Zm-v"})
        EXPECT_FALSE(decode_base64(text, Base64::standard)) << text;
    // Bits that belong to no byte.
    EXPECT_FALSE(decode_base64("Zh", Base64::standard));
    EXPECT_FALSE(decode_base64("Zm9", Base64::standard));
    EXPECT_FALSE(decode_base64("Zm\0v"sv, Base64::standard));
}

TEST(Hex, TakesDigitsOfEitherCaseInPairs)
{
    EXPECT_EQ(decode_hex("00fFA5"), "\0\xFF\xA5"s);
    EXPECT_EQ(decode_hex(""), "");
    EXPECT_FALSE(decode_hex("0"));
    EXPECT_FALSE(decode_hex("0g"));
    EXPECT_FALSE(decode_hex("g0"));
    EXPECT_FALSE(decode_hex("0x00"));
}

}  // namespace
}  // namespace quire
