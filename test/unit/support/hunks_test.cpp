// test/unit/support/hunks_test.cpp: where two lists differ, against a longest common subsequence.
#include "core/support/hunks.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "unit/support/random.hpp"

namespace quire {
namespace {

using List = std::vector<Digest>;

List list(std::string_view letters)
{
    List digests;
    for (const char letter : letters) digests.push_back({static_cast<std::uint64_t>(letter), 1});
    return digests;
}

std::string told(std::string_view older, std::string_view newer, std::uint64_t steps = 1'000'000)
{
    Effort effort(steps, never);
    std::string text;
    for (const Hunk &hunk : hunks(list(older), list(newer), effort))
        text.append(text.empty() ? "" : ", ")
            .append(older.substr(hunk.old_begin, hunk.removed()))
            .append(">")
            .append(newer.substr(hunk.new_begin, hunk.added()));
    return text;
}

TEST(Hunks, WhatIsTheSameIsNoHunk)
{
    EXPECT_EQ(told("", ""), "");
    EXPECT_EQ(told("abc", "abc"), "");
}

TEST(Hunks, ItemsAreAddedRemovedOrReplaced)
{
    EXPECT_EQ(told("", "ab"), ">ab");
    EXPECT_EQ(told("ab", ""), "ab>");
    EXPECT_EQ(told("ac", "abc"), ">b");
    EXPECT_EQ(told("abc", "ac"), "b>");
    EXPECT_EQ(told("abc", "axc"), "b>x");
    EXPECT_EQ(told("abcde", "abxyde"), "c>xy");
    EXPECT_EQ(told("abcdefg", "bcxefgh"), "a>, d>x, >h");
}

TEST(Hunks, WithoutEffortAllBetweenTheCommonEndsIsOne)
{
    EXPECT_EQ(told("abcxdez", "a1c2d3z", 0), "bcxde>1c2d3");
}

// The length of a longest common subsequence, by its definition.
std::size_t common(const List &a, const List &b)
{
    std::vector<std::size_t> row(b.size() + 1, 0);
    for (const Digest &item : a) {
        std::size_t diagonal = 0;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t above = row[j + 1];
            row[j + 1] = item == b[j] ? diagonal + 1 : std::max(above, row[j]);
            diagonal = above;
        }
    }
    return row.back();
}

TEST(Hunks, AreInOrderApartAndAsSmallAsCanBe)
{
    test::Random random(11);
    for (int round = 0; round < 20'000; ++round) {
        List older(random.below(14)), newer(random.below(14));
        const std::uint64_t letters = random.between<std::uint64_t>(0, 4);
        for (List *all : {&older, &newer})
            for (Digest &item : *all) item = {random.between<std::uint64_t>(0, letters), 0};
        const bool able = !random.one_in(4);
        Effort effort(able ? 1'000'000 : random.below(20), never);
        std::size_t o = 0, n = 0, edits = 0;
        const auto same_until = [&](std::size_t old_end, std::size_t new_end) {
            for (; o < old_end && n < new_end; ++o, ++n) ASSERT_EQ(older[o], newer[n]);
            ASSERT_EQ(o, old_end);
            ASSERT_EQ(n, new_end);
        };
        for (const Hunk &hunk : hunks(older, newer, effort)) {
            ASSERT_GT(hunk.removed() + hunk.added(), 0u);
            ASSERT_TRUE(edits == 0 || o < hunk.old_begin);
            same_until(hunk.old_begin, hunk.new_begin);
            o = hunk.old_end;
            n = hunk.new_end;
            edits += hunk.removed() + hunk.added();
        }
        same_until(older.size(), newer.size());
        ASSERT_TRUE(!able || edits == older.size() + newer.size() - 2 * common(older, newer));
    }
}

TEST(Hunks, LetTheHostInterrupt)
{
    static int polls;
    polls = 0;
    List older(1'000), newer(1'000);
    for (std::size_t i = 0; i < older.size(); ++i) older[i] = {i, 0}, newer[i] = {i, 1};
    Effort effort(1'000'000, [] { ++polls; });
    EXPECT_EQ(hunks(older, newer, effort).size(), 1u);
    EXPECT_GE(polls, 100);
}

}  // namespace
}  // namespace quire
