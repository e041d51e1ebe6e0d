// src/pg/logic/judge.cpp: options, clocks and outside data for the rules of a form.
#include "pg/logic/judge.hpp"

#include "core/forms/meta.hpp"
#include "core/logic/recalculate.hpp"

#include "pg/support/call.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/error.hpp"
#include "pg/support/memory.hpp"

namespace quire::pg {

// What options ask for.
struct Judge::Asked {
    explicit Asked(Options &options)
        : dialect(options.word("dialect", dialects)),
          keeps_ill_formed(options.word("on_error", on_error) == 1),
          evaluation(options)
    {
        options.finish();
    }

    enum { both, javarosa, webforms, by_client };
    static constexpr std::array<std::string_view, 4> dialects{"both", "javarosa", "webforms", "auto"};
    static constexpr std::array<std::string_view, 2> on_error{"error", "row"};

    std::size_t dialect;
    bool keeps_ill_formed;
    EvaluationOptions evaluation;
};

void Judge::Forget::operator()(Asked *asked) const
{
    delete asked;
}

namespace {

logic::Dialects dialects_of_client(std::string_view submission)
{
    const auto meta = forms::read_meta(submission, poll);
    const std::string id = meta.ok() ? meta.value().device_id.value_or("") : std::string();
    const auto starts = [&](std::string_view with) { return id.compare(0, with.size(), with) == 0; };
    if (starts("collect:")) return logic::in_javarosa;
    if (starts("getodk.org:webforms:") || starts("enketo") || starts("ee.")) return logic::in_webforms;
    return logic::in_both;
}

logic::Dialects dialects_of(std::size_t dialect, std::string_view submission)
{
    constexpr std::array<logic::Dialects, 3> told{logic::in_both, logic::in_javarosa, logic::in_webforms};
    return dialect < told.size() ? told[dialect] : dialects_of_client(submission);
}

[[noreturn]] void refuse_limit(const logic::EvaluationFault &fault)
{
    throw Error(ERRCODE_PROGRAM_LIMIT_EXCEEDED, fault.message)
        .hint("quire.max_evaluation_steps and quire.max_evaluation_memory are the limits.");
}

}  // namespace

Judge &Judge::of(Args &args)
{
    auto &judge = per_call_site<std::unique_ptr<Judge>>(args.fcinfo(), [] { return std::make_unique<Judge>(); });
    judge->prepare(args);
    return *judge;
}

bool Judge::keeps_ill_formed() const
{
    return asked_->keeps_ill_formed;
}

// Reads form and options, when they are others than they were.
void Judge::prepare(Args &args)
{
    const RulesPointer &rules = memo_.get(args.datum(0));
    const std::string_view written = args.text(2);
    if (rules_ == rules && asked_ && written == written_) return;
    world_.reset();
    rules_ = rules;
    written_ = written;
    Options options(args, 2);
    asked_.reset(new Asked(options));
    world_.emplace(*rules_, submission_.document);
    world_->zone = &asked_->evaluation.zone;
    world_->properties = asked_->evaluation.properties;
    world_->seed = random_seed();
    for (const auto &[id, data] : asked_->evaluation.instances)
        if (const auto added = world_->add_instance(id, data, poll); !added.ok()) refuse_instance(id, added.fault());
}

std::optional<xml::ScanFault> Judge::read(std::string_view submission)
{
    world_->forget();
    return logic::read_submission(*rules_, submission, submission_, poll);
}

// When the submission says that it was made.
std::optional<double> Judge::own_time() const
{
    const logic::Document &document = submission_.document;
    logic::Arena arena;
    for (const std::string_view path : {"/meta/timeEnd", "/end", "/meta/timeStart", "/start"}) {
        const std::uint32_t wanted = rules_->form().find(path);
        for (std::uint32_t node = 1; wanted != 0 && node < document.size(); ++node)
            if (document[node].form == wanted)
                if (const auto time = logic::read_date(document.text_of(node, arena), *world_->zone))
                    return time->instant;
    }
    return std::nullopt;
}

void Judge::set_clock()
{
    const auto time = asked_->evaluation.now ? asked_->evaluation.now : own_time();
    knows_time_ = time.has_value();
    world_->now = time ? *time : milliseconds_of(GetCurrentTransactionStartTimestamp());
}

std::vector<logic::Violation> Judge::judge(std::string_view submission, bool first_only)
{
    set_clock();
    const logic::Judging judging{dialects_of(asked_->dialect, submission), knows_time_, evaluation_limits()};
    logic::Validator validator(*world_, judging, poll);
    try {
        return validator.run(submission_, first_only);
    } catch (const logic::EvaluationFault &fault) {
        refuse_limit(fault);
    }
}

std::string Judge::recalculate(std::string_view submission)
{
    set_clock();
    const bool in_java = dialects_of(asked_->dialect, submission) == logic::in_javarosa;
    try {
        return logic::recalculate(*world_, in_java ? logic::Dialect::javarosa : logic::Dialect::webforms,
                                  evaluation_limits(), submission, submission_, poll);
    } catch (const logic::EvaluationFault &fault) {
        refuse_limit(fault);
    }
}

}  // namespace quire::pg
