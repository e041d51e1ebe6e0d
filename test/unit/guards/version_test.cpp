// test/unit/guards/version_test.cpp: versions only grow, and a writer who read an older row is told so.
#include "core/guards/version.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <optional>

#include "unit/support/random.hpp"

namespace quire::guards {

static bool operator==(const VersionStep &a, const VersionStep &b)
{
    return a.kind == b.kind && a.version == b.version;
}

static void PrintTo(const VersionStep &step, std::ostream *out)
{
    static constexpr const char *kinds[] = {"stamped", "kept", "stale", "exhausted"};
    *out << kinds[static_cast<int>(step.kind)] << ' ' << step.version;
}

namespace {

using Kind = VersionStep::Kind;
constexpr Version least = std::numeric_limits<Version>::min();
constexpr Version greatest = std::numeric_limits<Version>::max();
constexpr Version now = 1'700'000'000'000;

// Ten thousand updates of one row, whose writers either send what they read or nothing at all.
void expect_growth(const std::function<Version(int step)> &clock)
{
    Version version = first_version(std::nullopt, clock(0)).version;
    for (int i = 1; i <= 10'000; ++i) {
        const auto sent = i % 2 ? std::optional(version) : std::nullopt;
        const VersionStep step = next_version(version, sent, clock(i));
        ASSERT_EQ(step.kind, Kind::stamped) << "at step " << i;
        ASSERT_GT(step.version, version) << "at step " << i;
        ASSERT_GE(step.version, clock(i)) << "at step " << i;
        version = step.version;
    }
}

TEST(Version, GrowsWhileTheClockStandsStill)
{
    expect_growth([](int) { return now; });
}

TEST(Version, GrowsWhileTheClockStepsBack)
{
    expect_growth([](int step) { return now - Version{1000} * step; });
}

TEST(Version, GrowsWhileTheClockJumps)
{
    test::Random random(1);
    expect_growth([&, last = -1, jump = Version{0}](int step) mutable {
        if (step != last) jump = random.between<Version>(-1'000'000'000, 1'000'000'000);
        last = step;
        return now + jump;
    });
}

TEST(Version, GrowsBeforeTheEpochToo)
{
    expect_growth([](int step) { return Version{-5000} + step / 3; });
}

TEST(Version, IsTheTimeWhenTheClockIsAhead)
{
    EXPECT_EQ(next_version(now, now, now + 5), (VersionStep{Kind::stamped, now + 5}));
    EXPECT_EQ(next_version(now, std::nullopt, now + 1), (VersionStep{Kind::stamped, now + 1}));
}

TEST(Version, OfANewRowIsTheTimeUnlessTheClientMadeOne)
{
    EXPECT_EQ(first_version(std::nullopt, now), (VersionStep{Kind::stamped, now}));
    EXPECT_EQ(first_version(0, now), (VersionStep{Kind::stamped, now}));
    EXPECT_EQ(first_version(1, now), (VersionStep{Kind::kept, 1}));
    EXPECT_EQ(first_version(-1, now), (VersionStep{Kind::kept, -1}));
    EXPECT_EQ(first_version(least, now), (VersionStep{Kind::kept, least}));
    EXPECT_EQ(first_version(greatest, now), (VersionStep{Kind::kept, greatest}));
}

TEST(Version, AWriterWhoReadAnOlderRowIsStaleAndLearnsThePresentOne)
{
    EXPECT_EQ(next_version(now, now - 1, now + 9), (VersionStep{Kind::stale, now}));
    EXPECT_EQ(next_version(now, 0, now + 9), (VersionStep{Kind::stale, now}));
    EXPECT_EQ(next_version(now, least, now + 9), (VersionStep{Kind::stale, now}));
    EXPECT_EQ(next_version(0, -1, now), (VersionStep{Kind::stale, 0}));
    EXPECT_EQ(next_version(-3, -4, now), (VersionStep{Kind::stale, -3}));
}

TEST(Version, AClientsOwnGreaterVersionIsKept)
{
    EXPECT_EQ(next_version(now, now + 1, now), (VersionStep{Kind::kept, now + 1}));
    EXPECT_EQ(next_version(1, 2, now), (VersionStep{Kind::kept, 2}));
    EXPECT_EQ(next_version(-4, -3, now), (VersionStep{Kind::kept, -3}));
    EXPECT_EQ(next_version(now, greatest, now), (VersionStep{Kind::kept, greatest}));
}

TEST(Version, ARowWithoutOneTakesWhatIsSentOrTheTime)
{
    EXPECT_EQ(next_version(std::nullopt, std::nullopt, now), (VersionStep{Kind::stamped, now}));
    EXPECT_EQ(next_version(std::nullopt, 7, now), (VersionStep{Kind::kept, 7}));
    EXPECT_EQ(next_version(std::nullopt, -7, now), (VersionStep{Kind::kept, -7}));
    EXPECT_EQ(successor(std::nullopt, now), (VersionStep{Kind::stamped, now}));
}

TEST(Version, EndsAtTheGreatestNumberWithoutOverflow)
{
    EXPECT_EQ(successor(greatest - 1, now), (VersionStep{Kind::stamped, greatest}));
    EXPECT_EQ(successor(greatest, now), (VersionStep{Kind::exhausted, greatest}));
    EXPECT_EQ(next_version(greatest, greatest, now), (VersionStep{Kind::exhausted, greatest}));
    EXPECT_EQ(next_version(greatest, std::nullopt, now), (VersionStep{Kind::exhausted, greatest}));
    EXPECT_EQ(next_version(greatest, now, now), (VersionStep{Kind::stale, greatest}));
    EXPECT_EQ(successor(least, least), (VersionStep{Kind::stamped, least + 1}));
}

}  // namespace
}  // namespace quire::guards
