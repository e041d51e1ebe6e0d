// src/core/logic/regex_syntax.cpp: reads a pattern into a tree.
#include "core/logic/regex_syntax.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/logic/regex_classes.hpp"
#include "core/logic/regex_reader.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {

namespace {

using Kind = RegexNode::Kind;

bool is_name_character(char32_t c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || (!first && c >= '0' && c <= '9');
}

// Each reading function takes what it reads, or is false after a fault.
class Parser {
public:
    explicit Parser(std::string_view pattern) : in_(pattern) {}

    Result<RegexTree, Regex::Fault> run()
    {
        if (!read()) return in_.fault();
        return std::move(tree_);
    }

private:
    bool read()
    {
        if (!choice(tree_.root)) return false;
        if (in_.peek() == ')') return in_.fail(in_.place(), "a ) closes nothing");
        return tree_.root.size + size_of_looks_ <= Regex::max_program_size || too_large(0);
    }

    bool too_large(std::size_t place)
    {
        return in_.refuse(place, "the pattern has more than " + std::to_string(Regex::max_program_size) +
                                     " steps when its repeats are written out");
    }

    // Alternatives, up to the end or a closing parenthesis.
    bool choice(RegexNode &node)
    {
        RegexNode all{Kind::choice};
        do {
            RegexNode branch;
            if (!sequence(branch)) return false;
            all.size += branch.size + 1;
            all.children.push_back(std::move(branch));
        } while (in_.take(U'|'));
        --all.size;
        if (all.children.size() == 1) {
            RegexNode only = std::move(all.children[0]);
            all = std::move(only);
        }
        node = std::move(all);
        return true;
    }

    bool sequence(RegexNode &node)
    {
        const auto ends = [&] {
            const char32_t c = in_.peek();
            return c == RegexReader::none || c == '|' || c == ')';
        };
        while (!ends()) {
            RegexNode child;
            if (!term(child)) return false;
            node.size += child.size;
            node.children.push_back(std::move(child));
        }
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            if (node.children[i].possessive && !is_as_greedy(node.children, i))
                return in_.refuse(node.children[i].at,
                                  "a possessive repeat is known here only before what it could not match itself");
        }
        return true;
    }

    // Is the possessive repeat at i one where giving back could not help, so that it is the same as a greedy one?
    bool is_as_greedy(const std::vector<RegexNode> &children, std::size_t i) const
    {
        const RegexNode &repeated = children[i].children[0];
        if (repeated.kind != Kind::chars) return false;
        if (i + 1 == children.size()) return depth_ == 0;
        const RegexNode *next = &children[i + 1];
        if (next->kind == Kind::assertion && !next->negated && (next->index == at_dollar || next->index == at_end))
            return i + 2 == children.size() && depth_ == 0;
        if (next->kind == Kind::repeat && next->least > 0) next = &next->children[0];
        return next->kind == Kind::chars && !tree_.sets[repeated.index].overlaps(tree_.sets[next->index]);
    }

    bool term(RegexNode &node)
    {
        if (!atom(node)) return false;
        const std::size_t start = in_.place();
        RegexNode repeat{Kind::repeat};
        if (!quantifier(repeat)) return true;
        if (repeat.least > repeat.most) return in_.fail(start, "a repeat ends below where it starts");
        const bool lazy = in_.take(U'?');  // which matches no less
        repeat.possessive = !lazy && in_.take(U'+');
        repeat.at = start;
        if (node.size > 0) {
            const bool loops = repeat.most == RegexNode::unlimited;
            const std::size_t optional = loops ? std::size_t{repeat.least == 0} : repeat.most - repeat.least;
            repeat.size = node.size * (repeat.least + optional) + (loops ? 1 : optional);
            if (repeat.size > Regex::max_program_size) return too_large(start);
        }
        repeat.children.push_back(std::move(node));
        node = std::move(repeat);
        return true;
    }

    // Sets the bounds; false when no quantifier is here.
    bool quantifier(RegexNode &repeat)
    {
        repeat.most = RegexNode::unlimited;
        if (in_.take(U'*')) return true;
        if (in_.take(U'+')) {
            repeat.least = 1;
            return true;
        }
        if (in_.take(U'?')) {
            repeat.most = 1;
            return true;
        }
        const std::size_t start = in_.place();
        if (in_.take(U'{') && number(repeat.least)) {
            if (!in_.take(U','))
                repeat.most = repeat.least;
            else
                number(repeat.most);
            if (in_.take(U'}')) return true;
        }
        in_.go(start);
        return false;
    }

    bool number(std::uint32_t &value)
    {
        constexpr std::uint32_t enough = 1'000'000;  // is too large for anything but the empty pattern
        const auto is_digit = [&] { return in_.peek() >= '0' && in_.peek() <= '9'; };
        if (!is_digit()) return false;
        value = 0;
        while (is_digit()) value = std::min<std::uint32_t>(value * 10 + (in_.next() - '0'), enough);
        return true;
    }

