// src/pg/events/notifier.hpp: the background notifier, which sends wake-ups in the writers' place.
//
// Transactions that NOTIFY commit one after the other. Where quire is in shared_preload_libraries, writers leave a mark
// in shared memory after their commit and wake a worker of their database, which sends one notification for many of
// them.
#pragma once
#include "pg/support/postgres.hpp"

namespace quire::pg {

// Asks for shared memory; when the library is loaded.
void prepare_notifier();

// Before the commit: can the notifier take this wake-up? It starts a worker where none runs; false where there is no
// shared memory, no room, or no worker to be had.
bool notifier_takes(Oid feed) noexcept;

// After the commit. Raises nothing.
void hand_to_notifier(Oid feed, const char *channel, std::int64_t cursor) noexcept;

}  // namespace quire::pg
