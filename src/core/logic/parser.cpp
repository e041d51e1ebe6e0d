// src/core/logic/parser.cpp: XPath 1.0 by recursive descent.
#include <algorithm>
#include <array>
#include <optional>

#include "core/logic/expression.hpp"
#include "core/logic/functions.hpp"
#include "core/logic/lexer.hpp"
#include "core/logic/numbers.hpp"
#include "core/xml/characters.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {
namespace {

struct NamedAxis {
    std::string_view name;
    Axis axis;
};
constexpr std::array<NamedAxis, 13> axes{{{"child", Axis::child},
                                          {"parent", Axis::parent},
                                          {"self", Axis::self},
                                          {"attribute", Axis::attribute},
                                          {"descendant", Axis::descendant},
                                          {"descendant-or-self", Axis::descendant_or_self},
                                          {"ancestor", Axis::ancestor},
                                          {"ancestor-or-self", Axis::ancestor_or_self},
                                          {"following", Axis::following},
                                          {"following-sibling", Axis::following_sibling},
                                          {"preceding", Axis::preceding},
                                          {"preceding-sibling", Axis::preceding_sibling},
                                          {"namespace", Axis::name_space}}};

constexpr std::array<std::string_view, 4> node_types{"node", "text", "comment", "processing-instruction"};

bool is_node_type(std::string_view name)
{
    for (const std::string_view type : node_types)
        if (name == type) return true;
    return false;
}

// Binary operators by how tightly they bind, loosest first.
struct Binary {
    std::string_view symbol;
    Op::Code code;
    int level;
};
constexpr std::array<Binary, 13> binaries{{{"or", Op::Code::either, 0},
                                           {"and", Op::Code::both, 1},
                                           {"=", Op::Code::equal, 2},
                                           {"!=", Op::Code::unequal, 2},
                                           {"<", Op::Code::less, 3},
                                           {"<=", Op::Code::at_most, 3},
                                           {">", Op::Code::greater, 3},
                                           {">=", Op::Code::at_least, 3},
                                           {"+", Op::Code::add, 4},
                                           {"-", Op::Code::subtract, 4},
                                           {"*", Op::Code::multiply, 5},
                                           {"div", Op::Code::divide, 5},
                                           {"mod", Op::Code::modulo, 5}}};

class Parser {
public:
    Parser(std::string_view source, Names &names, const Prefixes &prefixes)
        : source_(source), lexer_(source), names_(names), prefixes_(prefixes)
    {
    }

    Result<Expression> run()
    {
        if (source_.size() > max_expression) return Fault{max_expression, "the expression is too long"};
        try {
            advance();
            whole();
            if (token_.kind != Token::Kind::end) fail("an operator is missing");
        } catch (Fault &fault) {
            return std::move(fault);
        }
        return std::move(made_);
    }

private:
    [[noreturn]] void fail(std::string message) const { throw Fault{token_.at, std::move(message)}; }
    [[noreturn]] static void fail_at(std::size_t at, std::string message) { throw Fault{at, std::move(message)}; }

    void advance()
    {
        token_ = ahead_ ? *ahead_ : lexer_.next();
        ahead_.reset();
        if (lexer_.fault()) throw *lexer_.fault();
    }
    // The token after this one.
    const Token &ahead()
    {
        if (!ahead_) ahead_ = lexer_.next();
        return *ahead_;
    }
    bool take(std::string_view symbol)
    {
        if (!token_.is(symbol)) return false;
        advance();
        return true;
    }
    void need(std::string_view symbol)
    {
        if (!take(symbol)) fail("there is no '" + std::string(symbol) + "' where there must be one");
    }

    std::uint32_t emit(const Op &op)
    {
        // Long chains of operators do not nest in the source, but they do when they are evaluated.
        int depth = 0;
        const auto inside = [&](std::uint32_t operand) { depth = std::max(depth, depths_[operand]); };
        const bool is_path = op.code == Op::Code::path;
        if (op.code < Op::Code::number) inside(op.a);
        if (op.code < Op::Code::number && op.code != Op::Code::negate) inside(op.b);
        if (is_path && op.start == Op::Start::filter) inside(op.a);
        for (const List &list : {op.code == Op::Code::call ? op.list : List(), op.predicates})
            for (std::uint32_t i = 0; i < list.size; ++i) inside(made_.lists[list.first + i]);
        for (std::uint32_t i = 0; is_path && i < op.list.size; ++i) {
            const List &predicates = made_.steps[op.list.first + i].predicates;
            for (std::uint32_t j = 0; j < predicates.size; ++j) inside(made_.lists[predicates.first + j]);
        }
        if (depth >= max_depth) fail_at(op.at, "the expression is nested too deep");
        depths_.push_back(depth + 1);
        made_.ops.push_back(op);
        return made_.root();
    }
    List list_of(const std::vector<std::uint32_t> &items)
    {
        const List list{static_cast<std::uint32_t>(made_.lists.size()), static_cast<std::uint32_t>(items.size())};
        made_.lists.insert(made_.lists.end(), items.begin(), items.end());
        return list;
    }

