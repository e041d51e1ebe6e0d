// src/core/logic/evaluator.hpp: what compiled expressions come to.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/forms/form.hpp"
#include "core/logic/arena.hpp"
#include "core/logic/dates.hpp"
#include "core/logic/document.hpp"
#include "core/logic/expression.hpp"
#include "core/logic/regex.hpp"
#include "core/logic/value.hpp"
#include "core/support/poll.hpp"

namespace quire::logic {

// The two families of clients, which read some expressions differently; docs/logic.md lists where.
enum class Dialect : std::uint8_t { javarosa, webforms };

class Evaluator;

// Where an expression is evaluated.
struct Context {
    Ref node;
    std::uint32_t position = 1, size = 1;
    Ref current;  // what current() gives: the node whose expression this is

    Context() = default;
    explicit Context(Ref at) : node(at), current(at) {}
};

// What an expression sees beside its own text.
class World {
public:
    World() = default;
    World(const World &) = delete;
    World &operator=(const World &) = delete;
    virtual ~World() = default;

    // The instance element of this id.
    virtual std::optional<Ref> instance(std::string_view id) const = 0;
    // A text of the form in the language that is spoken.
    virtual std::optional<std::string_view> itext(std::string_view id) const = 0;
    // The label of a choice of the question at `path`, which is an expression itself.
    virtual std::optional<std::string_view> choice_label(Evaluator &, std::string_view value, std::string_view path,
                                                         const Context &) const = 0;

    std::vector<const Document *> documents;  // [0] is the one that absolute paths go through
    std::uint32_t root = Document::root;      // where in it they start
    const forms::Form *form = nullptr;        // that types the nodes of it, if any
    const Names *names = nullptr;
    const Zone *zone = nullptr;
    double now = 0;          // milliseconds since 1970
    std::uint64_t seed = 0;  // of random()
    std::string_view form_version;
    std::vector<std::pair<std::string, std::string>> properties;  // of the client, for property()
};

// An evaluation that came to nothing; thrown inside the evaluation only.
struct EvaluationFault {
    enum class Kind : std::uint8_t { failed, limit };
    Kind kind = Kind::failed;
    std::string message;
};

struct Limits {
    std::size_t steps = 10'000'000;         // nodes looked at and operators done
    std::size_t memory = 64 * 1024 * 1024;  // bytes of texts and sets of nodes
};

// Evaluates one expression after the other; what it gives back lives until clear().
class Evaluator {
public:
    Evaluator(const World &world, Dialect dialect, const Limits &limits, Poll poll)
        : world_(world), dialect_(dialect), limits_(limits), poll_(poll)
    {
        constexpr std::size_t most_spare = 16;
        spare_.reserve(most_spare);
    }

    // Throws an EvaluationFault.
    Value evaluate(const Expression &expression, const Context &context);
    // JavaRosa's absolute paths, too, lead to all that is there, and not to what is around the expression.
    void read_paths_plainly(bool plainly) { plain_paths_ = plainly; }
    // Frees what values hold, and allows a new budget of steps.
    void clear()
    {
        arena_.clear();
        steps_ = 0;
    }

    // The rest is for functions.
    const World &world() const { return world_; }
    Dialect dialect() const { return dialect_; }
    bool is_java() const { return dialect_ == Dialect::javarosa; }
    Arena &arena() { return arena_; }

    std::uint32_t argument_op(const Op &call, std::uint32_t i) const { return expression_->lists[call.list.first + i]; }
    Value argument(const Op &call, std::uint32_t i, const Context &context)
    {
        return value(argument_op(call, i), context);
    }
    std::string_view text_argument(const Op &call, std::uint32_t i, const Context &context)
    {
        return text(argument(call, i, context));
    }
    double number_argument(const Op &call, std::uint32_t i, const Context &context)
    {
        return number(argument(call, i, context));
    }
    // The nodes of an argument that must be a set of them.
    NodeSet nodes_argument(const Op &call, std::uint32_t i, const Context &context);

    // The casts of XPath, as the dialect has them.
    std::string_view text(const Value &value);
    // As clients store what a calculation comes to, in a node of this type.
    std::string_view stored_text(const Value &value, forms::Value type);
    double number(const Value &value);
    bool truth(const Value &value);
    // JavaRosa looks at values: the one node of a set, by the type that the form gives it.
    Value unpacked(const Value &value);
    bool equal(const Value &a, const Value &b);

    const Node &node(Ref ref) const { return (*world_.documents[ref.document()])[ref.node()]; }
    const Document &document(Ref ref) const { return *world_.documents[ref.document()]; }
    std::string_view text_of(Ref ref)
    {
        const std::string_view text = document(ref).text_of(ref.node(), arena_);
        // Long texts are read again and again where a condition looks at them.
        if (text.size() >= bytes_of_step) spend(text.size() / bytes_of_step);
        return text;
    }
    double number_of(std::string_view text);
    // All nodes that the path of an argument could lead to, whichever instances of repeats it starts in.
    NodeSet all_instances(const Op &call, std::uint32_t argument, const Context &context);
    // regex(): JavaScript searches for a pattern, Java matches the whole text.
    bool matches(std::string_view text, std::string_view pattern);
    std::uint64_t random();
    NodeSet one_node(Ref ref);
    NodeSet copy(const std::vector<Ref> &refs);
    bool sees(const Node &node) const { return !(node.absent && is_java()); }

    [[noreturn]] void fail(std::string message) const;
    void spend(std::size_t steps);
    static constexpr std::size_t bytes_of_step = 64;  // that are read while a node is looked at

private:
    friend class Paths;

    Value value(std::uint32_t op, const Context &context);
    bool compare(Op::Code code, const Value &a, const Value &b);
    bool compare_in_script(Op::Code code, const Value &a, const Value &b);
    bool compare_sets(Op::Code code, const NodeSet &a, const NodeSet &b);
    bool compare_set(Op::Code code, const NodeSet &set, const Value &other, bool set_is_left);
    bool compare_in_java(Op::Code code, const Value &a, const Value &b);
    Value calculate(Op::Code code, const Value &a, const Value &b);

    const World &world_;
    const Dialect dialect_;
    const Limits limits_;
    const Poll poll_;
    const Expression *expression_ = nullptr;
    Arena arena_;
    bool plain_paths_ = false;
    std::size_t steps_ = 0;
    int depth_ = 0;  // of expressions that lead to another one
    std::uint64_t random_ = world_.seed;
    std::vector<std::vector<Ref>> spare_;  // lists of nodes that nobody uses now
    std::unordered_map<std::string, std::optional<Regex>> patterns_;
};

}  // namespace quire::logic
