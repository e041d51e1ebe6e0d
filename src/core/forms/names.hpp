// src/core/forms/names.hpp: how forms, datasets and properties may be called, and their names in OData.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "core/forms/form.hpp"

namespace quire::forms {

// The name that OData clients see: one underscore before a start that is neither letter nor underscore, and one for
// each run of characters other than ASCII letters, digits and underscores. Different names may so become the same.
std::string odata_name(std::string_view name);

// "Submissions" for the root, "Submissions.group.repeat" for what is below it.
std::string odata_table_name(const Form &form, std::uint32_t table);

// May a dataset be called so? Letters of any script, ASCII digits, '-', '_' and ':'; the first is a letter, '_' or ':',
// and the first two are not both '_'.
bool is_dataset_name(std::string_view name);

// May a property of an entity be called so? As a dataset, but with '.' instead of ':', and not "name" or "label",
// whatever their case.
bool is_property_name(std::string_view name);

// The rules in the words of a message.
inline constexpr std::string_view dataset_name_rule =
    "letters, digits, '-', '_' and ':', starting with a letter, '_' or ':', but not with '__'";
inline constexpr std::string_view property_name_rule =
    "letters, digits, '-', '_' and '.', starting with a letter or '_', but not with '__', and neither name nor label";

// In lower case as far as ASCII goes; names that differ in the case of ASCII letters only are the same to the datasets.
std::string folded(std::string_view name);

}  // namespace quire::forms
