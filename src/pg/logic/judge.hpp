// src/pg/logic/judge.hpp: a form's rules and one submission after the other, as a place in a statement needs them.
#pragma once
#include "core/logic/validate.hpp"

#include "pg/logic/form_rules.hpp"
#include "pg/logic/options.hpp"

namespace quire::pg {

// What a place in a statement keeps between its rows.
class Judge {
public:
    // The one of this call: form, submission and options are its first three arguments.
    static Judge &of(Args &args);

    const logic::Rules &rules() const { return *rules_; }
    // An ill-formed submission is a fault of the submission, not an error.
    bool keeps_ill_formed() const;

    std::optional<xml::ScanFault> read(std::string_view submission);
    // These are about the submission that was read last.
    std::vector<logic::Violation> judge(std::string_view submission, bool first_only);
    std::string recalculate(std::string_view submission);

private:
    struct Asked;
    struct Forget {
        void operator()(Asked *asked) const;
    };

    void prepare(Args &args);
    std::optional<double> own_time() const;
    void set_clock();

    RulesMemo memo_;
    RulesPointer rules_;
    std::string written_;  // the options, as they came
    std::unique_ptr<Asked, Forget> asked_;
    logic::SubmissionDocument submission_;
    std::optional<logic::FormWorld> world_;
    bool knows_time_ = false;
};

}  // namespace quire::pg
