// src/core/logic/rules.hpp: the rules of a form, compiled.
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/forms/form.hpp"
#include "core/logic/document.hpp"
#include "core/logic/expression.hpp"
#include "core/logic/form_document.hpp"

namespace quire::logic {

struct Rule {
    Expression expression;
    std::string_view source;  // as the form writes it
    std::uint8_t traits = 0;  // of the functions that it calls: Function::Trait
};

// What must hold for one node. Null where the form says nothing, or says it in a way that nobody can evaluate.
struct NodeRules {
    const Rule *relevant = nullptr, *required = nullptr, *constraint = nullptr, *calculate = nullptr;
    const Rule *count = nullptr;                                                      // of a repeat
    const Rule *choices = nullptr, *choice_value = nullptr, *choice_label = nullptr;  // of a question with an itemset
    const forms::Bind *bind = nullptr;
    std::uint32_t name = Names::other;  // of the node's elements
    std::uint32_t space = Names::other;
    // Its choices are the ones that forms::Node lists, whatever has been answered.
    bool choices_are_listed = false;
    bool has_rules = false;
};

// The rules of a form and the data that they look into. Never changes once it is made.
class Rules {
public:
    // `xml` is the form's own text, which was read before. Throws std::bad_alloc.
    Rules(std::shared_ptr<const forms::Form> form, std::string xml);
    Rules(const Rules &) = delete;
    Rules &operator=(const Rules &) = delete;

    const forms::Form &form() const { return *form_; }
    const NodeRules &of(std::uint32_t node) const { return nodes_[node]; }
    const Names &names() const { return names_; }
    const Document &definition() const { return definition_; }
    const FormDocument &parts() const { return *parts_; }
    // The nodes that have a relevant or a calculate, each after those that its own rules need.
    const std::vector<std::uint32_t> &order() const { return order_; }
    // What is wrong with the rules themselves.
    const std::vector<forms::Warning> &warnings() const { return warnings_; }
    std::size_t bytes() const;

private:
    friend class Analysis;

    void name_nodes();
    void compile_rules();
    const Rule *compile_rule(const std::string &source, int line, std::uint32_t node);
    void compile_choices(std::uint32_t node);

    const std::shared_ptr<const forms::Form> form_;
    const std::string xml_;
    Names names_;
    Document definition_;
    std::optional<FormDocument> parts_;
    Prefixes prefixes_;
    std::deque<Rule> rules_;
    std::vector<NodeRules> nodes_;
    std::vector<forms::Warning> warnings_;
    std::vector<std::uint32_t> order_;
};

}  // namespace quire::logic
