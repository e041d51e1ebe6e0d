// test/unit/models/stamp_test.cpp: stamps are read as they were written, and nothing else is read.
#include "core/models/stamp.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using quire::models::read_stamp;
using quire::models::Stamp;
using quire::models::write_stamp;

const std::string one(32, '1'), two(32, 'a');

TEST(Stamp, IsReadAsItWasWritten)
{
    for (const Stamp &stamp : {Stamp{"challenge", 1, {one}}, Stamp{"own_2", 2, {one, two}}}) {
        const auto read = read_stamp(write_stamp(stamp));
        ASSERT_TRUE(read) << write_stamp(stamp);
        EXPECT_EQ(read->model, stamp.model);
        EXPECT_EQ(read->version, stamp.version);
        EXPECT_EQ(read->digests, stamp.digests);
    }
}

TEST(Stamp, IsPlainSql)
{
    EXPECT_EQ(write_stamp({"m", 1, {one}}), "SELECT '(m,1,\"{" + one + "}\")'::quire.model_stamp");
}

TEST(Stamp, IsNothingElse)
{
    const std::string good = write_stamp({"m", 2, {one, two}});
    ASSERT_TRUE(read_stamp(good));
    for (std::size_t length = 0; length < good.size(); ++length)
        EXPECT_FALSE(read_stamp(good.substr(0, length))) << length;
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string bad = good;
        bad[at] = '\'';
        if (bad == good) continue;
        EXPECT_FALSE(read_stamp(bad)) << at;
    }
    EXPECT_FALSE(read_stamp(write_stamp({"m", 3, {one, two}})));
    EXPECT_FALSE(read_stamp(write_stamp({"m", 1, {one, two}})));
    EXPECT_FALSE(read_stamp(write_stamp({"m", 0, {}})));
    EXPECT_FALSE(read_stamp(write_stamp({"m", -1, {one}})));
    EXPECT_FALSE(read_stamp(write_stamp({"M", 1, {one}})));
    EXPECT_FALSE(read_stamp("SELECT '(m,1,\"{" + one + ",}\")'::quire.model_stamp"));
    EXPECT_FALSE(read_stamp("SELECT '(m,99999999999,\"{" + one + "}\")'::quire.model_stamp"));
    EXPECT_FALSE(read_stamp("SELECT '(m,1,\"{}\")'::quire.model_stamp"));
    EXPECT_FALSE(read_stamp(good + " "));
}

}  // namespace
