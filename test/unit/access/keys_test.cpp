// test/unit/access/keys_test.cpp: texts and keys are found when they were put in, and only then.
#include "core/access/keys.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>

#include "core/access/texts.hpp"
#include "unit/support/random.hpp"

namespace quire::access {
namespace {

Texts texts(std::initializer_list<std::string_view> names)
{
    Texts made;
    for (const auto name : names) made.add(name);
    return made;
}

TEST(Texts, KeepEachOnceAndInOrder)
{
    Texts names = texts({"b", "a", "b", "", "a"});
    ASSERT_EQ(names.size(), 3u);
    EXPECT_EQ(names[0], "b");
    EXPECT_EQ(names[1], "a");
    EXPECT_EQ(names[2], "");
    EXPECT_TRUE(names.contains(""));
    EXPECT_FALSE(names.contains("c"));
    EXPECT_FALSE(Texts().contains(""));
}

TEST(Texts, AnswerAsASetDoes)
{
    test::Random random(1);
    Texts names;
    std::set<std::string> reference;
    for (int i = 0; i < 20'000; ++i) {
        const std::string name = std::to_string(random.below(15'000));
        ASSERT_EQ(names.add(name), reference.insert(name).second);
    }
    for (int i = 0; i < 15'000; ++i)
        ASSERT_EQ(names.contains(std::to_string(i)), reference.contains(std::to_string(i)));
    EXPECT_GT(names.bytes(), names.size() * 8);
}

TEST(IntegerKeys, AreTheTextsThatPostgresWouldWrite)
{
    const IntegerKeys keys(texts({"7", "-3", "0", "07", "+8", "-0", "9x", "", "-", " 5", "*", "99999999999999999999"}));
    EXPECT_EQ(keys.all(), (std::vector<std::int64_t>{-3, 0, 7}));
    for (const std::int64_t key : {-3, 0, 7}) EXPECT_TRUE(keys.contains(key));
    for (const std::int64_t key : {8, 5, 9, -4, 6, 1}) EXPECT_FALSE(keys.contains(key));
    EXPECT_FALSE(IntegerKeys(Texts()).contains(0));
}

TEST(IntegerKeys, ReachFromTheLeastToTheGreatest)
{
    using Limits = std::numeric_limits<std::int64_t>;
    const auto text = [](std::int64_t key) { return std::to_string(key); };
    Texts both = texts({text(Limits::min()), text(Limits::max()), "5"});
    const IntegerKeys keys(both);
    for (const std::int64_t key : {Limits::min(), Limits::max(), std::int64_t{5}}) EXPECT_TRUE(keys.contains(key));
    for (const std::int64_t key : {Limits::min() + 1, Limits::max() - 1, std::int64_t{0}, std::int64_t{4}})
        EXPECT_FALSE(keys.contains(key));
    const IntegerKeys high(texts({text(Limits::max()), text(Limits::max() - 1)}));
    EXPECT_TRUE(high.contains(Limits::max()));
    EXPECT_FALSE(high.contains(Limits::min()));
}

TEST(IntegerKeys, AnswerAsASetDoesCloseTogetherAndFarApart)
{
    test::Random random(2);
    for (const std::int64_t factor : {1, 3, 1'000'003}) {
        Texts names;
        std::set<std::int64_t> reference;
        for (int i = 0; i < 3'000; ++i) {
            const auto key = (static_cast<std::int64_t>(random.below(10'000)) - 5'000) * factor;
            names.add(std::to_string(key));
            reference.insert(key);
        }
        const IntegerKeys keys(names);
        for (std::int64_t key = -5'100; key < 5'100; ++key) {
            ASSERT_EQ(keys.contains(key * factor), reference.contains(key * factor));
            ASSERT_EQ(keys.contains(key), reference.contains(key));
        }
    }
}

TEST(UuidKeys, AreTheTextsThatPostgresWouldWrite)
{
    const UuidKeys keys(
        texts({"00112233-4455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899-AABBCCDDEEF0",
               "00112233445566778899aabbccddeeff", "{00112233-4455-6677-8899-aabbccddeeff}", "x", "*"}));
    ASSERT_EQ(keys.all().size(), 1u);
    Uuid uuid = keys.all().front();
    EXPECT_EQ(write_uuid(uuid.data()), "00112233-4455-6677-8899-aabbccddeeff");
    EXPECT_EQ(uuid[1], 0x11);
    EXPECT_EQ(uuid[15], 0xFF);
    EXPECT_TRUE(keys.contains(uuid.data()));
    uuid[15] = 0xF0;
    EXPECT_FALSE(keys.contains(uuid.data()));
    EXPECT_FALSE(UuidKeys(Texts()).contains(uuid.data()));
}

}  // namespace
}  // namespace quire::access
