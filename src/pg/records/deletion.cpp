// src/pg/records/deletion.cpp: stamping, cascading, refusing; at the end of statements.
#include "pg/records/deletion.hpp"

#include "pg/support/guard.hpp"
#include "pg/support/locks.hpp"
#include "pg/support/plans.hpp"

namespace quire::pg {
namespace {

ExecutorFinish_hook_type previous_hook = nullptr;
MemoryContext ending_statement = nullptr;
Batch *open_batches = nullptr;

// A time that no other deletion has: all rows with this stamp went together. Nobody takes one that is past, so it is
// held until it is, which takes longer the coarser times are. A clock that was set back is not waited for.
TimestampTz unused_stamp(TimestampTz grain)
{
    static TimestampTz last = 0;
    const TimestampTz began = GetCurrentTimestamp();
    const bool is_late = last < began;
    TimestampTz stamp = (std::max(began, last + 1) + grain - 1) / grain * grain;
    while (!hold_number(static_cast<std::uint64_t>(stamp))) stamp += grain;
    for (TimestampTz now = began; is_late && began <= now && now <= stamp; now = GetCurrentTimestamp())
        call([&] {
            CHECK_FOR_INTERRUPTS();
            pg_usleep(static_cast<long>(std::min<TimestampTz>(stamp + 1 - now, USECS_PER_SEC / 10)));
        });
    let_go_of_number(static_cast<std::uint64_t>(stamp));
    return last = stamp;
}

// Rows that the transaction's snapshot does not see may refer to what is deleted, so the look is at the latest, as that
// of the server's own foreign keys. To stamp such a row is more than the transaction may; see stamp().
Plan::Options latest()
{
    Plan::Options options{.fires_triggers = true};
    if (IsolationUsesXactSnapshot())
        options.snapshot = call([] {
            CommandCounterIncrement();
            return GetLatestSnapshot();
        });
    return options;
}

Oid owner_of(Oid table)
{
    return call([table] {
        const Relation relation = table_open(table, NoLock);
        const Oid owner = relation->rd_rel->relowner;
        table_close(relation, NoLock);
        return owner;
    });
}

void refuse_changed()
{
    if (IsolationUsesXactSnapshot())
        throw Error(ERRCODE_T_R_SERIALIZATION_FAILURE,
                    "a row that is to be deleted has changed since the transaction began")
            .hint("Roll back and try again.");
    throw Error(ERRCODE_TRIGGERED_DATA_CHANGE_VIOLATION,
                "a row that is to be deleted was changed meanwhile, or may not be")
        .detail("Something that the statement itself started changed it, or a trigger on UPDATE held it back.");
}

void refuse(const Link &link)
{
    throw Error(ERRCODE_FOREIGN_KEY_VIOLATION, "rows of table " + quoted(link.child.name) +
                                                   " still refer to a row of table " + quoted(link.parent.name) +
                                                   " that is to be deleted")
        .detail("Foreign key " + quoted(link.name) + " does not let them go along.")
        .hint("Delete those rows first, or declare the foreign key ON DELETE CASCADE.");
}

}  // namespace

int HardDeletion::depth_ = 0;
std::optional<TimestampTz> Restoring::current_;

std::uint64_t &rows_deleted()
{
    static std::uint64_t count = 0;
    return count;
}

// All that one statement deletes: of its own table, and along foreign keys, in statements below it.
class Deletion {
public:
    static Deletion *current;

    explicit Deletion(TimestampTz grain)
        : grain_(grain), stamp_(unused_stamp(grain)), outer_(std::exchange(current, this))
    {
    }
    ~Deletion() { current = outer_; }
    Deletion(const Deletion &) = delete;
    Deletion &operator=(const Deletion &) = delete;

    TimestampTz stamp() const { return stamp_; }
    // Stamps rows; what refers to them is for finish() to deal with, so that a chain may be of any length.
    void stamp(const Batch &batch);
    void finish();

private:
    // A foreign key, and rows that were stamped at its end.
    struct Stamped {
        Links links;  // keeps what `link` points to
        const Link *link;
        Keys keys;
        Plan::For values;
    };
    static void run(const Stamped &stamped, const std::string &sql, const Plan::Options &options);
    static void cascade(const Stamped &stamped);
    static void check(const Stamped &stamped);

