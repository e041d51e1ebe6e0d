// src/core/logic/functions_nodes.cpp: functions of nodes and sets of them.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/forms/scalars.hpp"
#include "core/logic/function_bodies.hpp"
#include "core/logic/numbers.hpp"
#include "core/logic/paths.hpp"
#include "core/support/ascii.hpp"
#include "core/support/digests.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic::bodies {
namespace {

// The node that name() and its kin speak of: nothing for an empty set.
const Node *subject(Evaluator &evaluator, const Op &call, const Context &context)
{
    if (call.list.size == 0) return &evaluator.node(context.node);
    const NodeSet nodes = evaluator.nodes_argument(call, 0, context);
    return nodes.empty() ? nullptr : &evaluator.node(nodes.front());
}

bool has_name(const Node &node)
{
    return node.kind == Node::Kind::element || node.kind == Node::Kind::attribute ||
           node.kind == Node::Kind::instruction;
}

// The number of an element among the siblings of its name right before it.
double place_of(Evaluator &evaluator, Ref ref)
{
    const Document &document = evaluator.document(ref);
    const std::uint32_t name = document[ref.node()].name;
    const std::string_view tag = document[ref.node()].tag;
    double place = 1;
    std::size_t looked_at = 1;
    for (std::uint32_t node = document[ref.node()].previous; node != 0; node = document[node].previous, ++looked_at) {
        if (document[node].kind != Node::Kind::element) continue;
        if (document[node].name != name || document[node].tag != tag || !evaluator.sees(document[node])) break;
        ++place;
    }
    evaluator.spend(looked_at);
    return place;
}

// Park and Miller's generator, as all clients shuffle with it.
class Shuffle {
public:
    explicit Shuffle(double seed)
    {
        state_ = std::fmod(seed, modulus);
        if (state_ <= 0) state_ += modulus - 1;
    }
    double next()
    {
        state_ = std::fmod(state_ * 16807, modulus);
        return (state_ - 1) / (modulus - 1);
    }

private:
    static constexpr double modulus = 2147483647;
    double state_;
};

double remainder_of(std::int64_t seed)
{
    return static_cast<double>(seed % 2147483647);
}

// A seed as a 64-bit integer: numbers are cut, other texts are hashed.
std::int64_t seed_of(Evaluator &evaluator, const Value &value)
{
    const std::string_view text = value.is(Value::Type::number) ? std::string_view() : evaluator.text(value);
    const double number = value.is(Value::Type::number) ? value.number : number_in_script(text);
    if (!std::isnan(number)) {
        if (number >= 9.2233720368547758e18) return INT64_MAX;
        if (number <= -9.2233720368547758e18) return INT64_MIN;
        return static_cast<std::int64_t>(number);
    }
    if (forms::trim(text).empty()) return 0;
    const std::string hash = digest_bytes(DigestKind::sha256, text);
    std::uint64_t seed = 0;
    for (std::size_t i = 0; i < 8; ++i) seed = seed << 8 | static_cast<unsigned char>(hash[i]);
    return static_cast<std::int64_t>(seed);
}

// One pair of indexed-repeat(): a repeat's instances, and which of them is wanted.
struct Picked {
    NodeSet instances;
    double number;
};

// A child element, or an attribute by its name after an @.
std::uint32_t part_of(const Document &document, std::uint32_t item, std::string_view name)
{
    return name.substr(0, 1) == "@" ? document.attribute(item, name.substr(1)) : document.child(item, name);
}

bool is_inside(Evaluator &evaluator, Ref ref, Ref around)
{
    return ref.document() == around.document() && ref.node() >= around.node() &&
           ref.node() < evaluator.node(around).end;
}

}  // namespace

Value count(Evaluator &evaluator, const Op &call, const Context &context)
{
    return Value::of(static_cast<double>(evaluator.nodes_argument(call, 0, context).size));
}

Value count_non_empty(Evaluator &evaluator, const Op &call, const Context &context)
{
    const NodeSet nodes = evaluator.nodes_argument(call, 0, context);
    evaluator.spend(nodes.size);
    const auto full = std::count_if(nodes.begin(), nodes.end(), [&](Ref ref) {
        return !evaluator.text_of(ref).empty() || (evaluator.is_java() && !evaluator.node(ref).plain);
    });
    return Value::of(static_cast<double>(full));
}

