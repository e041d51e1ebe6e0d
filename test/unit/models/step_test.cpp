// test/unit/models/step_test.cpp: steps from files, and what tells them apart.
#include "core/models/step.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace {

using quire::models::digest_of;
using quire::models::is_model_name;
using quire::models::read_step;
using quire::models::Step;

TEST(Step, IsReadFromItsFile)
{
    const auto step = read_step("0012-quotas.sql", "CREATE TABLE t ();\n-- down\nDROP TABLE t;\n");
    ASSERT_TRUE(step.ok());
    EXPECT_EQ(step.value().version, 12);
    EXPECT_EQ(step.value().name, "quotas");
    EXPECT_EQ(step.value().up, "CREATE TABLE t ();\n");
    EXPECT_EQ(step.value().down, "DROP TABLE t;\n");
}

TEST(Step, MayHaveNoWayBack)
{
    const auto step = read_step("0001-begin.sql", "SELECT 1; -- down\n");
    ASSERT_TRUE(step.ok());
    EXPECT_EQ(step.value().up, "SELECT 1; -- down\n");
    EXPECT_FALSE(step.value().down);
}

TEST(Step, NeedsAFileNamedLikeOne)
{
    for (const char *file : {"example.sql", "1-begin.sql", "0000-begin.sql", "0001-.sql", "0001begin.sql",
                             "0001-begin.txt", "00a1-begin.sql", ""})
        EXPECT_FALSE(read_step(file, "SELECT 1").ok()) << file;
}

TEST(Step, IsToldByVersionNameAndUpAlone)
{
    const Step step{1, "a", "SELECT 1", "SELECT 2"};
    EXPECT_EQ(digest_of(step), digest_of(Step{1, "a", "SELECT 1", std::nullopt}));
    const std::set<std::string> digests = {digest_of(step), digest_of({2, "a", "SELECT 1", {}}),
                                           digest_of({1, "b", "SELECT 1", {}}), digest_of({1, "a", "SELECT 1 ", {}}),
                                           digest_of({1, "aS", "ELECT 1", {}})};
    EXPECT_EQ(digests.size(), 5u);
    for (const auto &digest : digests) {
        EXPECT_EQ(digest.size(), 32u);
        EXPECT_EQ(digest.find_first_not_of("0123456789abcdef"), std::string::npos);
    }
}

TEST(ModelName, IsPlain)
{
    for (const char *name : {"a", "challenge", "form_2", "a_"}) EXPECT_TRUE(is_model_name(name)) << name;
    for (const char *name : {"", "A", "2a", "_a", "a b", "a'", "a,b", "\xc3\xa4"})
        EXPECT_FALSE(is_model_name(name)) << name;
    EXPECT_TRUE(is_model_name(std::string(63, 'a')));
    EXPECT_FALSE(is_model_name(std::string(64, 'a')));
}

}  // namespace
