// src/pg/guards/check_state.cpp: the trigger check_state, and what others may ask of its transitions.
#include "core/guards/states.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/results.hpp"
#include "pg/support/trigger.hpp"

namespace pg = quire::pg;
using quire::guards::StateMachine;

namespace {

constexpr pg::Wiring wiring = {
    .function = "check_state",
    .takes_insert = true,
    .takes_update = true,
    .takes_delete = false,
    .least_arguments = 2,
    .most_arguments = 2,
    .example = "'state', '* -> open, open -> closed'",
};

StateMachine read_machine(std::string_view specification, std::string_view trigger)
{
    auto machine = StateMachine::parse(specification);
    if (!machine.ok())
        throw pg::Error(ERRCODE_SYNTAX_ERROR, "the transitions of trigger " + pg::quoted(trigger) + " cannot be read")
            .detail("At character " + std::to_string(machine.fault().at + 1) + " of \"" + std::string(specification) +
                    "\": " + machine.fault().message + ".")
            .hint(
                "Transitions look like '* -> open, open -> closing, closing -> open | closed'; * is where a new row "
                "starts.");
    return std::move(machine).value();
}

// One trigger, as read at its first row in a statement; its transitions, at the first that does not keep its state.
struct StateCheck {
    pg::Column column;
    std::optional<StateMachine> machine;
};

std::string state_name(const StateMachine &machine, StateMachine::State state)
{
    const auto name = machine.name(state);
    return name ? pg::quoted(*name) : "null";
}

std::string list_of(const StateMachine &machine, const std::vector<StateMachine::State> &states)
{
    std::string list;
    for (auto state : states) list.append(list.empty() ? "" : ", ").append(state_name(machine, state));
    return list.empty() ? "nothing" : list;
}

pg::Error refusal(const pg::Trigger &trigger, const StateCheck &check, std::string message, std::string detail)
{
    return pg::Error(ERRCODE_CHECK_VIOLATION, std::move(message))
        .detail(std::move(detail))
        .about(trigger.relation(), check.column.name, trigger.name());
}

std::string where(const pg::Trigger &trigger, const StateCheck &check)
{
    return "column " + pg::quoted(check.column.name) + " of table " +
           pg::quoted(RelationGetRelationName(trigger.relation()));
}

StateMachine::Name state_in(const pg::Trigger &trigger, const StateCheck &check, HeapTuple row)
{
    const auto value = trigger.value(row, check.column.number);
    return value ? StateMachine::Name(pg::column_text(check.column, *value)) : std::nullopt;
}

StateMachine::State known_state(const pg::Trigger &trigger, const StateCheck &check, StateMachine::Name name)
{
    if (const auto state = check.machine->find(name)) return *state;
    throw refusal(trigger, check, (name ? "unknown state in " : "state missing in ") + where(trigger, check),
                  "The states are: " + list_of(*check.machine, check.machine->all()) + ".");
}

void check_start(const pg::Trigger &trigger, const StateCheck &check, StateMachine::Name name)
{
    const auto state = known_state(trigger, check, name);
    if (!check.machine->may_start(state))
        throw refusal(
            trigger, check,
            "state " + state_name(*check.machine, state) + " is not one to start from in " + where(trigger, check),
            "A new row may start as: " + list_of(*check.machine, check.machine->initial()) + ".");
}

void check_step(const pg::Trigger &trigger, const StateCheck &check, StateMachine::Name before,
                StateMachine::Name after)
{
    // A row that came in before the trigger did may hold any state, and take a known one.
    const auto to = known_state(trigger, check, after);
    const auto from = check.machine->find(before);
    if (from && !check.machine->may_follow(*from, to))
        throw refusal(trigger, check,
                      "state cannot go from " + state_name(*check.machine, *from) + " to " +
                          state_name(*check.machine, to) + " in " + where(trigger, check),
                      "From " + state_name(*check.machine, *from) +
                          " it may go to: " + list_of(*check.machine, check.machine->next(*from)) + ".");
}

// The transitions of the check_state trigger on this column of this table.
StateMachine find_machine(Oid table, std::string_view column)
{
    struct Found {
        const char *table;
        const char *trigger;
        const char *specification;
    };
    const std::string name(column);
    const Found found = pg::call([&] {
        Found result = {};
        const Relation relation = relation_open(table, AccessShareLock);
        result.table = pstrdup(RelationGetRelationName(relation));
        const Oid function = LookupFuncName(
            list_make2(makeString(pstrdup("quire")), makeString(pstrdup("check_state"))), 0, nullptr, true);
        const TriggerDesc *const triggers = relation->trigdesc;
        for (int i = 0; triggers && i < triggers->numtriggers; ++i) {
            const ::Trigger &trigger = triggers->triggers[i];
            if (trigger.tgfoid != function || trigger.tgnargs != 2 || name != trigger.tgargs[0]) continue;
            result.trigger = pstrdup(trigger.tgname);
            result.specification = pstrdup(trigger.tgargs[1]);
            break;
        }
        relation_close(relation, AccessShareLock);
        return result;
    });
    if (!found.trigger)
        throw pg::Error(ERRCODE_UNDEFINED_OBJECT, "no check_state trigger guards column " + pg::quoted(column) +
                                                      " of table " + pg::quoted(found.table))
            .hint(
                "Create one: CREATE TRIGGER ... BEFORE INSERT OR UPDATE ON ... FOR EACH ROW EXECUTE FUNCTION "
                "quire.check_state('" +
                name + "', '* -> open, open -> closed');");
    return read_machine(found.specification, found.trigger);
}

}  // namespace

QUIRE_FUNCTION(check_state)
{
    const pg::Trigger trigger(args, wiring);
    auto &check = pg::per_call_site<StateCheck>(
        args.fcinfo(), [&] { return StateCheck{.column = trigger.column(0), .machine = std::nullopt}; });
    if (trigger.arrives()) return trigger.proceed();
    const auto after = state_in(trigger, check, trigger.new_row());
    const auto before = trigger.updates() ? state_in(trigger, check, trigger.old_row()) : std::nullopt;
    if (trigger.updates() && before == after) return trigger.proceed();
    if (!check.machine) check.machine = read_machine(trigger.argument(1), trigger.name());
    if (trigger.inserts())
        check_start(trigger, check, after);
    else
        check_step(trigger, check, before, after);
    return trigger.proceed();
}

// next_states(table regclass, column name, state text) → text[]
QUIRE_FUNCTION(next_states)
{
    if (args.is_null(0) || args.is_null(1)) return args.null();
    const auto machine = find_machine(args.oid(0), args.name(1));
    const auto asked = args.optional_text(2);
    const auto state = machine.find(asked);
    // NULL is a state of its own where the transitions name it; elsewhere it stands, as * does, for "no row yet".
    const bool start = !state && (!asked || *asked == "*");
    if (!state && !start)
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "unknown state")
            .detail("The states are: " + list_of(machine, machine.all()) + ".");
    std::vector<pg::Text> names;
    for (auto next : start ? machine.initial() : machine.next(*state)) names.push_back(machine.name(next));
    return pg::make_text_array(names);
}

// state_diagram(table regclass, column name) → text
QUIRE_FUNCTION(state_diagram)
{
    return pg::make_varlena(find_machine(args.oid(0), args.name(1)).diagram());
}
