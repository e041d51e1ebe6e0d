// src/pg/support/movement.hpp: tells the INSERT of a new row from the second half of an UPDATE across partitions.
#pragma once
#include "pg/support/postgres.hpp"

namespace quire::pg {

// An UPDATE that moves a row to another partition fires BEFORE UPDATE where it was, deletes it there, and fires BEFORE
// INSERT where it goes. Row triggers of partitions tell of their updates here, and ask at an INSERT.
void note_update(MemoryContext statement, Relation partition, const ItemPointerData &row);

// Is the row that `trigger` sees inserted the one whose update was noted last? True once a trigger.
bool is_arrival(MemoryContext statement, Relation partition, Oid trigger);

}  // namespace quire::pg
