// src/core/logic/analysis.cpp: paths followed through the nodes of the form instead of those of a submission.
#include "core/logic/analysis.hpp"

#include <algorithm>
#include <string>

#include "core/logic/functions.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {

Analysis::Analysis(Rules &rules)
    : rules_(rules), form_(rules.form()), needs_(form_.nodes.size()), marks_(form_.nodes.size(), Mark::unseen)
{
}

void Analysis::run()
{
    for (std::uint32_t node = 0; node < form_.nodes.size(); ++node) {
        const NodeRules &rules = rules_.nodes_[node];
        const int line = rules.bind ? rules.bind->line : form_[node].line;
        look_at(rules.relevant, node, line, Needs::value);
        look_at(rules.calculate, node, line, Needs::value);
        look_at(rules.required, node, line, Needs::nothing);
        look_at(rules.constraint, node, line, Needs::nothing);
        look_at(rules.count, node, line, Needs::nothing);
        if (form_[node].itemset) look_at(rules.choices, node, form_[node].itemset->line, Needs::nothing);
    }
    find_cycles();
}

void Analysis::look_at(const Rule *rule, std::uint32_t node, int line, Needs needs)
{
    if (!rule) return;
    rule_ = rule;
    node_ = node;
    line_ = line;
    used_.clear();
    follow(rule->expression.root(), {{node}, true});
    if (needs == Needs::value) needs_[node].insert(needs_[node].end(), used_.begin(), used_.end());
}

void Analysis::look_at_list(const List &list, const Places &context)
{
    for (std::uint32_t i = 0; i < list.size; ++i) follow(rule_->expression.lists[list.first + i], context);
}

Analysis::Places Analysis::follow(std::uint32_t index, const Places &context)
{
    const Op &op = rule_->expression.ops[index];
    const Places unknown{{}, false};
    if (op.code == Op::Code::number || op.code == Op::Code::text) return unknown;
    if (op.code == Op::Code::call) {
        if (op.function->name == "instance") check_instance(op);
        look_at_list(op.list, context);
        return op.function->name == "current" ? Places{{node_}, true} : unknown;
    }
    if (op.code != Op::Code::path) {
        follow(op.a, context);
        if (op.code != Op::Code::negate) follow(op.b, context);
        return unknown;
    }
    Places places;
    if (op.start == Op::Start::root)
        places.nodes.push_back(above_root);
    else
        places = op.start == Op::Start::filter ? follow(op.a, context) : context;
    look_at_list(op.predicates, places);
    for (std::uint32_t i = 0; i < op.list.size; ++i) {
        const Step &step = rule_->expression.steps[op.list.first + i];
        places = take_step(places, step);
        look_at_list(step.predicates, places);
    }
    for (const std::uint32_t node : places.nodes)
        if (node != above_root) used_.push_back(node);
    return places;
}

Analysis::Places Analysis::take_step(const Places &from, const Step &step)
{
    if (step.axis == Axis::self && step.test.kind == Test::Kind::node) return from;
    Places to;
    to.known = from.known;
    if (step.axis == Axis::parent && step.test.kind == Test::Kind::node) {
        for (const std::uint32_t node : from.nodes)
            if (node != above_root) to.nodes.push_back(node == forms::Form::root ? above_root : form_[node].parent);
        return to;
    }
    if (step.axis != Axis::child || step.test.kind != Test::Kind::name) return {{}, false};
    const std::string_view name = rules_.names_.text(step.test.name);
    for (const std::uint32_t node : from.nodes) {
        if (node == above_root) {
            if (form_[forms::Form::root].name == name) to.nodes.push_back(forms::Form::root);
        } else if (const std::uint32_t child = form_.child(node, name)) {
            to.nodes.push_back(child);
        }
    }
    if (from.known && !from.nodes.empty() && to.nodes.empty()) {
        miss(step, name);
        to.known = false;
    }
    return to;
}

void Analysis::miss(const Step &step, std::string_view name)
{
    rules_.warnings_.push_back(
        {line_, form_[node_].path, std::string(rule_->source),
         "there is no node '" + std::string(name) + "' at that place (character " + std::to_string(step.at + 1) + ")"});
}

void Analysis::check_instance(const Op &call)
{
    const Op &argument = rule_->expression.ops[rule_->expression.lists[call.list.first]];
    if (argument.code != Op::Code::text) return;
    const std::string &id = rule_->expression.texts[argument.a];
    if (rules_.parts_->instance(id) != 0) return;
    rules_.warnings_.push_back({line_, form_[node_].path, std::string(rule_->source),
                                "there is no instance '" + id + "' (character " + std::to_string(call.at + 1) + ")"});
}

// A value depends on what its own rules name, and on whether what is around it is there.
void Analysis::find_cycles()
{
    for (std::uint32_t node = 1; node < form_.nodes.size(); ++node) {
        const std::uint32_t parent = form_[node].parent;
        if (!needs_[parent].empty() || rules_.nodes_[parent].relevant) needs_[node].push_back(parent);
    }
    for (std::uint32_t node = 0; node < form_.nodes.size(); ++node)
        if (marks_[node] == Mark::unseen && leads_back(node)) {
            const NodeRules &rules = rules_.nodes_[node];
            const Rule *const rule = rules.calculate ? rules.calculate : rules.relevant;
            rules_.warnings_.push_back({rules.bind ? rules.bind->line : form_[node].line, form_[node].path,
                                        std::string(rule ? rule->source : std::string_view()),
                                        "the value depends on itself"});
        }
}

// Walks what a node depends on, depth first, without recursion.
bool Analysis::leads_back(std::uint32_t start)
{
    std::vector<std::pair<std::uint32_t, std::size_t>> path{{start, 0}};
    marks_[start] = Mark::open;
    bool found = false;
    while (!path.empty()) {
        auto &[node, next] = path.back();  // until the path grows
        if (next == needs_[node].size()) {
            marks_[node] = Mark::done;
            if (rules_.nodes_[node].relevant || rules_.nodes_[node].calculate) rules_.order_.push_back(node);
            path.pop_back();
            continue;
        }
        const std::uint32_t needed = needs_[node][next++];
        if (marks_[needed] == Mark::open) found = true;
        if (marks_[needed] != Mark::unseen) continue;
        marks_[needed] = Mark::open;
        path.emplace_back(needed, 0);
    }
    return found;
}

}  // namespace quire::logic
