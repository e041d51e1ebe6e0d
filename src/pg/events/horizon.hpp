// src/pg/events/horizon.hpp: how far a feed is settled.
//
// A reader must not step over an event that is still to appear with a lower number. Up to the highest number, among
// those it looks at, whose fence lies behind the oldest running transaction, none can: no transaction that could have
// drawn a lower number is running (feed_writer.cpp).
#pragma once
#include "pg/support/call.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

// Of a row with a fence; $2 is Now::next_id(). A fence beyond that is of another cluster, from which the feed was
// restored.
constexpr std::string_view is_behind =
    "(fence OPERATOR(pg_catalog.<=) pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot()) "
    "OR fence OPERATOR(pg_catalog.>) $2)";

// A snapshot, and the next transaction id no earlier than it.
class Now {
public:
    Now()
    {
        snapshot_ = call([] { return RegisterSnapshot(GetTransactionSnapshot()); });
        // A standby counts only the ids that it has seen; the primary may have drawn fences beyond them.
        next_ = call([] {
            return RecoveryInProgress() ? FullTransactionIdFromU64(PG_UINT64_MAX) : ReadNextFullTransactionId();
        });
    }
    ~Now()
    {
        if (std::uncaught_exceptions() == unwinding_) UnregisterSnapshot(snapshot_);
    }
    Now(const Now &) = delete;
    Now &operator=(const Now &) = delete;

    Snapshot snapshot() const { return snapshot_; }
    Datum next_id() const { return FullTransactionIdGetDatum(next_); }

private:
    Snapshot snapshot_;
    FullTransactionId next_;
    int unwinding_ = std::uncaught_exceptions();
};

}  // namespace quire::pg
