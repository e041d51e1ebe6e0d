// test/unit/guards/states_test.cpp: how state machines are written, what they allow, how they are drawn.
#include "core/guards/states.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unit/guards/specification.hpp"
#include "unit/support/random.hpp"

namespace quire::guards {
namespace {

using namespace std::literals;
using State = StateMachine::State;
using Names = std::vector<std::string>;

StateMachine machine(std::string_view specification)
{
    auto result = StateMachine::parse(specification);
    if (!result.ok()) throw std::runtime_error(result.fault().message + " at " + std::to_string(result.fault().at));
    return std::move(result).value();
}

Names names(const StateMachine &machine, const std::vector<State> &states)
{
    Names found;
    for (State state : states) found.emplace_back(machine.name(state).value_or("NULL"));
    return found;
}

Names next(const StateMachine &machine, StateMachine::Name from)
{
    return names(machine, machine.next(machine.find(from).value()));
}

TEST(States, AFormOpensClosesAndReopens)
{
    const auto form = machine("* -> open, open -> closing, closing -> open | closed");
    EXPECT_EQ(names(form, form.all()), (Names{"open", "closing", "closed"}));
    EXPECT_EQ(names(form, form.initial()), Names{"open"});
    EXPECT_EQ(next(form, "open"), Names{"closing"});
    EXPECT_EQ(next(form, "closing"), (Names{"open", "closed"}));
    EXPECT_EQ(next(form, "closed"), Names{});
    EXPECT_TRUE(form.may_start(*form.find("open")));
    EXPECT_FALSE(form.may_start(*form.find("closed")));
    EXPECT_FALSE(form.may_follow(*form.find("open"), *form.find("closed")));
}

TEST(States, AStateMayAlwaysStayButIsNotListedAsItsOwnFollower)
{
    const auto job = machine("* -> a, a -> a | b");
    EXPECT_TRUE(job.may_follow(*job.find("a"), *job.find("a")));
    EXPECT_TRUE(job.may_follow(*job.find("b"), *job.find("b")));
    EXPECT_EQ(next(job, "a"), Names{"b"});
}

TEST(States, BothSidesOfAnArrowTakeAlternatives)
{
    const auto job = machine("* -> a | b, a | b -> c | d, * -> c");
    EXPECT_EQ(names(job, job.initial()), (Names{"a", "b", "c"}));
    EXPECT_EQ(next(job, "a"), (Names{"c", "d"}));
    EXPECT_EQ(next(job, "b"), (Names{"c", "d"}));
}

TEST(States, SpaceIsFreeAndMayBeLeftOut)
{
    const auto tight = machine("*->open,open->closing,closing->open|closed");
    const auto loose = machine(" \n* -> open ,\r\n\topen\n->\nclosing , closing -> open | closed \f\v");
    EXPECT_TRUE(test::same(tight, loose));
    EXPECT_EQ(names(tight, tight.all()), (Names{"open", "closing", "closed"}));
}

TEST(States, NamesTakeHyphensDotsUnderscoresDigitsAndLettersOfAllScripts)
{
    const auto job = machine("*->in-review, in-review->v1.2_x, v1.2_x->gepr\xC3\xBC\x66t, - -> 9");
    EXPECT_EQ(names(job, job.all()), (Names{"in-review", "v1.2_x", "gepr\xC3\xBC\x66t", "-", "9"}));
    EXPECT_EQ(next(job, "-"), Names{"9"});
}

TEST(States, AQuotedNameHoldsAnything)
{
    const auto job = machine(R"(* -> "in ""review""", "in ""review""" -> "a -> b, c | d" | "*" | "")");
    EXPECT_EQ(names(job, job.all()), (Names{"in \"review\"", "a -> b, c | d", "*", ""}));
    EXPECT_EQ(next(job, "in \"review\""), (Names{"a -> b, c | d", "*", ""}));
    EXPECT_TRUE(test::same(machine("* -> open"), machine("* -> \"open\"")));
}

TEST(States, NullIsTheStateOfAMissingValueAndItsQuotedNameIsNot)
{
    const auto job = machine("* -> null, null -> \"null\", \"null\" -> Null");
    EXPECT_EQ(job.size(), 3u);
    EXPECT_EQ(job.name(0), std::nullopt);
    EXPECT_EQ(job.name(1), "null");
    EXPECT_EQ(job.find(std::nullopt), State{0});
    EXPECT_EQ(job.find("null"), State{1});
    EXPECT_EQ(job.find("NULL"), std::nullopt);
    EXPECT_EQ(machine("* -> open").find(std::nullopt), std::nullopt);
    EXPECT_EQ(machine("* -> \"\"").find(std::nullopt), std::nullopt);
}

struct Mistake {
    std::string specification;
    std::size_t at;
    std::string message;
};

TEST(States, AMistakeIsNamedAndPlaced)
{
    const Mistake mistakes[] = {
        {"", 0, "expected the name of a state"},
        {"  ", 2, "expected the name of a state"},
        {"open", 4, "expected \"->\""},
        {"* open", 2, "expected \"->\""},
        {"* | open -> a", 2, "expected \"->\""},
        {"* ->", 4, "expected the name of a state"},
        {"* -> open,", 10, "expected the name of a state"},
        {"* -> open, , a -> b", 11, "expected the name of a state"},
        {"* -> open |", 11, "expected the name of a state"},
        {"* -> open || b", 11, "expected the name of a state"},
        {"* -> *", 5, "expected the name of a state"},
        {"a -> *", 5, "expected the name of a state"},
        {"-> a", 0, "expected the name of a state"},
        {"* -> open; open -> shut", 9, "expected \",\" or the end"},
        {"* -> open open -> shut", 10, "expected \",\" or the end"},
        {"* -> open\0"s, 9, "expected \",\" or the end"},
        {"* -> a -> b", 7, "expected \",\" or the end"},
        {"* -> \"open", 10, "expected a closing double quote"},
        {"* -> \"open\"\"", 12, "expected a closing double quote"},
        {"* -> \"", 6, "expected a closing double quote"},
        {"open -> shut", 12, "expected a rule for the initial state, like \"* -> open\""},
    };
    for (const auto &[specification, at, message] : mistakes) {
        const auto result = StateMachine::parse(specification);
        ASSERT_FALSE(result.ok()) << specification;
        EXPECT_EQ(result.fault().message, message) << specification;
        EXPECT_EQ(result.fault().at, at) << specification;
    }
}

std::string chain(std::size_t states)
{
    std::string text = "* -> s0";
    for (std::size_t s = 1; s < states; ++s) text += ", s" + std::to_string(s - 1) + " -> s" + std::to_string(s);
    return text;
}

TEST(States, AMachineHasAtMost256)
{
    EXPECT_EQ(machine(chain(256)).size(), 256u);
    const auto result = StateMachine::parse(chain(257) + ", s1 -> s0");
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.fault().message, "expected at most 256 states");
    EXPECT_EQ(result.fault().at, chain(257).size()) << "where the name of one too many ends";
}

// A table's owner writes the specification, and a server must outlive it.
TEST(States, NamesRepeatedOverAndOverCostNoMoreMemoryThanTheirText)
{
    const auto peak = [] {
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        return usage.ru_maxrss / 1024;
    };
    std::string repeated = "a";
    for (int i = 0; i < 4'000; ++i) repeated += "|a";
    const auto before = peak();
    EXPECT_EQ(machine("* -> a, " + repeated + " -> " + repeated).size(), 1u);
    EXPECT_LT(peak() - before, 32) << "MiB for a text of 16 KB";
}

TEST(States, TheDiagramShowsStartTransitionsAndEnd)
{
    EXPECT_EQ(machine("* -> open, open -> open | closing, closing -> open | closed").diagram(),
              "stateDiagram-v2\n"
              "    [*] --> open\n"
              "    open --> closing\n"
              "    closing --> open\n"
              "    closing --> closed\n"
              "    closed --> [*]\n");
}

TEST(States, TheDiagramGivesAnAliasToNamesThatMermaidCannotTake)
{
    EXPECT_EQ(machine(R"(* -> null, null -> "in ""re#view;""", "in ""re#view;""" -> 1st | end | "" | in-work | s_)")
                  .diagram(),
              "stateDiagram-v2\n"
              "    state \"null\" as s1_\n"
              "    state \"in #quot;re#35;view#59;#quot;\" as s2_\n"
              "    state \"1st\" as s3_\n"
              "    state \"end\" as s4_\n"
              "    state \"\" as s5_\n"
              "    state \"in-work\" as s6_\n"
              "    state \"s_\" as s7_\n"
              "    [*] --> s1_\n"
              "    s1_ --> s2_\n"
              "    s2_ --> s3_\n"
              "    s2_ --> s4_\n"
              "    s2_ --> s5_\n"
              "    s2_ --> s6_\n"
              "    s2_ --> s7_\n"
              "    s3_ --> [*]\n"
              "    s4_ --> [*]\n"
              "    s5_ --> [*]\n"
              "    s6_ --> [*]\n"
              "    s7_ --> [*]\n");
}

// The words that the lexer of Mermaid's state diagrams takes for itself wherever they stand; it ignores case.
TEST(States, TheDiagramGivesAnAliasToTheWordsOfMermaid)
{
    for (const std::string word :
         {"state", "State", "note", "NOTE", "class", "classDef", "classdef", "scale", "default"})
        EXPECT_EQ(machine("* -> " + word).diagram(),
                  "stateDiagram-v2\n    state \"" + word + "\" as s1_\n    [*] --> s1_\n    s1_ --> [*]\n");
}

TEST(States, NoNameBreaksALineOfTheDiagram)
{
    const std::string text = machine("* -> \"a\nb\r\tc\0d\""sv).diagram();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
    EXPECT_NE(text.find("\"a b  c d\""), text.npos) << text;
}

// A machine as a test thinks of it, to be written in one of the many ways there are.
struct Plan {
    using Name = std::optional<std::string>;
    std::set<Name> initial;
    std::map<Name, std::set<Name>> follows;
};

Plan random_plan(test::Random &random)
{
    std::vector<Plan::Name> names(1 + random.below(8));
    for (auto &name : names) {
        if (random.one_in(9)) continue;
        name.emplace();
        for (std::size_t length = random.below(5); length > 0; --length)
            *name += random.one_of("ab-.>_\"| ,*#;\n\xC3\xA9"sv);
    }
    Plan plan;
    for (std::size_t n = 1 + random.below(3); n > 0; --n) plan.initial.insert(names[random.below(names.size())]);
    for (std::size_t n = random.below(12); n > 0; --n)
        plan.follows[names[random.below(names.size())]].insert(names[random.below(names.size())]);
    return plan;
}

std::string written(test::Random &random, const Plan::Name &name)
{
    const bool plain = name && !name->empty() && *name != "null" && name->find_first_of(">\"| ,*#;\n") == name->npos &&
                       random.one_in(2);
    return plain ? *name : test::quoted(name);
}

std::string written(test::Random &random, const Plan &plan)
{
    const auto space = [&] { return random.one_of<std::string>({"", "", " ", "\n\t "}); };
    std::vector<std::string> rules;
    for (const auto &name : plan.initial) rules.push_back("*" + space() + "->" + space() + written(random, name));
    for (const auto &[from, followers] : plan.follows) {
        std::string rule = written(random, from) + space() + "->";
        for (std::string_view before = ""; const auto &to : followers) {
            rule.append(before).append(space()).append(written(random, to)).append(space());
            before = "|";
        }
        rules.push_back(rule);
    }
    std::string text;
    while (!rules.empty()) {
        const auto rule = rules.begin() + static_cast<std::ptrdiff_t>(random.below(rules.size()));
        text += (text.empty() ? "" : ",") + space() + *rule;
        rules.erase(rule);
    }
    return text;
}

TEST(States, WhateverIsWrittenIsRead)
{
    test::Random random(3);
    for (int i = 0; i < 10'000; ++i) {
        const Plan plan = random_plan(random);
        const std::string text = written(random, plan);
        SCOPED_TRACE(testing::PrintToString(text));
        auto result = StateMachine::parse(text);
        ASSERT_TRUE(result.ok()) << result.fault().message << " at " << result.fault().at;
        const StateMachine &read = result.value();

        const auto state_of = [&](const Plan::Name &name) { return read.find(name); };
        std::set<Plan::Name> mentioned = plan.initial;
        for (const auto &[from, followers] : plan.follows) {
            mentioned.insert(from);
            mentioned.insert(followers.begin(), followers.end());
        }
        ASSERT_EQ(read.size(), mentioned.size());
        for (const auto &from : mentioned) {
            ASSERT_TRUE(state_of(from));
            ASSERT_EQ(read.may_start(*state_of(from)), plan.initial.contains(from));
            const auto found = plan.follows.find(from);
            for (const auto &to : mentioned) {
                const bool follows = from == to || (found != plan.follows.end() && found->second.contains(to));
                ASSERT_EQ(read.may_follow(*state_of(from), *state_of(to)), follows);
            }
        }
        ASSERT_TRUE(test::same(machine(test::specification(read)), read));
        ASSERT_EQ(machine(test::specification(read)).diagram(), read.diagram());
    }
}

}  // namespace
}  // namespace quire::guards
