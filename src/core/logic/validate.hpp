// src/core/logic/validate.hpp: which rules of its form a submission breaks.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/logic/form_world.hpp"
#include "core/logic/submission_document.hpp"

namespace quire::logic {

struct Violation {
    enum class Rule : std::uint8_t { constraint, required, type, relevant, calculate, choice, structure, repeat_count };

    std::uint32_t node = 0;  // of the form
    std::string stranger;    // the name of an element in it that the form does not have
    Rule rule;
    std::vector<std::uint32_t> position;    // the numbers of the repeats around it, from the outermost
    const forms::Label *message = nullptr;  // in the form's words; null when it has none
    std::string_view expression;            // empty when no expression is broken
    bool disputed = false;                  // one dialect sees it, the other does not
};
std::string_view name_of(Violation::Rule rule);

// The dialects that judge, as bits.
using Dialects = std::uint8_t;
inline constexpr Dialects in_javarosa = 1, in_webforms = 2, in_both = 3;

struct Judging {
    Dialects dialects = in_both;
    bool knows_time = false;  // the world's clock is that of the submission: then rules about it can be broken
    Limits limits;
};

// Judges one submission after the other. Rules and world outlive it.
class Validator {
public:
    Validator(FormWorld &world, const Judging &judging, Poll poll);
    Validator(const Validator &) = delete;
    Validator &operator=(const Validator &) = delete;

    // The faults of the submission that the world shows, in the order of its document; the first alone when
    // `first_only`. Throws an EvaluationFault of kind limit.
    std::vector<Violation> run(const SubmissionDocument &submission, bool first_only);

private:
    struct Verdict {
        Dialects yes = 0, known = 0;  // where it came out true; where it could be told at all
    };
    struct Stop {};  // thrown when one violation is enough

    void check(std::uint32_t element, Dialects dialects, bool in_absent);
    void check_inside(std::uint32_t element, Dialects dialects, bool in_absent);
    void check_absent(std::uint32_t element, const NodeRules &rules, Dialects dialects, bool in_absent);
    void check_leaf(std::uint32_t element, const NodeRules &rules, Dialects dialects);
    void check_choices(std::uint32_t element, const NodeRules &rules, std::string_view text, Dialects dialects);
    void check_calculate(std::uint32_t element, const NodeRules &rules, std::string_view text, Dialects dialects);
    void check_counts(std::uint32_t element, Dialects dialects);
    void check_count(std::uint32_t element, std::uint32_t repeat, Dialects dialects);
    void check_strangers(std::uint32_t element, Dialects dialects);

    // What comes out otherwise each time says nothing about a submission.
    bool may_judge(const Rule &rule) const;
    Verdict judge(const Rule *rule, Ref node, Dialects dialects);
    bool agrees(const Rule &rule, Ref node, std::string_view text, Evaluator &evaluator);
    bool is_listed(const NodeRules &rules, const forms::Node &node, Ref question, std::string_view text,
                   Evaluator &evaluator);
    bool holds_value(std::uint32_t element) const;
    Violation describe(std::uint32_t element, Violation::Rule rule, Dialects seen, const Rule *broken = nullptr,
                       const forms::Label *message = nullptr) const;
    void report(Violation violation);
    std::vector<std::uint32_t> position_of(std::uint32_t element) const;

    template <class Visit>
    void in_each(Dialects dialects, Visit visit)
    {
        if (dialects & in_javarosa) visit(in_javarosa, java_);
        if (dialects & in_webforms) visit(in_webforms, script_);
    }

    FormWorld &world_;
    const Rules &rules_;
    const forms::Form &form_;
    const Judging judging_;
    Evaluator java_, script_;
    std::vector<Stranger> strangers_;  // by what they are in
    const Document *document_ = nullptr;
    std::vector<Violation> found_;
    bool first_only_ = false;
};

// Does a stored text say what a calculation came to? Numbers may differ in the notation and in their last digits, dates
// in zone and precision; nothing, NaN and blank are the same.
bool same_answer(std::string_view stored, std::string_view calculated, forms::Value type, bool is_measured,
                 const Zone &zone);

}  // namespace quire::logic
