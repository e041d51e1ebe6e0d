// src/pg/logic/validate_submission.cpp: the trigger that holds each submission against the rules of its form.
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/plans.hpp"
#include "pg/support/trigger.hpp"

namespace pg = quire::pg;

namespace {

constexpr pg::Wiring wiring = {
    .function = "validate_submission",
    .takes_insert = true,
    .takes_update = true,
    .takes_delete = false,
    .least_arguments = 2,
    .most_arguments = 5,
    .example = "'xml', 'r.form', 'record', 'violations'",
    .is_after = true,
};

// What CREATE TRIGGER says.
struct Order {
    pg::Column submission;
    std::string form;  // an SQL expression over the row r
    bool rejects;
    std::string violations;  // the table that they go to, as SQL names it
    std::string options;
    std::string schema;  // where the form's and the table's names are looked up
};

Order read_order(const pg::Trigger &trigger)
{
    pg::Column submission = trigger.column(0);
    const std::string_view mode = trigger.argument_count() > 2 ? trigger.argument(2) : "record";
    if (mode != "record" && mode != "reject")
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "trigger function quire.validate_submission has no such mode")
            .detail("Trigger " + pg::quoted(trigger.name()) + " says " + pg::quoted(mode) + ".")
            .hint("Its modes are \"record\" and \"reject\".");
    const Oid table = trigger.defining_table();
    std::string violations(trigger.argument(3));
    const std::string name = pg::call([&] { return get_rel_name(table); });
    if (violations.empty()) violations = pg::identifier((name + "_violations").c_str());
    std::string options(trigger.argument(4));
    const char *const schema = pg::call([&] { return get_namespace_name(get_rel_namespace(table)); });
    return {std::move(submission),
            std::string(trigger.argument(1)),
            mode == "reject",
            std::move(violations),
            options.empty() ? "{}" : std::move(options),
            schema};
}

// r is the row, f.form its form, v what it breaks: a row without a form has nothing that it could keep to. The name of
// the table tells apart statements over different rows.
std::string source_of(const Order &order, const pg::Trigger &trigger, std::string_view more_options)
{
    return " FROM (SELECT ($1).*) AS r /* " + pg::qualified_name(RelationGetRelid(trigger.relation())) +
           " */, LATERAL (SELECT (" + order.form +
           "\n) AS form) AS f, LATERAL (SELECT * FROM quire.validate(f.form, r." +
           pg::identifier(order.submission.name.c_str()) + "::pg_catalog.text, " + pg::literal(order.options) +
           "::pg_catalog.jsonb OPERATOR(pg_catalog.||) '" + std::string(more_options) +
           "'::pg_catalog.jsonb) UNION ALL SELECT '', '{}', 'structure', NULL, NULL, FALSE WHERE f.form IS NULL) AS v";
}

// The columns that violations share with the submissions: what tells whose they are.
std::vector<std::string> shared_columns(const Order &order, const pg::Trigger &trigger)
{
    constexpr std::array<std::string_view, 6> own{"path", "position", "rule", "message", "expression", "disputed"};
    const Oid table = DatumGetObjectId(
        pg::call([&] { return DirectFunctionCall1(regclassin, CStringGetDatum(order.violations.c_str())); }));
    std::vector<std::string> shared;
    const TupleDesc row = trigger.descriptor();
    for (int i = 0; i < row->natts; ++i) {
        const FormData_pg_attribute *const attribute = TupleDescAttr(row, i);
        const std::string name = NameStr(attribute->attname);
        if (attribute->attisdropped || std::find(own.begin(), own.end(), name) != own.end()) continue;
        const AttrNumber there = pg::call([&] { return get_attnum(table, name.c_str()); });
        if (there != InvalidAttrNumber) shared.push_back(name);
    }
    if (shared.empty())
        throw pg::Error(ERRCODE_UNDEFINED_COLUMN,
                        "table " + order.violations + " cannot tell whose violations it holds")
            .detail("It shares no column with table " + pg::quoted(RelationGetRelationName(trigger.relation())) + ".")
            .hint(
                "Give it the columns of that table's primary key, beside path, position, rule, message, expression "
                "and disputed.");
    return shared;
}

std::string list_of(const std::vector<std::string> &columns, std::string_view before)
{
    std::string list;
    for (const std::string &column : columns)
        list.append(list.empty() ? "" : ", ").append(before).append(pg::identifier(column.c_str()));
    return list;
}

void run(const std::string &sql, const pg::Trigger &trigger, HeapTuple row)
{
    const Oid parameters[] = {trigger.descriptor()->tdtypeid};
    const Datum values[] = {pg::call([&] { return heap_copy_tuple_as_datum(row, trigger.descriptor()); })};
    pg::plan_for(sql, parameters)->run(values, {});
}

void record(const Order &order, const pg::Trigger &trigger)
{
    const std::vector<std::string> shared = shared_columns(order, trigger);
    const pg::Spi spi;
    if (trigger.updates())
        run("DELETE FROM " + order.violations + " AS v USING (SELECT ($1).*) AS r WHERE (" + list_of(shared, "v.") +
                ") IS NOT DISTINCT FROM (" + list_of(shared, "r.") + ")",
            trigger, trigger.old_row());
    const std::string columns = ", path, \"position\", rule, message, expression, disputed";
    const std::string values = ", v.path, v.\"position\", v.rule, v.message, v.expression, v.disputed";
    run("INSERT INTO " + order.violations + " (" + list_of(shared, "") + columns + ") SELECT " + list_of(shared, "r.") +
            values + source_of(order, trigger, R"({"on_error": "row"})"),
        trigger, trigger.new_row());
}

// A rule that only some clients have is no reason to turn a row away that was right where it was made.
void reject(const Order &order, const pg::Trigger &trigger)
{
    const pg::Spi spi;
    run("SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(v))::pg_catalog.text, pg_catalog.bool_or(NOT v.disputed)" +
            source_of(order, trigger, "{}"),
        trigger, trigger.new_row());
    const auto violations = spi.value(0, 0), counts = spi.value(0, 1);
    if (!violations || !counts || !DatumGetBool(*counts)) return;
    throw pg::Error(ERRCODE_CHECK_VIOLATION, "the submission breaks rules of its form")
        .detail(std::string(pg::text_of(*violations)))
        .hint("quire.validate(form, submission) lists them.")
        .about(trigger.relation(), order.submission.name, trigger.name());
}

}  // namespace

QUIRE_FUNCTION(validate_submission)
{
    const pg::Trigger trigger(args, wiring);
    const Order order = read_order(trigger);
    const pg::PinnedSearchPath path(order.schema.c_str());
    if (trigger.value(trigger.new_row(), order.submission.number))
        order.rejects ? reject(order, trigger) : record(order, trigger);
    return trigger.proceed();
}
