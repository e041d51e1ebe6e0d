// test/unit/guards/expectation_test.cpp: an expected version meets one statement, whatever savepoints come and go.
#include "core/guards/expectation.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "unit/support/random.hpp"

namespace quire::guards {
namespace {

constexpr Expectation::Level outermost = 1;
constexpr Expectation::Level savepoint = 2;
constexpr char statements[3] = {};
constexpr Expectation::Statement first = &statements[0];
constexpr Expectation::Statement second = &statements[1];

TEST(Expectation, IsNoneUnlessSet)
{
    Expectation expected;
    EXPECT_FALSE(expected.waiting());
    EXPECT_EQ(expected.claim(first, outermost), std::nullopt);
}

TEST(Expectation, HoldsForEveryRowOfTheNextStatementAndForNoOther)
{
    Expectation expected;
    expected.expect(7, outermost);
    EXPECT_TRUE(expected.waiting());
    EXPECT_EQ(expected.claim(first, outermost), 7);
    EXPECT_FALSE(expected.waiting());
    EXPECT_EQ(expected.claim(second, outermost), std::nullopt) << "a statement that a trigger of the first one runs";
    EXPECT_EQ(expected.claim(first, outermost), 7);
    expected.statement_ended(second);
    EXPECT_EQ(expected.claim(first, outermost), 7);
    expected.statement_ended(first);
    EXPECT_EQ(expected.claim(first, outermost), std::nullopt) << "a later statement at the same address";
    EXPECT_FALSE(expected.waiting());
}

TEST(Expectation, ZeroAndNegativeVersionsCanBeExpected)
{
    Expectation expected;
    expected.expect(0, outermost);
    EXPECT_EQ(expected.claim(first, outermost), 0);
    expected.expect(-1, outermost);
    EXPECT_EQ(expected.claim(first, outermost), -1);
}

TEST(Expectation, TheLastOneSetCounts)
{
    Expectation expected;
    expected.expect(7, outermost);
    expected.expect(8, outermost);
    EXPECT_EQ(expected.claim(first, outermost), 8);
}

TEST(Expectation, ANewOneMayBeSetAfterTheOldOneWasMet)
{
    Expectation expected;
    expected.expect(7, outermost);
    EXPECT_EQ(expected.claim(first, outermost), 7);
    expected.statement_ended(first);
    expected.expect(8, outermost);
    EXPECT_TRUE(expected.waiting());
    EXPECT_EQ(expected.claim(second, outermost), 8);
}

TEST(Expectation, ForgottenIsForgotten)
{
    Expectation expected;
    expected.expect(7, outermost);
    expected.expect(std::nullopt, outermost);
    EXPECT_FALSE(expected.waiting());
    EXPECT_EQ(expected.claim(first, outermost), std::nullopt);
}

TEST(Expectation, SetInsideASavepointThatIsRolledBackItIsGone)
{
    Expectation expected;
    expected.expect(7, savepoint);
    expected.rolled_back(savepoint);
    EXPECT_FALSE(expected.waiting());
    EXPECT_EQ(expected.claim(first, outermost), std::nullopt);
}

TEST(Expectation, MetInsideASavepointThatIsRolledBackItIsWaitingAgain)
{
    Expectation expected;
    expected.expect(7, outermost);
    EXPECT_EQ(expected.claim(first, savepoint), 7);
    expected.statement_ended(first);
    expected.rolled_back(savepoint);
    EXPECT_TRUE(expected.waiting());
    EXPECT_EQ(expected.claim(second, outermost), 7);
}

TEST(Expectation, MetBeforeTheSavepointItStaysMet)
{
    Expectation expected;
    expected.expect(7, outermost);
    EXPECT_EQ(expected.claim(first, outermost), 7);
    expected.statement_ended(first);
    expected.rolled_back(savepoint);
    EXPECT_FALSE(expected.waiting());
    EXPECT_EQ(expected.claim(second, outermost), std::nullopt);
}

// After the rollback all is as it was at the savepoint; otherwise the next update goes through unchecked.
TEST(Expectation, ReplacedInsideASavepointThatIsRolledBackTheOldOneIsWaitingAgain)
{
    Expectation expected;
    expected.expect(7, outermost);
    expected.expect(8, savepoint);
    expected.rolled_back(savepoint);
    EXPECT_TRUE(expected.waiting());
    EXPECT_EQ(expected.claim(first, outermost), 7);
}

// A session as a test thinks of it: a stack of savepoints, each with a copy of all that was so when it was set, and of
// statements, which run in the innermost savepoint that was open when they began.
class Session {
public:
    explicit Session(std::uint64_t seed) : random_(seed) {}

