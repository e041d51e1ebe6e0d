// src/pg/access/plans.hpp: prepared plans over protected tables, which were made for what one actor held at a time.
#pragma once
#include "pg/support/postgres.hpp"

namespace quire::pg {

// The planner has looked at what the present actor holds, for a condition that calls this function.
void note_planning(Oid function);

// Has the server plan such statements again when they are executed next; nothing where there are none. Cannot fail.
void forget_plans();
// The same, unless they were made for this actor, or this is nobody.
void forget_plans_unless_for(const char *actor);
// Is the server being told so right now, by way of an invalidation of the function?
bool is_forgetting_plans();

}  // namespace quire::pg
