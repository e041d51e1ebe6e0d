// bench/core/logic_bench.cpp: what an evaluation of a compiled expression costs, beside libxml2's; what judging and
// reading a submission does.
#include <benchmark/benchmark.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include "core/forms/parse.hpp"
#include "core/logic/validate.hpp"

namespace {

namespace logic = quire::logic;
namespace forms = quire::forms;
using logic::Dialect;

// 200 instances of a repeat, and what is around them: 7.5 kB.
std::string document_text()
{
    std::string text = "<data id='f' version='1'><age>42</age><q>b a c</q><note>All is well here.</note>";
    for (int i = 0; i < 200; ++i) text += "<rep><n>" + std::to_string(i % 90 + 10) + "</n><x>word</x></rep>";
    return text + "</data>";
}

struct Asked {
    const char *expression, *place;
};
constexpr Asked in_range{". > 0 and . < 120", "/data/age"};
constexpr Asked is_selected{"selected(../q,'a')", "/data/age"};
constexpr Asked is_short{"string-length(.) < 50", "/data/note"};
constexpr Asked other_value{"../age > 3 or ../note = ''", "/data/q"};
constexpr Asked absolute{"/data/age > 3", "/data/q"};
constexpr Asked count_of{"count(/data/rep)", "/data/age"};
constexpr Asked sum_of{"sum(/data/rep/n)", "/data/age"};
constexpr Asked count_some{"count(/data/rep[n > 50])", "/data/age"};

class OneDocument : public logic::World {
public:
    OneDocument()
    {
        (void)logic::read_document(text_, names_, document_, {}, quire::never);
        documents.push_back(&document_);
        names = &names_;
        zone = &zone_;
    }
    std::optional<logic::Ref> instance(std::string_view) const override { return std::nullopt; }
    std::optional<std::string_view> itext(std::string_view) const override { return std::nullopt; }
    std::optional<std::string_view> choice_label(logic::Evaluator &, std::string_view, std::string_view,
                                                 const logic::Context &) const override
    {
        return std::nullopt;
    }
    logic::Expression compile(const char *source) { return logic::compile(source, names_, {}).value(); }

private:
    const std::string text_ = document_text();
    const logic::FixedZone zone_;
    logic::Names names_;
    logic::Document document_;
};

void evaluate(benchmark::State &state, const Asked &asked, Dialect dialect)
{
    OneDocument world;
    const logic::Expression expression = world.compile(asked.expression), place = world.compile(asked.place);
    logic::Evaluator evaluator(world, dialect, {}, quire::never);
    const logic::Ref at = evaluator.evaluate(place, logic::Context(logic::Ref(0, logic::Document::root))).nodes.front();
    for (auto _ : state) {
        evaluator.clear();
        benchmark::DoNotOptimize(evaluator.evaluate(expression, logic::Context(at)));
    }
}

struct FreeXml {
    void operator()(xmlDoc *made) const { xmlFreeDoc(made); }
    void operator()(xmlXPathContext *made) const { xmlXPathFreeContext(made); }
    void operator()(xmlXPathObject *made) const { xmlXPathFreeObject(made); }
    void operator()(xmlXPathCompExpr *made) const { xmlXPathFreeCompExpr(made); }
};
template <class T>
using Owned = std::unique_ptr<T, FreeXml>;

const xmlChar *of_xml(const char *text)
{
    return reinterpret_cast<const xmlChar *>(text);
}

// As forms mean it: one word of a list.
void selected(xmlXPathParserContext *context, int)
{
    xmlChar *const wanted = xmlXPathPopString(context);
    xmlChar *const list = xmlXPathPopString(context);
    const auto *const words = reinterpret_cast<const char *>(list);
    const auto *const word = reinterpret_cast<const char *>(wanted);
    const std::size_t size = std::strlen(word);
    bool found = false;
    for (const char *at = std::strstr(words, word); at && !found; at = std::strstr(at + 1, word))
        found = (at == words || at[-1] == ' ') && (at[size] == '\0' || at[size] == ' ');
    xmlFree(wanted);
    xmlFree(list);
    valuePush(context, xmlXPathNewBoolean(found));
}

void libxml2(benchmark::State &state, const Asked &asked)
{
    const std::string text = document_text();
    const Owned<xmlDoc> document(xmlReadMemory(text.data(), static_cast<int>(text.size()), nullptr, nullptr, 0));
    const Owned<xmlXPathContext> context(xmlXPathNewContext(document.get()));
    xmlXPathRegisterFunc(context.get(), of_xml("selected"), selected);
    const Owned<xmlXPathObject> at(xmlXPathEval(of_xml(asked.place), context.get()));
    context->node = at->nodesetval->nodeTab[0];
    const Owned<xmlXPathCompExpr> compiled(xmlXPathCompile(of_xml(asked.expression)));
    for (auto _ : state) {
        const Owned<xmlXPathObject> value(xmlXPathCompiledEval(compiled.get(), context.get()));
        benchmark::DoNotOptimize(value.get());
    }
}

#define EVALUATE(asked)                                                    \
    BENCHMARK_CAPTURE(evaluate, asked##_java, asked, Dialect::javarosa);   \
    BENCHMARK_CAPTURE(evaluate, asked##_script, asked, Dialect::webforms); \
    BENCHMARK_CAPTURE(libxml2, asked, asked)
EVALUATE(in_range);
EVALUATE(is_selected);
EVALUATE(is_short);
EVALUATE(other_value);
EVALUATE(absolute);
EVALUATE(count_of);
EVALUATE(sum_of);
EVALUATE(count_some);

void compile(benchmark::State &state, const Asked &asked)
{
    for (auto _ : state) {
        logic::Names names;
        benchmark::DoNotOptimize(logic::compile(asked.expression, names, {}));
    }
}
BENCHMARK_CAPTURE(compile, in_range, in_range);
BENCHMARK_CAPTURE(compile, is_selected, is_selected);

// 60 questions: 30 with a constraint, 10 relevant, 10 required, 10 calculated.
struct Survey {
    Survey()
    {
        std::string instance, binds;
        for (int i = 0; i < 60; ++i) {
            const std::string q = "q" + std::to_string(i);
            instance += '<' + q + "/>";
            std::string rules = i < 40 ? " type='int'" : "";
            if (i < 15) rules += " constraint='. &gt; 0 and . &lt; 120'";
            if (i >= 40 && i < 50) rules += " constraint='string-length(.) &lt; 50'";
            if (i >= 15 && i < 20) rules += " constraint=\"selected(../q40, 'a') or . != 3\"";
            if (i >= 20 && i < 30) rules += " relevant='../q" + std::to_string(i - 20) + " &gt; 3'";
            if (i >= 30 && i < 40) rules += " required='true()'";
            if (i >= 50)
                rules += " type='int' calculate='../q" + std::to_string(i - 50) + " + /data/q" +
                         std::to_string(i - 40) + "'";
            binds += "<bind nodeset='/data/" + q + "'" + rules + "/>";
            const std::string value = i < 20 ? "7" : i < 40 ? "12" : i < 50 ? "a b c" : "14";
            submission += '<' + q + '>' + value + "</" + q + '>';
        }
        submission = "<data id='f'>" + submission + "<meta><instanceID>uuid:1</instanceID></meta></data>";
        const std::string xml =
            "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'><h:head><model>"
            "<instance><data id='f'>" +
            instance + "<meta><instanceID/></meta></data></instance>" + binds + "</model></h:head><h:body/></h:html>";
        rules.emplace(std::make_shared<const forms::Form>(forms::parse_form(xml).value()), xml);
    }

    std::string submission;
    std::optional<logic::Rules> rules;
};

void read_submission(benchmark::State &state)
{
    const Survey survey;
    logic::SubmissionDocument document;
    for (auto _ : state)
        benchmark::DoNotOptimize(logic::read_submission(*survey.rules, survey.submission, document, quire::never));
}
BENCHMARK(read_submission);

void validate(benchmark::State &state, logic::Dialects dialects)
{
    const Survey survey;
    logic::SubmissionDocument document;
    const logic::FixedZone zone;
    logic::FormWorld world(*survey.rules, document.document);
    world.zone = &zone;
    logic::Judging judging;
    judging.dialects = dialects;
    logic::Validator validator(world, judging, quire::never);
    for (auto _ : state) {
        (void)logic::read_submission(*survey.rules, survey.submission, document, quire::never);
        const auto found = validator.run(document, false);
        if (!found.empty()) state.SkipWithError("the submission is a good one");
        benchmark::DoNotOptimize(found.data());
    }
}
BENCHMARK_CAPTURE(validate, both, logic::in_both);
BENCHMARK_CAPTURE(validate, java, logic::in_javarosa);
BENCHMARK_CAPTURE(validate, script, logic::in_webforms);

}  // namespace
