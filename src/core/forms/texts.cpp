// src/core/forms/texts.cpp: languages, labels and hints.
#include "core/forms/texts.hpp"

#include <algorithm>
#include <unordered_set>

#include "core/xml/elements.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

void append_spoken(std::string &text, const xmlNode *element)
{
    for (const xmlNode *node = element->children; node; node = node->next) {
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
            text += xml::view(node->content);
        } else if (node->type == XML_ELEMENT_NODE) {
            auto expression = xml::name_of(node) == "output" ? xml::plain_attribute(node, "value") : std::nullopt;
            if (!expression && xml::name_of(node) == "output") expression = xml::plain_attribute(node, "ref");
            if (expression)
                text.append("${").append(xml::trim(*expression)).append("}");
            else
                append_spoken(text, node);
        }
    }
}

// How well a value of an itext tells what is shown: the plain one best, then those for more or less room.
int rank_of(const xmlNode *value)
{
    const auto form = xml::plain_attribute(value, "form");
    return !form ? 3 : *form == "long" ? 2 : *form == "short" ? 1 : 0;
}

// Sets the labels of the nodes that controls name: the first control of a node counts, but a repeat before the group
// around it, whose label serves where the repeat has none.
class Labels {
public:
    Labels(Definition &definition, Texts &texts) : definition_(definition), texts_(texts) {}

    void read()
    {
        for (const Control &control : definition_.controls) {
            if (control.path.empty() || is_action(control.name)) continue;
            const std::uint32_t index = definition_.form.find(control.path);
            if (index == Form::root)
                definition_.warn(control.element, control.path, "the body asks for a node that the form does not have");
            else
                take(control, definition_.form.nodes[index]);
        }
    }

private:
    static bool is_action(std::string_view name)
    {
        return name == "setvalue" || name == "setgeopoint" || name == "recordaudio";
    }

    void take(const Control &control, Node &node)
    {
        const bool over_group = control.name == "repeat" && node.control == "group";
        if (!node.control.empty() && !over_group) return;
        node.control = control.name;
        node.appearance = xml::plain_attribute(control.element, "appearance").value_or("");
        set(node.label, "label", control, node);
        set(node.hint, "hint", control, node);
        if (control.name == "select" || control.name == "select1" || control.name == "rank")
            node.choices = read_choices(definition_, texts_, control);
    }

    void set(Label &label, std::string_view kind, const Control &control, const Node &node)
    {
        if (const xmlNode *const element = xml::child_named(control.element, kind))
            if (Label found = texts_.of(element, node.path); !found.empty()) label = std::move(found);
    }

    Definition &definition_;
    Texts &texts_;
};

}  // namespace

std::optional<std::string_view> itext_id(std::string_view expression)
{
    expression = xml::trim(expression);
    constexpr std::string_view function = "jr:itext(";
    if (expression.substr(0, function.size()) != function || expression.back() != ')') return std::nullopt;
    expression.remove_prefix(function.size());
    expression.remove_suffix(1);
    expression = xml::trim(expression);
    if (expression.size() < 2 || (expression.front() != '\'' && expression.front() != '"') ||
        expression.back() != expression.front())
        return std::nullopt;
    return expression.substr(1, expression.size() - 2);
}

std::string spoken_text(const xmlNode *element)
{
    std::string text;
    append_spoken(text, element);
    return std::string(xml::trim(text));
}

Texts::Texts(Definition &definition) : definition_(definition)
{
    std::vector<std::string> &languages = definition.form.languages;
    std::optional<std::size_t> chosen;
    if (const xmlNode *const itext = xml::child_named(definition.model, "itext"))
        xml::for_each_child(itext, "translation", [&](const xmlNode *translation) {
            const auto language = xml::plain_attribute(translation, "lang");
            if (!language) return definition.warn(translation, "", "a translation names no language");
            if (std::find(languages.begin(), languages.end(), *language) != languages.end())
                return definition.warn(translation, "", "two translations name one language; only the first counts");
            if (!chosen && xml::attribute(translation, "default")) chosen = languages.size();
            languages.push_back(*language);
            read_translation(translation, static_cast<std::uint16_t>(languages.size() - 1));
        });
    if (languages.empty()) languages.emplace_back("default");
    definition.form.default_language = chosen.value_or(0);
}

void Texts::read_translation(const xmlNode *translation, std::uint16_t language)
{
    xml::for_each_child(translation, "text", [&](const xmlNode *text) {
        const auto id = xml::plain_attribute(text, "id");
        if (!id) return definition_.warn(text, "", "a text of a translation has no id");
        const xmlNode *best = nullptr;
        xml::for_each_child(text, "value", [&](const xmlNode *value) {
            if (rank_of(value) > (best ? rank_of(best) : 0)) best = value;
        });
        Label &label = by_id_[*id];
        if (!best) return;
        if (label.empty() || label.back().first != language) label.emplace_back(language, spoken_text(best));
    });
}

Label Texts::find(std::string_view id) const
{
    const auto found = by_id_.find(std::string(id));
    return found == by_id_.end() ? Label() : found->second;
}

Label Texts::of(const xmlNode *element, const std::string &path)
{
    const auto default_language = static_cast<std::uint16_t>(definition_.form.default_language);
    if (const auto reference = xml::plain_attribute(element, "ref")) {
        if (const auto id = itext_id(*reference)) {
            Label label = find(*id);
            const bool in_default =
                std::any_of(label.begin(), label.end(), [&](const auto &one) { return one.first == default_language; });
            // A text that is only a picture or a sound is there, and says nothing.
            if (!in_default && (!label.empty() || !by_id_.count(std::string(*id))))
                definition_.warn(element, path, "a text has no translation into the default language", *reference);
            if (!label.empty()) return label;
        }
    }
    std::string text = spoken_text(element);
    if (text.empty()) return {};
    return {{default_language, std::move(text)}};
}

void read_texts(Definition &definition)
{
    Texts texts(definition);
    Labels(definition, texts).read();
    read_rules(definition, texts);
}

}  // namespace quire::forms
