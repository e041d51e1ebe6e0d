// src/core/forms/identity.hpp: how rows of a submission are called, in OData and in links.
#pragma once
#include <string>
#include <string_view>

#include "core/forms/contents.hpp"
#include "core/forms/form.hpp"

namespace quire::forms {

// The id of a row: the instance id for the root, else the digest of its path that ODK Central gives to it.
std::string row_id(const Form &form, const Contents &contents, const Contents::Row &row, std::string_view instance_id);

// The id of the row around a row of a repeat.
std::string parent_id(const Form &form, const Contents &contents, const Contents::Row &row,
                      std::string_view instance_id);

// The member that holds parent_id() in rows of this repeat: "__Submissions-household-id".
std::string parent_key(const Form &form, std::uint32_t repeat);

// Where OData clients find the instances of `repeat` that are inside `row`.
std::string navigation_link(const Form &form, const Contents &contents, const Contents::Row &row, std::uint32_t repeat,
                            std::string_view instance_id);

}  // namespace quire::forms
