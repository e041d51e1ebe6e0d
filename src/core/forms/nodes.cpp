// src/core/forms/nodes.cpp: the primary instance, typed by binds and by the controls of the body.
#include <algorithm>
#include <unordered_set>

#include "core/forms/definition.hpp"
#include "core/forms/lookup.hpp"
#include "core/xml/elements.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

struct Bind {
    std::string type;
    std::optional<std::string> property;
};

// "../name" and "./name" as seen from `context`, a stripped path below the root.
std::string resolve(std::string_view reference, std::string_view context)
{
    std::string path(context);
    while (!reference.empty()) {
        const std::size_t length = std::min(reference.find('/'), reference.size());
        const std::string_view step = reference.substr(0, length);
        if (step == "..")
            path.resize(path.empty() ? 0 : path.rfind('/'));
        else if (step != "." && !step.empty())
            path.append("/").append(step);
        reference.remove_prefix(std::min(length + 1, reference.size()));
    }
    return path;
}

class Reader {
public:
    explicit Reader(Definition &definition) : definition_(definition), form_(definition.form)
    {
        read_binds();
        for (const Control &control : definition.controls) {
            if (control.name == "repeat") repeats_.insert(control.path);
            if (control.name == "select") selects_.insert(control.path);
        }
    }

    void read()
    {
        std::size_t elements = 1;
        xml::for_each_below(definition_.root, [&](const xmlNode *) { ++elements; });
        form_.nodes.reserve(std::min(elements, max_nodes));
        Node root;
        root.name = xml::name_of(definition_.root);
        root.tag = xml::tag_of(definition_.root);
        root.kind = Node::Kind::group;
        root.line = xml::line_of(definition_.root);
        form_.nodes.push_back(std::move(root));
        definition_.elements.push_back(definition_.root);
        read_children(definition_.root, Form::root, '/' + form_.nodes[0].tag);
        form_.nodes[0].end = static_cast<std::uint32_t>(form_.nodes.size());
    }

private:
    // The first bind of a node that has a type is its bind.
    void read_binds()
    {
        const std::string root = '/' + xml::tag_of(definition_.root) + '/';
        xml::for_each_child(definition_.model, "bind", [&](const xmlNode *element) {
            if (!xml::attribute(element, "type")) return;
            const auto nodeset = xml::plain_attribute(element, "nodeset");
            if (!nodeset) return definition_.warn(element, "", "a bind has no nodeset");
            const std::string_view path = xml::trim(*nodeset);
            binds_.try_emplace(
                path.substr(0, 1) == "/" ? std::string(path) : root + std::string(path),
                Bind{xml::plain_attribute(element, "type").value_or(""), xml::attribute(element, "saveto")});
        });
    }

    void read_children(const xmlNode *element, std::uint32_t parent, const std::string &binding)
    {
        std::unordered_set<std::string_view> names;
        xml::for_each_child(element, [&](const xmlNode *child) {
            const std::string_view name = xml::name_of(child);
            const std::string path = form_.nodes[parent].path + '/' + std::string(name);
            const bool repeats = repeats_.count(path) != 0;
            if (!names.insert(name).second) {
                if (repeats) return;  // the first, often the template, says what a repeat is made of
                throw FormFault{FormFault::Kind::not_a_form,
                                xml::line_of(child),
                                "two nodes have the path " + path + ", which is no repeat",
                                {}};
            }
            if (path.size() > max_path || form_.nodes.size() == max_nodes)
                throw FormFault{
                    FormFault::Kind::too_large,
                    xml::line_of(child),
                    path.size() > max_path ? "a path is longer than 4096 bytes" : "the form has more than 100000 nodes",
                    {}};
            add(child, parent, path, binding + '/' + xml::tag_of(child), repeats);
        });
    }

    void add(const xmlNode *element, std::uint32_t parent, const std::string &path, const std::string &binding,
             bool repeats)
    {
        const auto index = static_cast<std::uint32_t>(form_.nodes.size());
        const Node &above = form_.nodes[parent];
        Node node;
        node.name = xml::name_of(element);
        node.tag = xml::tag_of(element);
        node.path = path;
        node.line = xml::line_of(element);
        node.parent = parent;
        node.repeat = above.is_repeat() ? parent : above.repeat;
        node.depth = parent == Form::root ? 0 : above.depth + 1;
        const auto bind = binds_.find(binding);
        if (bind != binds_.end()) node.property = bind->second.property;
        node.type = repeats                ? "repeat"
                    : bind != binds_.end() ? bind->second.type.empty() ? "unknown" : bind->second.type
                    : holds_elements(element, path, node.tag) ? "structure"
                                                              : "unknown";
        node.kind = node.type == "repeat"      ? Node::Kind::repeat
                    : node.type == "structure" ? Node::Kind::group
                                               : Node::Kind::leaf;
        node.value = value_of_type(node.type);
        node.exported = exported_value(node);
        node.binary = node.type == "binary" || path == "/meta/audit";
        node.select_multiple = selects_.count(path) != 0;
        const bool inner = !node.is_leaf();

        form_.nodes.push_back(std::move(node));
        form_.nodes[parent].children.push_back(index);
        definition_.elements.push_back(element);
        if (inner) read_children(element, index, binding);
        form_.nodes[index].end = static_cast<std::uint32_t>(form_.nodes.size());
    }

