// test/unit/logic/regex_oracle_test.cpp: random patterns of what std::regex knows, too, find what it finds.
#include <gtest/gtest.h>

#include <cstddef>
#include <regex>
#include <string>

#include "core/logic/regex.hpp"
#include "unit/support/random.hpp"

namespace quire::logic {
namespace {

using test::Random;

// In a lookahead, std::regex does not see what is before it: places are asserted outside alone.
struct Shape {
    int depth;
    bool asserts = true;

    Shape inner() const { return {depth - 1, asserts}; }
    Shape ahead() const { return {depth - 1, false}; }
};

std::string random_choice(Random &random, Shape shape);

std::string random_atom(Random &random, Shape shape)
{
    switch (random.below(shape.depth > 0 ? 10 : 6)) {
        case 0:
        case 1:
        case 2: return random.one_of({"a", "b", "1", "_", " ", "\\.", "\\-"});
        case 3: return random.one_of({".", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S"});
        case 4: return random.one_of({"[ab]", "[^a]", "[a-b0-9]", "[^\\d_]", "[\\w.]", "[^ ]", "[0-1b]"});
        case 5: return shape.asserts ? random.one_of({"^", "$", "\\b", "\\B"}) : "$";
        case 6: return "(" + random_choice(random, shape.inner()) + ")";
        case 7: return "(?:" + random_choice(random, shape.inner()) + ")";
        case 8: return "(?=" + random_choice(random, shape.ahead()) + ")";
        default: return "(?!" + random_choice(random, shape.ahead()) + ")";
    }
}

bool can_repeat(const std::string &atom)
{
    return atom != "^" && atom != "$" && atom != "\\b" && atom != "\\B" && !atom.starts_with("(?=") &&
           !atom.starts_with("(?!");
}

std::string random_choice(Random &random, Shape shape)
{
    std::string text;
    do {
        if (!text.empty()) text += '|';
        for (std::size_t terms = 1 + random.below(4); terms > 0; --terms) {
            const std::string atom = random_atom(random, shape);
            text += atom;
            if (random.one_in(3) && can_repeat(atom))
                text += random.one_of({"*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{2,}", "{0,1}"});
        }
    } while (random.one_in(4));
    return text;
}

std::string random_text(Random &random)
{
    std::string text;
    for (std::size_t length = random.below(9); length > 0; --length) text += random.one_of("aaabbb11_ .-");
    return text;
}

TEST(RegexOracle, AgreesWithTheStandardLibrary)
{
    Random random(4711);
    std::size_t found = 0;
    for (int i = 0; i < 3000; ++i) {
        const std::string pattern = random_choice(random, {2});
        const std::regex oracle(pattern);
        const auto regex = Regex::compile(pattern);
        ASSERT_TRUE(regex.ok()) << pattern << ": " << regex.fault().message;
        for (int texts = 0; texts < 5; ++texts) {
            const std::string text = random_text(random);
            const bool expected = std::regex_search(text, oracle);
            ASSERT_EQ(regex.value().search(text, never), expected) << pattern << " searched in " << text;
            ASSERT_EQ(regex.value().matches(text, never), std::regex_match(text, oracle))
                << pattern << " matched by " << text;
            found += expected;
        }
    }
    EXPECT_GT(found, 3000u);
    EXPECT_LT(found, 12'000u);
}

}  // namespace
}  // namespace quire::logic
