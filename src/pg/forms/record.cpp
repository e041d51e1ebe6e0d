// src/pg/forms/record.cpp: a submission as rows of typed columns; the fastest way to read one.
#include "core/forms/extract.hpp"
#include "core/forms/identity.hpp"
#include "core/forms/lookup.hpp"

#include "pg/forms/convert.hpp"
#include "pg/forms/form_value.hpp"
#include "pg/forms/tables.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/json.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/results.hpp"

namespace forms = quire::forms;
namespace pg = quire::pg;

namespace {

// Columns that are no question.
enum class Pseudo { none, id, parent_id, position, problems };

struct Column {
    Pseudo pseudo = Pseudo::none;
    std::uint32_t node = 0;
    std::uint32_t slot = 0;  // of the node
    std::optional<pg::Converter> converter;
};

// What a column list asks of one form.
struct Plan {
    pg::FormPointer form;
    std::uint32_t table = forms::Form::root;
    bool names_rows = false;  // some column needs ids
    std::vector<Column> columns;
};

// `asked` is what the column is to hold, in UTF-8.
Column make_column(const forms::Form &form, std::uint32_t table, const FormData_pg_attribute &attribute,
                   std::string_view asked)
{
    static constexpr std::pair<std::string_view, Pseudo> pseudos[] = {{"__id", Pseudo::id},
                                                                      {"__parent_id", Pseudo::parent_id},
                                                                      {"__position", Pseudo::position},
                                                                      {"__problems", Pseudo::problems}};
    const std::string_view name = pg::to_database(asked);
    Column column;
    for (const auto &[known, pseudo] : pseudos) {
        if (known != asked) continue;
        const Oid due = pseudo == Pseudo::position ? INT4ARRAYOID : pseudo == Pseudo::problems ? JSONBOID : TEXTOID;
        if (attribute.atttypid != due)
            throw pg::Error(ERRCODE_DATATYPE_MISMATCH, "the column " + pg::quoted(name) + " has another type")
                .hint(std::string("Declare it as ") +
                      (due == TEXTOID    ? "text"
                       : due == JSONBOID ? "jsonb"
                                         : "int[]") +
                      ".");
        column.pseudo = pseudo;
        return column;
    }
    const std::size_t mark = asked.find('#');
    const forms::Found found = forms::find_question(form, table, asked.substr(0, mark));
    if (!found.is_one()) {
        const bool none = found.nodes.empty();
        throw pg::Error(
            none ? ERRCODE_UNDEFINED_COLUMN : ERRCODE_AMBIGUOUS_COLUMN,
            none ? "the table has no question " + pg::quoted(name) : "several questions are called " + pg::quoted(name))
            .hint((none ? "Its questions are " : "Name one of ") +
                  pg::spelled(pg::paths_of(form, none ? forms::questions(form, table) : found.nodes)) + ".");
    }
    column.node = found.node();
    column.slot = form[column.node].slot;
    column.converter.emplace(form[column.node], mark == std::string_view::npos ? "" : asked.substr(mark), attribute);
    return column;
}

// What one place in a statement keeps between rows.
class Site {
public:
    Datum run(pg::Args &args);

private:
    struct Call {
        ReturnSetInfo *result;
        std::string_view submission;
        const Plan &plan;
    };
    void read_options(pg::Args &args);
    std::string asked_for(TupleDesc descriptor, int column) const;
    const Plan &plan_for(pg::Args &args, TupleDesc descriptor, std::string_view table);
    void put_rows(const Call &call);
    void put_row(const Call &call, const forms::Contents::Row &row);
    void put_nulls(const Call &call, std::string_view problem);
    void put(const Call &call);
    void convert(const Call &call, const forms::Contents::Row &row);
    void fill_pseudo(const Call &call, const forms::Contents::Row &row);
    void set(std::size_t column, Datum value) { cells_[column] = pg::Cell::ready(value); }

    pg::FormMemo memo_;
    std::vector<std::unique_ptr<Plan>> plans_;
    std::size_t used_ = 0;
    std::string table_;
    std::string options_;
    bool forgiving_ = false;
    std::optional<std::vector<std::string>> asked_;  // what the columns are to hold, when their names do not say it
    std::string instance_id_;

