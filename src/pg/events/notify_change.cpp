// src/pg/events/notify_change.cpp: the trigger notify_change.
#include "core/events/message.hpp"
#include "pg/access/actor.hpp"
#include "pg/events/feed_writer.hpp"
#include "pg/events/hook.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/settings.hpp"

namespace pg = quire::pg;
namespace events = quire::events;

namespace {

const TriggerData &trigger_data(pg::Args &args)
{
    const auto refuse = [](std::string detail) {
        return pg::Error(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
                         "trigger function quire.notify_change is not attached as it must be")
            .detail(std::move(detail))
            .hint(
                "Use quire.watch, or CREATE TRIGGER ... AFTER INSERT ON ... REFERENCING NEW TABLE AS new_rows FOR EACH "
                "STATEMENT EXECUTE FUNCTION quire.notify_change('channel'); an UPDATE has OLD TABLE AS old_rows too, a "
                "DELETE only that.");
    };
    if (!CALLED_AS_TRIGGER(args.fcinfo())) throw refuse("It was not called as a trigger.");
    const auto &data = *reinterpret_cast<TriggerData *>(args.fcinfo()->context);
    const std::string trigger = "Trigger " + pg::quoted(data.tg_trigger->tgname) + " ";
    if (!TRIGGER_FIRED_AFTER(data.tg_event) || TRIGGER_FIRED_FOR_ROW(data.tg_event))
        throw refuse(trigger + "does not fire after each statement.");
    const bool has_old = TRIGGER_FIRED_BY_UPDATE(data.tg_event) || TRIGGER_FIRED_BY_DELETE(data.tg_event);
    const bool has_new = TRIGGER_FIRED_BY_UPDATE(data.tg_event) || TRIGGER_FIRED_BY_INSERT(data.tg_event);
    if ((has_old && !data.tg_oldtable) || (has_new && !data.tg_newtable))
        throw refuse(trigger + "has no name for the rows before or after the change.");
    if (data.tg_trigger->tgnargs < 1 || data.tg_trigger->tgnargs > 2)
        throw refuse(trigger + "has " + std::to_string(data.tg_trigger->tgnargs) + " arguments.");
    return data;
}

std::string now_as_text()
{
    char text[MAXDATELEN + 1];
    pg::call([&] { JsonEncodeDateTime(text, TimestampTzGetDatum(GetCurrentTimestamp()), TIMESTAMPTZOID, nullptr); });
    return text;
}

// A row of which there may be one alone, and then all is told of it.
struct FirstRow {
    HeapTuple old_row = nullptr, new_row = nullptr;
    std::vector<bool> changed;
    bool has_changed = false;
};

std::string describe_first(pg::Hook &hook, const FirstRow &first, const events::Circumstances &circumstances)
{
    const HeapTuple row = first.new_row ? first.new_row : first.old_row;
    const std::string key(hook.key(row));
    events::RowChange change;
    change.key = key;
    change.version = hook.version(row);
    if (first.has_changed) change.changed = hook.names(first.changed);
    std::string before, after;
    const auto payload = hook.options().payload;
    if (payload != pg::Payload::key) {
        auto &writer = payload == pg::Payload::diff && first.has_changed ? hook.diff_writer(row, first.changed)
                                                                         : hook.row_writer(row);
        const bool shows_old = !first.new_row || (payload == pg::Payload::diff && first.has_changed);
        if (shows_old && first.old_row) before = writer.text(first.old_row->t_data);
        if (first.new_row) after = writer.text(first.new_row->t_data);
    }
    // Whoever knows the row by its former key must be able to find it.
    if (payload == pg::Payload::key && first.has_changed && hook.changes_key(first.changed))
        before = hook.key(first.old_row);
    change.old_row = before;
    change.new_row = after;
    return events::describe(circumstances, change);
}

// What the message says of the rows; empty when no row counts.
std::string describe_rows(const TriggerData &data, pg::Hook &hook, const events::Circumstances &circumstances)
{
    const TupleDesc columns = RelationGetDescr(data.tg_relation);
    pg::TransitionRows before(data.tg_oldtable, columns), after(data.tg_newtable, columns);
    pg::TransitionRows &rows = data.tg_newtable ? after : before;
    const bool paired = data.tg_newtable && data.tg_oldtable && before.count() == after.count();
    const bool filters = paired && hook.filters();
    const auto total = static_cast<std::uint64_t>(rows.count());
    std::uint64_t count = 0;
    FirstRow first;
    events::Keys keys;
    pg::OwnContext memory;
    while (rows.next()) {
        if (paired) before.next();
        std::vector<bool> changed;
        if (paired && (filters || count == 0)) changed = pg::changed_columns(before, after);
        if (filters && !hook.matters(changed)) continue;
        if (++count == 1) {
            (data.tg_newtable ? first.new_row : first.old_row) = rows.copy();
            if (paired) first.old_row = before.copy();
            first.changed = std::move(changed);
            first.has_changed = paired;
        }
        if (total > 1 && keys.fits()) {
            const pg::InMemory in(memory.get());
            keys.add(hook.key(rows.copy()));
            memory.reset();
        }
        if (!filters && count > 1 && !keys.fits()) {
            count = total;
            break;
        }
        if (count % 1024 == 0) pg::poll();
    }
    if (count == 0) return {};
    if (count == 1) return describe_first(hook, first, circumstances);
    return events::describe(circumstances, count, keys);
}

void notify(const TriggerData &data, pg::Hook &hook)
{
    const std::string now = now_as_text();
    const std::string_view actor = pg::current_actor();
    const events::Circumstances circumstances = {
        pg::event_type(data), hook.table_name(), actor.empty() ? std::nullopt : std::optional(actor), now,
        pg::call([] { return U64FromFullTransactionId(GetTopFullTransactionId()); })};
    const std::string message = TRIGGER_FIRED_BY_TRUNCATE(data.tg_event) ? events::describe(circumstances)
                                                                         : describe_rows(data, hook, circumstances);
    if (message.empty()) return;
    pg::call([&] { Async_Notify(hook.options().channel.c_str(), message.c_str()); });
}

bool is_empty(const TriggerData &data)
{
    if (TRIGGER_FIRED_BY_TRUNCATE(data.tg_event)) return false;
    return tuplestore_tuple_count(data.tg_newtable ? data.tg_newtable : data.tg_oldtable) == 0;
}

}  // namespace

QUIRE_FUNCTION(notify_change)
{
    const TriggerData &data = trigger_data(args);
    if (is_empty(data)) return Datum{0};
    const auto hook = pg::Hook::of(data);
    if (!hook->options().feed.empty()) pg::write_to_feed(data, *hook);
    if (!hook->options().channel.empty() && pg::sends_notifications()) notify(data, *hook);
    return Datum{0};
}
