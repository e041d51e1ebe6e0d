// src/core/logic/regex_program.cpp: writes a tree out as instructions, from its end to its start.
#include "core/logic/regex_program.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "core/support/tripwire.hpp"

namespace quire::logic {

namespace {

using Kind = RegexNode::Kind;
using Op = RegexInstruction::Op;

class Writer {
public:
    explicit Writer(std::vector<RegexInstruction> &code) : code_(code) {}

    std::uint32_t add(Op op, std::uint32_t next, std::uint32_t index)
    {
        code_.push_back({op, next, index});
        return static_cast<std::uint32_t>(code_.size() - 1);
    }

    // All return the instruction to start at in order to match the node and then go on at `next`.
    std::uint32_t write(const RegexNode &node, std::uint32_t next, bool backwards)
    {
        switch (node.kind) {
            case Kind::chars: return add(Op::chars, next, node.index);
            case Kind::assertion: return add(node.negated ? Op::differs : Op::holds, next, node.index);
            case Kind::sequence: return sequence(node, next, backwards);
            case Kind::choice: return choice(node, next, backwards);
            case Kind::repeat: return repeat(node, next, backwards);
        }
        return next;
    }

    // One that matches from here or from any place further on.
    std::uint32_t anywhere(std::uint32_t start, std::uint32_t any_character)
    {
        const std::uint32_t loop = add(Op::split, start, 0);
        code_[loop].index = add(Op::chars, loop, any_character);
        return loop;
    }

private:
    std::uint32_t sequence(const RegexNode &node, std::uint32_t next, bool backwards)
    {
        const std::size_t count = node.children.size();
        for (std::size_t i = 0; i < count; ++i)
            next = write(node.children[backwards ? i : count - 1 - i], next, backwards);
        return next;
    }

    std::uint32_t choice(const RegexNode &node, std::uint32_t next, bool backwards)
    {
        std::uint32_t start = write(node.children.back(), next, backwards);
        for (std::size_t i = node.children.size() - 1; i-- > 0;) {
            const std::uint32_t branch = write(node.children[i], next, backwards);
            start = add(Op::split, branch, start);
        }
        return start;
    }

    std::uint32_t repeat(const RegexNode &node, std::uint32_t next, bool backwards)
    {
        if (node.size == 0) return next;
        const RegexNode &child = node.children[0];
        std::uint32_t start = next;
        std::uint32_t least = node.least;
        if (node.most == RegexNode::unlimited) {
            const std::uint32_t loop = add(Op::split, 0, next);
            const std::uint32_t body = write(child, loop, backwards);
            code_[loop].next = body;
            start = least == 0 ? loop : body;
            least -= least == 0 ? 0 : 1;
        } else {
            for (std::uint32_t i = least; i < node.most; ++i) {
                const std::uint32_t body = write(child, start, backwards);
                start = add(Op::split, body, next);
            }
        }
        for (; least > 0; --least) start = write(child, start, backwards);
        return start;
    }

    std::vector<RegexInstruction> &code_;
};

// Can only the start of the text match?
bool is_anchored(const RegexNode &node)
{
    switch (node.kind) {
        case Kind::chars: return false;
        case Kind::assertion: return node.index == at_start && !node.negated;
        case Kind::choice: return std::all_of(node.children.begin(), node.children.end(), is_anchored);
        case Kind::repeat: return node.least > 0 && is_anchored(node.children[0]);
        case Kind::sequence: break;
    }
    for (const RegexNode &child : node.children) {
        if (is_anchored(child)) return true;
        if (child.kind != Kind::assertion) return false;
    }
    return false;
}

// With one more, of all characters, at the end.
std::vector<CharSet> with_any(std::vector<CharSet> sets)
{
    sets.push_back(CharSet().inverted());
    return sets;
}

}  // namespace

RegexProgram::RegexProgram(RegexTree tree) : sets(with_any(std::move(tree.sets))), alphabet(sets)
{
    Writer writer(code);
    const std::uint32_t accept = writer.add(Op::accept, 0, 0);
    const auto any = static_cast<std::uint32_t>(sets.size() - 1);
    start_of_match = writer.write(tree.root, accept, false);
    start_of_search = is_anchored(tree.root) ? start_of_match : writer.anywhere(start_of_match, any);
    for (const RegexTree::Look &look : tree.looks)
        looks.push_back({writer.anywhere(writer.write(look.body, accept, !look.behind), any), look.behind});
}

}  // namespace quire::logic
