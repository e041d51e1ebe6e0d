// test/unit/support/sha1_test.cpp: the digests that FIPS 180 gives as examples, and blocks filled to the brim.
#include "core/support/sha1.hpp"

#include <gtest/gtest.h>

namespace quire {
namespace {

TEST(Sha1, GivesTheDigestsOfTheStandard)
{
    EXPECT_EQ(sha1_hex(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    EXPECT_EQ(sha1_hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(sha1_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    EXPECT_EQ(sha1_hex(std::string(1'000'000, 'a')), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST(Sha1, PadsWhereTheLengthNoLongerFits)
{
    EXPECT_EQ(sha1_hex(std::string(55, 'x')), "cef734ba81a024479e09eb5a75b6ddae62e6abf1");
    EXPECT_EQ(sha1_hex(std::string(56, 'x')), "901305367c259952f4e7af8323f480d59f81335b");
    EXPECT_EQ(sha1_hex(std::string(64, 'x')), "bb2fa3ee7afb9f54c6dfb5d021f14b1ffe40c163");
}

TEST(Sha1, GivesTheSameWhoeverComputesIt)
{
    EXPECT_EQ(sha1_hex(std::string(4095, 'x')), "71fd3ba00c970690d3d98e2661d96fc91afe2f7d");
    EXPECT_EQ(sha1_hex(std::string(4096, 'x')), "0494dc592da04a1753223918ea73bcb86876372c");
}

}  // namespace
}  // namespace quire
