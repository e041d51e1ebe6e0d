// src/core/logic/rules.cpp: compiling what the binds and controls of a form say.
#include "core/logic/rules.hpp"

#include "core/logic/analysis.hpp"
#include "core/logic/functions.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {
namespace {

std::uint8_t traits_of(const Expression &expression)
{
    std::uint8_t traits = 0;
    for (const Op &op : expression.ops)
        if (op.function) traits |= op.function->traits;
    return traits;
}

bool is_select(const forms::Node &node)
{
    return node.control == "select1" || node.control == "select" || node.control == "rank";
}

// Collect's search() puts other choices in the place of the listed ones.
bool searches(const forms::Node &node)
{
    return node.appearance.find("search(") != std::string::npos;
}

}  // namespace

Rules::Rules(std::shared_ptr<const forms::Form> form, std::string xml)
    : form_(std::move(form)), xml_(std::move(xml)), nodes_(form_->nodes.size())
{
    // The text was a form, so it is a document.
    (void)read_document(xml_, names_, definition_, {}, never);
    parts_.emplace(definition_);
    for (const auto &[prefix, uri] : definition_.prefixes()) prefixes_.emplace_back(prefix, uri);
    prefixes_.insert(prefixes_.end(), well_known_prefixes.begin(), well_known_prefixes.end());
    name_nodes();
    compile_rules();
    Analysis(*this).run();
}

// Elements of a submission are in the namespaces that the form gives them, whatever the submission says.
void Rules::name_nodes()
{
    for (std::uint32_t i = 0; i < form_->nodes.size(); ++i) nodes_[i].name = names_.add((*form_)[i].name);
    const std::uint32_t instance = parts_->primary();
    if (instance == 0) return;
    std::vector<std::uint32_t> open{0};  // form nodes around
    for (std::uint32_t node = instance + 1; node < definition_[instance].end; ++node) {
        if (definition_[node].kind != Node::Kind::element) continue;
        const std::uint32_t parent = definition_[node].parent;
        std::uint32_t form_node = forms::Form::root;
        if (parent != instance) {
            const std::uint32_t above = definition_[parent].form;
            form_node = above == 0 && definition_[parent].parent != instance
                            ? 0
                            : form_->child(above, xml::local_name(definition_[node].tag));
            if (form_node == 0) continue;
        }
        definition_[node].form = form_node;
        nodes_[form_node].space = definition_[node].space;
    }
}

const Rule *Rules::compile_rule(const std::string &source, int line, std::uint32_t node)
{
    if (source.empty()) return nullptr;
    auto compiled = compile(source, names_, prefixes_);
    if (!compiled.ok()) {
        const Fault &fault = compiled.fault();
        warnings_.push_back(
            {line, (*form_)[node].path, source, fault.message + " (character " + std::to_string(fault.at + 1) + ")"});
        return nullptr;
    }
    Rule &rule = rules_.emplace_back();
    rule.expression = std::move(compiled).value();
    rule.source = source;
    rule.traits = traits_of(rule.expression);
    return &rule;
}

void Rules::compile_rules()
{
    for (const forms::Bind &bind : form_->binds) {
        NodeRules &rules = nodes_[bind.node];
        rules.bind = &bind;
        rules.relevant = compile_rule(bind.relevant, bind.line, bind.node);
        rules.required = compile_rule(bind.required, bind.line, bind.node);
        rules.constraint = compile_rule(bind.constraint, bind.line, bind.node);
        rules.calculate = compile_rule(bind.calculate, bind.line, bind.node);
    }
    for (std::uint32_t i = 0; i < form_->nodes.size(); ++i) {
        const forms::Node &node = (*form_)[i];
        if (node.is_repeat()) nodes_[i].count = compile_rule(node.count, node.line, i);
        if (is_select(node) && !searches(node)) compile_choices(i);
    }
}

void Rules::compile_choices(std::uint32_t index)
{
    const forms::Node &node = (*form_)[index];
    NodeRules &rules = nodes_[index];
    if (!node.itemset) {
        rules.choices_are_listed = !node.choices.empty();
        return;
    }
    const forms::Itemset &itemset = *node.itemset;
    rules.choices = compile_rule(itemset.nodeset, itemset.line, index);
    rules.choice_value = compile_rule(itemset.value, itemset.line, index);
    rules.choice_label = compile_rule(itemset.label, itemset.line, index);
    const bool is_filtered = itemset.nodeset.find('[') != std::string::npos;
    const bool is_plain = itemset.nodeset.compare(0, 9, "instance(") == 0;
    rules.choices_are_listed = is_plain && !is_filtered && !node.choices.empty();
}

std::size_t Rules::bytes() const
{
    std::size_t size = sizeof *this + xml_.capacity() + definition_.bytes() + nodes_.capacity() * sizeof(NodeRules);
    for (const Rule &rule : rules_)
        size +=
            sizeof rule + rule.expression.ops.capacity() * sizeof(Op) + rule.expression.steps.capacity() * sizeof(Step);
    return size;
}

}  // namespace quire::logic
