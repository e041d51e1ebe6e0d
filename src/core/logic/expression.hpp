// src/core/logic/expression.hpp: an XPath expression, compiled.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/logic/names.hpp"
#include "core/support/result.hpp"

namespace quire::logic {

struct Function;

// Limits of an expression; far beyond any that people write.
inline constexpr std::size_t max_expression = 64 * 1024;  // bytes
inline constexpr int max_nesting = 200;                   // of parentheses and the like
inline constexpr int max_depth = 1000;                    // of operators inside operators

enum class Axis : std::uint8_t {
    child,
    parent,
    self,
    attribute,
    descendant,
    descendant_or_self,
    ancestor,
    ancestor_or_self,
    following,
    following_sibling,
    preceding,
    preceding_sibling,
    name_space,
};

// What a step takes of its axis.
struct Test {
    enum class Kind : std::uint8_t { name, any_name, any_in_space, node, text, comment, instruction };
    Kind kind = Kind::name;
    bool has_space = false;  // the name has a prefix, so the namespace counts
    std::uint32_t name = Names::other;
    std::uint32_t space = Names::other;
};

// A stretch of Expression::lists.
struct List {
    std::uint32_t first = 0, size = 0;
};

struct Step {
    Axis axis = Axis::child;
    Test test;
    List predicates;
    std::uint32_t at = 0;  // byte in the source
};

struct Op {
    enum class Code : std::uint8_t {
        either,  // or
        both,    // and
        equal,
        unequal,
        less,
        at_most,
        greater,
        at_least,
        add,
        subtract,
        multiply,
        divide,
        modulo,
        negate,
        unite,
        number,
        text,
        call,
        path,
    };
    // Where a path starts.
    enum class Start : std::uint8_t { context, root, filter };

    Code code = Code::number;
    Start start = Start::context;
    bool nested = false;   // it stands inside a predicate
    std::uint32_t at = 0;  // byte in the source
    std::uint32_t a = 0;   // operands: numbers of ops; of a literal, of numbers or texts; of a filter, its expression
    std::uint32_t b = 0;
    List list;        // of a call, its arguments; of a path, its steps; of a filter: see predicates
    List predicates;  // of a filter
    const Function *function = nullptr;
};

// Operands stand before what uses them; the last op is the whole.
struct Expression {
    std::vector<Op> ops;
    std::vector<Step> steps;
    std::vector<std::uint32_t> lists;
    std::vector<double> numbers;
    std::vector<std::string> texts;

    std::uint32_t root() const { return static_cast<std::uint32_t>(ops.size()) - 1; }
    bool empty() const { return ops.empty(); }
};

// The prefixes that an expression may use, and their namespaces.
using Prefixes = std::vector<std::pair<std::string, std::string>>;

// Those that forms use without declaring them.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 8> well_known_prefixes{
    {{"jr", "http://openrosa.org/javarosa"},
     {"orx", "http://openrosa.org/xforms"},
     {"odk", "http://www.opendatakit.org/xforms"},
     {"entities", "http://www.opendatakit.org/xforms/entities"},
     {"h", "http://www.w3.org/1999/xhtml"},
     {"xf", "http://www.w3.org/2002/xforms"},
     {"xsd", "http://www.w3.org/2001/XMLSchema"},
     {"xml", "http://www.w3.org/XML/1998/namespace"}}};

// Compiles an expression of XPath 1.0 with ODK's functions; names that it asks for are added to `names`. The fault
// says what is wrong at which byte.
Result<Expression> compile(std::string_view source, Names &names, const Prefixes &prefixes);

}  // namespace quire::logic