    forms::Contents contents_;
    std::vector<pg::Cell> cells_;
    std::vector<forms::Problem> problems_;
    std::unique_ptr<Datum[]> values_;
    std::unique_ptr<bool[]> nulls_;
    pg::OwnContext row_memory_;
};

void Site::read_options(pg::Args &args)
{
    const std::string_view given = args.count() > 3 && !args.is_null(3) ? args.text(3) : std::string_view();
    if (given == options_) return;
    pg::Options options(args, 3);
    static constexpr std::string_view ways[] = {"error", "null"};
    forgiving_ = options.word("on_error", ways) == 1;
    const auto asked = options.value("columns");
    asked_ = asked ? std::optional(pg::texts_of(*asked)) : std::nullopt;
    options.finish();
    options_ = given;
    plans_.clear();
}

std::string Site::asked_for(TupleDesc descriptor, int column) const
{
    if (asked_) return (*asked_)[static_cast<std::size_t>(column)];
    return std::string(pg::to_utf8(NameStr(TupleDescAttr(descriptor, column)->attname)));
}

const Plan &Site::plan_for(pg::Args &args, TupleDesc descriptor, std::string_view table)
{
    if (table != table_) {
        plans_.clear();
        table_ = table;
    }
    const pg::FormPointer &form = memo_.get(args.datum(0));
    for (const auto &plan : plans_)
        if (plan->form == form) return *plan;

    auto plan = std::make_unique<Plan>();
    plan->form = form;
    plan->table = pg::need_table(*form, pg::to_utf8(table));
    if (asked_ && asked_->size() != static_cast<std::size_t>(descriptor->natts))
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE,
                        "the option \"columns\" has not as many texts as the list has columns");
    for (int i = 0; i < descriptor->natts; ++i) {
        plan->columns.push_back(
            make_column(*form, plan->table, *TupleDescAttr(descriptor, i), asked_for(descriptor, i)));
        const Pseudo pseudo = plan->columns.back().pseudo;
        plan->names_rows |= pseudo == Pseudo::id || pseudo == Pseudo::parent_id;
    }
    constexpr std::size_t most_plans = 16;
    if (plans_.size() < most_plans) return *plans_.emplace_back(std::move(plan));
    return *(plans_[used_++ % most_plans] = std::move(plan));
}

