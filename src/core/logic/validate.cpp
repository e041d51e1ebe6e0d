// src/core/logic/validate.cpp: a walk through a submission that asks each rule of its form, in both dialects.
#include "core/logic/validate.hpp"

#include <algorithm>
#include <cmath>

#include "core/forms/geo.hpp"
#include "core/forms/scalars.hpp"
#include "core/logic/functions.hpp"
#include "core/logic/numbers.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {
namespace {

using Kind = Violation::Rule;

// Does an expression look at the place where it is evaluated?
bool is_relative(const Expression &expression)
{
    return std::any_of(expression.ops.begin(), expression.ops.end(), [](const Op &op) {
        const bool is_here = op.code == Op::Code::path && op.start == Op::Start::context;
        return (is_here && !op.nested) || (op.function && op.function->name == "current");
    });
}

// Does a text fit the type of its question?
bool fits(const forms::Node &node, std::string_view text)
{
    using forms::Value;
    switch (node.value) {
        case Value::text: return true;
        case Value::integer: {
            const auto number = forms::integer(forms::trim(text));
            if (!number) return false;
            const double size = number_in_script(*number);
            const bool is_short = node.type == "int" || node.type.find(":int") != std::string::npos;
            return is_short ? size >= -2147483648.0 && size <= 2147483647.0 : std::fabs(size) <= 9.2233720368547758e18;
        }
        case Value::decimal: return forms::decimal(forms::trim(text)).has_value();
        case Value::boolean: return forms::boolean(forms::trim(text)).has_value();
        case Value::date: return forms::date(text.substr(0, text.find('T'))).has_value();
        case Value::time: return forms::time(text).has_value();
        case Value::date_time: return forms::date_time(text).has_value();
        case Value::geopoint: return forms::read_geometry(node.value, text, forms::Reading::strict).has_value();
        default: break;
    }
    // Clients close a shape when they use it; that it is open is no fault of what was answered.
    const auto trace = forms::read_geometry(Value::geotrace, text, forms::Reading::strict);
    return trace && (node.value == Value::geotrace || trace->points.size() >= 3);
}

}  // namespace

std::string_view name_of(Violation::Rule rule)
{
    switch (rule) {
        case Kind::constraint: return "constraint";
        case Kind::required: return "required";
        case Kind::type: return "type";
        case Kind::relevant: return "relevant";
        case Kind::calculate: return "calculate";
        case Kind::choice: return "choice";
        case Kind::structure: return "structure";
        case Kind::repeat_count: break;
    }
    return "repeat_count";
}

Validator::Validator(FormWorld &world, const Judging &judging, Poll poll)
    : world_(world),
      rules_(world.rules()),
      form_(world.rules().form()),
      judging_(judging),
      java_(world, Dialect::javarosa, judging.limits, poll),
      script_(world, Dialect::webforms, judging.limits, poll)
{
}

std::vector<Violation> Validator::run(const SubmissionDocument &submission, bool first_only)
{
    document_ = &submission.document;
    first_only_ = first_only;
    found_.clear();
    // Nobody can judge what is in another file.
    if (submission.encrypted) return {};
    try {
        strangers_ = submission.strangers;
        std::stable_sort(strangers_.begin(), strangers_.end(),
                         [](const Stranger &a, const Stranger &b) { return a.parent < b.parent; });
        if (const std::uint32_t root = document_->root_element()) check(root, judging_.dialects, false);
    } catch (const Stop &) {
    }
    return std::move(found_);
}

// --- the walk --------------------------------------------------------------------------------------------------------

// What the form does not have in an element of the submission.
void Validator::check_strangers(std::uint32_t element, Dialects dialects)
{
    auto stranger = std::lower_bound(strangers_.begin(), strangers_.end(), element,
                                     [](const Stranger &one, std::uint32_t parent) { return one.parent < parent; });
    for (; stranger != strangers_.end() && stranger->parent == element; ++stranger) {
        Violation violation = describe(element, Kind::structure, dialects);
        if (stranger->name.empty())
            violation.node = stranger->node;
        else
            violation.stranger = stranger->name;
        report(std::move(violation));
    }
}

void Validator::check(std::uint32_t element, Dialects dialects, bool in_absent)
{
    const Node &node = (*document_)[element];
    const NodeRules &rules = rules_.of(node.form);
    if (rules.relevant) {
        const Verdict verdict = judge(rules.relevant, Ref(0, element), dialects);
        const auto hidden = static_cast<Dialects>(verdict.known & ~verdict.yes);
        if (hidden && holds_value(element)) report(describe(element, Kind::relevant, hidden, rules.relevant));
        // Where nobody can tell, what is there may be there, and what is not may be left out.
        dialects = static_cast<Dialects>(node.absent ? verdict.yes : dialects & ~hidden);
        if (dialects == 0) return;
    }
    if (node.absent) return check_absent(element, rules, dialects, in_absent);
    if (form_[node.form].is_leaf() && node.form != forms::Form::root) return check_leaf(element, rules, dialects);
    if (!strangers_.empty()) check_strangers(element, dialects);
    check_inside(element, dialects, false);
    check_counts(element, dialects);
}

