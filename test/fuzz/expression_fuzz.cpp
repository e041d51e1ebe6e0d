// test/fuzz/expression_fuzz.cpp: any text is an expression or is refused, and an expression comes to the same value
// each time; paths lead where those of libxml2 do.
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/logic/functions.hpp"
#include "core/logic/standalone.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/utf8.hpp"
#include "unit/logic/summer_zone.hpp"
#include "unit/support/json_text.hpp"

namespace {

namespace logic = quire::logic;
using logic::Op;
using quire::fuzz::must;

// Names short enough to be found by chance; each kind of node.
constexpr std::string_view document =
    "<d a='1' xml:lang='en'><n>7</n><m>-2.5</m><s>a b c</s><e/><t>2024-03-31</t><u>2024-10-27T02:30:00.000+01:00</u>"
    "<g>1 2 3 4; 5 6</g><r><n>1</n><s>x</s></r><!--c--><r b='2'><n>20</n><s/></r><?p q?><r><n>x</n><r><n>3</n></r></r>"
    "mixed<w> 1 </w></d>";
constexpr std::array<std::string_view, 4> places{"/d", "/d/n", "/d/r[2]/n", "/d/r[2]/@b"};

void check_list(const logic::List &list, std::size_t size)
{
    must(std::size_t{list.first} + list.size <= size, "a list is within the lists");
}

void check_op(const logic::Expression &expression, std::uint32_t index, std::size_t length)
{
    const Op &op = expression.ops[index];
    must(op.at <= length, "an operator has a place in the source");
    const auto before = [&](std::uint32_t operand) { must(operand < index, "operands stand before what uses them"); };
    const auto all_before = [&](const logic::List &list) {
        check_list(list, expression.lists.size());
        for (std::uint32_t i = 0; i < list.size; ++i) before(expression.lists[list.first + i]);
    };
    switch (op.code) {
        case Op::Code::number: return must(op.a < expression.numbers.size(), "a number is there");
        case Op::Code::text: return must(op.a < expression.texts.size(), "a text is there");
        case Op::Code::negate: return before(op.a);
        case Op::Code::call:
            must(op.function && op.list.size >= op.function->least && op.list.size <= op.function->most,
                 "a function has its arguments");
            return all_before(op.list);
        case Op::Code::path:
            check_list(op.list, expression.steps.size());
            if (op.start == Op::Start::filter) before(op.a);
            all_before(op.predicates);
            for (std::uint32_t i = 0; i < op.list.size; ++i) all_before(expression.steps[op.list.first + i].predicates);
            return;
        default: before(op.a), before(op.b);
    }
}

std::string evaluated(std::string_view expression, std::string_view place, logic::Dialect dialect)
{
    static const logic::SummerZone zone;
    logic::Standalone options;
    options.dialect = dialect;
    options.zone = &zone;
    options.now = 1'711'843'200'000;
    options.seed = 42;
    options.instances = {{"c", "name,label\na,A\nb,\"B, b\"\n"}};
    options.limits = {100'000, 1'000'000};
    quire::JsonText json;
    const auto done = logic::evaluate_over(document, expression, place, options, quire::never, json);
    if (done.ok()) return json.text();
    using With = logic::StandaloneFault::With;
    const auto &fault = done.fault();
    must(fault.with == With::evaluation || fault.with == With::limit, "what can be compiled can be evaluated");
    must(!fault.message.empty(), "a fault has words");
    return "fault: " + fault.message;
}

// Only steps and conditions that every engine understands alike.
bool is_plain(const logic::Expression &expression)
{
    static constexpr std::array<std::string_view, 6> alike{"last", "position", "count", "not", "true", "false"};
    const auto &ops = expression.ops;
    if (ops.back().code != Op::Code::path && ops.back().code != Op::Code::unite) return false;
    for (const Op &op : ops) {
        const bool is_node_set = op.code == Op::Code::path || op.code == Op::Code::unite;
        const bool is_logic = op.code == Op::Code::either || op.code == Op::Code::both;
        if (op.code == Op::Code::call) {
            if (std::find(alike.begin(), alike.end(), op.function->name) == alike.end()) return false;
            if (op.function->name == "position" && op.list.size > 0) return false;
        } else if (!is_node_set && !is_logic && op.code != Op::Code::number) {
            return false;
        }
    }
    bool after_descendants = false;
    for (const logic::Step &step : expression.steps) {
        // libxml2 2.9 makes descendant::node() of "//.", and so loses where it started.
        if (after_descendants && step.axis == logic::Axis::self) return false;
        if (step.axis == logic::Axis::name_space) return false;
        after_descendants = step.axis == logic::Axis::descendant_or_self;
    }
    return true;
}

struct FreeXml {
    void operator()(xmlDoc *made) const { xmlFreeDoc(made); }
    void operator()(xmlXPathContext *made) const { xmlXPathFreeContext(made); }
    void operator()(xmlXPathObject *made) const { xmlXPathFreeObject(made); }
    void operator()(xmlChar *made) const { xmlFree(made); }
};
template <class T>
using Owned = std::unique_ptr<T, FreeXml>;

// What libxml2 makes of a path, as evaluated() tells it; nothing where it refuses.
std::string from_libxml2(const std::string &expression, std::string_view place)
{
    static const Owned<xmlDoc> tree(
        xmlReadMemory(document.data(), static_cast<int>(document.size()), nullptr, nullptr, XML_PARSE_NOERROR));
    const Owned<xmlXPathContext> context(xmlXPathNewContext(tree.get()));
    context->error = [](auto, auto) {};  // libxml2 2.12 made the error constant
    const auto evaluate = [&](const std::string &text) {
        return Owned<xmlXPathObject>(xmlXPathEval(reinterpret_cast<const xmlChar *>(text.c_str()), context.get()));
    };
    const auto at = evaluate(std::string(place));
    context->node = at->nodesetval->nodeTab[0];
    context->opLimit = 100'000;
    // As every engine of the field: a condition outside of a path has its node alone around it.
    context->proximityPosition = context->contextSize = 1;
    const auto found = evaluate(expression);
    if (!found || found->type != XPATH_NODESET) return "";
    quire::JsonText json;
    json.begin_object();
    json.key("type");
    json.string("nodeset");
    json.key("value");
    json.begin_array();
    if (found->nodesetval) xmlXPathNodeSetSort(found->nodesetval);
    for (int i = 0; found->nodesetval && i < found->nodesetval->nodeNr; ++i) {
        const Owned<xmlChar> text(xmlXPathCastNodeToString(found->nodesetval->nodeTab[i]));
        json.string(reinterpret_cast<const char *>(text.get()));
    }
    json.end();
    json.end();
    return json.text();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view source = quire::fuzz::text(data, size);
    logic::Names names;
    logic::Prefixes prefixes;
    prefixes.insert(prefixes.end(), logic::well_known_prefixes.begin(), logic::well_known_prefixes.end());
    const auto compiled = logic::compile(source, names, prefixes);
    if (!compiled.ok()) {
        must(compiled.fault().at <= std::max(size, logic::max_expression), "a fault is within the source");
        must(!compiled.fault().message.empty(), "a fault has words");
        return 0;
    }
    const logic::Expression &expression = compiled.value();
    must(!expression.empty(), "an expression has an operator");
    for (std::uint32_t i = 0; i < expression.ops.size(); ++i) check_op(expression, i, size);

    // Texts of an expression come from a database.
    if (!quire::fuzz::is_database_text(source)) return 0;
    const std::string_view place = places[size % places.size()];
    for (const auto dialect : {logic::Dialect::javarosa, logic::Dialect::webforms})
        must(evaluated(source, place, dialect) == evaluated(source, place, dialect), "a value stays what it was");
    if (is_plain(expression) && size < 1'000) {
        const std::string theirs = from_libxml2(std::string(source), place);
        const std::string ours = evaluated(source, place, logic::Dialect::webforms);
        const bool same = theirs.empty() || ours.starts_with("fault: ") || ours == theirs;
        if (!same) std::fprintf(stderr, "theirs: %s\nours:   %s\n", theirs.c_str(), ours.c_str());
        must(same, "a path leads where libxml2's does");
    }
    return 0;
}
