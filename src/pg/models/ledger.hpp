// src/pg/models/ledger.hpp: the steps that there are, those that ship with quire and the users' own.
#pragma once
#include "core/models/stamp.hpp"
#include "core/models/step.hpp"

#include "pg/support/postgres.hpp"

namespace quire::pg {

// A file of sql/models, as the library holds it.
struct ShippedFile {
    const char *model, *name, *text;
};
std::span<const ShippedFile> shipped_files();
bool comes_with_quire(std::string_view model);

struct Model {
    std::string name;
    std::vector<models::Step> steps;  // of the versions 1, 2, …
    bool is_shipped;                  // with quire, so that anybody may trust it
    int latest() const { return static_cast<int>(steps.size()); }
};

// Throws 42704 when there is no such model, naming those that there are.
Model need_model(std::string_view name);

// Throws 55000 when a step that the stamp remembers is not what it was.
void check_released(const Model &model, const models::Stamp &stamp);

// Throws 22023 when the model has no such version.
void check_version(const Model &model, int version, int least);

}  // namespace quire::pg