void Validator::check_inside(std::uint32_t element, Dialects dialects, bool in_absent)
{
    for (std::uint32_t child = (*document_)[element].first_child; child != 0; child = (*document_)[child].next)
        if ((*document_)[child].kind == Node::Kind::element) check(child, dialects, in_absent);
}

void Validator::check_absent(std::uint32_t element, const NodeRules &rules, Dialects dialects, bool in_absent)
{
    const forms::Node &node = form_[(*document_)[element].form];
    // What clients write about a submission they write when they have it.
    if (node.path.compare(0, 5, "/meta") == 0 && (node.path.size() == 5 || node.path[5] == '/')) return;
    if (node.is_leaf()) {
        const Verdict required = judge(rules.required, Ref(0, element), dialects);
        if (required.yes)
            report(describe(element, Kind::required, required.yes, rules.required, &rules.bind->required_message));
        const auto others = static_cast<Dialects>(dialects & ~required.yes);
        if (others && !in_absent) report(describe(element, Kind::structure, others));
        return;
    }
    if (!in_absent) report(describe(element, Kind::structure, dialects));
    check_inside(element, dialects, true);
}

void Validator::check_leaf(std::uint32_t element, const NodeRules &rules, Dialects dialects)
{
    const Node &node = (*document_)[element];
    const forms::Node &question = form_[node.form];
    const std::string_view text = document_->text_of(element, java_.arena());
    if (text.empty()) {
        const Verdict required = judge(rules.required, Ref(0, element), dialects);
        if (required.yes)
            report(describe(element, Kind::required, required.yes, rules.required, &rules.bind->required_message));
    } else {
        const bool is_typed = fits(question, text);
        if (!is_typed) report(describe(element, Kind::type, dialects));
        if (rules.constraint) {
            // White space alone is no answer to JavaRosa.
            const bool is_blank = forms::trim(text).empty();
            const auto asked = static_cast<Dialects>(is_blank ? dialects & ~in_javarosa : dialects);
            const Verdict holds = judge(rules.constraint, Ref(0, element), asked);
            if (const auto broken = static_cast<Dialects>(holds.known & ~holds.yes))
                report(describe(element, Kind::constraint, broken, rules.constraint, &rules.bind->constraint_message));
        }
        check_choices(element, rules, text, dialects);
    }
    check_calculate(element, rules, text, dialects);
}

void Validator::check_choices(std::uint32_t element, const NodeRules &rules, std::string_view text, Dialects dialects)
{
    if (!rules.choices_are_listed && (!rules.choices || !may_judge(*rules.choices))) return;
    const forms::Node &question = form_[(*document_)[element].form];
    Dialects missing = 0;
    in_each(dialects, [&](Dialects dialect, Evaluator &evaluator) {
        evaluator.clear();
        try {
            if (!is_listed(rules, question, Ref(0, element), text, evaluator)) missing |= dialect;
        } catch (const EvaluationFault &fault) {
            if (fault.kind == EvaluationFault::Kind::limit) throw;
        }
    });
    if (missing) report(describe(element, Kind::choice, missing, rules.choices_are_listed ? nullptr : rules.choices));
}

bool Validator::is_listed(const NodeRules &rules, const forms::Node &node, Ref question, std::string_view text,
                          Evaluator &evaluator)
{
    std::vector<std::string_view> wanted;
    if (node.control == "select1")
        wanted.push_back(text);
    else
        forms::for_each_word(text, [&](std::string_view word) { wanted.push_back(word); });
    std::size_t count = 0;
    const auto strike = [&](std::string_view choice) {
        ++count;
        wanted.erase(std::remove(wanted.begin(), wanted.end(), choice), wanted.end());
    };
    const std::size_t chosen = wanted.size();
    if (rules.choices_are_listed) {
        for (const forms::Choice &choice : node.choices) strike(choice.value);
    } else if (!for_each_choice(evaluator, rules, Context(question),
                                [&](std::string_view choice, Ref) { strike(choice); })) {
        return true;
    }
    // A ranking names every choice.
    return wanted.empty() && (node.control != "rank" || chosen == count);
}

void Validator::check_calculate(std::uint32_t element, const NodeRules &rules, std::string_view text, Dialects dialects)
{
    if (!rules.calculate || form_[(*document_)[element].form].set_aside) return;
    const std::uint8_t traits = rules.calculate->traits;
    if ((traits & Function::changes) || (traits & Function::tells_time)) return;
    Dialects differs = 0;
    in_each(dialects, [&](Dialects dialect, Evaluator &evaluator) {
        evaluator.clear();
        try {
            if (!agrees(*rules.calculate, Ref(0, element), text, evaluator)) differs |= dialect;
        } catch (const EvaluationFault &fault) {
            if (fault.kind == EvaluationFault::Kind::limit) throw;
        }
    });
    if (differs) report(describe(element, Kind::calculate, differs, rules.calculate));
}

