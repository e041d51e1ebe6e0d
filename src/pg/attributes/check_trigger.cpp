// src/pg/attributes/check_trigger.cpp: the trigger check_attributes.
//
// The definitions are read once a statement and scope, in the name of the table's owner, and as they are now: a change
// by alter_attribute locks the table, so that who waited for it must not go by what was before.
#include "pg/attributes/definitions.hpp"
#include "pg/attributes/guarded.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/plans.hpp"
#include "pg/support/spi.hpp"
#include "pg/support/trigger.hpp"

namespace pg = quire::pg;

namespace {

constexpr pg::Wiring wiring = {
    .function = "check_attributes",
    .takes_insert = true,
    .takes_update = true,
    .takes_delete = false,
    .least_arguments = 2,
    .most_arguments = 5,
    .example = "'values', 'definitions', 'name', 'type'",
};

// One trigger during one statement.
struct AttributeCheck {
    pg::AttributeWiring wiring;
    pg::Column column;
    std::optional<pg::Column> scope;
    Oid owner, definitions;
    std::string query;
    std::unordered_map<std::string, pg::Definitions> known;  // by the scope, as text
    pg::ValueMaker maker;
};

std::string column_sql(const std::string &name)
{
    return "d." + pg::identifier(name.c_str());
}

std::string definitions_query(const pg::AttributeWiring &wiring, Oid table)
{
    std::string query = "SELECT " + column_sql(wiring.name_column) + "::pg_catalog.text, " +
                        column_sql(wiring.type_column) + "::pg_catalog.jsonb FROM " + pg::qualified_name(table) + " d";
    if (!wiring.definition_scope.empty())
        query += " WHERE " + column_sql(wiring.definition_scope) + " OPERATOR(pg_catalog.=) $1";
    return query;
}

AttributeCheck read_check(const pg::Trigger &trigger)
{
    std::vector<std::string> arguments;
    for (int i = 0; i < trigger.argument_count(); ++i) arguments.emplace_back(trigger.argument(i));
    pg::AttributeWiring wiring = pg::read_wiring(arguments, trigger.name());
    pg::Column column = trigger.column(wiring.column);
    if (column.type != JSONBOID)
        throw pg::Error(ERRCODE_DATATYPE_MISMATCH, "column " + pg::quoted(column.name) + " of table " +
                                                       pg::quoted(RelationGetRelationName(trigger.relation())) +
                                                       " cannot hold attributes")
            .detail("Attributes are kept in a column of type jsonb.");
    std::optional<pg::Column> scope;
    if (!wiring.row_scope.empty()) scope = trigger.column(wiring.row_scope);
    const Oid table = trigger.defining_table();
    const Oid definitions = pg::find_definitions(wiring.definitions, table);
    if (definitions == InvalidOid)
        throw pg::Error(ERRCODE_UNDEFINED_TABLE, "there is no table of definitions " + pg::quoted(wiring.definitions))
            .detail("Trigger " + pg::quoted(trigger.name()) + " names it.");
    const Oid owner = pg::call([table] {
        const Relation relation = table_open(table, AccessShareLock);
        const Oid found = relation->rd_rel->relowner;
        table_close(relation, AccessShareLock);
        return found;
    });
    std::string query = definitions_query(wiring, definitions);
    return {std::move(wiring), std::move(column), std::move(scope), owner, definitions, std::move(query), {}, {}};
}

pg::Definitions read_definitions(const AttributeCheck &check, std::optional<Datum> scope)
{
    const pg::AsRole owner(check.owner);
    const pg::Spi spi;
    const Oid parameters[] = {check.scope ? check.scope->type : Oid{INT4OID}};
    const auto plan = pg::plan_for(check.query, std::span(parameters, check.scope ? 1 : 0), pg::Plan::For::any_values);
    pg::Plan::Options options;
    if (IsolationUsesXactSnapshot())
        options.snapshot = pg::call([] {
            CommandCounterIncrement();
            return GetLatestSnapshot();
        });
    const Datum values[] = {scope.value_or(Datum{0})};
    plan->run(std::span(values, scope ? 1 : 0), options);
    pg::Definitions definitions;
    for (std::uint64_t row = 0; row < spi.rows(); ++row) {
        const auto name = spi.value(row, 0), type = spi.value(row, 1);
        if (!name || !type) continue;
        const std::string text(pg::to_utf8(pg::text_of(*name)));
        definitions.add(text, pg::read_type(*type, "the type of attribute " + pg::quoted(text)));
    }
    definitions.sort();
    return definitions;
}

const pg::Definitions &definitions_for(const pg::Trigger &trigger, AttributeCheck &check)
{
    constexpr std::size_t most = 64;
    std::optional<Datum> scope;
    std::string key;
    if (check.scope) {
        scope = trigger.value(trigger.new_row(), check.scope->number);
        if (!scope) return check.known["null"] = pg::Definitions();
        key = "=" + std::string(pg::column_text(*check.scope, *scope));
    }
    const auto found = check.known.find(key);
    if (found != check.known.end()) return found->second;
    if (check.known.size() >= most) check.known.clear();
    return check.known[key] = read_definitions(check, scope);
}

[[noreturn]] void refuse(const pg::Trigger &trigger, const AttributeCheck &check,
                         const std::vector<std::string> &messages)
{
    constexpr std::size_t most = 20;
    std::string detail;
    for (std::size_t i = 0; i < messages.size() && i < most; ++i)
        detail.append(i == 0 ? "A" : "; a").append(messages[i], 1);
    if (messages.size() > most) detail += "; and " + std::to_string(messages.size() - most) + " more";
    const bool one = messages.size() == 1;
    throw pg::Error(ERRCODE_CHECK_VIOLATION, (one ? std::string("an attribute breaks its rule")
                                                  : std::to_string(messages.size()) + " attributes break their rules") +
                                                 " in column " + pg::quoted(check.column.name) + " of table " +
                                                 pg::quoted(RelationGetRelationName(trigger.relation())))
        .detail(std::string(pg::to_database(detail)) + ".")
        .hint("The rules are in " + pg::quoted(pg::call([&] { return get_rel_name(check.definitions); })) + ".")
        .about(trigger.relation(), check.column.name, trigger.name());
}

// Is the column as it was, and the scope too? Then it is not looked at: the definitions may have changed since.
bool is_unchanged(const pg::Trigger &trigger, const AttributeCheck &check, Datum values)
{
    if (!trigger.updates()) return false;
    const auto before = trigger.value(trigger.old_row(), check.column.number);
    if (!before || !pg::call([&] { return datum_image_eq(*before, values, false, -1); })) return false;
    if (!check.scope) return true;
    const auto old_scope = trigger.value(trigger.old_row(), check.scope->number);
    const auto new_scope = trigger.value(trigger.new_row(), check.scope->number);
    return old_scope && new_scope &&
           std::string(pg::column_text(*check.scope, *old_scope)) == pg::column_text(*check.scope, *new_scope);
}

}  // namespace

QUIRE_FUNCTION(check_attributes_trigger)
{
    const pg::Trigger trigger(args, wiring);
    auto &check = pg::per_call_site<AttributeCheck>(args.fcinfo(), [&] { return read_check(trigger); });
    const auto values = trigger.value(trigger.new_row(), check.column.number);
    if (!values || is_unchanged(trigger, check, *values)) return trigger.proceed();
    std::vector<std::string> messages;
    pg::check_members(definitions_for(trigger, check), pg::jsonb_of(*values), check.maker,
                      [&](const pg::BrokenRule &broken) { messages.push_back(pg::describe(broken)); });
    if (!messages.empty()) refuse(trigger, check, messages);
    return trigger.proceed();
}
