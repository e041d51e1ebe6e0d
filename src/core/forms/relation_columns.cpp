// src/core/forms/relation_columns.cpp: from questions to columns and their types.
#include "core/forms/relation_columns.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "core/forms/lookup.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

constexpr std::array<std::string_view, 11> words = {"key",    "id",      "parent_id", "position", "problems", "value",
                                                    "offset", "geojson", "geometry",  "choice",   "label"};

std::string value_type(const Node &node)
{
    if (node.select_multiple) return "text[]";
    switch (node.value) {
        // XForms' int has 32 bits.
        case Value::integer: {
            const std::string_view type = node.type;
            return type.substr(type.rfind(':') + 1) == "int" ? "integer" : "bigint";
        }
        case Value::decimal: return "numeric";
        case Value::boolean: return "boolean";
        case Value::date: return "date";
        case Value::time: return "time";
        case Value::date_time: return "timestamp with time zone";
        default: return "text";
    }
}

std::string kind_of(Value value)
{
    return value == Value::geopoint ? "geopoint" : value == Value::geotrace ? "geotrace" : "geoshape";
}

bool is_geometry(const Node &node)
{
    return node.value >= Value::geopoint && !node.select_multiple;
}

RelationColumn make_column(const Node &node, Holds holds, std::string type, std::string detail = {})
{
    RelationColumn column;
    column.holds = holds;
    column.type = std::move(type);
    column.path = node.path;
    column.detail = std::move(detail);
    return column;
}

}  // namespace

std::string_view spelled(Holds holds)
{
    return words[static_cast<std::size_t>(holds)];
}

std::optional<Holds> holds_of(std::string_view word)
{
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end()) return std::nullopt;
    return static_cast<Holds>(found - words.begin());
}

// Comments are in the language asked for, too.
Wishes::Wishes(const Form &form, const RelationOptions &options, std::vector<std::size_t> languages)
    : form_(form), options_(options), languages_(std::move(languages)), title_language_(languages_.front())
{
    if (!options.language) return;
    const auto found = std::find(form.languages.begin(), form.languages.end(), *options.language);
    if (found != form.languages.end()) title_language_ = static_cast<std::size_t>(found - form.languages.begin());
}

std::string Wishes::text_of(const Label &label, std::size_t language) const
{
    for (const auto &[of, text] : label)
        if (of == language) return text;
    return {};
}

std::string Wishes::title_of(const Node &node) const
{
    std::string label = text_of(node.label, title_language_);
    return label.empty() ? node.path : label;
}

std::string Wishes::title(std::uint32_t table) const
{
    if (table != Form::root) return title_of(form_[table]);
    return "Submissions of " + form_.title.value_or(form_.id.value_or("the form"));
}

std::vector<RelationColumn> Wishes::frame(std::uint32_t table) const
{
    std::vector<RelationColumn> columns;
    const auto add = [&](std::string name, Holds holds, std::string type, std::string comment) -> RelationColumn & {
        RelationColumn &column = columns.emplace_back();
        column.name = std::move(name);
        column.holds = holds;
        column.type = std::move(type);
        column.comment = std::move(comment);
        return column;
    };
    for (const auto &[name, type] : options_.keys)
        add("source_" + name, Holds::key, type, "Column " + name + " of the submission's row").detail = name;
    const bool is_root = table == Form::root;
    add("__id", Holds::id, "text", is_root ? "The submission's instance id" : "The row's id, as OData clients see it");
    if (!is_root) {
        add("__parent_id", Holds::parent_id, "text", "The id of the row that this one is in");
        add("__position", Holds::position, "integer[]", "The numbers of the repeats that this row is in, from 1");
    }
    add("__problems", Holds::problems, "jsonb", "The answers that are not of their column's type");
    return columns;
}

std::vector<Wanted> Wishes::answers(std::uint32_t table) const
{
    std::vector<Wanted> all;
    for (const std::uint32_t question : questions(form_, table)) {
        const Node &node = form_[question];
        const std::size_t value = all.size();
        const auto want = [&](RelationColumn column, const char *what) {
            column.comment = title_of(node) + what;
            all.push_back({std::move(column), value});
        };
        want(make_column(node, Holds::value, value_type(node)), "");
        if (all[value].column.type == "timestamp with time zone")
            want(make_column(node, Holds::offset, "interval"), " (offset from UTC)");
        if (is_geometry(node)) {
            want(make_column(node, Holds::geojson, "jsonb", kind_of(node.value)), " (GeoJSON)");
            if (!options_.geometry.empty())
                want(make_column(node, Holds::geometry, options_.geometry, kind_of(node.value)), " (geometry)");
        }
        if (options_.labels) want_labels(node, value, all);
        if (options_.split_choices && node.select_multiple) want_choices(node, value, all);
    }
    return all;
}

// Beside codes that are texts as they were submitted; a number has lost how it was spelled.
void Wishes::want_labels(const Node &node, std::size_t value, std::vector<Wanted> &all) const
{
    const std::string type = all[value].column.type;
    if (!node.select_multiple && (node.control != "select1" || type != "text")) return;
    for (const std::size_t language : languages_) {
        RelationColumn column = make_column(node, Holds::label, type, form_.languages[language]);
        std::unordered_set<std::string_view> seen;
        for (const Choice &choice : node.choices) {
            std::string text = text_of(choice.label, language);
            if (!text.empty() && seen.insert(choice.value).second)
                column.labels.emplace_back(choice.value, std::move(text));
        }
        if (column.labels.empty()) continue;
        column.comment = title_of(node) + " (label)";
        all.push_back({std::move(column), value});
    }
}

void Wishes::want_choices(const Node &node, std::size_t value, std::vector<Wanted> &all) const
{
    std::unordered_set<std::string_view> seen;
    for (const Choice &choice : node.choices) {
        if (choice.value.empty() || !seen.insert(choice.value).second) continue;
        RelationColumn column = make_column(node, Holds::choice, "smallint", choice.value);
        const std::string label = text_of(choice.label, title_language_);
        column.comment = title_of(node) + ": " + (label.empty() ? choice.value : label);
        all.push_back({std::move(column), value});
    }
}

}  // namespace quire::forms