    bool atom(RegexNode &node)
    {
        const std::size_t start = in_.place();
        RegexNode bounds;
        if (quantifier(bounds)) return in_.fail(start, "there is nothing to repeat");
        const char32_t c = in_.next();
        CharSet set;
        switch (c) {
            case '^': node = assertion(at_start); return true;
            case '$': node = assertion(at_dollar); return true;
            case '.': node = chars(line_breaks().inverted()); return true;
            case '(': return group(node);
            case '\\': return escape(node);
            case '[':
                if (!read_class(in_, set)) return false;
                node = chars(std::move(set));
                return true;
            default: {
                const char32_t literal = c & ~RegexReader::quoted;
                node = chars(CharSet({{literal, literal}}));
                return true;
            }
        }
    }

    // Behind a backslash that is in no class.
    bool escape(RegexNode &node)
    {
        switch (in_.peek()) {
            case 'b': node = assertion(at_word_edge); break;
            case 'B': node = assertion(at_word_edge, true); break;
            case 'A': node = assertion(at_start); break;
            case 'z': node = assertion(at_end); break;
            case 'Z': node = assertion(before_final_break); break;
            case 'R': node = line_break(); break;
            default: {
                RegexItem item;
                if (!read_escape(in_, false, item)) return false;
                node = chars(item.chars());
                return true;
            }
        }
        in_.next();
        return true;
    }

    // Behind an opening parenthesis.
    bool group(RegexNode &node)
    {
        const std::size_t open = in_.place() - 1;
        if (depth_ == Regex::max_depth) return in_.refuse(open, "groups are nested too deep");
        if (!in_.take(U'?') || in_.take(U':')) return rest_of_group(open, node);
        if (in_.take(U'=')) return look(open, false, false, node);
        if (in_.take(U'!')) return look(open, false, true, node);
        if (in_.take(U"<=")) return look(open, true, false, node);
        if (in_.take(U"<!")) return look(open, true, true, node);
        if (in_.take(U'<')) return group_name() && rest_of_group(open, node);
        if (in_.take(U'>')) return in_.refuse(open, "atomic groups are not known here");
        while (in_.peek() == '-' || (in_.peek() != 'P' && is_name_character(in_.peek(), true))) in_.next();
        if (in_.place() > open + 2 && (in_.peek() == ':' || in_.peek() == ')'))
            return in_.refuse(open, "flags within a pattern are not known here");
        return in_.fail(open, "there is no such kind of group");
    }

    bool rest_of_group(std::size_t open, RegexNode &node)
    {
        ++depth_;
        if (!choice(node)) return false;
        --depth_;
        return in_.take(U')') || in_.fail(open, "a ( has no )");
    }

    bool group_name()
    {
        const std::size_t start = in_.place();
        std::u32string name;
        while (is_name_character(in_.peek(), name.empty())) name += in_.next();
        if (name.empty() || !in_.take(U'>')) return in_.fail(start, "a group has no proper name");
        return names_.insert(name).second || in_.fail(start, "two groups have the same name");
    }

    bool look(std::size_t open, bool behind, bool negated, RegexNode &node)
    {
        RegexNode body;
        if (!rest_of_group(open, body)) return false;
        if (tree_.looks.size() == Regex::max_lookarounds) return in_.refuse(open, "there are too many lookarounds");
        node = assertion(static_cast<std::uint32_t>(first_look + tree_.looks.size()), negated);
        size_of_looks_ += body.size;
        tree_.looks.push_back({std::move(body), behind});
        return true;
    }

    RegexNode line_break()
    {
        RegexNode pair;
        pair.children.push_back(chars(CharSet({{'\r', '\r'}})));
        pair.children.push_back(chars(CharSet({{'\n', '\n'}})));
        RegexNode all{Kind::choice};
        all.children.push_back(std::move(pair));
        all.children.push_back(chars(java_line_breaks()));
        all.size = 4;
        return all;
    }

    RegexNode chars(CharSet set)
    {
        RegexNode node{Kind::chars};
        const auto [known, is_new] = indexes_.emplace(set, static_cast<std::uint32_t>(tree_.sets.size()));
        if (is_new) tree_.sets.push_back(std::move(set));
        node.index = known->second;
        node.size = 1;
        return node;
    }

    static RegexNode assertion(std::uint32_t fact, bool negated = false)
    {
        RegexNode node{Kind::assertion};
        node.index = fact;
        node.negated = negated;
        node.size = 1;
        return node;
    }

    RegexReader in_;
    RegexTree tree_;
    std::map<CharSet, std::uint32_t> indexes_;
    std::set<std::u32string> names_;
    std::size_t depth_ = 0;
    std::size_t size_of_looks_ = 0;
};

}  // namespace

Result<RegexTree, Regex::Fault> parse_regex(std::string_view pattern)
{
    if (pattern.size() > Regex::max_pattern_length) {
        return Regex::Fault{Regex::max_pattern_length,
                            "the pattern is longer than " + std::to_string(Regex::max_pattern_length) + " bytes", true};
    }
    return Parser(pattern).run();
}

}  // namespace quire::logic
