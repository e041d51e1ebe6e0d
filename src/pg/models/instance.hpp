// src/pg/models/instance.hpp: a schema that holds a model, and moving it from version to version.
#pragma once
#include "core/models/stamp.hpp"

#include "pg/models/ledger.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

struct Instance {
    Oid schema, owner;
    models::Stamp stamp;
};

// What the schema's stamp says at this moment, whatever the transaction's snapshot; nothing when it has none.
std::optional<Instance> find_instance(const char *schema);
// Throws 42704 when the schema holds no model.
Instance need_instance(const char *schema);

// Takes the schema for this transaction: who else wants to change its model waits, and then sees what was done.
void lock_schema(const char *schema);

// Makes the schema where it is missing. Throws 42710 when it holds a model already.
void begin_instance(const char *schema);

// Runs the steps between two versions, up or down, and leaves the stamp and the history at the second.
void move(const char *schema, const Model &model, int from, int to);

// Only says that the schema is at the version.
void stamp(const char *schema, const Model &model, int version);

// Throws 42501 unless the model belongs to the current user, who is to own what further steps make.
void check_owner(const char *schema, const Instance &instance);

// The objects that the machinery itself keeps in the schema.
constexpr const char *stamp_function = "quire_model";
constexpr const char *history_table = "quire_model_history";

}  // namespace quire::pg
