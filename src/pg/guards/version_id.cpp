// src/pg/guards/version_id.cpp: the trigger version_id, and expect_version.
#include "core/guards/expectation.hpp"
#include "core/guards/version.hpp"
#include "pg/guards/stamps.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"

namespace pg = quire::pg;
namespace guards = quire::guards;
using guards::Version;
using guards::VersionStep;

namespace {

constexpr pg::Wiring wiring = {
    .function = "version_id",
    .takes_insert = true,
    .takes_update = true,
    .takes_delete = true,
    .least_arguments = 0,
    .most_arguments = 4,
    .example = "'version_id'",
};

enum class Mode { enforce, log, off };

Mode read_mode(const pg::Trigger &trigger, std::string_view mode)
{
    if (mode.empty() || mode == "enforce") return Mode::enforce;
    if (mode == "log") return Mode::log;
    if (mode == "off") return Mode::off;
    throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE,
                    "the mode of trigger " + pg::quoted(trigger.name()) + " is none that version_id has")
        .detail("The second argument of version_id is 'enforce', 'log' or 'off'.");
}

pg::Column version_column(const pg::Trigger &trigger)
{
    pg::Column column = trigger.argument(0).empty() ? trigger.column("version_id") : trigger.column(0);
    if (column.type != INT8OID)
        throw pg::Error(ERRCODE_DATATYPE_MISMATCH, "column " + pg::quoted(column.name) + " of table " +
                                                       pg::quoted(RelationGetRelationName(trigger.relation())) +
                                                       " cannot hold a version")
            .detail("A version is a bigint: milliseconds since 1970.")
            .hint("Change the type of the column: ALTER TABLE ... ALTER COLUMN ... TYPE bigint;");
    return column;
}

// One trigger during one statement.
struct VersionCheck {
    pg::Column column;
    Mode mode;
    pg::Stamps stamps;
    // What this statement's last BEFORE INSERT stamped. ON CONFLICT DO UPDATE may hand it on as EXCLUDED.version_id: a
    // version that no client sent.
    std::optional<Version> inserted;
    bool claims = false;
};

std::optional<Version> version_in(const pg::Trigger &trigger, const VersionCheck &check, HeapTuple row)
{
    const auto value = trigger.value(row, check.column.number);
    return value ? std::optional<Version>(DatumGetInt64(*value)) : std::nullopt;
}

// The session's expectation. It lives in one transaction only, so that behind a pooler it never meets another client.
guards::Expectation &expected()
{
    static auto &ours = *new guards::Expectation;
    return ours;
}

void report_unmet()
{
    if (!expected().waiting()) return;
    throw pg::Error(ERRCODE_T_R_SERIALIZATION_FAILURE, "the version set by expect_version met no row")
        .detail("No row of a table with a version_id trigger was updated or deleted after it in this transaction.")
        .hint(
            "Call expect_version and the statement it is for in one transaction; if that was so, the row is gone: read "
            "again.");
}

void on_transaction(XactEvent event, void *)
{
    switch (event) {
        case XACT_EVENT_PRE_COMMIT:
        case XACT_EVENT_PRE_PREPARE: pg::guarded(report_unmet); break;
        case XACT_EVENT_COMMIT:
        case XACT_EVENT_ABORT:
        case XACT_EVENT_PREPARE: expected().transaction_ended(); break;
        default: break;
    }
}

void on_savepoint(SubXactEvent event, SubTransactionId level, SubTransactionId, void *)
{
    if (event == SUBXACT_EVENT_ABORT_SUB) expected().rolled_back(level);
}

void watch_transactions()
{
    static bool watching = false;
    if (watching) return;
    pg::call([] {
        RegisterXactCallback(on_transaction, nullptr);
        RegisterSubXactCallback(on_savepoint, nullptr);
    });
    watching = true;
}

// The version that this statement's rows must have. A statement is known by the memory it runs in.
std::optional<Version> expected_here(FunctionCallInfo fcinfo, VersionCheck &check)
{
    const MemoryContext statement = fcinfo->flinfo->fn_mcxt;
    const auto version = expected().claim(statement, GetCurrentSubTransactionId());
    if (version && !check.claims) {
        auto *const callback =
            static_cast<MemoryContextCallback *>(pg::allocate(statement, sizeof(MemoryContextCallback)));
        callback->func = [](void *ended) { expected().statement_ended(ended); };
        callback->arg = statement;
        MemoryContextRegisterResetCallback(statement, callback);
        check.claims = true;
    }
    return version;
}

