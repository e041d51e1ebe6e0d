// test/unit/secrets/passwords_test.cpp: the vectors that each algorithm was published with, hashes that other programs
// made, limits, and what may not be left in memory.
#include "core/secrets/passwords.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/secrets/derive.hpp"
#include "core/secrets/secret.hpp"
#include "core/support/base64.hpp"
#include "unit/support/random.hpp"

namespace quire::secrets {
namespace {

using namespace std::literals;
using test::Random;

constexpr std::uint64_t mb = 1 << 20;
constexpr Limits generous = {1024 * mb, 16384 * mb, 100'000'000, 31};
constexpr Limits usual = {128 * mb, 1024 * mb, 10'000'000, 15};

bool verify(std::string_view password, std::string_view text)
{
    const auto hash = parse_password_hash(text);
    EXPECT_TRUE(hash.ok()) << text;
    if (!hash.ok()) return false;
    const auto verdict = verify_password(password, hash.value(), generous, never);
    EXPECT_TRUE(verdict.ok()) << text;
    return verdict.ok() && verdict.value();
}

bool verify_raw(std::string_view password, std::string_view hex, std::string_view salt, std::string_view scheme)
{
    const auto hash = make_password_hash(*decode_hex(hex), salt, scheme);
    EXPECT_TRUE(hash.ok()) << scheme;
    if (!hash.ok()) return false;
    const auto verdict = verify_password(password, hash.value(), generous, never);
    return verdict.ok() && verdict.value();
}

struct Known {
    std::string_view password, hash;
};

// The reference implementation's own tests; those of RFC 9106 have a secret and associated data, which hashes have not.
const Known argon2_vectors[] = {
    {"password", "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA"},
    {"password", "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8"},
    {"password", "$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ"},
    {"password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"},
    {"password", "$argon2id$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$F1jG2CV3/Nr+yRuIsPKw0J9r4s7cJHBU"},
    {"password", "$argon2d$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$7Kn6V2imUuaFkZmKdZLb3nvg91N5Lt7H"},
    {"password", "$argon2i$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b+dWRWJTmaaJObG"},
};

// Of crypt_blowfish and jBCrypt.
const Known bcrypt_vectors[] = {
    {"", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"},
    {"U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
    {"U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"},
    {"U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"},
    {"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
     "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"},
    {"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored",
     "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"},
    {"~!@#$%^&*()      ~!@#$%^&*()PNBFRD", "$2a$06$fPIsBO8qRqkjj273rfaOI.HtSV9jLDpTbZn782DC6/t7qT67P6FfO"},
};

// What other programs made of one password: passlib 1.7 (also those in Django's form), argon2-cffi 21, bcrypt 3 and
// Werkzeug 2.2. The scrypt of Werkzeug 3 is Python's hashlib called as it does; $2y$ is the $2b$ under its other name.
constexpr std::string_view foreign = "p\xC3\xA4ssw\xC3\xB6rd \xE2\x9C\x93";
const std::string_view foreign_hashes[] = {
    "$argon2id$v=19$m=64,t=2,p=2$ae4/k6FMK5EmTe0BZfK4Dg$F68yWQIbxjbsUyrSXr5yQA",
    "$argon2i$v=19$m=64,t=2,p=2$Uo9LfLjihtWz6mEJrx/WwQ$VmHDxFbXNlENy/1/Wpmk5A",
    "$argon2d$v=19$m=64,t=2,p=2$DfHws+ahskNJkKuazZD9BA$cDnyKGLCXuM2YqPtum+XEw",
    "$argon2i$v=19$m=64,t=1,p=1$aFQ2at3PaIg$lKXMCM3yig43C4bxD36gnQ",
    "$argon2i$v=16$m=64,t=2,p=1$c2FsdHNhbHQ$odfcAtStOA6X5Jy1i7xCJtWcNXjBwqmHZWAfyZqA2tw",
    "$2a$04$Dz8Z23yGjYlBo6YSNUVjEOJY6SU2FsSWRRKsLsEAw1cNITdVK0U3y",
    "$2b$04$dmI/3Y.wBkOaNfhv7Kxj9ufMgYgTBN2XcGG2Odee0YEcazMusuju.",
    "$2y$04$dmI/3Y.wBkOaNfhv7Kxj9ufMgYgTBN2XcGG2Odee0YEcazMusuju.",
    "$scrypt$ln=8,r=8,p=1$3nsPgVAqpbQ2RqgV4nwPIQ$hIGwv5vp/twi2SalMlwrbuHPLbtfTQphVvh0XmtUUDk",
    "$scrypt$ln=4,r=4,p=3$2huj1Lr3HgNAqHWOUSqltA$03V39mv9eBIuwFV+yBULAPcI15Qm3uNusKINXhDQbjA",
    "scrypt:32768:8:1$kOtTqdVI3YyQxJxK$66348e7d74faff7c21033edcccc4e0eda5d3211931524b26c4c48cc548c07377ea52c873013e163c"
    "5c7494a43476d20e4a64bf8f11f634ac8635509ef127c010",
    "$pbkdf2$1000$ECIk5FwLoVQqJcQ4B.CcUw$RNxENZdVgBxHaEdj21CEfrJCvC4",
    "$pbkdf2-sha256$1000$6t2b05rTWus957y3lpLS2g$VNjrRlVNAe4uI.IXCZfJVg0FafpaXTxbS/9x4kQjqvQ",
    "$pbkdf2-sha256$1000$$oXLeOYN7LXpd5rnmZ3OZw5Rj38htf9skQN46OV4ThVs",
    "$pbkdf2-sha512$1000$hxAiRAhh7J2zdu49p3Su1Q$ycGKCi3uDCK69meS0TCpdAta5sUVbwJPrkv1Z0gApuyX.zw1KeBN74suOHcZ0rIZgIN."
    "0a6hIRwOwBLD.8ZUCA",
    "pbkdf2:sha256:1000$StfnklvXKzSn3gOP$e86b2641c64208569ca7d441edf996ceefae7b8a114685d829bd7239ee93867e",
    "pbkdf2:sha1:1000$S5qx5EmuRw9wvlBq$026883106c9c4da73dbba17b899a73c2b1f24a0a",
    "pbkdf2:sha512:1000$7O41REXyoDmBNumB$5d4ac3fe42f49bf38053a7c78546b50b9634ca4ef2ac6c36c6c0fa3f1611d7c8f184a3c5fe172b"
    "a48082525979e559b099210a5e2e4f7709c81e14dd65a3e19e",
    "pbkdf2_sha256$1000$PVwt0x9LBr2M$GBZaix/RwlXTJvM4BkarI4flrVFsCKTAiQpYg9SVYsw=",
    "pbkdf2_sha1$1000$0ItCkQe8ZE0s$GDyhf2j2YEqUUq/qGM2TuO+Si3U=",
};

TEST(Passwords, Argon2GivesTheVectorsOfItsReference)
{
    for (const auto &[password, hash] : argon2_vectors) {
        EXPECT_TRUE(verify(password, hash)) << hash;
        EXPECT_FALSE(verify("passwore", hash)) << hash;
    }
}

TEST(Passwords, BcryptGivesItsPublishedVectors)
{
    for (const auto &[password, hash] : bcrypt_vectors) {
        EXPECT_TRUE(verify(password, hash)) << hash;
        EXPECT_FALSE(verify("u" + std::string(password), hash)) << hash;
    }
}

TEST(Passwords, BcryptSeesSeventyTwoBytesAndNoZero)
{
    const auto hash = "$2b$04$Su1K32lSn3o5eQcguvGmjOgsmeHHRDY/Plzwa7OJ2papGYlxhb6je";
    EXPECT_TRUE(verify(std::string(72, 'y'), hash));
    EXPECT_TRUE(verify(std::string(4096, 'y'), hash));
    EXPECT_FALSE(verify(std::string(71, 'y'), hash));
    // What libcrypt would take for the empty password, and for "U*U".
    EXPECT_FALSE(verify("\0secret"sv, "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"));
    EXPECT_FALSE(verify("U*U\0secret"sv, "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
}

TEST(Passwords, BcryptTakesSaltsWhoseLastBitsSomeProgramsOverlook)
{
    // The last character of a salt has four bits too many; passlib once wrote them at random.
    EXPECT_TRUE(verify("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC/E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
}

TEST(Passwords, ScryptGivesTheVectorsOfRfc7914)
{
    EXPECT_TRUE(verify_raw("",
                           "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                           "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906",
                           "", "scrypt:16:1:1"));
    EXPECT_TRUE(verify_raw("password",
                           "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                           "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
                           "NaCl", "scrypt:1024:8:16"));
    EXPECT_TRUE(verify_raw("pleaseletmein",
                           "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                           "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
                           "SodiumChloride", "scrypt:16384:8:1"));
    EXPECT_FALSE(verify_raw("pleaseletmeout",
                            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                            "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
                            "SodiumChloride", "scrypt:16384:8:1"));
}

TEST(Passwords, Pbkdf2GivesTheVectorsOfRfc6070AndRfc7914)
{
    EXPECT_TRUE(verify_raw("password", "0c60c80f961f0e71f3a9b524af6012062fe037a6", "salt", "pbkdf2:sha1:1"));
    EXPECT_TRUE(verify_raw("password", "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957", "salt", "pbkdf2:sha1:2"));
    EXPECT_TRUE(verify_raw("password", "4b007901b765489abead49d926f721d065a429c1", "salt", "pbkdf2:sha1:4096"));
    EXPECT_TRUE(verify_raw("passwordPASSWORDpassword", "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038",
                           "saltSALTsaltSALTsaltSALTsaltSALTsalt", "pbkdf2:sha1:4096"));
    EXPECT_TRUE(verify_raw("pass\0word"sv, "56fa6aa75548099dcc37d7f03425e0c3", "sa\0lt"sv, "pbkdf2:sha1:4096"));
    EXPECT_TRUE(verify_raw("passwd",
                           "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
                           "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783",
                           "salt", "pbkdf2:sha256:1"));
    EXPECT_TRUE(verify_raw("Password",
                           "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
                           "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d",
                           "NaCl", "pbkdf2:sha256:80000"));
}

TEST(Passwords, Pbkdf2IsThatOfOpenSsl)
{
    Random random(3);
    const std::pair<const char *, const EVP_MD *> digests[] = {
        {"SHA1", EVP_sha1()}, {"SHA256", EVP_sha256()}, {"SHA512", EVP_sha512()}};
    for (int i = 0; i < 600; ++i) {
        const auto text = [&](std::size_t longest) {
            std::string bytes;
            for (std::size_t length = random.below(longest); length > 0; --length)
                bytes += random.between<char>(-128, 127);
            return bytes;
        };
        const std::string password = text(200), salt = text(80);
        const auto &[name, digest] = digests[random.below(3)];
        const auto iterations =
            random.one_in(10) ? random.one_of({1023u, 1024u, 1025u, 2048u}) : random.between(1u, 40u);
        Secret got(random.between<std::size_t>(min_digest, max_digest));
        std::string expected(got.size(), '\0');
        ASSERT_EQ(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                                    reinterpret_cast<const unsigned char *>(salt.data()), static_cast<int>(salt.size()),
                                    static_cast<int>(iterations), digest, static_cast<int>(expected.size()),
                                    reinterpret_cast<unsigned char *>(expected.data())),
                  1);
        ASSERT_TRUE(derive(password, salt, Pbkdf2{name, iterations}, got, never));
        ASSERT_EQ(got.view(), expected) << name << ' ' << iterations;
    }
}

TEST(Passwords, HashesOfOtherProgramsAreVerified)
{
    for (const auto hash : foreign_hashes) {
        EXPECT_TRUE(verify(foreign, hash)) << hash;
        EXPECT_FALSE(verify(foreign.substr(1), hash)) << hash;
        EXPECT_FALSE(verify("", hash)) << hash;
    }
}

TEST(Passwords, OneOtherCharacterAnywhereInADigestIsNoMatch)
{
    const std::string hash(foreign_hashes[0]);
    for (std::size_t i = hash.rfind('$') + 1; i < hash.size() - 1; ++i) {
        std::string other = hash;
        other[i] = other[i] == 'B' ? 'C' : 'B';
        EXPECT_FALSE(verify(foreign, other)) << other;
    }
}

constexpr Argon2 quick = {Argon2::Kind::id, 0x13, 64, 2, 1};

TEST(Passwords, WhatIsHashedIsVerified)
{
    Random random(4);
    for (int i = 0; i < 200; ++i) {
        std::string password, salt;
        for (std::size_t length = random.one_in(10) ? max_password : random.below(100); length > 0; --length)
            password += random.between<char>(-128, 127);
        while (salt.size() < new_salt) salt += random.between<char>(-128, 127);
        const auto hash = hash_password(password, salt, quick, usual);
        ASSERT_TRUE(hash.ok());
        ASSERT_TRUE(verify(password, hash.value()));
        ASSERT_FALSE(verify(password + "x", hash.value()));
        ASSERT_FALSE(needs_rehash(parse_password_hash(hash.value()).value(), quick));
    }
}

TEST(Passwords, LimitsHoldForEachParameter)
{
    const Limits limits = {1 * mb, 4 * mb, 1000, 10};
    using Kind = Argon2::Kind;
    const std::pair<Scheme, std::optional<Refusal>> cases[] = {
        {Argon2{Kind::id, 0x13, 1024, 4, 1}, std::nullopt},
        {Argon2{Kind::id, 0x13, 1025, 1, 1}, Refusal::memory},
        {Argon2{Kind::id, 0x13, 1024, 5, 1}, Refusal::work},
        {Argon2{Kind::id, 0x13, 8, 0xFFFFFFFF, 1}, Refusal::work},
        {Argon2{Kind::id, 0x13, 0xFFFFFFFF, 0xFFFFFFFF, 255}, Refusal::memory},
        {Scrypt{512, 8, 1}, std::nullopt},
        {Scrypt{1024, 8, 1}, Refusal::memory},
        {Scrypt{512, 8, 5}, Refusal::work},
        {Scrypt{2, 1, 0xFFFFFFFF}, Refusal::memory},
        {Scrypt{1u << 31, 0x3FFFFFFF, 1}, Refusal::memory},
        {Bcrypt{10, ""}, std::nullopt},
        {Bcrypt{11, ""}, Refusal::bcrypt_cost},
        {Pbkdf2{"SHA256", 1000}, std::nullopt},
        {Pbkdf2{"SHA256", 1001}, Refusal::pbkdf2_iterations},
    };
    for (const auto &[scheme, expected] : cases) {
        EXPECT_EQ(find_excess(scheme, limits), expected) << scheme.index();
        if (!expected) continue;
        const auto verdict = verify_password("", {scheme, "saltsalt", std::string(32, 'd')}, limits, never);
        ASSERT_FALSE(verdict.ok());
        EXPECT_EQ(verdict.fault(), *expected);
    }
    EXPECT_FALSE(hash_password("", std::string(new_salt, 's'), Argon2{Kind::id, 0x13, 1025, 1, 1}, limits).ok());
}

TEST(Passwords, TheUsualLimitsLetUsualHashesPass)
{
    for (const auto hash : {"$argon2id$v=19$m=65536,t=3,p=4$"sv, "$argon2id$v=19$m=102400,t=2,p=8$"sv}) {
        const auto parsed = parse_password_hash(std::string(hash) + "c29tZXNhbHQ$" + std::string(43, 'A'));
        ASSERT_TRUE(parsed.ok());
        EXPECT_FALSE(find_excess(parsed.value().scheme, usual)) << hash;
    }
    EXPECT_FALSE(find_excess(Scrypt{65536, 8, 1}, usual));
    EXPECT_FALSE(find_excess(Scrypt{32768, 8, 1}, usual));
    EXPECT_FALSE(find_excess(Pbkdf2{"SHA256", 1'200'000}, usual));
    EXPECT_FALSE(find_excess(Bcrypt{14, ""}, usual));
}

TEST(Passwords, WhatIsWeakerOrOfAnotherAlgorithmNeedsARehash)
{
    const auto needs = [](std::string_view text, const Argon2 &scheme) {
        return needs_rehash(parse_password_hash(text).value(), scheme);
    };
    const std::string end = "$" + std::string(22, 'A') + "$" + std::string(43, 'A');
    const Argon2 scheme = {Argon2::Kind::id, 0x13, 1000, 3, 2};
    EXPECT_FALSE(needs("$argon2id$v=19$m=1000,t=3,p=2" + end, scheme));
    EXPECT_FALSE(needs("$argon2id$v=19$m=2000,t=4,p=2" + end, scheme));
    EXPECT_FALSE(needs("$argon2id$v=19$m=1000,t=3,p=1" + end, scheme));
    EXPECT_TRUE(needs("$argon2id$v=19$m=999,t=3,p=2" + end, scheme));
    EXPECT_TRUE(needs("$argon2id$v=19$m=1000,t=2,p=2" + end, scheme));
    EXPECT_TRUE(needs("$argon2id$v=16$m=1000,t=3,p=2" + end, scheme));
    EXPECT_TRUE(needs("$argon2i$v=19$m=1000,t=3,p=2" + end, scheme));
    EXPECT_TRUE(needs("$argon2id$v=19$m=1000,t=3,p=2$c29tZXNhbHQ$" + std::string(43, 'A'), scheme));
    EXPECT_TRUE(needs("$argon2id$v=19$m=1000,t=3,p=2$" + std::string(22, 'A') + "$" + std::string(22, 'A'), scheme));
    for (const auto hash : foreign_hashes) EXPECT_TRUE(needs(hash, scheme)) << hash;
}

// --- interrupts, and what stays behind
// ---------------------------------------------------------------------------------

struct Interrupted {};

TEST(Passwords, Pbkdf2IsInterrupted)
{
    const auto hash = make_password_hash(std::string(32, 'd'), "salt", "pbkdf2:sha256:90000000").value();
    EXPECT_THROW((void)verify_password("x", hash, generous, [] { throw Interrupted{}; }), Interrupted);
}

// A password that stands nowhere in the program as it is.
char password_character(std::size_t i)
{
    return static_cast<char>('!' + (i * 37 + 11) % 90);
}

Secret make_password()
{
    Secret password(40);
    for (std::size_t i = 0; i < password.size(); ++i)
        password.data()[i] = static_cast<unsigned char>(password_character(i));
    return password;
}

// How often a part of it is in the memory that this process can write. `masked` is the part with all bits flipped, for
// the search must not find itself.
std::size_t count_in_memory(const std::string &masked)
{
    std::ifstream maps("/proc/self/maps");
    std::size_t found = 0;
    for (std::string line; std::getline(maps, line);) {
        std::uintptr_t start, end;
        char dash;
        std::string rights;
        std::istringstream(line) >> std::hex >> start >> dash >> end >> rights;
        // The sanitizers' shadow is terabytes.
        if (rights.substr(0, 2) != "rw" || end - start > 128 * mb || line.find("[v") != line.npos) continue;
        std::ifstream memory("/proc/self/mem", std::ios::binary);
        std::vector<char> bytes(std::size_t{1} << 16);
        for (std::uintptr_t at = start; at < end; at += bytes.size() - masked.size()) {
            memory.seekg(static_cast<std::streamoff>(at));
            memory.read(bytes.data(), static_cast<std::streamsize>(std::min<std::uintptr_t>(bytes.size(), end - at)));
            memory.clear();
            const auto end_of_got = bytes.begin() + memory.gcount();
            const auto matches = [](char held, char flipped) { return held == static_cast<char>(~flipped); };
            for (auto here = bytes.begin(); true; ++here, ++found) {
                here = std::search(here, end_of_got, masked.begin(), masked.end(), matches);
                if (here == end_of_got) break;
            }
            wipe(bytes.data(), bytes.size());
        }
    }
    return found;
}

TEST(Passwords, NothingOfThePasswordStaysInMemory)
{
    std::string masked;
    for (std::size_t i = 8; i < 24; ++i) masked += static_cast<char>(~password_character(i));
    for (const auto hash : {foreign_hashes[0], foreign_hashes[6], foreign_hashes[8], foreign_hashes[12]}) {
        const Secret password = make_password();
        EXPECT_EQ(count_in_memory(masked), 1u) << "the search sees what is there";
        (void)verify_password(password.view(), parse_password_hash(hash).value(), generous, never);
    }
    EXPECT_EQ(count_in_memory(masked), 0u);
    try {
        const auto slow = make_password_hash(std::string(32, 'd'), "salt", "pbkdf2:sha256:90000000").value();
        (void)verify_password(make_password().view(), slow, generous, [] { throw Interrupted{}; });
        ADD_FAILURE();
    } catch (const Interrupted &) {
    }
    EXPECT_EQ(count_in_memory(masked), 0u) << "nor after an interrupt";
}

}  // namespace
}  // namespace quire::secrets