    TimestampTz grain_;
    TimestampTz stamp_;
    Deletion *outer_;
    OwnContext memory_;
    std::deque<Stamped> stamped_;
    std::vector<Stamped> checked_last_;
};

Deletion *Deletion::current = nullptr;

std::optional<TimestampTz> stamp_being_set()
{
    return Deletion::current ? std::optional(Deletion::current->stamp()) : std::nullopt;
}

Keys keys_of_result(std::span<const std::string> columns)
{
    Keys keys;
    const auto count = static_cast<std::size_t>(SPI_processed);
    auto *const values = static_cast<Datum *>(allocate(CurrentMemoryContext, (count + 1) * sizeof(Datum)));
    auto *const nulls = static_cast<bool *>(allocate(CurrentMemoryContext, count + 1));
    for (const std::string &column : columns) {
        Oid type;
        keys.arrays.push_back(call([&] {
            const TupleDesc descriptor = SPI_tuptable->tupdesc;
            const int number = SPI_fnumber(descriptor, column.c_str());
            const auto *const attribute = TupleDescAttr(descriptor, number - 1);
            for (std::size_t i = 0; i < count; ++i)
                values[i] = heap_getattr(SPI_tuptable->vals[i], number, descriptor, &nulls[i]);
            type = get_array_type(attribute->atttypid);
            int dimensions[] = {static_cast<int>(count)}, lower[] = {1};
            return PointerGetDatum(construct_md_array(values, nulls, 1, dimensions, lower, attribute->atttypid,
                                                      attribute->attlen, attribute->attbyval, attribute->attalign));
        }));
        keys.types.push_back(type);
    }
    return keys;
}

std::string columns_of(const std::vector<Link> &links, Link::End Link::*end)
{
    std::vector<std::string> names;
    for (const Link &link : links)
        for (const std::string &column : (link.*end).columns) names.push_back(identifier(column.c_str()));
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::string list;
    for (const std::string &name : names) list.append(list.empty() ? "" : ", ").append(name);
    return list;
}

void Deletion::run(const Stamped &stamped, const std::string &sql, const Plan::Options &options)
{
    const AsRole owner(stamped.link->child.owner);
    plan_for(sql, stamped.keys.types, stamped.values)->run(stamped.keys.arrays, options);
}

// The child's own trigger notes its rows, so that what refers to them goes in turn.
void Deletion::cascade(const Stamped &stamped)
{
    const Link &link = *stamped.link;
    const Spi spi;
    run(stamped,
        "DELETE FROM " + link.child.sql + " c USING " + keys_from(1, stamped.keys.arrays.size(), "p") + " WHERE " +
            link.keys_match_children() + " AND c." + link.child.deleted + " IS NULL",
        latest());
}

void Deletion::check(const Stamped &stamped)
{
    const Link &link = *stamped.link;
    Plan::Options options = latest();
    options.limit = 1;
    const Spi spi;
    run(stamped,
        "SELECT 1 FROM " + link.child.sql + " c, " + keys_from(1, stamped.keys.arrays.size(), "p") + " WHERE " +
            link.keys_match_children() + (link.child.is_soft() ? " AND c." + link.child.deleted + " IS NULL" : ""),
        options);
    if (spi.rows() > 0) refuse(link);
}

void Deletion::stamp(const Batch &batch)
{
    if (batch.grain_ > grain_)
        throw Error(ERRCODE_DATATYPE_MISMATCH, "rows of table " +
                                                   quoted(call([&] { return get_rel_name(batch.table_); })) +
                                                   " cannot be deleted in the course of this deletion")
            .detail("It is written down more exactly than their column " + batch.deleted_ + " keeps times.")
            .hint("Give that column the type of those of the tables that the deletion began with.");
    const Links links = links_to(batch.table_);
    std::vector<ItemPointerData> rows = batch.rows_;
    const auto compare = [](const ItemPointerData &a, const ItemPointerData &b) {
        return ItemPointerCompare(const_cast<ItemPointer>(&a), const_cast<ItemPointer>(&b));
    };
    std::sort(rows.begin(), rows.end(), [&](const auto &a, const auto &b) { return compare(a, b) < 0; });
    rows.erase(std::unique(rows.begin(), rows.end(), [&](const auto &a, const auto &b) { return compare(a, b) == 0; }),
               rows.end());
    std::vector<Datum> places;
    for (ItemPointerData &row : rows) places.push_back(PointerGetDatum(&row));

    const std::string returned = columns_of(*links, &Link::parent);
    // A few rows cost less than a plan.
    static constexpr std::size_t few = 8;
    const auto values = rows.size() <= few ? Plan::For::any_values : Plan::For::these_values;
    const Spi spi;
    const Datum parameters[] = {
        TimestampTzGetDatum(stamp_), call([&] {
            return PointerGetDatum(construct_array(places.data(), static_cast<int>(places.size()), TIDOID,
                                                   sizeof(ItemPointerData), false, TYPALIGN_SHORT));
        })};
    static constexpr Oid types[] = {TIMESTAMPTZOID, TIDARRAYOID};
    const std::string sql = "UPDATE ONLY " + qualified_name(batch.table_) + " SET " + batch.deleted_ +
                            " = $1 WHERE ctid OPERATOR(pg_catalog.=) ANY ($2)" +
                            (returned.empty() ? "" : " RETURNING " + returned);
    {
        const AsRole owner(owner_of(batch.table_));
        plan_for(sql, types, values)->run(parameters, {.fires_triggers = true});
    }
    if (spi.rows() != rows.size()) refuse_changed();
    rows_deleted() += rows.size();
    const InMemory kept(memory_.get());
    for (const Link &link : *links) stamped_.push_back({links, &link, keys_of_result(link.parent.columns), values});
}

void Deletion::finish()
{
    while (!stamped_.empty()) {
        Stamped next = std::move(stamped_.front());
        stamped_.pop_front();
        switch (next.link->on_delete) {
            case FKCONSTR_ACTION_RESTRICT: check(next); break;
            case FKCONSTR_ACTION_NOACTION: checked_last_.push_back(std::move(next)); break;
            case FKCONSTR_ACTION_CASCADE:
                if (next.link->child.is_soft()) cascade(next);
                break;
            default: break;  // what would be set to NULL stays, or it could not be restored
        }
    }
    for (const Stamped &last : checked_last_) check(last);
}

Batch::~Batch()
{
    for (Batch **at = &open_batches; *at; at = &(*at)->next_) {
        if (*at != this) continue;
        *at = next_;
        return;
    }
}

void Batch::add(const ItemPointerData &row)
{
    if (!is_open_) {
        // Only executors come to an end that is seen.
        if (std::strcmp(statement_->name, "ExecutorState") != 0)
            throw Error(ERRCODE_FEATURE_NOT_SUPPORTED, "rows cannot be deleted softly in this way")
                .hint("Delete them with an SQL statement.");
        next_ = open_batches;
        open_batches = this;
        is_open_ = true;
    }
    rows_.push_back(row);
}

// Of the times of all tables that these rows, and what goes along with them, may be in.
TimestampTz coarsest_grain(const std::vector<Batch *> &batches)
{
    TimestampTz grain = 1;
    std::vector<Oid> tables;
    const auto visit = [&](Oid table, TimestampTz its_grain) {
        if (std::find(tables.begin(), tables.end(), table) != tables.end()) return;
        grain = std::max(grain, its_grain);
        tables.push_back(table);
    };
    for (const Batch *batch : batches) visit(batch->table_, batch->grain_);
    for (std::size_t i = 0; i < tables.size(); ++i) {
        const Links links = links_to(tables[i]);
        for (const Link &link : *links)
            if (link.on_delete == FKCONSTR_ACTION_CASCADE && link.child.is_soft())
                visit(link.child.table, link.child.grain);
    }
    return grain;
}

// What comes below a deletion is part of it, and only stamped here.
void end_statement(MemoryContext statement)
{
    std::optional<Deletion> own;
    const bool outermost = !Deletion::current;
    // New batches may be opened below, at the front of the list.
    std::vector<Batch *> ended;
    for (Batch *batch = open_batches; batch; batch = batch->next_)
        if (batch->statement_ == statement && !batch->rows_.empty()) ended.push_back(batch);
    if (ended.empty()) return;
    if (outermost) own.emplace(coarsest_grain(ended));
    Deletion &deletion = *Deletion::current;
    for (Batch *batch : ended) {
        deletion.stamp(*batch);
        batch->rows_.clear();
    }
    if (outermost) deletion.finish();
}

namespace {

void finish_statement(QueryDesc *query)
{
    if (previous_hook)
        previous_hook(query);
    else
        standard_ExecutorFinish(query);
    if (!open_batches) return;
    ending_statement = query->estate->es_query_cxt;
    guarded([] { end_statement(ending_statement); });
}

}  // namespace

void watch_statements()
{
    previous_hook = ExecutorFinish_hook;
    ExecutorFinish_hook = finish_statement;
}

}  // namespace quire::pg
