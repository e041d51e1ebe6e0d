// src/pg/access/watch.hpp: the triggers that tell every session when a table of a policy changes.
#pragma once
#include "pg/access/policy.hpp"

namespace quire::pg {

// Does the table have both triggers of the policy that tell of this, whatever the session's replication role? Those of
// quire 0.3.0 tell of all changes together, and sessions with its library do, so nothing is known apart then. May raise
// errors of the server: to be called within call().
enum class Watch { none, together, apart };
Watch watch_on(Relation table, const char *policy, Aspect aspect);

// How many statements of this session are writing to tables of policies right now: what is read meanwhile is half of
// something, and nothing to remember.
std::size_t writes_under_way();
// Grows when one begins or ends.
extern std::uint64_t write_changes;

// Gives a table the two triggers of a policy, or takes them away. Runs SQL: needs an Spi around it.
void watch_table(Oid table, const std::string &policy, bool has_rights, bool has_places);
void unwatch_table(Oid table, const std::string &policy);

}  // namespace quire::pg