bool Validator::agrees(const Rule &rule, Ref node, std::string_view text, Evaluator &evaluator)
{
    const forms::Value type = form_[(*document_)[node.node()].form].value;
    const bool is_measured = rule.traits & Function::measures;
    const auto agrees_as_read = [&] {
        const Value value = evaluator.evaluate(rule.expression, Context(node));
        return same_answer(text, evaluator.stored_text(value, type), type, is_measured, *world_.zone);
    };
    const auto agrees_now = [&] {
        if (agrees_as_read()) return true;
        // JavaRosa does not read absolute paths inside repeats the same way at all times.
        if (!evaluator.is_java()) return false;
        evaluator.read_paths_plainly(true);
        const bool agrees = agrees_as_read();
        evaluator.read_paths_plainly(false);
        return agrees;
    };
    if (!(rule.traits & Function::speaks)) return agrees_now();
    // Nobody knows which language the client spoke.
    const std::size_t language = world_.language();
    bool found = false;
    for (std::size_t i = 0; i < form_.languages.size() && !found; ++i) {
        world_.speak(i);
        found = agrees_now();
    }
    world_.speak(language);
    return found;
}

void Validator::check_counts(std::uint32_t element, Dialects dialects)
{
    for (const std::uint32_t child : form_[(*document_)[element].form].children)
        if (rules_.of(child).count) check_count(element, child, dialects);
}

void Validator::check_count(std::uint32_t element, std::uint32_t repeat, Dialects dialects)
{
    double instances = 0;
    std::uint32_t first = 0;
    for (std::uint32_t child = (*document_)[element].first_child; child != 0; child = (*document_)[child].next) {
        if ((*document_)[child].form != repeat) continue;
        if (first == 0) first = child;
        ++instances;
    }
    const NodeRules &rules = rules_.of(repeat);
    const Rule &rule = *rules.count;
    if (first == 0) {
        // Without an instance, relative paths have nowhere to start from.
        if (is_relative(rule.expression) || (rules.relevant && is_relative(rules.relevant->expression))) return;
        if (rules.relevant) dialects = judge(rules.relevant, Ref(0, element), dialects).yes;
    }
    Dialects differs = 0;
    in_each(dialects, [&](Dialects dialect, Evaluator &evaluator) {
        evaluator.clear();
        try {
            const Value value = evaluator.evaluate(rule.expression, Context(Ref(0, first == 0 ? element : first)));
            const double count = std::trunc(evaluator.number(value));
            if (!std::isnan(count) && std::fmax(count, 0) != instances) differs |= dialect;
        } catch (const EvaluationFault &fault) {
            if (fault.kind == EvaluationFault::Kind::limit) throw;
        }
    });
    if (!differs || !may_judge(rule)) return;
    Violation violation = describe(element, Kind::repeat_count, differs, &rule);
    violation.node = repeat;
    report(std::move(violation));
}

// --- parts -----------------------------------------------------------------------------------------------------------

bool Validator::may_judge(const Rule &rule) const
{
    if (rule.traits & Function::changes) return false;
    return judging_.knows_time || !(rule.traits & Function::tells_time);
}

Validator::Verdict Validator::judge(const Rule *rule, Ref node, Dialects dialects)
{
    Verdict verdict;
    if (!rule || !may_judge(*rule)) return verdict;
    in_each(dialects, [&](Dialects dialect, Evaluator &evaluator) {
        evaluator.clear();
        try {
            if (evaluator.truth(evaluator.evaluate(rule->expression, Context(node)))) verdict.yes |= dialect;
            verdict.known |= dialect;
        } catch (const EvaluationFault &fault) {
            if (fault.kind == EvaluationFault::Kind::limit) throw;
        }
    });
    return verdict;
}

bool Validator::holds_value(std::uint32_t element) const
{
    const Document &document = *document_;
    for (std::uint32_t node = element; node < document[element].end; ++node)
        if (document[node].kind == Node::Kind::text) return true;
    return false;
}

Violation Validator::describe(std::uint32_t element, Violation::Rule rule, Dialects seen, const Rule *broken,
                              const forms::Label *message) const
{
    Violation violation;
    violation.node = (*document_)[element].form;
    violation.rule = rule;
    violation.position = position_of(element);
    violation.message = message && !message->empty() ? message : nullptr;
    if (broken) violation.expression = broken->source;
    violation.disputed = seen != judging_.dialects;
    return violation;
}

void Validator::report(Violation violation)
{
    found_.push_back(std::move(violation));
    if (first_only_) throw Stop();
}

std::vector<std::uint32_t> Validator::position_of(std::uint32_t element) const
{
    const Document &document = *document_;
    std::vector<std::uint32_t> position;
    for (std::uint32_t node = element; node != Document::root; node = document[node].parent) {
        if (!form_[document[node].form].is_repeat()) continue;
        std::uint32_t number = 1;
        for (std::uint32_t before = document[node].previous; before != 0; before = document[before].previous)
            number += document[before].form == document[node].form;
        position.push_back(number);
    }
    std::reverse(position.begin(), position.end());
    return position;
}

}  // namespace quire::logic
