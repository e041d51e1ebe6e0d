// src/pg/models/inventory.hpp: all that a schema holds, as facts to compare.
#pragma once
#include "core/models/drift.hpp"

namespace quire::pg {

// Relations with their columns, constraints, indexes, triggers, policies and rules; functions, types, sequences; the
// comments of all; without what the machinery of models keeps there itself. Owners and privileges are the site's.
std::vector<models::Fact> inventory(const char *schema);

// Defines again, by what the catalogs say, whatever the server keeps parsed: views, CHECKs, defaults, policies,
// indexes. It may word them otherwise from then on, as it does after a dump and restore. Comments get lost.
void define_again(const char *schema);

}  // namespace quire::pg