    struct Nesting {
        explicit Nesting(Parser &parser) : depth(parser.depth_)
        {
            if (++depth > max_nesting) parser.fail("the expression is nested too deep");
        }
        ~Nesting() { --depth; }
        int &depth;
    };

    Op make(Op::Code code, std::size_t at) const
    {
        Op op;
        op.code = code;
        op.at = static_cast<std::uint32_t>(at);
        op.nested = predicates_open_ > 0;
        return op;
    }

    // A whole expression, as it stands alone, in parentheses, in brackets or as an argument.
    std::uint32_t whole()
    {
        const Nesting nesting(*this);
        return binary(0);
    }

    // Operators that bind at least as tightly as `level`.
    std::uint32_t binary(int level)
    {
        std::uint32_t left = unary();
        while (const Binary *const found = operator_from(level)) {
            Op op = make(found->code, token_.at);
            advance();
            op.a = left;
            op.b = binary(found->level + 1);
            left = emit(op);
        }
        return left;
    }

    const Binary *operator_from(int level) const
    {
        if (token_.kind != Token::Kind::symbol) return nullptr;
        for (const Binary &one : binaries)
            if (token_.text == one.symbol) return one.level >= level ? &one : nullptr;
        return nullptr;
    }

    std::uint32_t unary()
    {
        if (!token_.is("-")) return united();
        const Nesting nesting(*this);
        Op op = make(Op::Code::negate, token_.at);
        advance();
        op.a = unary();
        return emit(op);
    }

    std::uint32_t united()
    {
        std::uint32_t left = path();
        while (token_.is("|")) {
            Op op = make(Op::Code::unite, token_.at);
            advance();
            op.a = left;
            op.b = path();
            for (const std::uint32_t side : {op.a, op.b})
                if (!may_be_nodes(made_.ops[side])) fail_at(op.at, "only sets of nodes can be united");
            left = emit(op);
        }
        return left;
    }

    static bool may_be_nodes(const Op &op)
    {
        return op.code == Op::Code::path || op.code == Op::Code::unite || op.code == Op::Code::call;
    }

    bool starts_filter()
    {
        if (token_.kind == Token::Kind::number || token_.kind == Token::Kind::literal) return true;
        if (token_.is("(") || token_.is("$")) return true;
        return token_.kind == Token::Kind::name && ahead().is("(") && !is_node_type(token_.text);
    }

    std::uint32_t path()
    {
        Op op = make(Op::Code::path, token_.at);
        std::vector<Step> steps;
        if (starts_filter()) {
            const std::uint32_t filter = primary();
            const bool goes_on = token_.is("[") || token_.is("/") || token_.is("//");
            if (!goes_on) return filter;
            if (!may_be_nodes(made_.ops[filter])) fail("only a set of nodes can be followed by a path or a condition");
            op.start = Op::Start::filter;
            op.a = filter;
            op.predicates = predicates();
            if (token_.is("/") || token_.is("//")) steps_after_slash(steps);
        } else if (token_.is("/")) {
            op.start = Op::Start::root;
            advance();
            if (starts_step()) relative(steps);
        } else if (token_.is("//")) {
            op.start = Op::Start::root;
            steps_after_slash(steps);
        } else {
            relative(steps);
        }
        op.list = {static_cast<std::uint32_t>(made_.steps.size()), static_cast<std::uint32_t>(steps.size())};
        made_.steps.insert(made_.steps.end(), steps.begin(), steps.end());
        return emit(op);
    }

    bool starts_step() const
    {
        return token_.kind == Token::Kind::name || token_.kind == Token::Kind::wildcard || token_.is(".") ||
               token_.is("..") || token_.is("@");
    }

    void steps_after_slash(std::vector<Step> &steps)
    {
        if (token_.is("//")) steps.push_back(any_descendant());
        advance();
        relative(steps);
    }

    void relative(std::vector<Step> &steps)
    {
        for (;;) {
            steps.push_back(step());
            if (!token_.is("/") && !token_.is("//")) return;
            if (token_.is("//")) steps.push_back(any_descendant());
            advance();
        }
    }

    Step any_descendant() const
    {
        Step step;
        step.axis = Axis::descendant_or_self;
        step.test.kind = Test::Kind::node;
        step.at = static_cast<std::uint32_t>(token_.at);
        return step;
    }

