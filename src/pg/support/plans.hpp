// src/pg/support/plans.hpp: statements that a session prepares once, and what tells it that tables have changed.
#pragma once
#include "pg/support/spi.hpp"

namespace quire::pg {

// The plan of a statement, prepared before or now. All names in it are qualified, so that it means the same wherever it
// is run. The caller's share keeps it while it runs: what it calls may come back here.
std::shared_ptr<const Plan> plan_for(const std::string &sql, std::span<const Oid> parameters,
                                     Plan::For values = Plan::For::these_values);

// Another number than before once any table may have changed in a way that the catalogs show.
std::uint64_t state_of_tables();

}  // namespace quire::pg
