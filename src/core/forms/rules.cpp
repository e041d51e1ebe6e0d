// src/core/forms/rules.cpp: the rules that a form gives to its nodes, gathered from its binds, controls and actions.
#include <unordered_map>

#include "core/forms/lookup.hpp"
#include "core/forms/texts.hpp"
#include "core/xml/elements.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

bool is_action(std::string_view name)
{
    return name == "setvalue" || name == "setgeopoint" || name == "recordaudio";
}

class Rules {
public:
    Rules(Definition &definition, const Texts &texts) : definition_(definition), form_(definition.form), texts_(texts)
    {
    }

    void read()
    {
        xml::for_each_child(definition_.model, "bind", [&](const xmlNode *bind) { read_bind(bind); });
        xml::for_each_child(definition_.model, [&](const xmlNode *element) {
            if (is_action(xml::name_of(element))) set_aside(xml::plain_attribute(element, "ref").value_or(""));
        });
        for (const Control &control : definition_.controls) read_control(control);
    }

private:
    void read_bind(const xmlNode *element)
    {
        const std::string path = path_of(xml::plain_attribute(element, "nodeset").value_or(""), "");
        // Binds of attributes are for the client, which fills them.
        if (path.empty() || path.find('@') != std::string::npos) return;
        const std::uint32_t node = form_.find(path);
        if (node == Form::root) {
            definition_.warn(element, path, "a bind names a node that the form does not have");
            return;
        }
        if (xml::attribute(element, "preload")) form_.nodes[node].set_aside = true;
        Bind bind;
        bind.node = node;
        bind.line = xml::line_of(element);
        bind.relevant = expression(element, "relevant");
        bind.required = expression(element, "required");
        bind.constraint = expression(element, "constraint");
        bind.calculate = expression(element, "calculate");
        bind.constraint_message = message(element, "constraintMsg");
        bind.required_message = message(element, "requiredMsg");
        if (!bind.calculate.empty()) form_.nodes[node].calculated = true;
        if (bind.relevant.empty() && bind.required.empty() && bind.constraint.empty() && bind.calculate.empty()) return;
        merge(element, std::move(bind));
    }

    void merge(const xmlNode *element, Bind bind)
    {
        const auto [known, is_new] = by_node_.try_emplace(bind.node, form_.binds.size());
        if (is_new) {
            form_.binds.push_back(std::move(bind));
            return;
        }
        definition_.warn(element, form_[bind.node].path, "a node has several binds; the last one counts");
        Bind &all = form_.binds[known->second];
        const auto take = [](auto &to, auto &from) {
            if (!from.empty()) to = std::move(from);
        };
        take(all.relevant, bind.relevant);
        take(all.required, bind.required);
        take(all.constraint, bind.constraint);
        take(all.calculate, bind.calculate);
        take(all.constraint_message, bind.constraint_message);
        take(all.required_message, bind.required_message);
    }

    static std::string expression(const xmlNode *element, std::string_view name)
    {
        return std::string(xml::trim(xml::plain_attribute(element, name).value_or("")));
    }

    Label message(const xmlNode *bind, std::string_view name) const
    {
        std::string text = xml::attribute(bind, name).value_or("");
        if (text.empty()) return {};
        if (const auto id = itext_id(text)) return texts_.find(*id);
        return {{static_cast<std::uint16_t>(form_.default_language), std::move(text)}};
    }

    void read_control(const Control &control)
    {
        const std::uint32_t index = control.path.empty() ? Form::root : form_.find(control.path);
        if (index == Form::root) return;
        Node &node = form_.nodes[index];
        if (is_action(control.name)) node.set_aside = true;
        if (control.name == "repeat") node.count = xml::attribute(control.element, "count").value_or("");
        if (const xmlNode *const itemset = xml::child_named(control.element, "itemset"); itemset && !node.itemset)
            node.itemset = Itemset{expression(itemset, "nodeset"), part(itemset, "value"), part(itemset, "label"),
                                   xml::line_of(itemset)};
    }

    static std::string part(const xmlNode *itemset, std::string_view name)
    {
        const xmlNode *const element = xml::child_named(itemset, name);
        return element ? expression(element, "ref") : std::string();
    }

    void set_aside(std::string_view reference)
    {
        const std::string path = path_of(reference, "");
        const std::uint32_t node = path.empty() ? Form::root : form_.find(path);
        if (node != Form::root) form_.nodes[node].set_aside = true;
    }

    Definition &definition_;
    Form &form_;
    const Texts &texts_;
    std::unordered_map<std::uint32_t, std::size_t> by_node_;
};

}  // namespace

void read_rules(Definition &definition, const Texts &texts)
{
    Rules(definition, texts).read();
}

}  // namespace quire::forms