    Step step()
    {
        if (!starts_step())
            fail(token_.kind == Token::Kind::end ? "the expression ends too early" : "a value is missing");
        Step step;
        step.at = static_cast<std::uint32_t>(token_.at);
        if (token_.is(".") || token_.is("..")) {
            step.axis = token_.is(".") ? Axis::self : Axis::parent;
            step.test.kind = Test::Kind::node;
            advance();
            // Not in XPath 1.0's grammar, but every engine of the field takes it.
            step.predicates = predicates();
            return step;
        }
        if (take("@")) {
            step.axis = Axis::attribute;
        } else if (token_.kind == Token::Kind::name && ahead().is("::")) {
            step.axis = axis();
            advance();
            advance();
        }
        step.test = test();
        step.predicates = predicates();
        return step;
    }

    Axis axis() const
    {
        for (const NamedAxis &one : axes)
            if (one.name == token_.text) return one.axis;
        fail("there is no axis '" + std::string(token_.text) + "'");
    }

    Test test()
    {
        Test test;
        if (token_.kind == Token::Kind::name && ahead().is("(") && is_node_type(token_.text)) return node_type();
        if (token_.kind == Token::Kind::wildcard) {
            test.kind = token_.text == "*" ? Test::Kind::any_name : Test::Kind::any_in_space;
            if (token_.text != "*") set_space(test, token_.text.substr(0, token_.text.size() - 2));
        } else if (token_.kind == Token::Kind::name) {
            const std::size_t local = xml::local_start(token_.text);
            test.name = names_.add(token_.text.substr(local));
            if (local != 0) set_space(test, token_.text.substr(0, local - 1));
        } else {
            fail("a name is missing");
        }
        advance();
        return test;
    }

    void set_space(Test &test, std::string_view prefix)
    {
        test.has_space = true;
        for (const auto &[known, uri] : prefixes_) {
            if (known != prefix) continue;
            test.space = names_.add(uri);
            return;
        }
        fail("the prefix '" + std::string(prefix) + "' stands for no namespace");
    }

    Test node_type()
    {
        Test test;
        test.kind = token_.text == "node"      ? Test::Kind::node
                    : token_.text == "text"    ? Test::Kind::text
                    : token_.text == "comment" ? Test::Kind::comment
                                               : Test::Kind::instruction;
        advance();
        need("(");
        if (test.kind == Test::Kind::instruction && token_.kind == Token::Kind::literal) {
            test.name = names_.add(token_.text);
            advance();
        }
        need(")");
        return test;
    }

    List predicates()
    {
        std::vector<std::uint32_t> found;
        ++predicates_open_;
        while (take("[")) {
            found.push_back(whole());
            need("]");
        }
        --predicates_open_;
        return list_of(found);
    }

    std::uint32_t primary()
    {
        if (token_.is("$")) fail("variables are not supported");
        if (take("(")) {
            const std::uint32_t inner = whole();
            need(")");
            return inner;
        }
        if (token_.kind == Token::Kind::name) return call();
        Op op = make(token_.kind == Token::Kind::number ? Op::Code::number : Op::Code::text, token_.at);
        if (op.code == Op::Code::number) {
            op.a = static_cast<std::uint32_t>(made_.numbers.size());
            made_.numbers.push_back(number_in_script(token_.text));
        } else {
            op.a = static_cast<std::uint32_t>(made_.texts.size());
            made_.texts.emplace_back(token_.text);
        }
        advance();
        return emit(op);
    }

    std::uint32_t call()
    {
        Op op = make(Op::Code::call, token_.at);
        const std::string name(token_.text);
        op.function = find_function(name);
        if (!op.function) {
            const std::string_view near = nearest_function(name);
            fail("there is no function '" + name + "'" + (near.empty() ? "" : "; '" + std::string(near) + "' is near"));
        }
        advance();
        need("(");
        std::vector<std::uint32_t> arguments;
        if (!take(")")) {
            do arguments.push_back(whole());
            while (take(","));
            need(")");
        }
        const Function &function = *op.function;
        if (arguments.size() < function.least ||
            (function.most != Function::any_number && arguments.size() > function.most))
            fail_at(op.at, name + "() takes " + arity(function) + ", and not " + std::to_string(arguments.size()));
        op.list = list_of(arguments);
        return emit(op);
    }

    static std::string arity(const Function &function)
    {
        const auto count = [](int n) { return std::to_string(n) + (n == 1 ? " argument" : " arguments"); };
        if (function.most == Function::any_number) return "at least " + count(function.least);
        if (function.least == function.most) return function.least == 0 ? "no argument" : count(function.least);
        return std::to_string(function.least) + " to " + count(function.most);
    }

    std::string_view source_;
    Lexer lexer_;
    Names &names_;
    const Prefixes &prefixes_;
    Expression made_;
    std::vector<int> depths_;  // of the ops
    Token token_;
    std::optional<Token> ahead_;
    int depth_ = 0;
    int predicates_open_ = 0;
};

}  // namespace

Result<Expression> compile(std::string_view source, Names &names, const Prefixes &prefixes)
{
    return Parser(source, names, prefixes).run();
}

}  // namespace quire::logic
