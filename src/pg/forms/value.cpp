// src/pg/forms/value.cpp: one answer of a submission, by its path.
#include "core/forms/submission.hpp"

#include "pg/forms/form_value.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"

namespace forms = quire::forms;
namespace pg = quire::pg;

namespace {

// Keeps the answer to one question. Its text is copied only where it is not written in the submission as it is.
class OneAnswer : public forms::IgnoreRest {
public:
    OneAnswer(std::uint32_t wanted, std::string_view submission) : wanted_(wanted), submission_(submission) {}

    void leaf(std::uint32_t node, std::string_view own)
    {
        if (node != wanted_ || own.empty()) return;
        if (answer_.empty() && own.data() >= submission_.data() && own.data() < submission_.data() + submission_.size())
            answer_ = own;
        else
            answer_ = joined_.empty() ? (joined_.append(answer_).append(own)) : joined_.append(own);
    }
    std::string_view answer() const { return answer_; }

private:
    std::uint32_t wanted_;
    std::string_view submission_;
    std::string_view answer_;
    std::string joined_;
};

// What one place in a statement keeps between rows: the question that it asks for.
struct Site {
    pg::FormMemo memo;
    pg::FormPointer form;
    std::string path;
    std::uint32_t node = 0;
};

std::uint32_t need_question(const forms::Form &form, std::string_view path)
{
    const std::string_view utf8 = pg::to_utf8(path);
    const std::uint32_t node = form.find(utf8.substr(0, 1) == "/" ? std::string(utf8) : "/" + std::string(utf8));
    if (node == forms::Form::root || !form[node].is_leaf())
        throw pg::Error(ERRCODE_UNDEFINED_COLUMN, "the form has no question " + pg::quoted(path))
            .hint("quire.fields(form) lists the paths of all.");
    if (form[node].repeat != forms::Form::root)
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "the question " + pg::quoted(path) + " is inside a repeat")
            .hint("quire.\"values\"() gives all its answers, quire.record() those of each row.");
    return node;
}

}  // namespace

QUIRE_FUNCTION(value)
{
    auto &site = pg::per_call_site<Site>(args.fcinfo(), [] { return Site(); });
    const pg::FormPointer &form = site.memo.get(args.datum(0));
    if (const std::string_view path = args.text(2); form != site.form || path != site.path) {
        site.node = need_question(*form, path);
        site.path = path;
        site.form = form;
    }
    const std::string_view submission = pg::submission_argument(args, 1);
    OneAnswer visitor(site.node, submission);
    if (const auto fault = forms::read(*form, submission, visitor, pg::poll)) pg::refuse_submission(submission, *fault);
    return visitor.answer().empty() ? args.null() : pg::make_varlena(pg::to_database(visitor.answer()));
}
