// test/fuzz/logic_fuzz.cpp: rules for a form, a submission and data beside it: whatever they are, judging ends, and
// what it finds holds together.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/forms/parse.hpp"
#include "core/logic/standalone.hpp"
#include "core/logic/validate.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/utf8.hpp"
#include "unit/logic/summer_zone.hpp"
#include "unit/support/json_text.hpp"

namespace {

namespace logic = quire::logic;
namespace forms = quire::forms;
using logic::Violation;
using quire::fuzz::must;

// The slots that rules go to, by one letter; lower case in the root, upper case in the repeat and its group.
struct Slot {
    char letter;
    const char *path;
};
constexpr std::array<Slot, 14> slots{{{'a', "/data/a"},
                                      {'i', "/data/i"},
                                      {'d', "/data/d"},
                                      {'b', "/data/b"},
                                      {'t', "/data/t"},
                                      {'p', "/data/p"},
                                      {'s', "/data/s"},
                                      {'m', "/data/m"},
                                      {'g', "/data/g"},
                                      {'h', "/data/g/h"},
                                      {'r', "/data/r"},
                                      {'N', "/data/r/n"},
                                      {'S', "/data/r/s"},
                                      {'Q', "/data/r/q"}}};
struct Attribute {
    char letter;
    const char *name;
};
constexpr std::array<Attribute, 5> attributes{
    {{'r', "relevant"}, {'q', "required"}, {'c', "constraint"}, {'k', "calculate"}, {'t', "type"}}};

std::string escaped(std::string_view text)
{
    std::string made;
    for (const char c : text) {
        if (c == '<')
            made += "&lt;";
        else if (c == '&')
            made += "&amp;";
        else if (c == '"')
            made += "&quot;";
        else
            made += c;
    }
    return made;
}

// Lines of a slot, an attribute and an expression: "ac. > 3" is a constraint of /data/a. "#" and "!" in the slot's
// place give the count of the repeat and the choices of /data/m.
struct Binds {
    explicit Binds(std::string_view lines)
    {
        std::map<char, std::map<char, std::string>> rules;
        while (!lines.empty()) {
            const std::size_t end = std::min(lines.find('\n'), lines.size());
            const std::string_view line = lines.substr(0, end);
            lines.remove_prefix(std::min(end + 1, lines.size()));
            if (line.size() < 2) continue;
            if (line[0] == '#')
                count = " jr:count=\"" + escaped(line.substr(1)) + '"';
            else if (line[0] == '!')
                choices = escaped(line.substr(1));
            else
                rules[line[0]][line[1]] = escaped(line.substr(2));
        }
        for (const Slot &slot : slots) {
            const auto found = rules.find(slot.letter);
            if (found == rules.end()) continue;
            xml += std::string("<bind nodeset=\"") + slot.path + '"';
            for (const Attribute &one : attributes)
                if (const auto rule = found->second.find(one.letter); rule != found->second.end())
                    xml += std::string(" ") + one.name + "=\"" + rule->second + '"';
            xml += "/>";
        }
    }
    std::string xml, count, choices = "instance('c')/root/item";
};

std::string form_of(const Binds &binds)
{
    return "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "
           "xmlns:jr='http://openrosa.org/javarosa'><h:head><model><itext><translation lang='en'><text id='x'>"
           "<value>X <output value='/data/a'/></value></text></translation><translation lang='fr'><text id='x'>"
           "<value>Y</value></text></translation></itext><instance><data id='f' "
           "version='2'><a/><i/><d/><b/><t/><p/><s/>"
           "<m/><g><h/></g><r jr:template=''><n/><s/><q/></r><meta><instanceID/></meta></data></instance>"
           "<instance id='c'><root><item><name>a</name><label>A</label></item><item><name>b</name><label>B</label>"
           "</item></root></instance><instance id='e' src='jr://file-csv/e.csv'/>" +
           binds.xml +
           "</model></h:head><h:body><select1 ref='/data/s'><item><label>A</label><value>a</value></item><item>"
           "<label ref=\"jr:itext('x')\"/><value>b</value></item></select1><select ref='/data/m'><itemset nodeset=\"" +
           binds.choices +
           "\"><value ref='name'/><label ref='label'/></itemset></select><select1 ref='/data/r/s'><itemset "
           "nodeset=\"instance('e')/root/item[n = current()/../n]\"><value ref='name'/><label ref='label'/></itemset>"
           "</select1><repeat nodeset='/data/r'" +
           binds.count + "/></h:body></h:html>";
}

using Key = std::tuple<std::uint32_t, std::string, Violation::Rule, std::vector<std::uint32_t>, std::string>;

Key key_of(const Violation &violation)
{
    return {violation.node, violation.stranger, violation.rule, violation.position, std::string(violation.expression)};
}

void check_violation(const forms::Form &form, const Violation &violation)
{
    must(violation.node < form.nodes.size(), "a violation has a node");
    std::size_t repeats = 0;
    for (std::uint32_t node = violation.node; node != forms::Form::root; node = form[node].parent)
        repeats += form[node].is_repeat();
    // Too many or too few instances are told of what they are in.
    if (violation.rule == Violation::Rule::repeat_count || violation.rule == Violation::Rule::structure)
        must(violation.position.size() <= repeats, "and no more numbers than repeats around it");
    else
        must(violation.position.size() == repeats, "and a number for each repeat around it");
    must(std::find(violation.position.begin(), violation.position.end(), 0u) == violation.position.end(),
         "repeats count from one");
    must(!violation.message || !violation.message->empty(), "a message says something");
}

class Judge {
public:
    Judge(const logic::Rules &rules, std::string_view external) : rules_(rules), world_(rules, submission_.document)
    {
        world_.zone = &zone_;
        world_.now = 1'711'843'200'000;
        (void)world_.add_instance("e", external, quire::never);
    }