void refuse_stale(const pg::Trigger &trigger, const VersionCheck &check, std::optional<Version> present,
                  std::optional<Version> seen)
{
    const auto shown = [](std::optional<Version> version) { return version ? std::to_string(*version) : "null"; };
    auto fault =
        pg::Error(ERRCODE_T_R_SERIALIZATION_FAILURE, "the row was changed since it was read, in table " +
                                                         pg::quoted(RelationGetRelationName(trigger.relation())))
            .detail("Column " + pg::quoted(check.column.name) + " is " + shown(present) + ", the writer had seen " +
                    shown(seen) + ".")
            .hint("Read the row again and repeat the change on what it holds now.")
            .about(trigger.relation(), check.column.name, trigger.name());
    if (check.mode == Mode::enforce) throw std::move(fault);
    pg::warn(fault);
}

void refuse_exhausted(const pg::Trigger &trigger, const VersionCheck &check)
{
    throw pg::Error(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "the row's version cannot grow any more, in table " +
                                                            pg::quoted(RelationGetRelationName(trigger.relation())))
        .detail("Column " + pg::quoted(check.column.name) + " holds the greatest bigint.")
        .hint("Some client wrote it: disable the trigger and set the column to a time in milliseconds.");
}

VersionStep step_of_update(const pg::Trigger &trigger, const VersionCheck &check, std::optional<Version> seen,
                           Version now)
{
    const auto present = version_in(trigger, check, trigger.old_row());
    auto sent = version_in(trigger, check, trigger.new_row());
    if (sent && sent == check.inserted) sent = present;
    if (seen && seen != present) refuse_stale(trigger, check, present, seen);
    VersionStep step = guards::next_version(present, sent, now);
    if (step.kind == VersionStep::Kind::stale) {
        refuse_stale(trigger, check, present, sent);
        step = guards::successor(present, now);
    }
    if (step.kind == VersionStep::Kind::exhausted) refuse_exhausted(trigger, check);
    return step;
}

constexpr TimestampTz epoch_difference = (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY;

}  // namespace

QUIRE_FUNCTION(version_id)
{
    const pg::Trigger trigger(args, wiring);
    auto &check = pg::per_call_site<VersionCheck>(args.fcinfo(), [&] {
        return VersionCheck{
            version_column(trigger), read_mode(trigger, trigger.argument(1)), pg::Stamps(trigger, 2, 3), {}};
    });
    const auto seen = trigger.inserts() ? std::nullopt : expected_here(args.fcinfo(), check);
    if (check.mode == Mode::off || trigger.arrives()) return trigger.proceed();
    if (trigger.deletes()) {
        const auto present = version_in(trigger, check, trigger.old_row());
        if (seen && seen != present) refuse_stale(trigger, check, present, seen);
        return trigger.proceed();
    }

    const TimestampTz now = GetCurrentTimestamp();
    const Version milliseconds = (now + epoch_difference) / 1000;
    VersionStep step;
    if (trigger.inserts()) {
        step = guards::first_version(version_in(trigger, check, trigger.new_row()), milliseconds);
        check.inserted = step.kind == VersionStep::Kind::stamped ? std::optional(step.version) : std::nullopt;
    } else {
        step = step_of_update(trigger, check, seen, milliseconds);
    }
    pg::Changes changes;
    if (step.kind == VersionStep::Kind::stamped) changes.set(check.column.number, Int64GetDatum(step.version));
    check.stamps.set(trigger, now, changes);
    return changes.apply(trigger);
}

// expect_version(version bigint) → void; NULL takes it back
QUIRE_FUNCTION(expect_version)
{
    guards::Expectation &ours = expected();
    watch_transactions();
    ours.expect(args.is_null(0) ? std::nullopt : std::optional(args.int8(0)), GetCurrentSubTransactionId());
    return Datum{0};
}
