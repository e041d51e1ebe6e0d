// test/unit/attributes/moments_test.cpp: ISO 8601.
#include "core/attributes/moments.hpp"

#include <gtest/gtest.h>

namespace quire::attributes {
namespace {

TEST(Moments, AreRead)
{
    EXPECT_EQ(read_moment("1970-01-01T00:00:00Z"), (Moment{0, 0}));
    EXPECT_EQ(read_moment("1970-01-01T00:00"), (Moment{0, 0}));
    EXPECT_EQ(read_moment("1969-12-31T23:59:59.5Z"), (Moment{-1, 500'000'000}));
    EXPECT_EQ(read_moment("1970-01-01T02:30:00+02:30"), (Moment{0, 0}));
    EXPECT_EQ(read_moment("1969-12-31T22:00:00-0200"), (Moment{0, 0}));
    EXPECT_EQ(read_moment("2024-02-29T00:00:00+01"), read_moment("2024-02-28T23:00:00Z"));
    for (const char *text :
         {"", "2024-05-17", "2024-05-17 10:11:12", "2024-05-17T10", "2024-05-17T24:00:00Z", "2024-05-17T10:60Z",
          "2024-05-17T10:11:60Z", "2023-02-29T00:00Z", "2024-13-01T00:00Z", "0000-01-01T00:00Z",
          "2024-05-17T10:11:12.Z", "2024-05-17T10:11:12z", "2024-05-17T10:11:12+2", "2024-05-17T10:11:12+16:00",
          "2024-05-17T10:11:12Z ", "24-05-17T10:11Z", "2024-5-17T10:11Z"})
        EXPECT_FALSE(read_moment(text)) << text;
}

TEST(Moments, AreWrittenAsTheyAreReadStrictly)
{
    for (const char *text : {"0001-01-01T00:00:00Z", "1900-03-01T12:00:00Z", "1969-12-31T23:59:59Z",
                             "2000-02-29T23:59:59Z", "9999-12-31T23:59:59Z"})
        EXPECT_EQ(write_moment(*read_plain_moment(text)), text);
    EXPECT_EQ(write_moment(*read_moment("2024-05-17T12:11:12.999+02:00")), "2024-05-17T10:11:12Z");
    EXPECT_FALSE(write_moment(*read_moment("0001-01-01T00:00:00+01:00")));
    for (const char *text : {"2024-05-17T10:11Z", "2024-05-17T10:11:12", "2024-05-17T10:11:12.5Z",
                             "2024-05-17T10:11:12+00:00", "2024-05-17T10:11+0:00Z"})
        EXPECT_FALSE(read_plain_moment(text)) << text;
}

}  // namespace
}  // namespace quire::attributes
