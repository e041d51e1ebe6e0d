// src/pg/records/undelete.cpp: restoring a row and what was deleted with it.
//
// Rows are restored from the top down, along the foreign keys that took them along; only then is it looked at which of
// them have a parent that is still deleted. One that went with another row of the same statement goes back to being
// deleted, and waits for that row to be restored; any other keeps all from being restored.
#include "pg/records/deletion.hpp"
#include "pg/records/statement.hpp"
#include "pg/support/results.hpp"
#include "pg/support/spi.hpp"

namespace pg = quire::pg;
using pg::Keys;
using pg::Link;
using pg::Table;

namespace {

// Where a row is.
struct Place {
    Oid table;
    ItemPointerData row;
};

// The rows that one statement restored.
struct Group {
    std::string table;    // as SQL writes it
    std::string deleted;  // its soft_delete column
    Oid owner;
    std::vector<Place> places;
    std::vector<bool> is_dead;  // deleted again
    pg::Links up;
    std::vector<Keys> parents;  // what each of `up` refers to
};

class Restoration {
public:
    explicit Restoration(TimestampTz stamp) : stamp_(stamp), restoring_(stamp) {}

    // Restores one row of `table`, then what went with it. Gives back how many rows.
    std::uint64_t restore(const Link::End &table, const Place &place);

private:
    std::vector<Oid> with_stamp(const std::vector<Oid> &types) const;
    std::vector<Datum> with_stamp(const std::vector<Datum> &values) const;
    void take_results(const Link::End &table);
    void restore_children();
    bool bury_orphans(Group &group, bool is_first);
    void bury(Group &group, const std::vector<std::size_t> &rows);

