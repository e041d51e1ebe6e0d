// src/core/forms/entities.cpp: finding entity declarations, and what must hold of them.
#include "core/forms/entities.hpp"

#include <charconv>
#include <map>
#include <tuple>

#include "core/forms/definition.hpp"
#include "core/forms/names.hpp"
#include "core/xml/elements.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

using Version = std::tuple<unsigned, unsigned, unsigned>;
using Check = std::optional<DatasetFault>;  // nothing when all is well

constexpr Version first_version{2022, 1, 0}, first_offline{2024, 1, 0}, first_in_repeats{2025, 1, 0},
    first_unknown{2025, 2, 0};

// Three numbers without leading zeros, as in semantic versions; pre-releases of the specification are none of it.
std::optional<Version> version_of(std::string_view text)
{
    text = xml::trim(text);
    unsigned parts[3];
    const char *p = text.data(), *const end = p + text.size();
    for (unsigned &part : parts) {
        if (&part != parts && (p == end || *p++ != '.')) return std::nullopt;
        const char *const start = p;
        const auto [stop, error] = std::from_chars(p, end, part);
        if (error != std::errc() || (*start == '0' && stop - start > 1)) return std::nullopt;
        p = stop;
    }
    if (p != end) return std::nullopt;
    return Version{parts[0], parts[1], parts[2]};
}

std::optional<Version> entities_version(const Form &form)
{
    return form.entities_version ? version_of(*form.entities_version) : std::nullopt;
}

Check check_version(const Form &form)
{
    const std::uint32_t node = form.entities.front().element;
    const std::string subject = form[node].path + " is declared, but ";
    if (!form.entities_version) return DatasetFault{node, subject + "the model has no entities-version"};
    const auto version = entities_version(form);
    if (!version || *version < first_version || *version >= first_unknown)
        return DatasetFault{node, subject + "the model's entities-version is none from 2022.1.0 to 2025.1"};
    return std::nullopt;
}

// What a declaration says on its own.
Check check_declaration(const Form &form, const EntityDeclaration &declaration)
{
    const std::string &path = form[declaration.element].path;
    const auto fault = [&](std::string message) { return DatasetFault{declaration.element, std::move(message)}; };
    if (!declaration.declared_dataset) return fault(path + " has no attribute dataset");
    if (!is_dataset_name(declaration.dataset))
        return fault("the dataset of " + path + " has no valid name: " + std::string(dataset_name_rule));
    if (!declaration.create && !declaration.update) return fault(path + " has neither create nor update");
    return std::nullopt;
}

bool is_property(const Node &node)
{
    return node.is_leaf() && node.property && !node.property->empty();
}

Check check_property_names(const Form &form)
{
    for (std::uint32_t i = 1; i < form.nodes.size(); ++i)
        if (is_property(form[i]) && !is_property_name(*form[i].property))
            return DatasetFault{i, "the property that " + form[i].path +
                                       " is saved to has no valid name: " + std::string(property_name_rule)};
    return std::nullopt;
}

// A property belongs to the innermost dataset around its question. One that has none around it is passed over.
Check find_properties(const Form &form, std::vector<Dataset> &datasets)
{
    constexpr std::uint32_t none = 0xFFFFFFFF;
    std::vector<std::uint32_t> innermost(form.nodes.size(), none);
    for (std::uint32_t i = 0; i < datasets.size(); ++i) innermost[datasets[i].container] = i;
    for (std::uint32_t i = 1; i < form.nodes.size(); ++i) {
        const Node &node = form[i];
        if (innermost[i] == none) innermost[i] = innermost[node.parent];
        if (!is_property(node) || innermost[i] == none) continue;
        Dataset &dataset = datasets[innermost[i]];
        // A value of each instance, but one entity for all of them.
        if (node.repeat != dataset.container && is_within(form, node.repeat, dataset.container))
            return DatasetFault{i, node.path + " is in the repeat " + form[node.repeat].path + ", but the entity of " +
                                       form[dataset.element].path + " that it is saved to is outside of it"};
        dataset.properties.push_back(i);
    }
    return std::nullopt;
}

