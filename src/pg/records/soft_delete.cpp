// src/pg/records/soft_delete.cpp: the trigger soft_delete, which keeps rows and hides no orphan.
#include "pg/records/deletion.hpp"
#include "pg/records/table.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/plans.hpp"
#include "pg/support/trigger.hpp"

namespace pg = quire::pg;
using pg::Link;

namespace {

constexpr pg::Wiring wiring = {
    .function = "soft_delete",
    .takes_insert = true,
    .takes_update = true,
    .takes_delete = true,
    .least_arguments = 0,
    .most_arguments = 1,
    .example = "'deleted_at'",
};

// One trigger during one statement.
struct SoftDelete {
    pg::Column deleted;
    pg::Links parents;
    std::unique_ptr<pg::Batch> batch;
};

pg::Column deleted_column(const pg::Trigger &trigger)
{
    pg::Column column = trigger.argument_count() == 0 ? trigger.column("deleted_at") : trigger.column(0);
    if (column.type != TIMESTAMPTZOID)
        throw pg::Error(ERRCODE_DATATYPE_MISMATCH, "column " + pg::quoted(column.name) + " of table " +
                                                       pg::quoted(RelationGetRelationName(trigger.relation())) +
                                                       " cannot say when a row was deleted")
            .detail("Trigger " + pg::quoted(trigger.name()) + " writes times, which tell deletions apart.")
            .hint("Change the type of the column: ALTER TABLE ... ALTER COLUMN ... TYPE timestamptz;");
    return column;
}

SoftDelete read_trigger(const pg::Trigger &trigger, MemoryContext statement)
{
    SoftDelete read{deleted_column(trigger), pg::links_from(RelationGetRelid(trigger.relation())), nullptr};
    read.batch =
        std::make_unique<pg::Batch>(statement, RelationGetRelid(trigger.relation()),
                                    pg::identifier(read.deleted.name.c_str()), pg::grain_of(read.deleted.modifier));
    return read;
}

// The values of a foreign key's columns; none when any is NULL.
std::vector<Datum> key_in(const pg::Trigger &trigger, const Link &link, HeapTuple row)
{
    std::vector<Datum> key;
    for (const std::string &name : link.child.columns) {
        const auto value = trigger.value(row, SPI_fnumber(trigger.descriptor(), name.c_str()));
        if (!value) return {};
        key.push_back(*value);
    }
    return key;
}

// The parent's column `what`, or another expression over it, of the row that a key refers to; as the parent's owner.
class ParentRow {
public:
    ParentRow(const Link &link, std::span<const Datum> key, const std::string &what, const char *lock)
    {
        std::string condition;
        for (std::size_t i = 0; i < key.size(); ++i) {
            const std::string own = pg::identifier(link.parent.columns[i].c_str());
            const std::string value = "$" + std::to_string(i + 1);
            const char *const clause = pg::call([&] {
                StringInfoData buffer;
                initStringInfo(&buffer);
                generate_operator_clause(&buffer, own.c_str(), link.parent.types[i], link.equalities[i], value.c_str(),
                                         link.child.types[i]);
                return buffer.data;
            });
            condition.append(i == 0 ? "" : " AND ").append(clause);
        }
        pg::Plan::Options options{.limit = 1};
        if (IsolationUsesXactSnapshot())
            options.snapshot = pg::call([] {
                CommandCounterIncrement();
                return GetLatestSnapshot();
            });
        const pg::AsRole owner(link.parent.owner);
        pg::plan_for("SELECT " + what + " FROM " + link.parent.sql + " WHERE " + condition + lock, link.child.types)
            ->run(key, options);
    }
    bool is_there() const { return spi_.rows() > 0; }
    bool is_null() const { return !spi_.value(0, 0); }

private:
    pg::Spi spi_;
};

// Locks the parents against deletion, as the server's own check does.
void check_parents(const pg::Trigger &trigger, const SoftDelete &kept, bool only_changed)
{
    for (const Link &link : *kept.parents) {
        if (!link.parent.is_soft()) continue;
        const auto key = key_in(trigger, link, trigger.new_row());
        if (key.empty()) continue;
        const auto same = [&](const std::string &name) {
            const int number = SPI_fnumber(trigger.descriptor(), name.c_str());
            const auto *const attribute = TupleDescAttr(trigger.descriptor(), number - 1);
            const auto before = trigger.value(trigger.old_row(), number),
                       after = trigger.value(trigger.new_row(), number);
            return before &&
                   pg::call([&] { return datum_image_eq(*before, *after, attribute->attbyval, attribute->attlen); });
        };
        if (only_changed && std::all_of(link.child.columns.begin(), link.child.columns.end(), same)) continue;
        const ParentRow parent(link, key, link.parent.deleted, " FOR KEY SHARE");
        if (parent.is_there() && !parent.is_null())
            throw pg::Error(ERRCODE_FOREIGN_KEY_VIOLATION,
                            "a row of table " + pg::quoted(RelationGetRelationName(trigger.relation())) +
                                " cannot refer to a deleted row of table " + pg::quoted(link.parent.name))
                .detail("Foreign key " + pg::quoted(link.name) + " leads there.")
                .hint("Restore that row first, with quire.undelete.")
                .about(trigger.relation(), link.child.columns.front(), link.name);
    }
}

// A parent that is deleted for good takes the row along, by the server's own cascade; here it is gone already.
bool goes_with_parent(const pg::Trigger &trigger, const SoftDelete &kept)
{
    for (const Link &link : *kept.parents) {
        if (link.parent.is_soft() || link.on_delete != FKCONSTR_ACTION_CASCADE) continue;
        const auto key = key_in(trigger, link, trigger.old_row());
        if (!key.empty() && !ParentRow(link, key, "1", "").is_there()) return true;
    }
    return false;
}

Datum deletion(const pg::Trigger &trigger, SoftDelete &kept)
{
    if (pg::HardDeletion::is_wanted()) {
        ++pg::rows_deleted();
        return trigger.proceed();
    }
    // Of what was published, a deletion is one for good.
    if (IsLogicalWorker() || goes_with_parent(trigger, kept)) return trigger.proceed();
    if (!trigger.value(trigger.old_row(), kept.deleted.number)) kept.batch->add(trigger.old_row()->t_self);
    return Datum{0};
}

void refuse_write(const pg::Trigger &trigger, const SoftDelete &kept, const char *hint)
{
    throw pg::Error(ERRCODE_GENERATED_ALWAYS, "column " + pg::quoted(kept.deleted.name) + " of table " +
                                                  pg::quoted(RelationGetRelationName(trigger.relation())) +
                                                  " is not for clients to write")
        .detail("It says when the row was deleted, and which rows were deleted with it.")
        .hint(hint)
        .about(trigger.relation(), kept.deleted.name, trigger.name());
}

void check_update(const pg::Trigger &trigger, const SoftDelete &kept)
{
    const auto before = trigger.value(trigger.old_row(), kept.deleted.number);
    const auto after = trigger.value(trigger.new_row(), kept.deleted.number);
    const auto restored = pg::Restoring::stamp();
    if (before == after) {
        if (!after) check_parents(trigger, kept, true);
    } else if (after) {
        const auto ours = restored ? restored : pg::stamp_being_set();
        if (before || !ours || *ours != DatumGetTimestampTz(*after))
            refuse_write(trigger, kept, "Delete the row: DELETE FROM ...");
    } else if (!restored || *restored != DatumGetTimestampTz(*before)) {
        refuse_write(trigger, kept, "Restore the row and what was deleted with it: quire.undelete.");
    }
}

}  // namespace

QUIRE_FUNCTION(soft_delete)
{
    const pg::Trigger trigger(args, wiring);
    auto &kept = pg::per_call_site<SoftDelete>(args.fcinfo(),
                                               [&] { return read_trigger(trigger, args.fcinfo()->flinfo->fn_mcxt); });
    if (trigger.deletes()) return deletion(trigger, kept);
    if (trigger.updates())
        check_update(trigger, kept);
    else if (!trigger.arrives() && !trigger.value(trigger.new_row(), kept.deleted.number))
        check_parents(trigger, kept, false);
    return trigger.proceed();
}
