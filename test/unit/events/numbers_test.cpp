// test/unit/events/numbers_test.cpp: cursors, and the partitions that they lie in.
#include "core/events/numbers.hpp"

#include <gtest/gtest.h>

namespace quire::events {

TEST(Cursor, is_what_was_given_out)
{
    EXPECT_EQ(read_cursor("0"), 0);
    EXPECT_EQ(read_cursor("4294967296"), std::int64_t{1} << 32);
    EXPECT_EQ(read_cursor("9223372036854775807"), INT64_MAX);
}

TEST(Cursor, is_nothing_else)
{
    for (const char *const text : {"", " 1", "1 ", "+1", "-1", "1.0", "0x1", "one", "9223372036854775808"})
        EXPECT_FALSE(read_cursor(text)) << text;
}

TEST(Ring, turns_take_the_partitions_in_order)
{
    EXPECT_EQ(partition_of(1), 0);
    std::int64_t number = 1;
    for (int turn = 1; turn < 20; ++turn) {
        number = next_turn(number);
        EXPECT_EQ(partition_of(number), turn % partitions);
        EXPECT_EQ(partition_of(number - 1), (turn - 1) % partitions);
        number += 12345;
    }
}

}  // namespace quire::events