    // One random step, taken by the core and by this model; false when they differ.
    bool step()
    {
        switch (random_.below(8)) {
            case 0: return open_savepoint();
            case 1: return roll_back();
            case 2: return release();
            case 3: return begin_statement();
            case 4: return end_statement();
            case 5: return expect();
            default: return visit_row();
        }
    }

    std::string story() const { return story_.str(); }
    int met() const { return met_; }

private:
    struct Held {
        std::optional<Version> version;
        Expectation::Statement by = nullptr;  // null: waiting
    };
    struct Savepoint {
        Expectation::Level level;
        Held before;
        std::size_t statements;
    };

    Expectation::Level level() const { return savepoints_.empty() ? outermost : savepoints_.back().level; }

    // A savepoint set while a statement runs, by one of its functions, ends before that statement does.
    bool inside_statement() const
    {
        return running_.size() > (savepoints_.empty() ? 0 : savepoints_.back().statements);
    }

    bool agree() const { return expected_.waiting() == (held_.version && !held_.by); }

    bool open_savepoint()
    {
        savepoints_.push_back({++last_level_, held_, running_.size()});
        story_ << "savepoint " << last_level_ << '\n';
        return agree();
    }

    bool roll_back()
    {
        if (savepoints_.empty()) return true;
        // Any of the open ones, and all inside it with it.
        savepoints_.resize(1 + random_.below(savepoints_.size()));
        const Savepoint to = savepoints_.back();
        savepoints_.pop_back();
        // The statements inside end as well; the host may say so before or after.
        const bool before = random_.one_in(2);
        if (before) end_statements(to.statements);
        expected_.rolled_back(to.level);
        held_ = to.before;
        if (!before) end_statements(to.statements);
        story_ << "rolled back " << to.level << '\n';
        return agree();
    }

    bool release()
    {
        if (savepoints_.empty() || inside_statement()) return true;
        story_ << "released " << savepoints_.back().level << '\n';
        savepoints_.pop_back();
        return agree();
    }

    bool begin_statement()
    {
        if (running_.size() == addresses_.size()) return true;
        running_.push_back(&addresses_[running_.size()]);
        story_ << "begin statement " << running_.size() << '\n';
        return agree();
    }

    bool end_statement()
    {
        if (!inside_statement()) return true;
        story_ << "end statement " << running_.size() << '\n';
        end_statements(running_.size() - 1);
        return agree();
    }

    void end_statements(std::size_t remaining)
    {
        for (; running_.size() > remaining; running_.pop_back()) {
            expected_.statement_ended(running_.back());
            if (held_.by == running_.back()) held_ = {};
        }
    }

    bool expect()
    {
        std::optional<Version> version;
        if (!random_.one_in(4)) version = ++last_version_;
        story_ << "expect " << version.value_or(0) << " in " << level() << '\n';
        expected_.expect(version, level());
        held_ = {version};
        return agree();
    }

    bool visit_row()
    {
        if (!inside_statement()) return true;
        const Expectation::Statement statement = running_.back();
        if (held_.version && !held_.by) held_.by = statement;
        std::optional<Version> wanted;
        if (held_.by == statement) wanted = held_.version;
        const auto found = expected_.claim(statement, level());
        story_ << "statement " << running_.size() << " visits a row in " << level() << '\n';
        met_ += found.has_value();
        return found == wanted && agree();
    }

    test::Random random_;
    Expectation expected_;
    Held held_;
    std::vector<Savepoint> savepoints_;
    std::array<char, 4> addresses_{};
    std::vector<Expectation::Statement> running_;
    Expectation::Level last_level_ = outermost;
    Version last_version_ = 0;
    std::ostringstream story_;
    int met_ = 0;
};

TEST(Expectation, BehavesAsTheModelOfSavepointsAndStatements)
{
    int met = 0;
    for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
        Session session(seed);
        for (int i = 0; i < 60; ++i) ASSERT_TRUE(session.step()) << "seed " << seed << '\n' << session.story();
        met += session.met();
    }
    EXPECT_GT(met, 3'000);
}

}  // namespace
}  // namespace quire::guards