Value instance(Evaluator &evaluator, const Op &call, const Context &context)
{
    const auto found = evaluator.world().instance(evaluator.text_argument(call, 0, context));
    if (found) return Value::of(evaluator.one_node(*found));
    if (evaluator.is_java()) evaluator.fail("instance() asks for an instance that is not there");
    return Value::of(NodeSet());
}

Value current(Evaluator &evaluator, const Op &, const Context &context)
{
    return Value::of(evaluator.one_node(context.current));
}

Value position(Evaluator &evaluator, const Op &call, const Context &context)
{
    if (call.list.size == 0) {
        const bool of_repeat = evaluator.is_java() && !call.nested;
        return Value::of(of_repeat ? place_of(evaluator, context.node) : static_cast<double>(context.position));
    }
    const NodeSet nodes = evaluator.nodes_argument(call, 0, context);
    if (nodes.empty()) return Value::of(evaluator.is_java() ? 0.0 : std::nan(""));
    if (nodes.size > 1) evaluator.fail("position() takes one node");
    return Value::of(place_of(evaluator, nodes.front()));
}

Value last(Evaluator &, const Op &, const Context &context)
{
    return Value::of(static_cast<double>(context.size));
}

Value id(Evaluator &evaluator, const Op &call, const Context &context)
{
    std::vector<std::string_view> wanted;
    const auto want = [&](std::string_view text) {
        forms::for_each_word(text, [&](std::string_view word) { wanted.push_back(word); });
    };
    const Value value = evaluator.argument(call, 0, context);
    if (value.is(Value::Type::nodes))
        for (const Ref ref : value.nodes) want(evaluator.text_of(ref));
    else
        want(evaluator.text(value));
    // Without a DTD, attributes that are called id are what identifies.
    const Document &document = evaluator.document(context.node);
    std::vector<Ref> found;
    std::vector<std::string_view> seen;
    evaluator.spend(document.size());
    for (std::uint32_t node = 1; node < document.size(); ++node) {
        if (document[node].kind != Node::Kind::attribute) continue;
        if (document[node].tag != "id" && document[node].tag != "xml:id") continue;
        const std::string_view text = document[node].text;
        if (std::find(wanted.begin(), wanted.end(), text) == wanted.end()) continue;
        if (std::find(seen.begin(), seen.end(), text) != seen.end()) continue;
        seen.push_back(text);
        found.emplace_back(context.node.document(), document[node].parent);
    }
    return Value::of(evaluator.copy(found));
}

Value lang(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view wanted = evaluator.text_argument(call, 0, context);
    const Document &document = evaluator.document(context.node);
    for (std::uint32_t node = context.node.node(); node != Document::root; node = document[node].parent) {
        const std::uint32_t attribute = document.attribute(node, "xml:lang");
        if (attribute == 0) continue;
        const std::string_view said = document[attribute].text;
        if (said.size() < wanted.size() || (said.size() > wanted.size() && said[wanted.size()] != '-'))
            return Value::of(false);
        bool same = true;
        for (std::size_t i = 0; i < wanted.size(); ++i) same = same && to_lower(said[i]) == to_lower(wanted[i]);
        return Value::of(same);
    }
    return Value::of(false);
}

Value name(Evaluator &evaluator, const Op &call, const Context &context)
{
    const Node *const node = subject(evaluator, call, context);
    return Value::of(node && has_name(*node) ? node->tag : std::string_view());
}

Value local_name(Evaluator &evaluator, const Op &call, const Context &context)
{
    const Node *const node = subject(evaluator, call, context);
    return Value::of(node && has_name(*node) ? xml::local_name(node->tag) : std::string_view());
}

Value namespace_uri(Evaluator &evaluator, const Op &call, const Context &context)
{
    const Node *const node = subject(evaluator, call, context);
    return Value::of(node ? evaluator.world().names->text(node->space) : std::string_view());
}

