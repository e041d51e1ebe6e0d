// test/unit/secrets/token_test.cpp: the digest of a token; comparing and wiping.
#include "core/secrets/token.hpp"

#include <gtest/gtest.h>

#include "core/secrets/secret.hpp"
#include "core/support/base64.hpp"

namespace quire::secrets {
namespace {

using namespace std::literals;

TEST(Token, ItsDigestIsSha256)
{
    const auto digest = [](std::string_view token) {
        const auto bytes = digest_token(token);
        return bytes ? std::string(bytes->data(), bytes->size()) : "";
    };
    EXPECT_EQ(digest(""), decode_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    EXPECT_EQ(digest("abc"), decode_hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

TEST(Secret, ComparesAllBytes)
{
    EXPECT_TRUE(equal("", ""));
    EXPECT_TRUE(equal("a\0b"sv, "a\0b"sv));
    EXPECT_FALSE(equal("a\0b"sv, "a\0c"sv));
    EXPECT_FALSE(equal("abc", "ab"));
    EXPECT_FALSE(equal("", "a"));
}

TEST(Secret, WipesAndShrinks)
{
    std::string bytes = "password";
    wipe(bytes.data(), bytes.size());
    EXPECT_EQ(bytes, std::string(8, '\0'));

    Secret secret("password");
    secret.shrink(4);
    EXPECT_EQ(secret.view(), "pass");
    const Secret moved = std::move(secret);
    EXPECT_EQ(moved.view(), "pass");
}

}  // namespace
}  // namespace quire::secrets
