// test/unit/access/permits_test.cpp: who may do what, against the rule as one would write it on a blackboard.
#include "core/access/permits.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/access/explain.hpp"
#include "unit/support/random.hpp"

namespace quire::access {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// A policy in memory, which counts how much it was asked.
class World final : public Relations {
public:
    std::vector<Grant> grants;
    Pairs roles, parents, members;
    std::size_t asked = 0;

    void groups_of(Names names, const Take &take) override { right_of(members, names, take); }
    void verbs_of(Names names, const Take &take) override { right_of(roles, names, take); }
    void parents_of(Names names, const Take &take) override { right_of(parents, names, take); }
    void children_of(Names names, const Take &take) override
    {
        asked += names.size();
        for (const auto &[child, parent] : parents)
            if (among(names, parent)) take(child);
    }
    void roles_with(std::string_view verb, const Take &take) override
    {
        for (const auto &[role, has] : roles)
            if (has == verb) take(role);
    }
    void objects_granted(Names actors, Names held, const Take &take) override
    {
        for (const Grant &grant : grants)
            if (among(actors, grant.actor) && among(held, grant.role)) take(grant.object);
    }
    std::vector<Grant> grants_on(Names actors, Names objects) override
    {
        std::vector<Grant> found;
        for (const Grant &grant : grants)
            if (among(actors, grant.actor) && among(objects, grant.object)) found.push_back(grant);
        return found;
    }
    bool has_parents() const override { return !parents.empty(); }

private:
    static bool among(Names names, std::string_view name)
    {
        return std::find(names.begin(), names.end(), name) != names.end();
    }
    void right_of(const Pairs &pairs, Names names, const Take &take)
    {
        asked += names.size();
        for (const auto &[left, right] : pairs)
            if (among(names, left)) take(right);
    }
};

std::set<std::string> all(const Texts &texts)
{
    std::set<std::string> names;
    for (std::size_t i = 0; i < texts.size(); ++i) names.emplace(texts[i]);
    return names;
}

std::set<std::string> permitted(World &world, std::string_view actor, std::string_view verb)
{
    Permits permits(actor, verb);
    permits.complete(world, never);
    EXPECT_TRUE(permits.is_complete());
    return all(permits.found());
}

bool can(World &world, std::string_view actor, std::string_view verb, std::string_view object)
{
    Permits permits(actor, verb);
    return permits.allows(world, object, never);
}

World clinic()
{
    World world;
    world.roles = {{"viewer", "read"}, {"editor", "read"}, {"editor", "write"}, {"boss", "read"}};
    world.members = {{"ann", "nurses"}, {"nurses", "staff"}};
    world.parents = {{"form", "project"}, {"visit", "form"}, {"photo", "visit"}};
    world.grants = {{"staff", "viewer", "project"}, {"ann", "editor", "visit"}, {"root", "boss", "*"}};
    return world;
}

using Names = std::set<std::string>;

TEST(Permits, ReachDownFromWhatIsGrantedToGroupsOfGroups)
{
    World world = clinic();
    EXPECT_EQ(permitted(world, "ann", "read"), (Names{"project", "form", "visit", "photo"}));
    EXPECT_EQ(permitted(world, "ann", "write"), (Names{"visit", "photo"}));
    EXPECT_EQ(permitted(world, "nurses", "read"), (Names{"project", "form", "visit", "photo"}));
    EXPECT_EQ(permitted(world, "staff", "write"), Names{});
    EXPECT_TRUE(can(world, "ann", "read", "photo"));
    EXPECT_FALSE(can(world, "ann", "write", "form"));
}

TEST(Permits, UnknownNamesHaveNothing)
{
    World world = clinic();
    EXPECT_EQ(permitted(world, "nobody", "read"), Names{});
    EXPECT_EQ(permitted(world, "ann", "raed"), Names{});
    EXPECT_FALSE(can(world, "ann", "read", "nothing"));
    EXPECT_FALSE(can(world, "ann", "read", ""));
}

TEST(Permits, EverythingIsNotEnumeratedAndIncludesWhatNobodyHasHeardOf)
{
    World world = clinic();
    EXPECT_EQ(permitted(world, "root", "read"), Names{"*"});
    EXPECT_TRUE(can(world, "root", "read", "nothing"));
    EXPECT_TRUE(can(world, "root", "read", "*"));
    EXPECT_FALSE(can(world, "root", "write", "visit"));
    EXPECT_FALSE(can(world, "ann", "read", "*"));
}

TEST(Permits, CyclesEnd)
{
    World world;
    world.roles = {{"r", "v"}};
    world.members = {{"a", "b"}, {"b", "c"}, {"c", "a"}, {"a", "a"}};
    world.parents = {{"x", "y"}, {"y", "z"}, {"z", "x"}, {"x", "x"}, {"w", "z"}};
    world.grants = {{"c", "r", "y"}};
    for (const char *const actor : {"a", "b", "c"})
        EXPECT_EQ(permitted(world, actor, "v"), (Names{"w", "x", "y", "z"}));
    EXPECT_TRUE(can(world, "b", "v", "w"));
    EXPECT_EQ(verbs_on(world, "a", "z", never), std::vector<std::string>{"v"});
}

TEST(Permits, OneObjectIsJudgedWithoutLookingAtTheOthers)
{
    World world;
    world.roles = {{"r", "v"}};
    world.grants = {{"a", "r", "0"}};
    for (int i = 1; i < 5'000; ++i) world.parents.emplace_back(std::to_string(i), std::to_string(i / 10));
    world.parents.emplace_back("stray", "nowhere");
    Permits permits("a", "v");
    EXPECT_TRUE(permits.allows(world, "4321", never));
    EXPECT_FALSE(permits.allows(world, "stray", never));
    EXPECT_LT(world.asked, 12u);
    const std::size_t before = world.asked;
    EXPECT_TRUE(permits.allows(world, "4321", never));
    EXPECT_EQ(world.asked, before) << "it is remembered";
    EXPECT_FALSE(permits.is_complete());
}

TEST(Permits, AFewObjectsAreJudgedBeforeAllThatIsGrantedIsRead)
{
    World world;
    world.roles = {{"r", "v"}};
    for (int i = 0; i < 100; i += 2) world.grants.push_back({"a", "r", std::to_string(i)});
    Permits permits("a", "v");
    for (int time = 0; time < 2; ++time)
        for (int i = 0; i < 16; ++i) EXPECT_EQ(permits.allows(world, std::to_string(i), never), i % 2 == 0);
    EXPECT_FALSE(permits.has_begun());
    EXPECT_TRUE(permits.allows(world, "98", never));
    EXPECT_TRUE(permits.has_begun());
    EXPECT_FALSE(permits.allows(world, "99", never));
}

TEST(Permits, AWalkStopsAtItsLimitAndGoesOnFromThere)
{
    World world;
    world.roles = {{"r", "v"}};
    world.grants = {{"a", "r", "0"}};
    for (int i = 1; i < 1'000; ++i) world.parents.emplace_back(std::to_string(i), std::to_string(i - 1));
    Permits permits("a", "v");
    permits.complete(world, never, 9);
    EXPECT_EQ(permits.found().size(), 10u) << "nine more than is granted";
    permits.complete(world, never);
    EXPECT_EQ(permits.found().size(), 1'000u);
    EXPECT_EQ(world.asked, 1'001u) << "each was asked once";
}

TEST(Permits, AChainIsExplained)
{
    World world = clinic();
    std::string told;
    for (const Reason &reason : explain(world, "ann", "read", "photo", never))
        told += reason.link + " " + reason.subject + " > " + reason.target + "\n";
    EXPECT_EQ(told, "holds role ann > editor\nwith verb editor > read\non editor > visit\ncontains visit > photo\n");
    told.clear();
    for (const Reason &reason : explain(world, "ann", "write", "project", never))
        told += reason.link + " " + reason.subject + " > " + reason.target + "\n";
    EXPECT_EQ(told,
              "denied ann > project\nmember of ann > nurses\nmember of nurses > staff\n"
              "holds role staff > viewer\nhas verb editor > write\n");
}

// The rule, by brute force.
struct Rule {
    const World &world;

    static void close(const Pairs &pairs, Names &names)
    {
        for (bool grown = true; grown;) {
            grown = false;
            for (const auto &[left, right] : pairs)
                if (names.contains(left) && names.insert(right).second) grown = true;
        }
    }
    bool can(const std::string &actor, const std::string &verb, const std::string &object) const
    {
        Names actors{actor}, objects{object, "*"};
        close(world.members, actors);
        Names above{object};
        close(world.parents, above);
        objects.insert(above.begin(), above.end());
        for (const Grant &grant : world.grants)
            for (const auto &[role, has] : world.roles)
                if (actors.contains(grant.actor) && objects.contains(grant.object) && grant.role == role && has == verb)
                    return true;
        return false;
    }
};

World random_world(test::Random &random)
{
    World world;
    const auto name = [&](char kind, std::size_t of) { return kind + std::to_string(random.below(of)); };
    for (std::size_t n = random.below(6); n > 0; --n) world.roles.emplace_back(name('r', 3), name('v', 2));
    for (std::size_t n = random.below(6); n > 0; --n) world.members.emplace_back(name('a', 5), name('a', 5));
    for (std::size_t n = random.below(12); n > 0; --n) world.parents.emplace_back(name('o', 9), name('o', 9));
    for (std::size_t n = random.below(6); n > 0; --n)
        world.grants.push_back({name('a', 5), name('r', 3), random.one_in(12) ? "*" : name('o', 9)});
    return world;
}

TEST(Permits, AnswerAsTheRuleDoesOnTenThousandRandomGraphs)
{
    test::Random random(5);
    for (int i = 0; i < 10'000; ++i) {
        World world = random_world(random);
        const Rule rule{world};
        const std::string actor = "a" + std::to_string(random.below(5)), verb = "v" + std::to_string(random.below(2));
        Permits lazy(actor, verb), limited(actor, verb), whole(actor, verb);
        limited.complete(world, never, 1 + random.below(6));
        whole.complete(world, never);
        for (int o = 0; o < 9; ++o) {
            const std::string object = "o" + std::to_string(o);
            const bool may = rule.can(actor, verb, object);
            ASSERT_EQ(judge(world, actor, verb, object, never), may);
            ASSERT_EQ(lazy.allows(world, object, never), may);
            ASSERT_EQ(limited.allows(world, object, never), may);
            ASSERT_EQ(whole.allows(world, object, never), may);
            ASSERT_EQ(whole.of_everything() || whole.found().contains(object), may);
            const auto verbs = verbs_on(world, actor, object, never);
            ASSERT_EQ(std::count(verbs.begin(), verbs.end(), verb), may);
            const auto reasons = explain(world, actor, verb, object, never);
            ASSERT_EQ(reasons.front().link != "denied", may);
        }
    }
}

}  // namespace
}  // namespace quire::access