    TimestampTz stamp_;
    pg::Restoring restoring_;
    pg::OwnContext memory_;
    std::vector<Group> groups_;
    // Rows restored, at the end of foreign keys that may have more to restore at the other.
    struct Restored {
        pg::Links links;  // keeps what `link` points to
        const Link *link;
        Keys keys;
    };
    std::deque<Restored> restored_;
};

std::string returned_columns(const std::vector<Link> &down, const std::vector<Link> &up)
{
    std::string list = "c.tableoid AS \"place of table\", c.ctid AS \"place of row\"";
    const auto add = [&](const std::vector<Link> &links, Link::End Link::*end) {
        for (const Link &link : links)
            for (const std::string &column : (link.*end).columns)
                list.append(", c.").append(pg::identifier(column.c_str()));
    };
    add(down, &Link::parent);
    add(up, &Link::child);
    return list;
}

std::vector<Place> places_of_result()
{
    std::vector<Place> places(static_cast<std::size_t>(SPI_processed));
    pg::call([&] {
        for (std::size_t i = 0; i < places.size(); ++i) {
            bool is_null;
            places[i].table = DatumGetObjectId(heap_getattr(SPI_tuptable->vals[i], 1, SPI_tuptable->tupdesc, &is_null));
            places[i].row = *reinterpret_cast<ItemPointer>(
                DatumGetPointer(heap_getattr(SPI_tuptable->vals[i], 2, SPI_tuptable->tupdesc, &is_null)));
        }
    });
    return places;
}

std::vector<Oid> Restoration::with_stamp(const std::vector<Oid> &types) const
{
    std::vector<Oid> all{TIMESTAMPTZOID};
    all.insert(all.end(), types.begin(), types.end());
    return all;
}

std::vector<Datum> Restoration::with_stamp(const std::vector<Datum> &values) const
{
    std::vector<Datum> all{TimestampTzGetDatum(stamp_)};
    all.insert(all.end(), values.begin(), values.end());
    return all;
}

// Notes what the last query restored.
void Restoration::take_results(const Link::End &table)
{
    if (SPI_processed == 0) return;
    const pg::Links down = pg::links_to(table.table), up = pg::links_from(table.table);
    const pg::InMemory kept(memory_.get());
    Group group{table.sql, table.deleted, table.owner, places_of_result(), {}, up, {}};
    group.is_dead.resize(group.places.size());
    for (const Link &link : *up) group.parents.push_back(pg::keys_of_result(link.child.columns));
    for (const Link &link : *down)
        if (link.on_delete == FKCONSTR_ACTION_CASCADE && link.child.is_soft())
            restored_.push_back({down, &link, pg::keys_of_result(link.parent.columns)});
    groups_.push_back(std::move(group));
}

void Restoration::restore_children()
{
    while (!restored_.empty()) {
        const Restored next = std::move(restored_.front());
        restored_.pop_front();
        const Link::End &child = next.link->child;
        const pg::Links children = pg::links_to(child.table), parents = pg::links_from(child.table);
        const std::string sql = "UPDATE " + child.sql + " c SET " + child.deleted + " = NULL FROM " +
                                pg::keys_from(2, next.keys.arrays.size(), "p") + " WHERE " +
                                next.link->keys_match_children() + " AND c." + child.deleted +
                                " OPERATOR(pg_catalog.=) $1 RETURNING " + returned_columns(*children, *parents);
        const pg::Spi spi;
        {
            const pg::AsRole owner(child.owner);
            pg::plan_for(sql, with_stamp(next.keys.types))->run(with_stamp(next.keys.arrays), {.fires_triggers = true});
        }
        take_results(child);
    }
}

// Deletes rows of a group again.
void Restoration::bury(Group &group, const std::vector<std::size_t> &rows)
{
    static constexpr Oid types[] = {TIMESTAMPTZOID, OIDOID, TIDOID};
    const pg::Spi spi;
    const pg::AsRole owner(group.owner);
    const auto plan =
        pg::plan_for("UPDATE " + group.table + " SET " + group.deleted +
                         " = $1 WHERE tableoid OPERATOR(pg_catalog.=) $2 AND ctid OPERATOR(pg_catalog.=) $3",
                     types);
    for (const std::size_t i : rows) {
        pg::poll();
        Place &place = group.places[i];
        const Datum values[] = {TimestampTzGetDatum(stamp_), ObjectIdGetDatum(place.table),
                                PointerGetDatum(&place.row)};
        plan->run(values, {.fires_triggers = true});
        if (spi.rows() != 1)
            throw pg::Error(ERRCODE_TRIGGERED_DATA_CHANGE_VIOLATION,
                            "a row that is being restored was changed meanwhile")
                .detail("Something that the restoration started changed it.");
        group.is_dead[i] = true;
    }
}

// True when rows were deleted again because a parent is.
bool Restoration::bury_orphans(Group &group, bool is_first)
{
    std::vector<std::size_t> orphans;
    for (std::size_t i = 0; i < group.up->size(); ++i) {
        const Link &link = (*group.up)[i];
        if (!link.parent.is_soft()) continue;
        const Keys &keys = group.parents[i];
        const pg::Spi spi;
        {
            const pg::AsRole owner(link.parent.owner);
            pg::plan_for("SELECT c.place, p." + link.parent.deleted + " FROM " + link.parent.sql + " p, " +
                             pg::keys_from(1, keys.arrays.size(), "c") + " WHERE " + link.parents_match_keys() +
                             " FOR KEY SHARE OF p",
                         keys.types)
                ->run(keys.arrays, {});
        }
        for (std::uint64_t row = 0; row < spi.rows(); ++row) {
            const auto place = static_cast<std::size_t>(DatumGetInt64(spi.value(row, 0).value())) - 1;
            const auto deleted = spi.value(row, 1);
            if (!deleted || group.is_dead[place]) continue;
            if (is_first || DatumGetTimestampTz(*deleted) != stamp_)
                throw pg::Error(ERRCODE_FOREIGN_KEY_VIOLATION,
                                "a row of table " + pg::quoted(link.child.name) +
                                    " cannot be restored: it refers to a deleted row of table " +
                                    pg::quoted(link.parent.name))
                    .detail("Foreign key " + pg::quoted(link.name) + " leads there.")
                    .hint("Restore that row first, with quire.undelete.");
            orphans.push_back(place);
        }
    }
    std::sort(orphans.begin(), orphans.end());
    orphans.erase(std::unique(orphans.begin(), orphans.end()), orphans.end());
    bury(group, orphans);
    return !orphans.empty();
}

std::uint64_t Restoration::restore(const Link::End &table, const Place &place)
{
    const pg::Links down = pg::links_to(table.table), up = pg::links_from(table.table);
    {
        static constexpr Oid types[] = {TIMESTAMPTZOID, OIDOID, TIDOID};
        Place root = place;
        const Datum values[] = {TimestampTzGetDatum(stamp_), ObjectIdGetDatum(root.table), PointerGetDatum(&root.row)};
        const pg::Spi spi;
        {
            const pg::AsRole owner(table.owner);
            pg::plan_for("UPDATE " + table.sql + " c SET " + table.deleted + " = NULL WHERE c." + table.deleted +
                             " OPERATOR(pg_catalog.=) $1 AND c.tableoid OPERATOR(pg_catalog.=) $2 AND c.ctid "
                             "OPERATOR(pg_catalog.=) $3 RETURNING " +
                             returned_columns(*down, *up),
                         types)
                ->run(values, {.fires_triggers = true});
        }
        take_results(table);
    }
    restore_children();
    for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t i = 0; i < groups_.size(); ++i) changed |= bury_orphans(groups_[i], i == 0);
    }
    std::uint64_t restored = 0;
    for (const Group &group : groups_)
        restored += static_cast<std::uint64_t>(std::count(group.is_dead.begin(), group.is_dead.end(), false));
    return restored;
}