Value indexed_repeat(Evaluator &evaluator, const Op &call, const Context &context)
{
    if (call.list.size % 2 == 0) evaluator.fail("indexed-repeat() takes a number for each repeat");
    const auto instances = [&](std::uint32_t argument) { return evaluator.all_instances(call, argument, context); };
    std::vector<Picked> pairs;
    for (std::uint32_t i = 1; i < call.list.size; i += 2) {
        double number = evaluator.number_argument(call, i + 1, context);
        if (evaluator.is_java() && !(number > 0)) number = 1;
        pairs.push_back({instances(i), number});
        if (pairs.back().instances.empty()) return Value::of(NodeSet());
    }
    // From the outermost repeat inwards.
    const auto depth = [&](const Picked &pair) {
        const Document &document = evaluator.document(pair.instances.front());
        int levels = 0;
        for (std::uint32_t node = pair.instances.front().node(); node != Document::root; node = document[node].parent)
            ++levels;
        return levels;
    };
    std::stable_sort(pairs.begin(), pairs.end(), [&](const Picked &a, const Picked &b) { return depth(a) < depth(b); });
    Ref scope(pairs.front().instances.front().document(), Document::root);
    for (const Picked &pair : pairs) {
        double number = 0;
        const auto wanted = std::find_if(pair.instances.begin(), pair.instances.end(), [&](Ref ref) {
            return is_inside(evaluator, ref, scope) && ++number == std::trunc(pair.number);
        });
        if (wanted == pair.instances.end()) return Value::of(NodeSet());
        scope = *wanted;
    }
    std::vector<Ref> found;
    for (const Ref ref : instances(0))
        if (is_inside(evaluator, ref, scope)) found.push_back(ref);
    return Value::of(evaluator.copy(found));
}

Value randomize(Evaluator &evaluator, const Op &call, const Context &context)
{
    const NodeSet nodes = evaluator.nodes_argument(call, 0, context);
    double start = 0;
    if (call.list.size == 1) {
        start = static_cast<double>(evaluator.random() % 2147483646 + 1);
    } else {
        const std::int64_t seed = seed_of(evaluator, evaluator.argument(call, 1, context));
        // JavaRosa's remainder is that of the nearest double.
        start = evaluator.is_java() ? std::fmod(static_cast<double>(seed), 2147483647) : remainder_of(seed);
    }
    Shuffle shuffle(start);
    std::vector<Ref> shuffled(nodes.begin(), nodes.end());
    evaluator.spend(nodes.size);
    for (std::size_t i = 0; i < nodes.size; ++i) {
        const auto j = static_cast<std::size_t>(std::floor(shuffle.next() * static_cast<double>(i + 1)));
        if (j != i) shuffled[i] = shuffled[j];
        shuffled[j] = nodes.data[i];
    }
    return Value::of(evaluator.copy(shuffled));
}

Value pulldata(Evaluator &evaluator, const Op &call, const Context &context)
{
    std::string_view name = evaluator.text_argument(call, 0, context);
    if (name.size() > 4 && name.substr(name.size() - 4) == ".csv") name.remove_suffix(4);
    const auto found = evaluator.world().instance(name);
    if (!found) {
        if (evaluator.is_java()) evaluator.fail("pulldata() asks for an instance that is not there");
        return Value::of(std::string_view());
    }
    const std::string_view wanted = evaluator.text_argument(call, 1, context);
    const std::string_view key = evaluator.text_argument(call, 2, context);
    const std::string_view value = evaluator.text_argument(call, 3, context);
    const Document &document = evaluator.document(*found);
    std::uint32_t root = document[found->node()].first_child;
    while (root != 0 && document[root].kind != Node::Kind::element) root = document[root].next;
    if (root == 0) return Value::of(std::string_view());
    for (std::uint32_t item = document.child(root, "item"); item != 0; item = document.next(item, "item")) {
        evaluator.spend(1);
        const std::uint32_t cell = part_of(document, item, key);
        if (cell == 0 || document.text_of(cell, evaluator.arena()) != value) continue;
        const std::uint32_t answer = part_of(document, item, wanted);
        return Value::of(answer == 0 ? std::string_view() : document.text_of(answer, evaluator.arena()));
    }
    return Value::of(std::string_view());
}

}  // namespace quire::logic::bodies
