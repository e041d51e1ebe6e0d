// src/pg/models/inventory.hpp: all that a schema holds, as facts to compare.
#pragma once
#include "core/models/drift.hpp"

namespace quire::pg {

// Relations with their columns, constraints, indexes, triggers, policies and rules; functions, types, sequences; the
// comments of all; without what the machinery of models keeps there itself. Owners and privileges are the site's.
std::vector<models::Fact> inventory(const char *schema);

}  // namespace quire::pg
