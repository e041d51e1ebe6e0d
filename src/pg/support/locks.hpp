// src/pg/support/locks.hpp: locks on things that are no tables, held to the end of the transaction.
#pragma once
#include "pg/support/postgres.hpp"

namespace quire::pg {

// Waits until this transaction alone holds `value` of `relation`. They are advisory locks of a class that
// pg_advisory_lock cannot reach. A transaction that takes many locks the whole relation instead, since the server's
// lock table is small and shared.
void lock_value(Oid relation, std::uint32_t value);

// Waits until this transaction alone holds the name, and knows all that others did to it meanwhile.
void lock_name(std::string_view name);

// Takes `number` of this database for this transaction, unless another has it. A transaction takes the first few alone;
// then it is told that all are free.
bool take_number(std::uint64_t number);

// The same for a moment, and always alone: to be let go of, which the end of the transaction does too.
bool hold_number(std::uint64_t number);
void let_go_of_number(std::uint64_t number);

}  // namespace quire::pg
