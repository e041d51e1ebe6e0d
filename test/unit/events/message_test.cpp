// test/unit/events/message_test.cpp: messages say what they can, and never grow too long.
#include "core/events/message.hpp"

#include <gtest/gtest.h>

namespace quire::events {

static const Circumstances here = {"update", "public.jobs", "jo", "2026-01-01T00:00:00Z", 7};

TEST(Message, says_what_happened_to_a_row)
{
    const RowChange change = {"{\"id\":1}", 5, std::vector<std::string_view>{"state"}, "",
                              "{\"id\":1,\"state\":\"open\"}"};
    EXPECT_EQ(describe(here, change),
              "{\"type\":\"update\",\"table\":\"public.jobs\",\"key\":{\"id\":1},\"version\":5,\"changed\":[\"state\"],"
              "\"new\":{\"id\":1,\"state\":\"open\"},\"actor\":\"jo\",\"at\":\"2026-01-01T00:00:00Z\",\"txid\":\"7\"}");
}

TEST(Message, without_a_key_it_is_null)
{
    const std::string message = describe(here, RowChange{});
    EXPECT_NE(message.find("\"key\":null"), std::string::npos);
}

TEST(Message, leaves_out_what_does_not_fit)
{
    const std::string large = "{\"id\":\"" + std::string(9000, 'x') + "\"}";
    const RowChange row = {"{\"id\":1}", {}, {}, "", large};
    const std::string by_key = describe(here, row);
    EXPECT_LE(by_key.size(), most_bytes);
    EXPECT_NE(by_key.find("\"key\":{\"id\":1}"), std::string::npos);
    EXPECT_NE(by_key.find("\"truncated\":true"), std::string::npos);

    Circumstances long_actor = here;
    const std::string actor(9000, 'a');
    long_actor.actor = actor;
    const RowChange wide_key = {large, {}, {}, "", ""};
    for (const std::string &message :
         {describe(long_actor, wide_key), describe(long_actor, 3, Keys()), describe(long_actor)}) {
        EXPECT_LE(message.size(), most_bytes);
        EXPECT_NE(message.find("\"truncated\":true"), std::string::npos);
    }
}

TEST(Message, holds_as_many_keys_as_fit_or_none)
{
    for (int count = 1; count < 2000; count += 7) {
        Keys keys;
        for (int i = 0; i < count && keys.fits(); ++i) keys.add("{\"id\":1}");
        const std::string message = describe(here, static_cast<std::uint64_t>(count), keys);
        EXPECT_LE(message.size(), most_bytes);
        EXPECT_NE(message.find("\"keys\":") == std::string::npos, message.find("truncated") == std::string::npos);
    }
}

}  // namespace quire::events
