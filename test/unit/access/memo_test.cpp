// test/unit/access/memo_test.cpp: what is kept of answers, and how much of it.
#include "core/access/memo.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/access/texts.hpp"

namespace quire::access {
namespace {

using Answer = Memo::Answer;

std::vector<std::string> told(Memo &memo, std::string_view question)
{
    std::vector<std::string> names;
    if (!memo.tell(question, [&](std::string_view name) { names.emplace_back(name); })) names.emplace_back("unknown");
    return names;
}

TEST(Repeats, AreTextsThatWereNotedBefore)
{
    Repeats repeats;
    EXPECT_FALSE(repeats.note("a"));
    EXPECT_FALSE(repeats.note("b"));
    EXPECT_TRUE(repeats.note("a"));
    EXPECT_TRUE(repeats.note("a"));
    EXPECT_FALSE(repeats.note(""));
    EXPECT_TRUE(repeats.note(""));
}

TEST(Memo, TellsWhatItKept)
{
    Memo memo;
    EXPECT_EQ(told(memo, "form"), Answer{"unknown"});
    memo.keep("form", Answer{"project", "everything"}, 100'000);
    EXPECT_EQ(told(memo, "form"), (Answer{"project", "everything"}));
    EXPECT_EQ(told(memo, "project"), Answer{"unknown"});
    memo.keep("project", {}, 100'000);
    EXPECT_EQ(told(memo, "project"), Answer{}) << "that there is nothing is an answer";
    memo.keep("odd", Answer{"", "x", ""}, 100'000);
    EXPECT_EQ(told(memo, "odd"), (Answer{"", "x", ""}));
    memo.keep("", Answer{"nameless"}, 100'000);
    EXPECT_EQ(told(memo, ""), Answer{"nameless"});
    memo.clear();
    EXPECT_EQ(told(memo, "form"), Answer{"unknown"});
    EXPECT_EQ(memo.bytes(), 0u);
}

TEST(Memo, StaysWithinItsBytes)
{
    Memo memo;
    constexpr std::size_t most = 20'000;
    bool kept = false;
    for (int i = 0; i < 2'000; ++i) {
        const std::string question = "question " + std::to_string(i);
        memo.keep(question, Answer{"one", "another"}, most);
        EXPECT_LE(memo.bytes(), most);
        EXPECT_EQ(told(memo, question), (Answer{"one", "another"}));
        kept = kept || (i > 10 && told(memo, "question 0") == Answer{"one", "another"});
    }
    EXPECT_TRUE(kept);
    memo.keep("vast", Answer{std::string(most, 'x')}, most);
    EXPECT_EQ(told(memo, "vast"), Answer{"unknown"});
    memo.keep("small", {}, 0);
    EXPECT_EQ(told(memo, "small"), Answer{"unknown"});
}

TEST(Memo, ForgetsWhatIsNotAskedForAnyMore)
{
    Memo memo;
    memo.keep("asked for", Answer{"yes"}, 20'000);
    memo.keep("once", Answer{"no"}, 20'000);
    for (int i = 0; i < 2'000; ++i) {
        memo.keep("question " + std::to_string(i), Answer{"one", "another"}, 20'000);
        EXPECT_EQ(told(memo, "asked for"), Answer{"yes"}) << i;
    }
    EXPECT_EQ(told(memo, "once"), Answer{"unknown"});
}

TEST(Memo, FindsEachOfMany)
{
    Memo memo;
    constexpr int many = 10'000;
    for (int i = 0; i < many; ++i)
        memo.keep(std::to_string(i), Answer(static_cast<std::size_t>(i % 4), std::to_string(i * 7)), 64 << 20);
    for (int i = 0; i < many; ++i)
        EXPECT_EQ(told(memo, std::to_string(i)), Answer(static_cast<std::size_t>(i % 4), std::to_string(i * 7)));
}

TEST(Texts, ASliceStaysWhileMoreAreAdded)
{
    Texts texts;
    for (int i = 0; i < 10; ++i) texts.add(std::to_string(i * i));
    const Texts::Slice slice = texts.slice(3, 6);
    for (int i = 10; i < 1'000; ++i) texts.add(std::to_string(i * i));
    EXPECT_EQ(slice.names, (std::vector<std::string_view>{"9", "16", "25"}));
    EXPECT_TRUE(texts.slice(4, 4).names.empty());
    EXPECT_TRUE(Texts().slice(0, 0).names.empty());
    Texts empty;
    empty.add("");
    EXPECT_EQ(empty.slice(0, 1).names, std::vector<std::string_view>{""});
}

}  // namespace
}  // namespace quire::access
