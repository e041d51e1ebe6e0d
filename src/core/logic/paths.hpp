// src/core/logic/paths.hpp: the steps of location paths.
#pragma once
#include <vector>

#include "core/logic/evaluator.hpp"

namespace quire::logic {

// Evaluates the paths of one evaluator's expression.
class Paths {
public:
    explicit Paths(Evaluator &evaluator) : evaluator_(evaluator), expression_(*evaluator.expression_) {}

    NodeSet evaluate(const Op &path, const Context &context);
    // Where the path leads from every instance of the nodes that it starts with, and through every repeat.
    NodeSet all_instances(const Op &path, const Context &context);
    NodeSet unite(const NodeSet &a, const NodeSet &b);

private:
    class List;

    NodeSet from(NodeSet start, const Step *step, const Step *end, const Context &context);
    NodeSet go(Ref start, const Step *step, const Step *end, const Context &context);
    Ref follow_context(const Step *&step, const Step *end, const Context &context);
    NodeSet filtered(NodeSet nodes, const logic::List &predicates, const Context &context);
    void instances_of(Ref ref, std::vector<Ref> &found);
    void take_step(Ref from, const Step &step, const Context &context, std::vector<Ref> &to);
    void apply(const logic::List &predicates, std::size_t first, const Context &context, std::vector<Ref> &nodes);
    bool is_top(Ref ref) const;  // nothing is above it
    bool holds(std::uint32_t predicate, const Context &context);
    bool matches(const Node &node, const Test &test, Node::Kind principal) const;
    template <class Visit>
    void each(Axis axis, Ref from, Visit visit);
    template <class Visit>
    void each_beside(Axis axis, Ref from, Visit visit);

    Evaluator &evaluator_;
    const Expression &expression_;
};

}  // namespace quire::logic
