// test/unit/access/memo_test.cpp: what is kept of answers, and how much of it.
#include "core/access/memo.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/access/texts.hpp"

namespace quire::access {
namespace {

using Answer = Memo::Answer;

std::vector<std::string> told(const Memo &memo, std::string_view question)
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

TEST(Memo, KeepsWhatIsAnsweredTwice)
{
    Memo memo;
    memo.keep("form", {"project", "everything"}, 100'000);
    EXPECT_EQ(told(memo, "form"), Answer{"unknown"});
    memo.keep("form", {"project", "everything"}, 100'000);
    EXPECT_EQ(told(memo, "form"), (Answer{"project", "everything"}));
    EXPECT_EQ(told(memo, "project"), Answer{"unknown"});
    for (int i = 0; i < 2; ++i) memo.keep("project", {}, 100'000);
    EXPECT_EQ(told(memo, "project"), Answer{}) << "that there is nothing is an answer";
    for (int i = 0; i < 2; ++i) memo.keep("odd", {"", "x", ""}, 100'000);
    EXPECT_EQ(told(memo, "odd"), (Answer{"", "x", ""}));
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
        for (int time = 0; time < 2; ++time) memo.keep(question, {"one", "another"}, most);
        EXPECT_LE(memo.bytes(), most);
        kept = kept || told(memo, "question 0") == Answer{"one", "another"};
    }
    EXPECT_TRUE(kept);
    EXPECT_EQ(told(memo, "question 0"), Answer{"unknown"});
    EXPECT_EQ(told(memo, "question 1999"), (Answer{"one", "another"}));
    for (int time = 0; time < 2; ++time) memo.keep("vast", {std::string(most, 'x')}, most);
    EXPECT_EQ(told(memo, "vast"), Answer{"unknown"});
    for (int time = 0; time < 2; ++time) memo.keep("small", {}, 0);
    EXPECT_EQ(told(memo, "small"), Answer{"unknown"});
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
