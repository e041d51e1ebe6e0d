// src/pg/access/actor.hpp: who the session acts for, as the setting quire.actor says.
#pragma once
#include "pg/support/postgres.hpp"

namespace quire::pg {

// Registers the setting; once, when the library is loaded.
void define_actor();

// Empty when there is none. In the database's encoding; lives until the setting changes.
std::string_view current_actor();
// Throws 42501, with a hint that says how to set one, when there is none.
std::string_view need_actor();

// Grows with each change of the actor, so that what was looked up for one is not used for the next.
extern std::uint64_t actor_changes;

}  // namespace quire::pg
