// src/pg/forms/tables.cpp: looking tables up, and saying what there is where one is missing.
#include "pg/forms/tables.hpp"

#include "core/forms/lookup.hpp"
#include "core/forms/meta.hpp"
#include "core/forms/names.hpp"

#include "pg/support/call.hpp"
#include "pg/support/encoding.hpp"

namespace quire::pg {

std::uint32_t need_table(const forms::Form &form, std::string_view name)
{
    const forms::Found found = forms::find_table(form, name);
    if (found.is_one()) return found.node();
    std::vector<std::string> all;
    for (const std::uint32_t table : found.nodes.empty() ? form.tables : found.nodes)
        all.emplace_back(to_database(forms::odata_table_name(form, table)));
    if (found.nodes.empty())
        throw Error(ERRCODE_UNDEFINED_TABLE, "the form has no such table").hint("Its tables are " + spelled(all) + ".");
    throw Error(ERRCODE_AMBIGUOUS_ALIAS, "the form has several tables of this name")
        .hint("Name one of " + spelled(all) + ".");
}

std::string own_instance_id(const forms::Form &form, const forms::Contents &contents, std::string_view submission)
{
    const std::string_view id = forms::instance_id(form, contents);
    if (!id.empty()) return std::string(id);
    const auto meta = forms::read_meta(submission, poll);
    return meta.ok() ? meta.value().instance_id.value_or("") : std::string();
}

std::string spelled(const std::vector<std::string> &names)
{
    constexpr std::size_t most = 12;
    const std::size_t shown = std::min(names.size(), most);
    return quoted_list(std::span(names).first(shown)) + (names.size() > most ? ", …" : "");
}

std::vector<std::string> paths_of(const forms::Form &form, const std::vector<std::uint32_t> &nodes)
{
    std::vector<std::string> paths;
    for (const std::uint32_t node : nodes) paths.emplace_back(to_database(form[node].path.substr(1)));
    return paths;
}

}  // namespace quire::pg
