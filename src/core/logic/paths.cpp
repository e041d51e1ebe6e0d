// src/core/logic/paths.cpp: from nodes to nodes.
#include "core/logic/paths.hpp"

#include <algorithm>
#include <array>

#include "core/support/tripwire.hpp"

namespace quire::logic {

// A list of nodes on loan from the evaluator, so that steps need no memory of their own.
class Paths::List {
public:
    explicit List(Evaluator &evaluator) : evaluator_(evaluator)
    {
        if (evaluator.spare_.empty()) return;
        nodes.swap(evaluator.spare_.back());
        evaluator.spare_.pop_back();
        nodes.clear();
    }
    List(const List &) = delete;
    List &operator=(const List &) = delete;
    ~List()
    {
        // There is room for it, so that this cannot fail.
        if (evaluator_.spare_.size() < evaluator_.spare_.capacity() && nodes.capacity() > 0)
            evaluator_.spare_.push_back(std::move(nodes));
    }

    std::vector<Ref> nodes;

private:
    Evaluator &evaluator_;
};

NodeSet Paths::evaluate(const Op &path, const Context &context)
{
    const Step *step = expression_.steps.data() + path.list.first;
    const Step *const end = step + path.list.size;
    switch (path.start) {
        case Op::Start::context: return go(context.node, step, end, context);
        case Op::Start::root: {
            const bool contextual = evaluator_.is_java() && !evaluator_.plain_paths_;
            const Ref start = contextual ? follow_context(step, end, context) : Ref(0, evaluator_.world_.root);
            return go(start, step, end, context);
        }
        case Op::Start::filter: break;
    }
    const Value value = evaluator_.value(path.a, context);
    if (!value.is(Value::Type::nodes)) evaluator_.fail("a path goes on from what is no set of nodes");
    return from(filtered(value.nodes, path.predicates, context), step, end, context);
}

NodeSet Paths::all_instances(const Op &path, const Context &context)
{
    const Step *step = expression_.steps.data() + path.list.first;
    const Step *const end = step + path.list.size;
    if (path.start == Op::Start::filter) return evaluate(path, context);
    if (path.start == Op::Start::root) return go(Ref(0, evaluator_.world_.root), step, end, context);
    Ref at = context.node;
    for (; step != end && step->predicates.size == 0 && step->test.kind == Test::Kind::node; ++step) {
        if (step->axis == Axis::parent && at.node() != Document::root)
            at = Ref(at.document(), evaluator_.node(at).parent);
        else if (step->axis != Axis::self)
            break;
    }
    List starts(evaluator_);
    instances_of(at, starts.nodes);
    return from(evaluator_.copy(starts.nodes), step, end, context);
}

// The nodes whose names, and those of all around them, are the same.
void Paths::instances_of(Ref ref, std::vector<Ref> &found)
{
    const Document &document = evaluator_.document(ref);
    found.clear();
    if (ref.node() == Document::root || (ref.document() == 0 && ref.node() == evaluator_.world_.root)) {
        found.push_back(ref);
        return;
    }
    List around(evaluator_);
    instances_of(Ref(ref.document(), document[ref.node()].parent), around.nodes);
    const Node &wanted = document[ref.node()];
    for (const Ref parent : around.nodes) {
        std::size_t looked_at = 1;
        for (std::uint32_t node = document[parent.node()].first_child; node != 0; node = document[node].next) {
            ++looked_at;
            if (document[node].kind == wanted.kind && document[node].name == wanted.name &&
                document[node].tag == wanted.tag)
                found.emplace_back(ref.document(), node);
        }
        evaluator_.spend(looked_at);
    }
}

// JavaRosa reads an absolute path from inside a repeat as a path within the same instance of it: the steps that it
// shares with the place of the expression lead to the nodes around that place.
Ref Paths::follow_context(const Step *&step, const Step *end, const Context &context)
{
    Ref at(0, evaluator_.world_.root);
    if (context.node.document() != 0) return at;
    const Document &document = evaluator_.document(at);
    std::array<std::uint32_t, xml::max_depth + 2> around;
    std::size_t depth = 0;
    for (std::uint32_t node = context.node.node(); node != at.node(); node = document[node].parent) {
        if (node == Document::root || depth == around.size()) return at;  // outside the root
        around[depth++] = node;
    }
    const auto is_named = [](const Test &test) {
        return test.kind == Test::Kind::name || test.kind == Test::Kind::any_name;
    };
    while (step != end && depth > 0 && step->axis == Axis::child && is_named(step->test) &&
           step->predicates.size == 0 && matches(document[around[depth - 1]], step->test, Node::Kind::element)) {
        at = Ref(0, around[--depth]);
        ++step;
    }
    return at;
}

// While one node leads to one node, nothing needs to be gathered.
NodeSet Paths::go(Ref at, const Step *step, const Step *end, const Context &context)
{
    const Document &document = evaluator_.document(at);
    std::uint32_t node = at.node();
    for (; step != end && step->predicates.size == 0; ++step) {
        if (step->axis == Axis::child && step->test.kind == Test::Kind::name) {
            std::uint32_t found = 0;
            std::size_t looked_at = 1;
            bool several = false;
            for (std::uint32_t next = document.first_named(node, step->test.name); next != 0 && !several;
                 next = document[next].namesake, ++looked_at) {
                if (!matches(document[next], step->test, Node::Kind::element)) continue;
                several = found != 0;
                found = next;
            }
            evaluator_.spend(looked_at);
            if (several) break;
            if (found == 0) return {};
            node = found;
        } else if (step->axis == Axis::self && step->test.kind == Test::Kind::node) {
            continue;
        } else if (step->axis == Axis::parent && step->test.kind == Test::Kind::node) {
            if (is_top(Ref(at.document(), node))) return {};
            node = document[node].parent;
        } else {
            break;
        }
    }
    const NodeSet one = evaluator_.one_node(Ref(at.document(), node));
    return step == end ? one : from(one, step, end, context);
}

NodeSet Paths::from(NodeSet start, const Step *step, const Step *end, const Context &context)
{
    if (step == end) return start;
    List here(evaluator_), there(evaluator_);
    here.nodes.assign(start.begin(), start.end());
    for (; step != end; ++step) {
        there.nodes.clear();
        for (const Ref ref : here.nodes) take_step(ref, *step, context, there.nodes);
        if (!std::is_sorted(there.nodes.begin(), there.nodes.end())) std::sort(there.nodes.begin(), there.nodes.end());
        there.nodes.erase(std::unique(there.nodes.begin(), there.nodes.end()), there.nodes.end());
        here.nodes.swap(there.nodes);
    }
    return evaluator_.copy(here.nodes);
}

NodeSet Paths::filtered(NodeSet nodes, const logic::List &predicates, const Context &context)
{
    if (predicates.size == 0) return nodes;
    List list(evaluator_);
    list.nodes.assign(nodes.begin(), nodes.end());
    apply(predicates, 0, context, list.nodes);
    return evaluator_.copy(list.nodes);
}

NodeSet Paths::unite(const NodeSet &a, const NodeSet &b)
{
    List list(evaluator_);
    list.nodes.assign(a.begin(), a.end());
    list.nodes.insert(list.nodes.end(), b.begin(), b.end());
    std::sort(list.nodes.begin(), list.nodes.end());
    list.nodes.erase(std::unique(list.nodes.begin(), list.nodes.end()), list.nodes.end());
    evaluator_.spend(list.nodes.size());
    return evaluator_.copy(list.nodes);
}

void Paths::take_step(Ref start, const Step &step, const Context &context, std::vector<Ref> &to)
{
    const std::size_t first = to.size();
    const Node::Kind principal = step.axis == Axis::attribute ? Node::Kind::attribute : Node::Kind::element;
    std::size_t looked_at = 1;
    const auto look_at = [&](Ref ref, const Node &node) {
        ++looked_at;
        if (matches(node, step.test, principal)) to.push_back(ref);
    };
    if (step.axis == Axis::child && step.test.kind == Test::Kind::name) {
        const Document &document = evaluator_.document(start);
        for (std::uint32_t node = document.first_named(start.node(), step.test.name); node != 0;
             node = document[node].namesake)
            look_at(Ref(start.document(), node), document[node]);
    } else {
        each(step.axis, start, look_at);
    }
    evaluator_.spend(looked_at);
    apply(step.predicates, first, context, to);
}

// Keeps of the nodes from `first` on those for which all predicates hold.
void Paths::apply(const logic::List &predicates, std::size_t first, const Context &context, std::vector<Ref> &nodes)
{
    for (std::uint32_t i = 0; i < predicates.size; ++i) {
        Context inner = context;
        inner.size = static_cast<std::uint32_t>(nodes.size() - first);
        std::size_t kept = first;
        for (std::size_t at = first; at < nodes.size(); ++at) {
            inner.node = nodes[at];
            inner.position = static_cast<std::uint32_t>(at - first + 1);
            if (holds(expression_.lists[predicates.first + i], inner)) nodes[kept++] = nodes[at];
        }
        nodes.resize(kept);
    }
}

bool Paths::is_top(Ref ref) const
{
    return ref.node() == (ref.document() == 0 ? evaluator_.world_.root : Document::root) ||
           ref.node() == Document::root;
}

bool Paths::holds(std::uint32_t predicate, const Context &context)
{
    const Value value = evaluator_.value(predicate, context);
    if (!value.is(Value::Type::number)) return evaluator_.truth(value);
    // JavaRosa takes no number for a position.
    return !evaluator_.is_java() && value.number == context.position;
}

bool Paths::matches(const Node &node, const Test &test, Node::Kind principal) const
{
    if (!evaluator_.sees(node)) return false;
    switch (test.kind) {
        case Test::Kind::node: return true;
        case Test::Kind::text: return node.kind == Node::Kind::text;
        case Test::Kind::comment: return node.kind == Node::Kind::comment;
        case Test::Kind::instruction:
            return node.kind == Node::Kind::instruction && (test.name == Names::other || test.name == node.name);
        case Test::Kind::any_name: return node.kind == principal;
        case Test::Kind::any_in_space: return node.kind == principal && node.space == test.space;
        case Test::Kind::name: break;
    }
    // A name without prefix is a name in any namespace, for forms are written so.
    return node.kind == principal && node.name == test.name && (!test.has_space || node.space == test.space);
}

// Calls visit(ref, node) along an axis, in its own order.
template <class Visit>
void Paths::each(Axis axis, Ref start, Visit visit)
{
    const Document &document = evaluator_.document(start);
    const std::uint32_t from = start.node();
    const Node &origin = document[from];
    const auto tell = [&](std::uint32_t node) { visit(Ref(start.document(), node), document[node]); };
    const auto is_tree_node = [&](std::uint32_t node) { return document[node].kind != Node::Kind::attribute; };
    switch (axis) {
        case Axis::self: return tell(from);
        case Axis::parent: return is_top(start) ? void() : tell(origin.parent);
        case Axis::child:
            for (std::uint32_t node = origin.first_child; node != 0; node = document[node].next) tell(node);
            return;
        case Axis::attribute:
            for (std::uint32_t node = document.first_attribute(from);
                 node != 0 && node < document.size() && !is_tree_node(node); ++node)
                tell(node);
            return;
        case Axis::descendant_or_self: tell(from); [[fallthrough]];
        case Axis::descendant:
            for (std::uint32_t node = from + 1; node < origin.end; ++node)
                if (is_tree_node(node)) tell(node);
            return;
        case Axis::ancestor_or_self: tell(from); [[fallthrough]];
        case Axis::ancestor:
            for (std::uint32_t node = from; !is_top(Ref(start.document(), node));) tell(node = document[node].parent);
            return;
        default: return each_beside(axis, start, visit);
    }
}

template <class Visit>
void Paths::each_beside(Axis axis, Ref start, Visit visit)
{
    const Document &document = evaluator_.document(start);
    const std::uint32_t from = start.node();
    const Node &origin = document[from];
    const auto tell = [&](std::uint32_t node) { visit(Ref(start.document(), node), document[node]); };
    const bool is_attribute = origin.kind == Node::Kind::attribute;
    if (axis == Axis::following_sibling || axis == Axis::preceding_sibling) {
        const bool onwards = axis == Axis::following_sibling;
        for (std::uint32_t node = from; !is_attribute;) {
            node = onwards ? document[node].next : document[node].previous;
            if (node == 0) return;
            tell(node);
        }
    } else if (axis == Axis::following) {
        // What is inside an attribute's element comes after the attribute.
        for (std::uint32_t node = origin.end; node < document.size(); ++node)
            if (document[node].kind != Node::Kind::attribute) tell(node);
    } else if (axis == Axis::preceding) {
        std::uint32_t around = origin.parent;  // the next ancestor to pass over
        for (std::uint32_t node = from; node-- > 1;) {
            if (node == around)
                around = document[node].parent;
            else if (document[node].kind != Node::Kind::attribute)
                tell(node);
        }
    }
    // The namespace axis is empty: see docs/limits.md.
}

}  // namespace quire::logic
