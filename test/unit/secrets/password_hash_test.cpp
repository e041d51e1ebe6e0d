// test/unit/secrets/password_hash_test.cpp: each format that is read, and each way to be malformed.
#include "core/secrets/password_hash.hpp"

#include <gtest/gtest.h>

#include "core/support/base64.hpp"

namespace quire::secrets {
namespace {

using namespace std::literals;

const std::string digest_32(43, 'A');  // base64 of 32 zero bytes

PasswordHash parse(std::string_view text)
{
    auto hash = parse_password_hash(text);
    EXPECT_TRUE(hash.ok()) << text << " " << (hash.ok() ? "" : hash.fault().message);
    return hash.ok() ? std::move(hash).value() : PasswordHash{};
}

TEST(PasswordHash, Argon2IsReadWithItsVersionAndParameters)
{
    const PasswordHash hash = parse("$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$" + digest_32);
    const auto &argon2 = std::get<Argon2>(hash.scheme);
    EXPECT_EQ(argon2.kind, Argon2::Kind::id);
    EXPECT_EQ(argon2.version, 0x13u);
    EXPECT_EQ(argon2.memory, 65536u);
    EXPECT_EQ(argon2.iterations, 3u);
    EXPECT_EQ(argon2.parallelism, 4u);
    EXPECT_EQ(hash.salt, "somesalt");
    EXPECT_EQ(hash.digest, std::string(32, '\0'));

    EXPECT_EQ(std::get<Argon2>(parse("$argon2d$v=16$m=8,t=1,p=1$c29tZXNhbHQ$" + digest_32).scheme).version, 0x10u);
    EXPECT_EQ(std::get<Argon2>(parse("$argon2i$m=8,t=1,p=1$c29tZXNhbHQ$" + digest_32).scheme).version, 0x10u);
}

TEST(PasswordHash, Argon2IsWrittenAsItWasRead)
{
    for (const auto *const start : {"$argon2d$v=19$m=8,t=1,p=1$", "$argon2i$v=16$m=4294967295,t=4294967295,p=255$",
                                    "$argon2id$v=19$m=19456,t=2,p=1$"}) {
        const std::string text = start + "c29tZXNhbHQ$"s + digest_32;
        const PasswordHash hash = parse(text);
        EXPECT_EQ(format_argon2(std::get<Argon2>(hash.scheme), hash.salt, hash.digest), text);
    }
}

TEST(PasswordHash, BcryptKeepsItsOwnSpelling)
{
    const PasswordHash hash = parse("$2y$12$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui");
    EXPECT_EQ(std::get<Bcrypt>(hash.scheme).cost, 12u);
    EXPECT_EQ(std::get<Bcrypt>(hash.scheme).setting, "$2y$12$");
    EXPECT_EQ(hash.salt, "abcdefghijklmnopqrstuu");
    EXPECT_EQ(hash.digest, "5s2v8.iXieOjg/.AySBTTZIIVFJeBui");
}

TEST(PasswordHash, ScryptIsReadAsPasslibAndAsWerkzeugWriteIt)
{
    const PasswordHash passlib = parse("$scrypt$ln=16,r=8,p=1$c29tZXNhbHQ$" + digest_32);
    EXPECT_EQ(std::get<Scrypt>(passlib.scheme).n, 65536u);
    EXPECT_EQ(passlib.salt, "somesalt");
    const PasswordHash werkzeug = parse("scrypt:32768:8:1$somesalt$" + std::string(128, '0'));
    EXPECT_EQ(std::get<Scrypt>(werkzeug.scheme).n, 32768u);
    EXPECT_EQ(std::get<Scrypt>(werkzeug.scheme).r, 8u);
    EXPECT_EQ(std::get<Scrypt>(werkzeug.scheme).p, 1u);
    EXPECT_EQ(werkzeug.salt, "somesalt");
    EXPECT_EQ(werkzeug.digest.size(), 64u);
}

TEST(PasswordHash, Pbkdf2IsReadAsPasslibWerkzeugAndDjangoWriteIt)
{
    struct Case {
        std::string text, digest;
    };
    const std::string hex(64, '0');
    const Case cases[] = {
        {"$pbkdf2$1000$c29tZXNhbHQ$" + digest_32, "SHA1"},
        {"$pbkdf2-sha1$1000$c29tZXNhbHQ$" + digest_32, "SHA1"},
        {"$pbkdf2-sha256$1000$c29tZXNhbHQ$" + digest_32, "SHA256"},
        {"$pbkdf2-sha512$1000$c29tZXNhbHQ$" + digest_32, "SHA512"},
        {"pbkdf2:sha1:1000$somesalt$" + hex, "SHA1"},
        {"pbkdf2:sha256:1000$somesalt$" + hex, "SHA256"},
        {"pbkdf2:sha512:1000$somesalt$" + hex, "SHA512"},
        {"pbkdf2_sha256$1000$somesalt$" + digest_32 + "=", "SHA256"},
        {"pbkdf2_sha1$1000$somesalt$" + digest_32 + "=", "SHA1"},
    };
    for (const auto &[text, digest] : cases) {
        const PasswordHash hash = parse(text);
        ASSERT_TRUE(std::holds_alternative<Pbkdf2>(hash.scheme)) << text;
        EXPECT_EQ(std::get<Pbkdf2>(hash.scheme).digest, digest) << text;
        EXPECT_EQ(std::get<Pbkdf2>(hash.scheme).iterations, 1000u) << text;
        EXPECT_EQ(hash.salt, "somesalt") << text;
        EXPECT_EQ(hash.digest.size(), 32u) << text;
    }
    // What passlib makes without a salt.
    EXPECT_EQ(parse("$pbkdf2-sha256$1000$$" + digest_32).salt, "");
}

const std::string malformed[] = {
    "",
    "!",
    "$",
    "$$$$$",
    "plain text",
    "5f4dcc3b5aa765d61d8327deb882cf99",
    "$1$salt$digest",
    "$6$salt$digest",
    "$argon2",
    "$argon2$v=19$m=8,t=1,p=1$c29tZXNhbHQ$" + digest_32,
    "$argon2x$v=19$m=8,t=1,p=1$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=20$m=8,t=1,p=1$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=$m=8,t=1,p=1$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=19$t=1,m=8,p=1$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=19$m=8,t=1$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=19$m=8,t=1,p=1,data=AA$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=19$m=8,t=1,p=1,$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=19$m=08,t=1,p=1$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=19$m=+8,t=1,p=1$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=19$m=-8,t=1,p=1$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=19$m=8 ,t=1,p=1$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=19$m=,t=1,p=1$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=19$m=0,t=1,p=1$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=19$m=8,t=0,p=1$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=19$m=8,t=1,p=0$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=19$m=7,t=1,p=1$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=19$m=8,t=1,p=2$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=19$m=65536,t=1,p=256$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=19$m=4294967296,t=1,p=1$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=19$m=99999999999999999999,t=1,p=1$c29tZXNhbHQ$" + digest_32,
    "$argon2id$v=19$m=8,t=1,p=1$$" + digest_32,
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXM$" + digest_32,
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ=$" + digest_32,
    "$argon2id$v=19$m=8,t=1,p=1$c29t*XNhbHQ$" + digest_32,
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$",
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ",
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAA",
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$" + digest_32 + "\n",
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$" + digest_32 + "$",
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$" + std::string(172, 'A'),
    "$argon2id$v=19$m=8,t=1,p=1$" + std::string(1368, 'A') + "$" + digest_32,
    "$argon2id$v=19$m=8,t=1,p=1$" + std::string(5000, 'A') + "$" + digest_32,
    "$2",
    "$2b$",
    "$2b$12$",
    "$2$12$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBuiX",
    "$2x$12$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
    "$2b$1a$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
    "$2b$03$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
    "$2b$32$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
    "$2b$12$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBu",
    "$2b$12$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBuii",
    "$2b$12$abcdefghijklmnopqrstuu5s2v8+iXieOjg/.AySBTTZIIVFJeBui",
    "$2b$12$abcdefghijkl\0nopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"s,
    "$2b-12$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
    "$scrypt$",
    "$scrypt$ln=0,r=8,p=1$c29tZXNhbHQ$" + digest_32,
    "$scrypt$ln=32,r=8,p=1$c29tZXNhbHQ$" + digest_32,
    "$scrypt$ln=64,r=8,p=1$c29tZXNhbHQ$" + digest_32,
    "$scrypt$ln=16,r=1,p=1$c29tZXNhbHQ$" + digest_32,
    "$scrypt$ln=16,r=8,p=134217728$c29tZXNhbHQ$" + digest_32,
    "$scrypt$ln=16,r=4294967295,p=4294967295$c29tZXNhbHQ$" + digest_32,
    "$scrypt$N=16,r=8,p=1$c29tZXNhbHQ$" + digest_32,
    "$scrypt$ln=16,r=8,p=1$c29tZXNhbHQ$",
    "scrypt:",
    "scrypt:32768:8$salt$" + std::string(64, '0'),
    "scrypt:32769:8:1$salt$" + std::string(64, '0'),
    "scrypt:1:8:1$salt$" + std::string(64, '0'),
    "scrypt:32768:0:1$salt$" + std::string(64, '0'),
    "scrypt:32768:8:1:1$salt$" + std::string(64, '0'),
    "scrypt:4294967296:8:1$salt$" + std::string(64, '0'),
    "scrypt:32768:8:1$$" + std::string(64, '0'),
    "scrypt:32768:8:1$sa lt$" + std::string(64, '0'),
    "scrypt:32768:8:1$s\xC3\xA4lt$" + std::string(64, '0'),
    "scrypt:32768:8:1$salt$" + std::string(63, '0'),
    "scrypt:32768:8:1$salt$" + std::string(64, 'g'),
    "scrypt:32768:8:1$salt$00",
    "scrypt:32768:8:1$salt",
    "$pbkdf2",
    "$pbkdf2-$1000$c29tZXNhbHQ$" + digest_32,
    "$pbkdf2-md5$1000$c29tZXNhbHQ$" + digest_32,
    "$pbkdf2-sha256$0$c29tZXNhbHQ$" + digest_32,
    "$pbkdf2-sha256$$c29tZXNhbHQ$" + digest_32,
    "$pbkdf2-sha256$1e3$c29tZXNhbHQ$" + digest_32,
    "$pbkdf2-sha256$1000$c29tZXNhbHQ",
    "$pbkdf2-sha256$1000$c29t ZXNhbHQ$" + digest_32,
    "$pbkdf2-sha256$1000$c29tZXNhbHQ$",
    "pbkdf2:",
    "pbkdf2:sha256$salt$" + std::string(64, '0'),
    "pbkdf2:md5:1000$salt$" + std::string(64, '0'),
    "pbkdf2:sha256:1000$salt$",
    "pbkdf2:sha256:1000:1$salt$" + std::string(64, '0'),
    "pbkdf2_",
    "pbkdf2_sha256$1000$salt$" + digest_32,
    "pbkdf2_sha256$1000$salt$" + digest_32 + "=====",
    "pbkdf2_sha256$1000$salt$====",
    "pbkdf2_sha256$1000$$" + digest_32 + "=",
    "pbkdf2_md5$1000$salt$" + digest_32 + "=",
};

TEST(PasswordHash, WhatIsMalformedIsRefusedWithoutAWordOfIt)
{
    for (const std::string &text : malformed) {
        const auto hash = parse_password_hash(text);
        ASSERT_FALSE(hash.ok()) << testing::PrintToString(text);
        EXPECT_NE(hash.fault().message, "") << testing::PrintToString(text);
        for (const auto part : {"c29t", "AAAA", "0000", "abcd", "99999"})
            EXPECT_EQ(hash.fault().message.find(part), std::string::npos) << hash.fault().message;
    }
}

TEST(PasswordHash, NoStartOfAHashIsAHash)
{
    for (const std::string &text :
         {"$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAA"s,
          "$2b$12$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"s,
          "$scrypt$ln=4,r=8,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAA"s, "pbkdf2:sha256:1000$salt$000000000000000000000000"s,
          "pbkdf2_sha256$1000$salt$AAAAAAAAAAAAAAAA"s}) {
        EXPECT_TRUE(parse_password_hash(text).ok()) << text;
        for (std::size_t length = 0; length < text.size(); ++length)
            EXPECT_FALSE(parse_password_hash(text.substr(0, length)).ok()) << text.substr(0, length);
    }
}

TEST(PasswordHash, ColumnsOfBytesAreTakenWithTheNameOfTheirMethod)
{
    const std::string digest(32, 'd');
    const auto hash = make_password_hash(digest, "\0salt"sv, "pbkdf2:sha256:100000");
    ASSERT_TRUE(hash.ok());
    EXPECT_EQ(std::get<Pbkdf2>(hash.value().scheme).iterations, 100000u);
    EXPECT_EQ(hash.value().salt, "\0salt"sv);
    EXPECT_EQ(hash.value().digest, digest);
    EXPECT_TRUE(make_password_hash(digest, "", "scrypt:16384:8:1").ok());

    for (const auto scheme : {"", "pbkdf2", "pbkdf2:sha256", "pbkdf2:sha256:", "pbkdf2:sha256:0", "PBKDF2:sha256:1",
                              "pbkdf2:sha256:1 ", "scrypt", "scrypt:16384:8", "bcrypt", "argon2id"})
        EXPECT_FALSE(make_password_hash(digest, "salt", scheme).ok()) << scheme;
    EXPECT_FALSE(make_password_hash("", "salt", "pbkdf2:sha256:1").ok());
    EXPECT_FALSE(make_password_hash(std::string(11, 'd'), "salt", "pbkdf2:sha256:1").ok());
    EXPECT_FALSE(make_password_hash(std::string(129, 'd'), "salt", "pbkdf2:sha256:1").ok());
    EXPECT_FALSE(make_password_hash(digest, std::string(1025, 's'), "pbkdf2:sha256:1").ok());
}

}  // namespace
}  // namespace quire::secrets
