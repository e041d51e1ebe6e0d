// src/core/forms/lookup.hpp: the names under which people ask for tables and questions.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/forms/form.hpp"

namespace quire::forms {

// One node, or why it is not one: none matched, or several did.
struct Found {
    std::vector<std::uint32_t> nodes;

    bool is_one() const { return nodes.size() == 1; }
    std::uint32_t node() const { return nodes.front(); }
};

// A table: "Submissions", "Submissions.group.repeat" as OData names it, or a repeat by its path or its name.
Found find_table(const Form &form, std::string_view name);

// A question of a table: by its path without the leading slash, whole or below the repeat, with slashes or with
// underscores; or by its own name, when one question of the table alone has it. Case counts only where it must.
Found find_question(const Form &form, std::uint32_t table, std::string_view name);

// The path below the root of the node that a reference in the form names, without prefixes; `context` is the path of
// the node around it. Empty for the root, and for no reference.
std::string path_of(std::string_view reference, std::string_view context);

// The questions of a table, in the order of the form.
std::vector<std::uint32_t> questions(const Form &form, std::uint32_t table);

}  // namespace quire::forms
