// src/core/forms/form.cpp: finding nodes of a form.
#include "core/forms/form.hpp"

#include <algorithm>
#include <unordered_set>

#include "core/forms/names.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {

void Form::index()
{
    tables.assign(1, root);
    for (Node &node : nodes) node.odata = odata_name(node.name);
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
        Node &node = nodes[i];
        for (std::uint32_t place = 0; place < node.children.size(); ++place) nodes[node.children[place]].place = place;
        node.children_by_name = node.children;
        std::sort(node.children_by_name.begin(), node.children_by_name.end(),
                  [this](std::uint32_t a, std::uint32_t b) { return nodes[a].name < nodes[b].name; });
        std::unordered_set<std::string_view> names;
        for (const std::uint32_t child : node.children) node.has_namesakes |= !names.insert(nodes[child].odata).second;
        if (node.is_leaf()) node.slot = nodes[node.repeat].slot++;
        if (node.is_repeat()) {
            node.table = static_cast<std::uint32_t>(tables.size());
            tables.push_back(i);
        }
    }
    make_steps();
    for (const std::uint32_t table : tables) {
        Node &node = nodes[table];
        const auto after = std::lower_bound(tables.begin(), tables.end(), node.end);
        node.tables_end = static_cast<std::uint32_t>(after - tables.begin());
    }
}

void Form::make_steps()
{
    for (const Node &node : nodes) {
        Step step;
        step.name_at = static_cast<std::uint32_t>(names.size());
        step.name_size = static_cast<std::uint16_t>(node.name.size());
        step.kind = node.kind;
        step.value = node.value;
        step.first_child = node.children.empty() ? 0 : node.children.front();
        step.repeat = node.repeat;
        step.slot = node.slot;
        step.table = node.table;
        names += node.name;
        steps.push_back(step);
    }
    for (const Node &node : nodes)
        for (std::size_t i = 1; i < node.children.size(); ++i) steps[node.children[i - 1]].next = node.children[i];
}

std::uint32_t Form::child(std::uint32_t parent, std::string_view name) const
{
    const auto &sorted = nodes[parent].children_by_name;
    const auto found = std::lower_bound(sorted.begin(), sorted.end(), name,
                                        [this](std::uint32_t i, std::string_view n) { return nodes[i].name < n; });
    return found != sorted.end() && nodes[*found].name == name ? *found : root;
}

std::uint32_t Form::find(std::string_view path) const
{
    std::uint32_t node = root;
    while (!path.empty()) {
        if (path.front() != '/') return root;
        path.remove_prefix(1);
        const std::size_t length = std::min(path.find('/'), path.size());
        node = child(node, path.substr(0, length));
        if (node == root) return root;
        path.remove_prefix(length);
    }
    return node;
}

std::size_t Form::bytes() const
{
    const auto of = [](const Label &label) {
        std::size_t size = label.capacity() * sizeof(Label::value_type);
        for (const auto &[language, text] : label) size += text.capacity();
        return size;
    };
    std::size_t size = sizeof *this;
    for (const Node &node : nodes) {
        size += sizeof node + node.path.capacity() + node.children.capacity() * 2 * sizeof(std::uint32_t) +
                of(node.label) + of(node.hint);
        for (const Choice &choice : node.choices) size += sizeof choice + choice.value.capacity() + of(choice.label);
    }
    for (const Bind &bind : binds)
        size += sizeof bind + bind.relevant.capacity() + bind.required.capacity() + bind.constraint.capacity() +
                bind.calculate.capacity() + of(bind.constraint_message) + of(bind.required_message);
    return size;
}

}  // namespace quire::forms