    bool read(std::string_view submission)
    {
        return !logic::read_submission(rules_, submission, submission_, quire::never);
    }

    // Nothing when a limit was reached.
    std::optional<std::vector<Violation>> judge(logic::Dialects dialects, bool first_only)
    {
        logic::Judging judging;
        judging.dialects = dialects;
        judging.knows_time = true;
        judging.limits = {50'000, 1'000'000};
        try {
            logic::Validator validator(world_, judging, quire::never);
            return validator.run(submission_, first_only);
        } catch (const logic::EvaluationFault &fault) {
            must(fault.kind == logic::EvaluationFault::Kind::limit, "only limits stop judging");
            return std::nullopt;
        }
    }

private:
    const logic::Rules &rules_;
    const logic::SummerZone zone_;
    logic::SubmissionDocument submission_;
    logic::FormWorld world_;
};

void check_judgement(const logic::Rules &rules, Judge &judge)
{
    const auto all = judge.judge(logic::in_both, false);
    const auto java = judge.judge(logic::in_javarosa, false), script = judge.judge(logic::in_webforms, false);
    if (!all || !java || !script) return;
    const auto first = judge.judge(logic::in_both, true);
    must(first && first->size() == std::min<std::size_t>(all->size(), 1), "the first is one, where there is any");
    must(all->empty() || key_of(first->front()) == key_of(all->front()), "the first of all is the first");

    // How often each of them sees it: an element that is there twice may break a rule twice.
    std::map<Key, std::pair<int, int>> seen;
    for (const Violation &one : *java) ++seen[key_of(one)].first;
    for (const Violation &one : *script) ++seen[key_of(one)].second;
    std::map<Key, bool> told;
    for (const Violation &one : *all) {
        check_violation(rules.form(), one);
        must(seen.count(key_of(one)) == 1, "what both see, one of them sees");
        const auto [by_java, by_script] = seen[key_of(one)];
        if (by_java < 2 && by_script < 2)
            must(one.disputed == (by_java != by_script), "what one sees alone is disputed");
        told[key_of(one)] = true;
    }
    must(told.size() == seen.size(), "what one of them sees, both see");
    for (const Violation &one : *java) must(!one.disputed, "nobody disputes with himself");
}

void evaluate_over_it(std::string_view document, std::string_view expression)
{
    static const logic::SummerZone zone;
    logic::Standalone options;
    options.zone = &zone;
    options.limits = {50'000, 1'000'000};
    for (const auto dialect : {logic::Dialect::javarosa, logic::Dialect::webforms}) {
        options.dialect = dialect;
        quire::JsonText json;
        const auto done = logic::evaluate_over(document, expression, "/*", options, quire::never, json);
        must(done.ok() || !done.fault().message.empty(), "a fault has words");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    std::string_view input = quire::fuzz::text(data, size);
    if (!quire::fuzz::is_database_text(input) || size > 20'000) return 0;
    // A character that no document holds stands between rules, submission and data.
    const auto part = [&] {
        const std::string_view taken = input.substr(0, input.find('\x1E'));
        input.remove_prefix(std::min(taken.size() + 1, input.size()));
        return taken;
    };
    const std::string_view lines = part(), submission = part(), external = part();
    const std::size_t rule = lines.find('\n');
    evaluate_over_it(submission,
                     lines.substr(std::min<std::size_t>(2, lines.size()), rule == lines.npos ? rule : rule - 2));

    const std::string xml = form_of(Binds(lines));
    auto parsed = forms::parse_form(xml);
    if (!parsed.ok()) return 0;
    const logic::Rules rules(std::make_shared<const forms::Form>(std::move(parsed).value()), xml);
    for (const forms::Warning &warning : rules.warnings()) must(!warning.message.empty(), "a warning has words");
    Judge judge(rules, external);
    if (judge.read(submission)) check_judgement(rules, judge);
    return 0;
}
