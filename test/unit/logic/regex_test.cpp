// test/unit/logic/regex_test.cpp: patterns of form authors, read as JavaScript and Java read them, in linear time.
#include "core/logic/regex.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace quire::logic {
namespace {

using namespace std::literals;

Regex compiled(std::string_view pattern)
{
    auto regex = Regex::compile(pattern);
    if (!regex.ok()) throw std::runtime_error(std::string(pattern) + ": " + regex.fault().message);
    return std::move(regex).value();
}

bool search(std::string_view pattern, std::string_view text)
{
    return compiled(pattern).search(text, never);
}

bool matches(std::string_view pattern, std::string_view text)
{
    return compiled(pattern).matches(text, never);
}

struct Case {
    std::string_view pattern;
    std::string_view text;
    bool search;
    bool matches;
};

void expect(const Case &c)
{
    const Regex regex = compiled(c.pattern);
    EXPECT_EQ(regex.search(c.text, never), c.search) << c.pattern << " searched in " << c.text;
    EXPECT_EQ(regex.matches(c.text, never), c.matches) << c.pattern << " matched by " << c.text;
    EXPECT_EQ(regex.search(c.text, never), c.search) << "again, now that the states are known";
}

TEST(Regex, MatchesWhatAuthorsAskFor)
{
    for (const Case &c : {
             Case{"[0-9]{10}", "0123456789", true, true},
             Case{"[0-9]{10}", "01234567890", true, false},
             Case{"^[0-9]{10}$", "01234567890", false, false},
             Case{"[0-9]+", "abc123", true, false},
             Case{"^[A-Z]{2}[0-9]+$", "AB1", true, true},
             Case{"^[A-Z]{2}[0-9]+$", "ABC", false, false},
             Case{R"(^\+?\d{1,3}[- ]?\d{6,}$)", "+49 123456", true, true},
             Case{R"([A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,4})", "ada@example.org", true, true},
             Case{R"([A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,4})", "<ada@example.org>", true, false},
             Case{"^(yes|no)$", "no", true, true},
             Case{"^yes|no$", "yes, or no", true, false},
             Case{R"(^(?=.*[0-9])(?=.*[a-z]).{8,}$)", "abcdefg8", true, true},
             Case{R"(^(?=.*[0-9])(?=.*[a-z]).{8,}$)", "abcdefgh", false, false},
             Case{R"(^(?!000)\d{3}$)", "000", false, false},
             Case{R"(^(?!000)\d{3}$)", "001", true, true},
             Case{R"(^(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/\d{4}$)", "31/12/1999", true, true},
             Case{R"(^(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/\d{4}$)", "32/12/1999", false, false},
             Case{R"(\bdose\b)", "one dose only", true, false},
             Case{R"(\bdose\b)", "overdosed", false, false},
             Case{"", "", true, true},
             Case{"", "a", true, false},
             Case{"a|", "b", true, false},
         })
        expect(c);
}

TEST(Regex, KnowsEscapesOfBothEngines)
{
    for (const Case &c : {
             Case{R"(\t\n\r\f\v)", "\t\n\r\f\v", true, true},
             Case{R"(\x41\u0042\u{43}\x{44}\cA)", "ABCD\1", true, true},
             Case{R"(\u00e9)", "\u00e9", true, true},
             Case{R"(\uD83D\uDE00)", "\U0001F600", true, true},
             Case{R"(\0)", "\0"sv, true, true},
             Case{R"(\012)", "\n", true, true},
             Case{R"([\101\b])", "A", true, true},
             Case{R"([\b])", "\b", true, true},
             Case{R"(\-\_\/\@\ )", "-_/@ ", true, true},
             Case{R"(\y\x\u)", "yxu", true, true},
             Case{R"(\Qa.b\E+)", "a.bbb", true, true},
             Case{R"(\Qa.b\E+)", "axb", false, false},
             Case{R"([\Q^]\E]\Q()", "](", true, true},
             Case{R"(\\Qa)", "\\Qa", true, true},
             Case{R"(\h\H)", " a", true, true},
             Case{R"(a\R)", "a\r\n", true, true},
             Case{R"(\R\R)", "\r\n", true, true},
             Case{R"(\a\e)", "\a\x1B", true, true},
             Case{R"(\s)", "\u00a0", true, true},
             Case{R"(\w)", "\u00e9", false, false},
             Case{R"(\d)", "\u0663", false, false},
             Case{R"(\Aa\z)", "a", true, true},
             Case{R"(\Aa\z)", "ba", false, false},
             Case{R"(\p{L}+)", "Zürich", true, true},
             Case{R"(^\p{Lu}\p{Ll}*$)", "Éa", true, true},
             Case{R"([\p{L}\s]+)", "Đà Nẵng", true, true},
             Case{R"(\pL\PL)", "a1", true, true},
             Case{R"(\p{Alpha})", "é", false, false},
             Case{R"(\p{IsAlphabetic})", "é", true, true},
             Case{R"([^\p{Punct}]+)", "ab", true, true},
             Case{R"(\p{IsArabic}+)", "سلام", true, true},
             Case{R"(\p{Script=Latin}+)", "سلام", false, false},
             Case{R"(\p{gc=Nd}+)", "٣3", true, true},
             Case{R"(\p{Lu)", "p{Lu", true, true},
         })
        expect(c);
}

TEST(Regex, TellsCharactersNotBytesOrHalves)
{
    for (const Case &c : {
             Case{"^.$", "é", true, true},
             Case{"^.$", "\U0001F600", true, true},
             Case{"^[^a]$", "中", true, true},
             Case{"[à-ü]", "é", true, true},
             Case{"é{2}", "éé", true, true},
             Case{"^.$", "\n", false, false},
             Case{"^.$", "\u2028", false, false},
             Case{"^.$", "\u0085", true, true},
             Case{"(?<=é)b", "éb", true, false},
             Case{"é(?=中)", "é中", true, false},
         })
        expect(c);
}

TEST(Regex, ReadsClassesAsBothEnginesDo)
{
    for (const Case &c : {
             Case{"[a-]", "-", true, true},
             Case{"[-a]", "-", true, true},
             Case{"[a-c-e]", "d", false, false},
             Case{R"([\w-]+)", "a-b", true, true},
             Case{R"([\d-x])", "-", true, true},
             Case{R"([a\]b]+)", "]a", true, true},
             Case{"[.*+?(){}|^$]+", ".*+?(){}|^$", true, true},
             Case{"[&]", "&", true, true},
             Case{"[[a]", "[", true, true},  // Java knows no such pattern
             Case{"[]", "a", false, false},
             Case{"[^]", "\n", true, true},
         })
        expect(c);
}

TEST(Regex, AcceptsWhatJavaScriptForgives)
{
    for (const Case &c : {
             Case{"]", "]", true, true},
             Case{"}", "}", true, true},
             Case{"a{", "a{", true, true},
             Case{"a{x}", "a{x}", true, true},
             Case{"a{,2}", "a{,2}", true, true},
             Case{"{a}", "{a}", true, true},
             Case{"(?=a)*b", "b", true, true},
             Case{"a{2}?", "aa", true, true},
         })
        expect(c);
}

TEST(Regex, RepeatsAsOftenAsAllowed)
{
    for (const Case &c : {
             Case{"^a{2,3}$", "a", false, false},
             Case{"^a{2,3}$", "aa", true, true},
             Case{"^a{2,3}$", "aaa", true, true},
             Case{"^a{2,3}$", "aaaa", false, false},
             Case{"^a{2,}$", "aaaaa", true, true},
             Case{"^a{0}$", "", true, true},
             Case{"^(ab?){2}$", "aab", true, true},
             Case{"^(a*)*$", "aaa", true, true},
             Case{"^(a*)+b$", "aab", true, true},
             Case{"(?:){1000000000}", "", true, true},
             Case{"^a+?$", "aaa", true, true},
             Case{"^[0-9]++[a-z]$", "12a", true, true},
             Case{"a*+", "aa", true, true},
             Case{"^a?+$", "a", true, true},
         })
        expect(c);
}

TEST(Regex, LooksAroundWithoutMovingOn)
{
    for (const Case &c : {
             Case{"a(?=b)", "ab", true, false},
             Case{"a(?=b)b", "ab", true, true},
             Case{"a(?!b)", "ab", false, false},
             Case{"a(?!b)", "ac", true, false},
             Case{"(?<=a)b", "ab", true, false},
             Case{"(?<!a)b", "ab", false, false},
             Case{"(?<!a)b", "b", true, true},
             Case{"(?<=^|,)x", "a,x", true, false},
             Case{"(?=(?=a)a(?!b))ac", "ac", true, true},
             Case{"(?=(?=a)a(?!b))ab", "ab", false, false},
             Case{R"(\b(?=c?)a)", "a", true, true},  // a fact that is asked behind another
             Case{R"((?:(?!\d{3})\w)+)", "12a", true, true},
             Case{R"((?:(?!\d{3})\w)+)", "123", true, false},
             Case{"(?=$)", "a", true, false},
             Case{"(?=a$)a", "ba", true, false},
         })
        expect(c);
}

TEST(Regex, EndsWhereTheEngineDoes)
{
    EXPECT_FALSE(search("a$", "a\n"));
    EXPECT_FALSE(matches("a$", "a\n"));
    EXPECT_TRUE(matches("a$\\n", "a\n"));  // to Java, $ is before a final line break, too
    EXPECT_FALSE(search("a$\\n", "a\n"));
    EXPECT_TRUE(matches("a$\\r\\n", "a\r\n"));
    EXPECT_FALSE(matches("a\\r$\\n", "a\r\n"));
    EXPECT_TRUE(search("a\\Z", "a\n"));
    EXPECT_FALSE(search("a\\z", "a\n"));
    EXPECT_FALSE(search("^b", "a\nb"));
}

struct Wrong {
    std::string_view pattern;
    std::size_t at;
    bool unsupported;
};

void PrintTo(const Wrong &wrong, std::ostream *out)
{
    *out << wrong.pattern;
}

class Faults : public testing::TestWithParam<Wrong> {};

TEST_P(Faults, SayWhere)
{
    const auto regex = Regex::compile(GetParam().pattern);
    ASSERT_FALSE(regex.ok());
    EXPECT_EQ(regex.fault().at, GetParam().at) << regex.fault().message;
    EXPECT_EQ(regex.fault().unsupported, GetParam().unsupported) << regex.fault().message;
    EXPECT_FALSE(regex.fault().message.empty());
}

INSTANTIATE_TEST_SUITE_P(OfNoEngine, Faults,
                         testing::Values(Wrong{"(a", 0, false}, Wrong{"éa)", 3, false}, Wrong{"*a", 0, false},
                                         Wrong{"a**", 2, false}, Wrong{"a|+", 2, false}, Wrong{"a{2}{3}", 4, false},
                                         Wrong{"{2}", 0, false}, Wrong{"[a", 0, false}, Wrong{"[z-a]", 1, false},
                                         Wrong{"a{3,2}", 1, false}, Wrong{"a\\", 1, false}, Wrong{"(?a", 0, false},
                                         Wrong{"(?P<n>a)", 0, false}, Wrong{"(?<1>a)", 3, false},
                                         Wrong{"(?<n>a)(?<n>b)", 10, false}, Wrong{"(?=a", 0, false}));

INSTANTIATE_TEST_SUITE_P(OfSomeEngine, Faults,
                         testing::Values(Wrong{"(a)\\1", 3, true}, Wrong{"(?<n>a)\\k<n>", 7, true},
                                         Wrong{"(?>a)", 0, true}, Wrong{"(?i)a", 0, true}, Wrong{"(?i-s:a)", 0, true},
                                         Wrong{"a++a", 1, true}, Wrong{"(?:a++)b", 4, true}, Wrong{"[a[b]]", 2, true},
                                         Wrong{"[[:alpha:]]", 1, true}, Wrong{"[a-z&&[^b]]", 4, true},
                                         Wrong{"[]a]", 1, true}, Wrong{"[^]a]", 2, true}, Wrong{"a\\X", 1, true},
                                         Wrong{"\\p{Klingon}", 0, true}, Wrong{"\\uD83D", 0, true},
                                         Wrong{"[\\uDC00-\\uDFFF]", 1, true}, Wrong{"\\ca", 0, true},
                                         Wrong{"a{100001}", 1, true}, Wrong{"(a{1000}){1000}", 9, true},
                                         Wrong{"(((a{50}){50}){50}){50}", 14, true}));

TEST(Regex, LimitsPatterns)
{
    const auto times = [](std::size_t n, std::string_view word) {
        std::string all;
        while (n-- > 0) all += word;
        return all;
    };
    EXPECT_TRUE(search(times(Regex::max_depth, "(") + "a" + times(Regex::max_depth, ")"), "a"));
    EXPECT_FALSE(Regex::compile(times(Regex::max_depth + 1, "(") + times(Regex::max_depth + 1, ")")).ok());
    EXPECT_FALSE(Regex::compile(times(30'000, "(")).ok());
    EXPECT_TRUE(search(times(Regex::max_lookarounds, "(?=a)"), "a"));
    EXPECT_FALSE(Regex::compile(times(Regex::max_lookarounds + 1, "(?=a)")).ok());
    EXPECT_TRUE(Regex::compile(std::string(Regex::max_pattern_length, 'a')).ok());
    EXPECT_FALSE(Regex::compile(std::string(Regex::max_pattern_length + 1, 'a')).ok());
    EXPECT_TRUE(matches("a{100000}", std::string(100'000, 'a')));
    EXPECT_FALSE(Regex::compile("a{50000}(?=a{50000}b)").ok());
}

std::size_t polls = 0;

void count_poll()
{
    ++polls;
}

TEST(Regex, TakesLinearTimeWhereBacktrackingWouldNotEnd)
{
    const std::string text(1 << 20, 'a');
    for (const std::string_view pattern : {"^(a+)+$"sv, "(a|aa)*b"sv, "^(a|a?)+$"sv, "(.*)*b"sv, "(?=(a+)+$)(a*)*c"sv,
                                           "^(([a-z])+.)+[A-Z]"sv, "(?<=(a|aa)+b)"sv}) {
        const Regex regex = compiled(pattern);
        polls = 0;
        regex.search(text + "!", count_poll);
        EXPECT_GE(polls, pattern[0] == '^' ? 1u : 256u) << pattern;
        EXPECT_LE(polls, 2048u) << pattern;
    }
}

// A thousand states and more are alive in each character, and hardly one set of them comes twice.
TEST(Regex, ForgetsStatesWhenThereAreTooMany)
{
    const Regex regex = compiled("[ab]*a[ab]{300}c");
    std::string text;
    for (std::uint32_t x = 1; text.size() < 20'000; x = x * 1'664'525 + 1'013'904'223) text += x >> 31 ? 'a' : 'b';
    EXPECT_FALSE(regex.search(text, never));
    EXPECT_LE(regex.bytes_remembered(), 256u << 10);
    text += 'a' + std::string(300, 'b') + 'c';
    EXPECT_TRUE(regex.search(text, never));
    EXPECT_TRUE(regex.matches(text, never));
    EXPECT_FALSE(regex.matches(text + 'c', never));
}

TEST(Regex, AnswersAfterAnInterrupt)
{
    const Regex regex = compiled("(?=a*b)a*b");
    std::string text(100'000, 'a');
    const auto interrupt = [] { throw std::runtime_error("interrupted"); };
    EXPECT_THROW(regex.search(text, interrupt), std::runtime_error);
    EXPECT_FALSE(regex.search(text, never));
    EXPECT_TRUE(regex.search(text + 'b', never));
    EXPECT_TRUE(regex.matches(text + 'b', never));
}

}  // namespace
}  // namespace quire::logic
