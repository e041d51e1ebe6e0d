// src/pg/support/attempt.hpp: trying what may fail, and going on.
#pragma once
#include "pg/support/postgres.hpp"

namespace quire::pg {

// Calls a type's input function; false when it refuses the text. From PostgreSQL 16 on, types say so as a value;
// before, or where a type does not, a subtransaction is needed to go on, which costs some microseconds.
bool attempt_input(FmgrInfo &function, char *text, Oid parameter, std::int32_t modifier, Datum &value);

}  // namespace quire::pg
