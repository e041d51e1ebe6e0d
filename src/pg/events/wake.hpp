// src/pg/events/wake.hpp: telling those who wait for a feed that there is something, once the transaction commits.
#pragma once
#include "pg/support/postgres.hpp"

namespace quire::pg {

// The last event that this transaction has written to a feed. At its end one NOTIFY carries it, on a channel with the
// feed's name; with the background notifier, that sends it, for many transactions at once.
void wake(Oid feed, const std::string &channel, std::int64_t cursor);

// Does this transaction already know that `feed` is to be woken for, so that nobody needs to ask again?
bool is_waking(Oid feed);

}  // namespace quire::pg
