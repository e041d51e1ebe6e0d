// test/unit/guards/email_test.cpp: the e-mail rule against the regex of the HTML standard, and the order of addresses.
#include "core/guards/email.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <string_view>

#include "unit/support/random.hpp"

namespace quire::guards {
namespace {

using namespace std::literals;
using Fault = EmailVerdict::Fault;
using test::Random;

// The oracle: the standard's own words, and the two limits of RFC 5321.
bool is_email(const std::string &text)
{
    static const std::regex html(R"(^[a-zA-Z0-9.!#$%&'*+\/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)"
                                 R"((?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$)");
    return text.size() <= 254 && text.find('@') <= 64 && std::regex_match(text, html);
}

constexpr std::string_view word = "abcxyzABCXYZ0189";

std::string random_label(Random &random)
{
    std::string label;
    const std::size_t length =
        random.one_in(3) ? random.one_of<std::size_t>({1, 2, 61, 62, 63, 64}) : 1 + random.below(9);
    while (label.size() < length) label += random.one_in(6) ? '-' : random.one_of(word);
    return label;
}

// Mostly an address, as often as not with a length at one of the limits.
std::string random_address(Random &random)
{
    std::string text;
    const std::size_t local = random.one_in(3) ? random.one_of<std::size_t>({1, 63, 64, 65}) : 1 + random.below(12);
    while (text.size() < local) text += random.one_of("abcXYZ019.!#$%&'*+/=?^_`{|}~-");
    text += '@' + random_label(random);
    for (std::size_t labels = random.below(4); labels > 0; --labels) text += '.' + random_label(random);
    if (random.one_in(8)) {
        const std::size_t length = random.between<std::size_t>(250, 258);
        while (text.size() + 1 < length)
            text += '.' + std::string(std::min<std::size_t>(50, length - text.size() - 1), 'd');
    }
    return text;
}

// One small slip: what a person or a hostile client would send.
void spoil(Random &random, std::string &text)
{
    const std::size_t at = random.below(text.size() + 1);
    const char c = random.one_of("@.-_ a9\t\n,:;<>()[]\\\"\x7F\x80\xC3\xA9\xFF\0"sv);
    switch (random.below(5)) {
        case 0: text.insert(at, 1, c); break;
        case 1:
            if (at < text.size()) text[at] = c;
            break;
        case 2:
            if (at < text.size()) text.erase(at, 1);
            break;
        case 3: text.insert(at, text, at, 1); break;
        case 4:
            if (at + 1 < text.size()) std::swap(text[at], text[at + 1]);
            break;
    }
}

TEST(Email, TheRuleIsThatOfHtmlWithTheLimitsOfMail)
{
    std::size_t accepted = 0;
    constexpr std::size_t cases = 60'000;
    Random random(20240229);
    for (std::size_t i = 0; i < cases; ++i) {
        std::string text = random_address(random);
        for (std::size_t slips = random.below(3); slips > 0; --slips) spoil(random, text);
        const EmailVerdict verdict = check_email(text);
        ASSERT_EQ(verdict.ok(), is_email(text)) << testing::PrintToString(text);
        ASSERT_LE(verdict.at, text.size()) << testing::PrintToString(text);
        accepted += verdict.ok();
    }
    // The generator must keep walking along the border, or the test proves nothing.
    EXPECT_GT(accepted, cases / 5);
    EXPECT_LT(accepted, cases * 4 / 5);
}

TEST(Email, EveryByteAtEveryPlaceOfAShortAddress)
{
    for (const std::string base : {"a@b", "ab@cd.ef", "a.b@c-d.e"}) {
        for (std::size_t at = 0; at <= base.size(); ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string inserted = base;
                inserted.insert(at, 1, static_cast<char>(byte));
                ASSERT_EQ(check_email(inserted).ok(), is_email(inserted)) << testing::PrintToString(inserted);
                if (at == base.size()) continue;
                std::string replaced = base;
                replaced[at] = static_cast<char>(byte);
                ASSERT_EQ(check_email(replaced).ok(), is_email(replaced)) << testing::PrintToString(replaced);
            }
        }
    }
}

TEST(Email, LengthsUpToTheLimitsAreTakenAndNoneBeyond)
{
    const std::string label(63, 'd');
    const std::string local(64, 'l');
    EXPECT_TRUE(check_email(local + "@x").ok());
    EXPECT_EQ(check_email(local + "l@x").fault, Fault::local_too_long);
    EXPECT_TRUE(check_email("a@" + label).ok());
    EXPECT_EQ(check_email("a@d" + label).fault, Fault::label_too_long);
    const std::string whole = local + '@' + label + '.' + label + '.';
    EXPECT_TRUE(check_email(whole + std::string(254 - whole.size(), 'd')).ok());
    EXPECT_EQ(check_email(whole + std::string(255 - whole.size(), 'd')).fault, Fault::too_long);
}

struct Refusal {
    std::string text;
    Fault fault;
    std::size_t at;
};

const Refusal refusals[] = {
    {"", Fault::empty, 0},
    {"ada", Fault::no_at, 3},
    {"@example.org", Fault::no_local, 0},
    {"ada lovelace@example.org", Fault::bad_local, 3},
    {"ad\xC3\xA9@example.org", Fault::bad_local, 2},
    {"ada\0@example.org"s, Fault::bad_local, 3},
    {"\"ada\"@example.org", Fault::bad_local, 0},
    {std::string(65, 'a') + "@example.org", Fault::local_too_long, 64},
    {"ada@", Fault::bad_domain, 4},
    {"ada@.org", Fault::bad_domain, 4},
    {"ada@example.", Fault::bad_domain, 12},
    {"ada@example..org", Fault::bad_domain, 12},
    {"ada@-example.org", Fault::bad_domain, 4},
    {"ada@example-.org", Fault::bad_domain, 11},
    {"ada@example.org-", Fault::bad_domain, 15},
    {"ada@exam_ple.org", Fault::bad_domain, 8},
    {"ada@ex@mple.org", Fault::bad_domain, 6},
    {"ada@[127.0.0.1]", Fault::bad_domain, 4},
    {"ada@example.org\n", Fault::bad_domain, 15},
    {"ada@example.org\0"s, Fault::bad_domain, 15},
    {"ada@x." + std::string(64, 'd') + ".org", Fault::label_too_long, 6},
    {std::string(300, 'a'), Fault::too_long, 254},
};

TEST(Email, ARefusalNamesItsReasonAndPlace)
{
    for (const auto &[text, fault, at] : refusals) {
        const EmailVerdict verdict = check_email(text);
        EXPECT_EQ(verdict.fault, fault) << testing::PrintToString(text) << ' ' << describe(verdict);
        EXPECT_EQ(verdict.at, at) << testing::PrintToString(text);
    }
}

TEST(Email, EveryReasonHasItsOwnWords)
{
    std::set<std::string> phrases;
    for (const auto &[text, fault, at] : refusals) phrases.insert(describe({fault, 0}));
    EXPECT_EQ(phrases.size(), 8u);
    EXPECT_FALSE(phrases.contains(""));
    EXPECT_FALSE(phrases.contains(describe({})));
}

TEST(Email, TheWordsCountBytesFromOne)
{
    EXPECT_EQ(describe(check_email("ada")), "has no @");
    EXPECT_EQ(describe(check_email("a b@c")), "has a character that may not stand before the @, at byte 2");
    EXPECT_EQ(describe(check_email("a@b..c")), "has a domain that is no domain, from byte 5");
}

// Folding written another way than the core does it.
std::string folded(std::string text)
{
    static constexpr std::string_view upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (char &c : text)
        if (const auto found = upper.find(c); found != upper.npos) c = "abcdefghijklmnopqrstuvwxyz"[found];
    return text;
}

int sign(int number)
{
    return (number > 0) - (number < 0);
}

// Short strings of few characters, so that many are equal, equal but for case, or the start of another. Among the
// characters are those between 'Z' and 'a', a NUL and bytes beyond ASCII.
std::string random_text(Random &random)
{
    std::string text;
    for (std::size_t length = random.below(5); length > 0; --length) text += random.one_of("aAbBzZ@[_`{\xC3\xE9\0"sv);
    return text;
}

TEST(Email, ComparesAsTheBytesOfTheFoldedText)
{
    Random random(7);
    int equal = 0;
    for (int i = 0; i < 50'000; ++i) {
        const std::string a = random_text(random);
        const std::string b = random_text(random);
        const int expected = sign(folded(a).compare(folded(b)));
        ASSERT_EQ(sign(compare_email(a, b)), expected) << testing::PrintToString(a) << testing::PrintToString(b);
        ASSERT_EQ(equal_email(a, b), expected == 0) << testing::PrintToString(a) << testing::PrintToString(b);
        equal += expected == 0;
    }
    EXPECT_GT(equal, 500);
}

TEST(Email, TheOrderIsTotal)
{
    Random random(8);
    for (int i = 0; i < 50'000; ++i) {
        const std::string a = random_text(random);
        const std::string b = random_text(random);
        const std::string c = random_text(random);
        ASSERT_EQ(compare_email(a, a), 0);
        ASSERT_EQ(sign(compare_email(a, b)), -sign(compare_email(b, a)));
        if (compare_email(a, b) <= 0 && compare_email(b, c) <= 0) {
            ASSERT_LE(compare_email(a, c), 0)
                << testing::PrintToString(a) << testing::PrintToString(b) << testing::PrintToString(c);
        }
    }
}

TEST(Email, FoldingGivesAllSpellingsOneForm)
{
    Random random(9);
    for (int i = 0; i < 20'000; ++i) {
        const std::string text = random.one_in(2) ? random_address(random) : random_text(random);
        std::string form(text.size(), '?');
        fold_email(text, form.data());
        ASSERT_EQ(form, folded(text));
        ASSERT_TRUE(equal_email(form, text));
        ASSERT_EQ(check_email(form).ok(), check_email(text).ok()) << testing::PrintToString(text);
    }
}

TEST(Email, OnlyAsciiLettersFold)
{
    EXPECT_TRUE(equal_email("Ada@Example.ORG", "aDA@eXAMPLE.org"));
    EXPECT_FALSE(equal_email("\xC3\x89@x", "\xC3\xA9@x"));
    EXPECT_FALSE(equal_email("[@x", "{@x"));
    EXPECT_FALSE(equal_email("ada@x", "ada@x "));
    EXPECT_FALSE(equal_email("ada\0"s, "ada"));
}

}  // namespace
}  // namespace quire::guards
