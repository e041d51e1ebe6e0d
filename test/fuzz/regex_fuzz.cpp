// test/fuzz/regex_fuzz.cpp: a pattern, a line break, a text: the automaton finds what walking over the tree finds.
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/logic/regex.hpp"
#include "core/logic/regex_syntax.hpp"
#include "core/support/utf8.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/utf8.hpp"

namespace {

namespace logic = quire::logic;
using logic::RegexNode;
using quire::fuzz::must;

// The oracle: the places of a text where a match can end, for a set of places where it may start, as bits.
class Walker {
public:
    using Places = std::uint64_t;
    static constexpr std::size_t most_characters = 63;
    static constexpr std::size_t most_work = 200'000;

    Walker(const logic::RegexTree &tree, std::u32string_view text, bool is_java)
        : tree_(tree), text_(text), is_java_(is_java)
    {
    }

    bool searches() { return ends(tree_.root, up_to(text_.size())) != 0; }
    bool matches() { return (ends(tree_.root, 1) >> text_.size() & 1) != 0; }
    bool gave_up() const { return work_ > most_work; }

private:
    static Places up_to(std::size_t last) { return ~Places{0} >> (63 - last); }

    Places ends(const RegexNode &node, Places starts)
    {
        if (starts == 0 || ++work_ > most_work) return 0;
        Places places = starts;
        switch (node.kind) {
            case RegexNode::Kind::chars:
                return filter(starts & ~(Places{1} << text_.size()),
                              [&](std::size_t at) { return tree_.sets[node.index].contains(text_[at]); })
                       << 1;
            case RegexNode::Kind::assertion:
                return filter(starts, [&](std::size_t at) { return holds(node.index, at) != node.negated; });
            case RegexNode::Kind::sequence:
                for (const RegexNode &child : node.children) places = ends(child, places);
                return places;
            case RegexNode::Kind::choice:
                places = 0;
                for (const RegexNode &child : node.children) places |= ends(child, starts);
                return places;
            case RegexNode::Kind::repeat: return repeat(node, starts);
        }
        return places;
    }

    Places repeat(const RegexNode &node, Places places)
    {
        for (std::uint32_t i = 0; i < node.least; ++i) {
            const Places next = ends(node.children[0], places);
            if (next == places) break;
            places = next;
        }
        for (std::uint32_t i = node.least; i < node.most; ++i) {
            const Places next = places | ends(node.children[0], places);
            if (next == places) break;
            places = next;
        }
        return places;
    }

    template <class Test>
    static Places filter(Places places, const Test &test)
    {
        Places kept = 0;
        for (; places != 0; places &= places - 1)
            if (test(static_cast<std::size_t>(std::countr_zero(places)))) kept |= places & (~places + 1);
        return kept;
    }

    bool holds(std::uint32_t fact, std::size_t at)
    {
        const bool ends_here = at == text_.size();
        switch (fact) {
            case logic::at_start: return at == 0;
            case logic::at_end: return ends_here;
            case logic::at_dollar: return ends_here || (is_java_ && before_break(at));
            case logic::before_final_break: return ends_here || before_break(at);
            case logic::at_word_edge: return (at > 0 && is_word(text_[at - 1])) != (!ends_here && is_word(text_[at]));
            default: break;
        }
        const auto &look = tree_.looks[fact - logic::first_look];
        if (!look.behind) return ends(look.body, Places{1} << at) != 0;
        return (ends(look.body, up_to(at)) >> at & 1) != 0;
    }

    bool before_break(std::size_t at) const
    {
        const std::u32string_view rest = text_.substr(at);
        if (rest == U"\n" && at > 0 && text_[at - 1] == '\r') return false;
        return rest == U"\n" || rest == U"\r" || rest == U"\r\n" || rest == U"\u0085" || rest == U"\u2028" ||
               rest == U"\u2029";
    }

    static bool is_word(char32_t c)
    {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    const logic::RegexTree &tree_;
    std::u32string_view text_;
    bool is_java_;
    std::size_t work_ = 0;
};

std::u32string decoded(std::string_view text)
{
    std::u32string characters;
    while (!text.empty()) {
        std::size_t length = 0;
        characters += quire::decode_utf8(text, length);
        text.remove_prefix(length);
    }
    return characters;
}

void compare(const logic::Regex &regex, const logic::RegexTree &tree, std::string_view text)
{
    const bool searched = regex.search(text, quire::never);
    const bool matched = regex.matches(text, quire::never);
    must(regex.search(text, quire::never) == searched, "a search stays what it was");
    must(regex.matches(text, quire::never) == matched, "a match stays what it was");

    const std::u32string characters = decoded(text);
    if (characters.size() > Walker::most_characters) return;
    Walker javascript(tree, characters, false);
    const bool found = javascript.searches();
    must(javascript.gave_up() || found == searched, "a search finds what the tree does");
    Walker java(tree, characters, true);
    const bool fits = java.matches();
    must(java.gave_up() || fits == matched, "a match is one of the tree");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view input = quire::fuzz::text(data, size);
    if (!quire::fuzz::is_database_text(input)) return 0;
    const std::size_t line = std::min(input.find('\n'), input.size());
    const std::string_view pattern = input.substr(0, line);
    const std::string_view text = input.substr(std::min(line + 1, input.size()));

    const auto regex = logic::Regex::compile(pattern);
    const auto tree = logic::parse_regex(pattern);
    must(regex.ok() == tree.ok(), "what can be read can be compiled");
    if (!regex.ok()) {
        must(regex.fault().at <= pattern.size() && !regex.fault().message.empty(), "a fault has a place and words");
        return 0;
    }
    // A large program takes its time with each character; the fuzzer is to see many.
    if (tree.value().root.size * text.size() > 2'000'000) return 0;
    compare(regex.value(), tree.value(), text);
    compare(regex.value(), tree.value(), text.substr(0, text.find(' ')));
    return 0;
}