// Entities of repeats and several of them are the news of 2025.1. As in ODK Central, one of a group does not count,
// though a repeat may be around it.
Check check_number(const Form &form, const std::vector<Dataset> &datasets)
{
    if (*entities_version(form) >= first_in_repeats) return std::nullopt;
    for (const Dataset &dataset : datasets) {
        const bool is_of_repeat = form[dataset.container].is_repeat();
        if (is_of_repeat || datasets.size() > 1)
            return DatasetFault{dataset.element,
                                form[dataset.element].path +
                                    (is_of_repeat ? " is in a repeat" : " is one of several entities") +
                                    ", for which entities-version has to be 2025.1.0 or later"};
    }
    return std::nullopt;
}

Check check_duplicates(const Form &form, const std::vector<Dataset> &datasets)
{
    std::map<std::string, std::uint32_t> elements;
    for (const Dataset &dataset : datasets) {
        const auto [same, is_new] = elements.try_emplace(folded(dataset.name), dataset.element);
        if (!is_new)
            return DatasetFault{dataset.element, form[same->second].path + " and " + form[dataset.element].path +
                                                     " declare the same dataset"};
        std::map<std::string, std::uint32_t> questions;
        for (const std::uint32_t property : dataset.properties) {
            const auto [other, is_first] = questions.try_emplace(folded(*form[property].property), property);
            if (!is_first)
                return DatasetFault{property, form[other->second].path + " and " + form[property].path +
                                                  " are saved to the same property"};
        }
    }
    return std::nullopt;
}

}  // namespace

void read_entities(Definition &definition)
{
    Form &form = definition.form;
    for (std::uint32_t i = 1; i < form.nodes.size(); ++i) {
        const std::uint32_t meta = form[i].parent;
        if (form[i].name != "entity" || meta == Form::root || form[meta].name != "meta") continue;
        const xmlNode *const element = definition.elements[i];
        EntityDeclaration declaration;
        declaration.container = form[meta].parent;
        declaration.element = i;
        declaration.declared_dataset = xml::attribute(element, "dataset");
        declaration.dataset = xml::trim(declaration.declared_dataset.value_or(""));
        declaration.create = xml::attribute(element, "create").has_value();
        declaration.update = xml::attribute(element, "update").has_value();
        declaration.line = form[i].line;
        form.entities.push_back(std::move(declaration));
    }
    if (form.entities.empty()) return;
    const auto datasets = datasets_of(form);
    if (!datasets.ok()) {
        const DatasetFault &fault = datasets.fault();
        definition.warn(definition.elements[fault.node], form[fault.node].path, fault.message);
    } else if (*entities_version(form) < first_offline) {
        definition.warn(definition.model, "", "entities cannot be edited offline before entities-version 2024.1.0");
    }
}

Result<std::vector<Dataset>, DatasetFault> datasets_of(const Form &form)
{
    std::vector<Dataset> datasets;
    if (form.entities.empty()) return datasets;
    if (Check fault = check_version(form)) return *std::move(fault);
    for (const EntityDeclaration &declaration : form.entities) {
        if (Check fault = check_declaration(form, declaration)) return *std::move(fault);
        Dataset dataset;
        dataset.name = declaration.dataset;
        dataset.container = declaration.container;
        dataset.element = declaration.element;
        dataset.create = declaration.create;
        dataset.update = declaration.update;
        const Node &container = form[declaration.container];
        dataset.repeats = container.is_repeat();
        datasets.push_back(std::move(dataset));
    }
    if (Check fault = check_property_names(form)) return *std::move(fault);
    if (Check fault = find_properties(form, datasets)) return *std::move(fault);
    if (Check fault = check_number(form, datasets)) return *std::move(fault);
    if (Check fault = check_duplicates(form, datasets)) return *std::move(fault);
    return datasets;
}

std::string dataset_path(const Form &form, const Dataset &dataset)
{
    return form[dataset.container].path + '/';
}

}  // namespace quire::forms
