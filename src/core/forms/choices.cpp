// src/core/forms/choices.cpp: the choices of a question, from items or from a secondary instance.
#include <algorithm>
#include <unordered_set>

#include "core/forms/texts.hpp"
#include "core/xml/elements.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

// Where an itemset takes its choices from: instance('id')/root/item[filter].
struct Source {
    std::string instance;
    std::vector<std::string> steps;
};

// The end of a predicate that starts here, with quotes and predicates inside it.
std::size_t skip_predicate(std::string_view text, std::size_t at)
{
    int depth = 0;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\'' || c == '"') {
            at = text.find(c, at + 1);
            if (at == std::string_view::npos) return text.size();
        } else if (c == '[') {
            ++depth;
        } else if (c == ']' && --depth == 0) {
            return at + 1;
        }
    }
    return at;
}

std::optional<Source> read_source(std::string_view nodeset)
{
    nodeset = xml::trim(nodeset);
    constexpr std::string_view function = "instance(";
    if (nodeset.substr(0, function.size()) != function) return std::nullopt;
    const std::size_t close = nodeset.find(')');
    if (close == std::string_view::npos) return std::nullopt;
    std::string_view id = xml::trim(nodeset.substr(function.size(), close - function.size()));
    if (id.size() < 2) return std::nullopt;
    Source source{std::string(id.substr(1, id.size() - 2)), {}};
    for (std::size_t at = close + 1; at < nodeset.size();) {
        if (nodeset[at] == '[') {
            at = skip_predicate(nodeset, at);
        } else if (nodeset[at] == '/') {
            const std::size_t end = std::min(nodeset.find_first_of("/[", at + 1), nodeset.size());
            source.steps.emplace_back(xml::local_name(xml::trim(nodeset.substr(at + 1, end - at - 1))));
            at = end;
        } else {
            ++at;
        }
    }
    return source;
}

const xmlNode *find_instance(const Definition &definition, std::string_view id)
{
    const xmlNode *found = nullptr;
    xml::for_each_child(definition.model, "instance", [&](const xmlNode *instance) {
        if (!found && xml::plain_attribute(instance, "id") == id) found = instance;
    });
    return found;
}

template <class Visit>
void for_each_at(const xmlNode *top, const std::vector<std::string> &steps, std::size_t from, Visit visit)
{
    if (from == steps.size()) return visit(top);
    xml::for_each_child(top, [&](const xmlNode *child) {
        if (steps[from] == "*" || xml::name_of(child) == steps[from]) for_each_at(child, steps, from + 1, visit);
    });
}

// What a ref like "name", or jr:itext(itextId), names in an item.
const xmlNode *named_in(const xmlNode *item, std::string_view reference)
{
    return xml::child_named(item, xml::local_name(xml::trim(reference)));
}

Label label_in(const xmlNode *item, std::string_view reference, std::uint16_t language, const Texts &texts)
{
    constexpr std::string_view function = "jr:itext(";
    reference = xml::trim(reference);
    const bool by_id = reference.substr(0, function.size()) == function && reference.back() == ')';
    if (by_id) reference = reference.substr(function.size(), reference.size() - function.size() - 1);
    const xmlNode *const node = named_in(item, reference);
    if (!node) return {};
    std::string text(xml::trim(xml::text_content(node)));
    if (by_id) return texts.find(text);
    if (text.empty()) return {};
    return {{language, std::move(text)}};
}

std::string part(const xmlNode *itemset, std::string_view name)
{
    const xmlNode *const element = xml::child_named(itemset, name);
    return element ? xml::plain_attribute(element, "ref").value_or("") : std::string();
}

// A choice that is listed twice is one.
class Choices {
public:
    void add(std::string value, Label label)
    {
        std::string key = value;
        for (const auto &[language, text] : label) key.append(1, '\0').append(std::to_string(language)).append(text);
        if (seen_.insert(std::move(key)).second) all_.push_back({std::move(value), std::move(label)});
    }
    std::vector<Choice> all() && { return std::move(all_); }

private:
    std::unordered_set<std::string> seen_;
    std::vector<Choice> all_;
};

}  // namespace

std::vector<Choice> read_choices(const Definition &definition, Texts &texts, const Control &control)
{
    const auto language = static_cast<std::uint16_t>(definition.form.default_language);
    Choices choices;
    xml::for_each_child(control.element, "item", [&](const xmlNode *item) {
        const xmlNode *const value = xml::child_named(item, "value");
        if (!value) return;
        const xmlNode *const label = xml::child_named(item, "label");
        choices.add(std::string(xml::trim(xml::text_content(value))), label ? texts.of(label, control.path) : Label());
    });
    xml::for_each_child(control.element, "itemset", [&](const xmlNode *itemset) {
        const auto source = read_source(xml::plain_attribute(itemset, "nodeset").value_or(""));
        const xmlNode *const instance = source ? find_instance(definition, source->instance) : nullptr;
        if (!instance || xml::plain_attribute(instance, "src")) return;
        const std::string value = part(itemset, "value"), label = part(itemset, "label");
        for_each_at(instance, source->steps, 0, [&](const xmlNode *item) {
            if (const xmlNode *const node = named_in(item, value))
                choices.add(std::string(xml::trim(xml::text_content(node))), label_in(item, label, language, texts));
        });
    });
    return std::move(choices).all();
}

}  // namespace quire::forms
