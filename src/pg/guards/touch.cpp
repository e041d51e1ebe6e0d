// src/pg/guards/touch.cpp: the trigger touch, and the stamps it shares with version_id.
#include "pg/guards/stamps.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"

namespace quire::pg {
namespace {

std::optional<Column> stamp_column(const Trigger &trigger, int argument)
{
    if (trigger.argument(argument).empty()) return std::nullopt;
    Column column = trigger.column(argument);
    if (column.type != TIMESTAMPTZOID)
        throw Error(ERRCODE_DATATYPE_MISMATCH, "column " + quoted(column.name) + " of table " +
                                                   quoted(RelationGetRelationName(trigger.relation())) +
                                                   " cannot hold a time stamp")
            .detail("Trigger " + quoted(trigger.name()) + " stamps columns of type timestamptz.")
            .hint("Change the type of the column: ALTER TABLE ... ALTER COLUMN ... TYPE timestamptz(3);");
    return column;
}

// Milliseconds, or coarser where the column is: a trigger's answer is not fitted to the column's precision again.
Datum fit(TimestampTz now, const Column &column)
{
    static constexpr TimestampTz unit[] = {1000000, 100000, 10000, 1000};
    const int digits = column.modifier < 0 || column.modifier > 3 ? 3 : column.modifier;
    const TimestampTz past = now % unit[digits];
    return TimestampTzGetDatum(now - (past < 0 ? past + unit[digits] : past));
}

}  // namespace

Stamps::Stamps(const Trigger &trigger, int created_argument, int updated_argument)
    : created_(stamp_column(trigger, created_argument)), updated_(stamp_column(trigger, updated_argument))
{
}

void Stamps::set(const Trigger &trigger, TimestampTz now, Changes &changes) const
{
    if (created_)
        changes.set(created_->number,
                    trigger.inserts() ? fit(now, *created_) : trigger.value(trigger.old_row(), created_->number));
    if (updated_) changes.set(updated_->number, fit(now, *updated_));
}

}  // namespace quire::pg

namespace pg = quire::pg;

QUIRE_FUNCTION(touch)
{
    static constexpr pg::Wiring wiring = {
        .function = "touch",
        .takes_insert = true,
        .takes_update = true,
        .takes_delete = false,
        .least_arguments = 1,
        .most_arguments = 2,
        .example = "'created_at', 'updated_at'",
    };
    const pg::Trigger trigger(args, wiring);
    const auto &stamps = pg::per_call_site<pg::Stamps>(args.fcinfo(), [&] { return pg::Stamps(trigger, 0, 1); });
    if (trigger.arrives()) return trigger.proceed();
    pg::Changes changes;
    stamps.set(trigger, GetCurrentTimestamp(), changes);
    return changes.apply(trigger);
}
