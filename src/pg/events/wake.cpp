// src/pg/events/wake.cpp: at most one wake-up a transaction and feed.
#include "pg/events/wake.hpp"

#include "pg/events/notifier.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/settings.hpp"

namespace quire::pg {
namespace {

struct Wake {
    Oid feed;
    std::string channel;
    std::int64_t cursor;
    bool by_notifier = false;
};

std::vector<Wake> &pending()
{
    static auto &wakes = *new std::vector<Wake>();
    return wakes;
}

void send()
{
    if (!sends_notifications()) return;
    for (Wake &one : pending()) {
        one.by_notifier = notifier_takes(one.feed);
        if (one.by_notifier) continue;
        const std::string cursor = std::to_string(one.cursor);
        call([&] { Async_Notify(one.channel.c_str(), cursor.c_str()); });
    }
}

void on_transaction(XactEvent event, void *)
{
    switch (event) {
        // What is prepared cannot send: consumers find its events at their next look.
        case XACT_EVENT_PRE_COMMIT:
            if (!pending().empty()) guarded(send);
            break;
        case XACT_EVENT_COMMIT:
            for (const Wake &one : pending())
                if (one.by_notifier) hand_to_notifier(one.feed, one.channel.c_str(), one.cursor);
            pending().clear();
            break;
        case XACT_EVENT_ABORT:
        case XACT_EVENT_PREPARE: pending().clear(); break;
        default: break;
    }
}

}  // namespace

void wake(Oid feed, const std::string &channel, std::int64_t cursor)
{
    static bool watching = false;
    if (!watching) {
        call([] { RegisterXactCallback(on_transaction, nullptr); });
        watching = true;
    }
    for (Wake &one : pending()) {
        if (one.feed != feed) continue;
        one.cursor = cursor;
        return;
    }
    pending().push_back({feed, channel, cursor});
}

bool is_waking(Oid feed)
{
    return std::any_of(pending().begin(), pending().end(), [feed](const Wake &one) { return one.feed == feed; });
}

}  // namespace quire::pg
