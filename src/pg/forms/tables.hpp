// src/pg/forms/tables.hpp: the tables of a form and the ids of its rows, as SQL callers name them.
#pragma once
#include "core/forms/contents.hpp"
#include "core/forms/form.hpp"

#include "pg/support/error.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

// The table of this name, in UTF-8; throws 42P01 or 42P09, with those that there are.
std::uint32_t need_table(const forms::Form &form, std::string_view name);

// The id that a submission says of itself; empty when it says none.
std::string own_instance_id(const forms::Form &form, const forms::Contents &contents, std::string_view submission);

// "a", "b", "c", …: the first dozen.
std::string spelled(const std::vector<std::string> &names);
// Paths without their first slash, in the database's encoding.
std::vector<std::string> paths_of(const forms::Form &form, const std::vector<std::uint32_t> &nodes);

}  // namespace quire::pg