    // An entity element is a group even where the form gives it no label.
    static bool holds_elements(const xmlNode *element, std::string_view path, std::string_view tag)
    {
        constexpr std::string_view entity = "/meta/entity";
        return xml::first_element(element) ||
               (tag == "entity" && path.size() >= entity.size() && path.substr(path.size() - entity.size()) == entity);
    }

    static Value value_of_type(std::string_view type)
    {
        struct Known {
            std::string_view name;
            Value value;
        };
        static constexpr Known known[] = {
            {"int", Value::integer},        {"integer", Value::integer},   {"long", Value::integer},
            {"decimal", Value::decimal},    {"double", Value::decimal},    {"float", Value::decimal},
            {"boolean", Value::boolean},    {"date", Value::date},         {"time", Value::time},
            {"dateTime", Value::date_time}, {"geopoint", Value::geopoint}, {"geotrace", Value::geotrace},
            {"geoshape", Value::geoshape}};
        const std::string_view local = xml::local_name(type);
        for (const Known &one : known)
            if (one.name == local) return one.value;
        return Value::text;
    }

    static Value exported_value(const Node &node)
    {
        switch (node.value) {
            case Value::integer: return node.type == "int" ? node.value : Value::text;
            case Value::decimal: return node.type == "decimal" ? node.value : Value::text;
            case Value::boolean:
            case Value::date:
            case Value::time: return Value::text;
            default: return node.type.find(':') == std::string::npos ? node.value : Value::text;
        }
    }

    Definition &definition_;
    Form &form_;
    std::unordered_map<std::string, Bind> binds_;
    std::unordered_set<std::string> repeats_, selects_;
};

void read_controls_below(Definition &definition, const std::unordered_map<std::string, std::string> &binds,
                         const xmlNode *parent, const std::string &context)
{
    xml::for_each_child(parent, [&](const xmlNode *element) {
        const std::string_view name = xml::name_of(element);
        std::optional<std::string> reference =
            name == "repeat" || name == "select" ? xml::plain_attribute(element, "nodeset") : std::nullopt;
        if (!reference) reference = xml::plain_attribute(element, "ref");
        if (!reference)
            if (const auto bind = xml::plain_attribute(element, "bind"))
                if (const auto found = binds.find(*bind); found != binds.end()) reference = found->second;
        const bool is_part = name == "label" || name == "hint" || name == "help" || name == "item" ||
                             name == "itemset" || name == "output" || name == "value" || name == "copy";
        if (is_part) return;
        const std::string path = reference ? path_of(*reference, context) : std::string();
        if (reference)
            definition.controls.push_back({element, std::string(name), path});
        else if (name != "group" && name != "setvalue")
            definition.controls.push_back({element, std::string(name), {}});
        read_controls_below(definition, binds, element, path.empty() ? context : path);
    });
}

}  // namespace

std::string strip_prefixes(std::string_view path)
{
    std::string stripped;
    while (!path.empty()) {
        const std::size_t length = std::min(path.find('/'), path.size());
        stripped += xml::local_name(path.substr(0, length));
        if (length < path.size()) stripped += '/';
        path.remove_prefix(std::min(length + 1, path.size()));
    }
    return stripped;
}

std::string path_of(std::string_view reference, std::string_view context)
{
    reference = xml::trim(reference);
    if (reference.empty()) return {};
    const std::string stripped = strip_prefixes(reference);
    if (stripped.front() != '/') return resolve(stripped, context);
    // The first component is the root, whatever it is called.
    const std::size_t below = stripped.find('/', 1);
    return below == std::string::npos ? std::string() : stripped.substr(below);
}

void read_controls(Definition &definition)
{
    if (!definition.body) return;
    std::unordered_map<std::string, std::string> binds;
    xml::for_each_child(definition.model, "bind", [&](const xmlNode *bind) {
        const auto id = xml::plain_attribute(bind, "id");
        const auto nodeset = xml::plain_attribute(bind, "nodeset");
        if (id && nodeset) binds.try_emplace(*id, *nodeset);
    });
    read_controls_below(definition, binds, definition.body, "");
}

void read_nodes(Definition &definition)
{
    Reader(definition).read();
}

}  // namespace quire::forms
