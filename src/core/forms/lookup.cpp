// src/core/forms/lookup.cpp: names tried from the most exact to the most forgiving.
#include "core/forms/lookup.hpp"

#include <algorithm>

#include "core/forms/names.hpp"
#include "core/support/ascii.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

std::string underscored(std::string_view path)
{
    std::string name(path);
    std::replace(name.begin(), name.end(), '/', '_');
    return name;
}

bool equal(std::string_view a, std::string_view b, bool fold)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [fold](char x, char y) { return fold ? to_lower(x) == to_lower(y) : x == y; });
}

std::string_view without_slash(std::string_view path)
{
    return path.substr(0, 1) == "/" ? path.substr(1) : path;
}

}  // namespace

Found find_table(const Form &form, std::string_view name)
{
    for (const bool fold : {false, true}) {
        Found found;
        for (const std::uint32_t table : form.tables)
            if (equal(odata_table_name(form, table), name, fold) ||
                (table != Form::root && equal(without_slash(form[table].path), without_slash(name), fold)))
                return {{table}};
        for (const std::uint32_t table : form.tables)
            if (table != Form::root && equal(form[table].name, name, fold)) found.nodes.push_back(table);
        if (!found.nodes.empty()) return found;
    }
    return {};
}

Found find_question(const Form &form, std::uint32_t table, std::string_view name)
{
    name = without_slash(name);
    const std::vector<std::uint32_t> all = questions(form, table);
    const std::size_t above = form[table].path.size() + 1;
    const auto whole = [&](const Node &node) { return std::string_view(node.path).substr(1); };
    const auto below = [&](const Node &node) { return std::string_view(node.path).substr(above); };
    for (const bool fold : {false, true}) {
        for (const std::uint32_t node : all)
            if (equal(whole(form[node]), name, fold)) return {{node}};
        for (const std::uint32_t node : all)
            if (equal(below(form[node]), name, fold)) return {{node}};
        Found found;
        for (const std::uint32_t node : all)
            if (equal(underscored(whole(form[node])), name, fold) ||
                equal(underscored(below(form[node])), name, fold) || equal(form[node].name, name, fold))
                found.nodes.push_back(node);
        if (!found.nodes.empty()) return found;
    }
    return {};
}

std::vector<std::uint32_t> questions(const Form &form, std::uint32_t table)
{
    std::vector<std::uint32_t> found;
    for (std::uint32_t i = table + 1; i < form[table].end; ++i)
        if (form[i].is_leaf() && form[i].repeat == table) found.push_back(i);
    return found;
}

}  // namespace quire::forms