// What an UPDATE of the column would ask of the caller.
void check_privileges(const Table &table)
{
    const Oid user = GetUserId();
    const auto number = static_cast<AttrNumber>(table.find(table.deleted)->number);
    const bool may = pg::call([&] {
        return pg_class_aclcheck(table.oid, user, ACL_UPDATE) == ACLCHECK_OK ||
               pg_attribute_aclcheck(table.oid, number, user, ACL_UPDATE) == ACLCHECK_OK;
    });
    if (may) return;
    throw pg::Error(ERRCODE_INSUFFICIENT_PRIVILEGE, "permission denied for table " + pg::quoted(table.name))
        .detail("Restoring rows needs UPDATE on column " + pg::quoted(table.deleted) + ".");
}

// What row security would ask of a change of the row.
void check_row(const Table &table, const pg::Statement &see)
{
    const pg::Spi spi;
    see.run();
    if (spi.rows() > 0) return;
    throw pg::Error(ERRCODE_INSUFFICIENT_PRIVILEGE, "permission denied for a row of table " + pg::quoted(table.name))
        .detail("Its row-level security does not let this user see and change it.");
}

}  // namespace

// undelete(table regclass, key jsonb) → int
QUIRE_FUNCTION(undelete)
{
    pg::TableAtHand &at_hand = pg::table_at_hand(args);
    const Table &table = at_hand.table;
    if (table.deleted.empty())
        throw pg::Error(ERRCODE_UNDEFINED_OBJECT, "table " + pg::quoted(table.name) + " has no trigger soft_delete")
            .hint("What was deleted without it is gone.");
    check_privileges(table);
    pg::Statement find(""), see("SELECT 1 FROM " + table.sql + " WHERE ");
    const std::string deleted = pg::identifier(table.deleted.c_str());
    find.add("SELECT tableoid, ctid, " + deleted + " FROM " + table.sql + " WHERE ");
    const char *separator = "";
    for (const pg::TableColumn *column : pg::read_key(at_hand, args, 1)) {
        find.add(separator).add(find.condition(at_hand.reader, *column));
        see.add(std::exchange(separator, " AND ")).add(see.condition(at_hand.reader, *column));
    }
    find.add(" FOR UPDATE");
    see.add(" FOR UPDATE");

    Place place;
    TimestampTz stamp;
    {
        const pg::Spi spi;
        {
            const pg::AsRole owner(table.owner);
            find.run();
        }
        if (spi.rows() == 0 || !spi.value(0, 2)) return Int32GetDatum(0);
        place.table = DatumGetObjectId(*spi.value(0, 0));
        place.row = *reinterpret_cast<ItemPointer>(DatumGetPointer(*spi.value(0, 1)));
        stamp = DatumGetTimestampTz(*spi.value(0, 2));
    }
    // As of any row that is changed, row security judges what it was and what it becomes: or a row that gives rights
    // would be restored by whoever had them from it. What hide_deleted hides from everyone is judged by the latter
    // alone.
    const bool is_hidden =
        OidIsValid(pg::call([&] { return get_relation_policy_oid(table.oid, "quire_hide_deleted", true); }));
    if (!is_hidden) check_row(table, see);
    const Link::End end{table.oid, table.owner, table.name, table.sql, deleted, {}, {}};
    const std::uint64_t restored = Restoration(stamp).restore(end, place);
    check_row(table, see);
    return Int32GetDatum(static_cast<std::int32_t>(restored));
}