Datum Site::run(pg::Args &args)
{
    auto *const result = reinterpret_cast<ReturnSetInfo *>(args.fcinfo()->resultinfo);
    if (!result || !IsA(result, ReturnSetInfo) || !(result->allowedModes & SFRM_Materialize) || !result->expectedDesc)
        throw pg::Error(ERRCODE_FEATURE_NOT_SUPPORTED, "quire.record() needs a list of columns")
            .hint("SELECT r.* FROM submissions s, quire.record(form, s.xml) AS r(name text, age int)");
    read_options(args);
    const Plan &plan = plan_for(args, result->expectedDesc, args.text(2));
    cells_.resize(plan.columns.size());
    if (!values_) {
        const auto columns = static_cast<std::size_t>(result->expectedDesc->natts);
        values_ = std::make_unique<Datum[]>(columns + 1);
        nulls_ = std::make_unique<bool[]>(columns + 1);
    }
    const Call call{result, forgiving_ ? pg::any_submission_argument(args, 1) : pg::submission_argument(args, 1), plan};
    pg::call([&] {
        const MemoryContext outer = MemoryContextSwitchTo(result->econtext->ecxt_per_query_memory);
        result->setResult =
            tuplestore_begin_heap((result->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
        MemoryContextSwitchTo(outer);
    });
    // No descriptor of its own: the rows are made by the one that the caller expects, so there is nothing to compare.
    result->returnMode = SFRM_Materialize;
    result->setDesc = nullptr;
    put_rows(call);
    return args.null();
}

void Site::put_rows(const Call &call)
{
    const forms::Form &form = *call.plan.form;
    const bool every_table = call.plan.names_rows;
    if (pg::is_too_large(call.submission))
        return put_nulls(call, "The submission has more bytes than quire.max_submission_size allows.");
    if (const auto fault =
            contents_.read(form, call.submission, pg::poll, every_table ? forms::Contents::none : call.plan.table)) {
        if (!forgiving_) pg::refuse_submission(call.submission, *fault);
        put_nulls(call, pg::describe(call.submission, *fault));
        return;
    }
    if (call.plan.names_rows) instance_id_ = pg::own_instance_id(form, contents_, call.submission);
    if (call.plan.table == forms::Form::root) return put_row(call, contents_.rows().front());
    for (const forms::Contents::Row &row : contents_.rows()) {
        if (row.node != call.plan.table) continue;
        const pg::InMemory inside(row_memory_.get());
        put_row(call, row);
        row_memory_.reset();
    }
}

void Site::put_row(const Call &call, const forms::Contents::Row &row)
{
    problems_.clear();
    convert(call, row);
    fill_pseudo(call, row);
    put(call);
}

void Site::convert(const Call &call, const forms::Contents::Row &row)
{
    const forms::Form &form = *call.plan.form;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
        const Column &column = call.plan.columns[i];
        cells_[i] = pg::Cell();
        if (column.pseudo != Pseudo::none) continue;
        const forms::Answer &answer = contents_.answer(row, column.slot);
        // Columns that hold forms of one answer stand side by side, and share its faults.
        if (answer.times > 1 && forgiving_ && (i == 0 || call.plan.columns[i - 1].node != column.node))
            problems_.push_back(
                {column.node, forms::position(contents_, row), "The question is answered more than once."});
        if (answer.text.empty() || column.converter->read(answer.text, cells_[i])) continue;
        const std::string message = "The answer is not " + column.converter->expected() + ".";
        if (!forgiving_)
            throw pg::Error(ERRCODE_INVALID_TEXT_REPRESENTATION,
                            "an answer does not fit the type of its column " +
                                pg::quoted(NameStr(TupleDescAttr(call.result->expectedDesc, i)->attname)))
                .detail("The question is " + std::string(pg::to_database(form[column.node].path)) + ". " + message)
                .hint("Declare the column as text, or pass the option '{\"on_error\": \"null\"}'.");
        if (problems_.empty() || problems_.back().node != column.node || problems_.back().message != message)
            problems_.push_back({column.node, forms::position(contents_, row), message});
    }
}

void Site::fill_pseudo(const Call &call, const forms::Contents::Row &row)
{
    const forms::Form &form = *call.plan.form;
    const auto text = [](const std::string &value) { return pg::make_varlena(pg::to_database(value)); };
    const bool is_root = row.parent == forms::Contents::none;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
        switch (call.plan.columns[i].pseudo) {
            case Pseudo::none: break;
            case Pseudo::id:
                if (!is_root || !instance_id_.empty()) set(i, text(forms::row_id(form, contents_, row, instance_id_)));
                break;
            case Pseudo::parent_id:
                if (!is_root) set(i, text(forms::parent_id(form, contents_, row, instance_id_)));
                break;
            case Pseudo::position: set(i, pg::make_int_array(forms::position(contents_, row))); break;
            case Pseudo::problems:
                if (!problems_.empty()) {
                    pg::JsonbWriter json;
                    forms::write_problems(form, problems_, json);
                    set(i, json.finish());
                }
                break;
        }
    }
}

// A submission that cannot be read still has its row.
void Site::put_nulls(const Call &call, std::string_view problem)
{
    if (call.plan.table != forms::Form::root) return;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
        cells_[i] = pg::Cell();
        if (call.plan.columns[i].pseudo == Pseudo::position) set(i, pg::make_int_array({}));
        if (call.plan.columns[i].pseudo != Pseudo::problems) continue;
        pg::JsonbWriter json;
        pg::write_whole_problem(problem, json);
        set(i, json.finish());
    }
    put(call);
}

void Site::put(const Call &call)
{
    const auto &columns = call.plan.columns;
    std::size_t room = 0;
    for (const pg::Cell &cell : cells_) room += cell.room();
    auto *space = static_cast<char *>(pg::allocate(CurrentMemoryContext, room + 1));
    pg::call([&] {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            nulls_[i] = cells_[i].is_null();
            values_[i] = nulls_[i] ? Datum{0} : cells_[i].build(space);
        }
        tuplestore_putvalues(call.result->setResult, call.result->expectedDesc, values_.get(), nulls_.get());
    });
}

}  // namespace

QUIRE_FUNCTION(record)
{
    return pg::per_call_site<Site>(args.fcinfo(), [] { return Site(); }).run(args);
}
