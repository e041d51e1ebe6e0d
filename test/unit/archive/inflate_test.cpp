// test/unit/archive/inflate_test.cpp: what is inflated, and what is refused and why.
#include <gtest/gtest.h>

#include "unit/archive/codec.hpp"
#include "unit/support/random.hpp"

namespace quire {
namespace {

using test::gunzip;
using test::gzip;
using Kind = archive::InflateFault::Kind;

std::string bytes(std::initializer_list<int> all)
{
    std::string text;
    for (const int byte : all) text += static_cast<char>(byte);
    return text;
}

// Python: gzip.compress(b"hello", mtime=0), zlib.compress(b"hello").
const std::string of_python = bytes({0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xFF, 0xCB, 0x48, 0xCD,
                                     0xC9, 0xC9, 0x07, 0x00, 0x86, 0xA6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00});
const std::string of_zlib = bytes({0x78, 0x9C, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x06, 0x2C, 0x02, 0x15});

void refused(const std::string &compressed, Kind kind, std::size_t at, std::size_t most = 1 << 20)
{
    const auto inflated = gunzip(compressed, most);
    ASSERT_TRUE(inflated.fault);
    EXPECT_EQ(inflated.fault->kind, kind);
    EXPECT_EQ(inflated.fault->at, at);
}

TEST(Inflate, ReadsGzipAndZlib)
{
    EXPECT_EQ(gunzip(of_python).content, "hello");
    EXPECT_EQ(gunzip(of_zlib).content, "hello");
    EXPECT_EQ(gunzip(gzip("")).content, "");
}

TEST(Inflate, ReadsMembersOneAfterTheOther)
{
    EXPECT_EQ(gunzip(of_python + gzip("") + gzip(" you")).content, "hello you");
}

TEST(Inflate, SaysWhatIsWrong)
{
    refused("", Kind::empty, 0);
    refused("hello", Kind::unknown, 0);
    refused(bytes({0x78, 0x9D}), Kind::unknown, 0);
    refused(bytes({0x1F}), Kind::truncated, 1);
    refused(of_python + "!", Kind::trailing, of_python.size());
    refused(of_zlib + of_zlib, Kind::trailing, of_zlib.size());
    refused(of_python + bytes({0x1F}), Kind::truncated, of_python.size() + 1);
    // The flag of a preset dictionary, and its checksum.
    refused(bytes({0x78, 0xBB, 1, 2, 3, 4}), Kind::dictionary, 6);
}

TEST(Inflate, SeesEveryCutAndEveryFlippedBit)
{
    for (const std::string &whole : {of_python, of_zlib}) {
        for (std::size_t size = 1; size < whole.size(); ++size) refused(whole.substr(0, size), Kind::truncated, size);
        for (std::size_t at = whole.size() - 8; at < whole.size(); ++at) {
            std::string other = whole;
            other[at] = static_cast<char>(other[at] ^ 1);
            EXPECT_TRUE(gunzip(other).fault) << at;
        }
    }
}

TEST(Inflate, StopsAtTheLimitAndNotBefore)
{
    const std::string zeros(100000, '\0');
    for (const int level : {0, 6, 9}) {
        EXPECT_EQ(gunzip(gzip(zeros, level), 100000).content, zeros);
        EXPECT_EQ(gunzip(gzip(zeros, level), 99999).fault->kind, Kind::too_large);
        EXPECT_EQ(gunzip(gzip(zeros, level), 0).fault->kind, Kind::too_large);
    }
    EXPECT_FALSE(gunzip(gzip(""), 0).fault);
    EXPECT_EQ(gunzip(gzip(zeros) + gzip("x"), 100000).fault->kind, Kind::too_large);
}

TEST(Inflate, GivesBackWhatWasDeflated)
{
    test::Random random(1);
    for (int round = 0; round < 200; ++round) {
        std::string content(random.below(random.one_in(10) ? 700000 : 300), ' ');
        for (char &c : content) c = random.one_in(3) ? random.one_of("abc") : static_cast<char>(random.below(256));
        const auto inflated = gunzip(gzip(content, random.between(0, 9)), content.size());
        ASSERT_FALSE(inflated.fault);
        ASSERT_EQ(inflated.content, content);
    }
}

TEST(Deflate, EqualBytesGiveEqualBytes)
{
    EXPECT_EQ(gzip("hello"), gzip("hello"));
    EXPECT_EQ(gzip("hello").substr(0, 8), bytes({0x1F, 0x8B, 8, 0, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace quire
