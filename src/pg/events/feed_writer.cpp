// src/pg/events/feed_writer.cpp: from transition tables to the table of a feed.
//
// Each event has a number and a fence. The number is drawn by a transaction that has its id already; the fence is the
// next transaction id, read after that. So all events with numbers up to this one are of transactions below the fence,
// and once those have ended, no lower number can turn up any more (horizon.hpp).
//
// The watched table's owner must be allowed to add to the feed, but the feed's owner is who does: what triggers and
// policies the feed has are not run with the rights of whoever owns a table that somebody could make a trigger on.
#include "pg/events/feed_writer.hpp"

#include "pg/access/actor.hpp"
#include "pg/events/feed_table.hpp"
#include "pg/events/wake.hpp"
#include "pg/support/plans.hpp"
#include "pg/support/results.hpp"
#include "pg/support/spi.hpp"

namespace quire::pg {
namespace {

// Rows that SQL sees under a name, while an Spi is open.
class NamedRows {
public:
    NamedRows(const char *name, TupleDesc columns)
    {
        entry_ = call([&] {
            auto *const entry = static_cast<EphemeralNamedRelation>(palloc0(sizeof(EphemeralNamedRelationData)));
            entry->md.name = pstrdup(name);
            entry->md.reliddesc = InvalidOid;
            entry->md.tupdesc = columns;
            entry->md.enrtype = ENR_NAMED_TUPLESTORE;
            entry->reldata = tuplestore_begin_heap(false, false, work_mem);
            return entry;
        });
    }
    void add(const Datum *values, const bool *nulls)
    {
        call([&] {
            tuplestore_putvalues(rows(), entry_->md.tupdesc, const_cast<Datum *>(values), const_cast<bool *>(nulls));
        });
        ++entry_->md.enrtuples;
    }
    void show()
    {
        const int result = call([this] { return SPI_register_relation(entry_); });
        if (result != SPI_OK_REL_REGISTER) throw Error(ERRCODE_INTERNAL_ERROR, "could not register rows for SQL");
    }
    void forget()
    {
        call([this] {
            SPI_unregister_relation(entry_->md.name);
            tuplestore_end(rows());
        });
    }

private:
    Tuplestorestate *rows() const { return static_cast<Tuplestorestate *>(entry_->reldata); }
    EphemeralNamedRelation entry_;
};

enum Field { f_seq, f_type, f_key, f_version, f_changed, f_old, f_new, f_scope, fields };

TupleDesc event_columns()
{
    static TupleDesc kept = nullptr;
    if (kept) return kept;
    const InMemory lasting(TopMemoryContext);
    kept = call([] {
        const TupleDesc columns = CreateTemplateTupleDesc(fields);
        TupleDescInitEntry(columns, f_seq + 1, "seq", INT8OID, -1, 0);
        TupleDescInitEntry(columns, f_type + 1, "type", TEXTOID, -1, 0);
        TupleDescInitEntry(columns, f_key + 1, "key", JSONBOID, -1, 0);
        TupleDescInitEntry(columns, f_version + 1, "version", INT8OID, -1, 0);
        TupleDescInitEntry(columns, f_changed + 1, "changed", TEXTARRAYOID, -1, 0);
        TupleDescInitEntry(columns, f_old + 1, "old", JSONBOID, -1, 0);
        TupleDescInitEntry(columns, f_new + 1, "new", JSONBOID, -1, 0);
        TupleDescInitEntry(columns, f_scope + 1, "scope", TEXTARRAYOID, -1, 0);
        return columns;
    });
    return kept;
}

struct Event {
    std::array<Datum, fields> values = {};
    std::array<bool, fields> nulls;
    HeapTuple old_row = nullptr, new_row = nullptr;

    Event() { nulls.fill(true); }
    void set(Field field, std::optional<Datum> value)
    {
        if (!value) return;
        values[field] = *value;
        nulls[field] = false;
    }
};

// Whoever writes to the table need not be able to see the feed.
Feed find_feed_as(Oid role, std::string_view name)
{
    const AsRole as(role);
    return find_feed(name);
}

class FeedWriter {
public:
    FeedWriter(const TriggerData &data, Hook &hook)
        : data_(data),
          hook_(hook),
          table_owner_(data.tg_relation->rd_rel->relowner),
          feed_(find_feed_as(table_owner_, hook.options().feed)),
          type_(make_varlena(event_type(data)))
    {
        // The id comes before the numbers: see above.
        call([] { GetTopFullTransactionId(); });
        memory_ =
            call([] { return AllocSetContextCreate(CurrentMemoryContext, "quire events", ALLOCSET_DEFAULT_SIZES); });
    }

    void write()
    {
        if (TRIGGER_FIRED_BY_TRUNCATE(data_.tg_event)) {
            batch_.emplace_back().set(f_type, type_);
            return flush();
        }
        const TupleDesc columns = RelationGetDescr(data_.tg_relation);
        TransitionRows before(data_.tg_oldtable, columns), after(data_.tg_newtable, columns);
        // An UPDATE whose rows another trigger has held back on their way to another partition has fewer new rows.
        const bool paired = before.count() == after.count();
        TransitionRows &rows = data_.tg_newtable ? after : before;
        while (rows.next()) {
            const InMemory in(memory_);
            if (data_.tg_newtable && data_.tg_oldtable && paired) {
                before.next();
                add_update(before, after);
            } else {
                add(rows);
            }
            if (batch_.size() >= most_in_batch) flush();
        }
        flush();
    }

private:
    static constexpr std::size_t most_in_batch = 5000;

    void add(const TransitionRows &rows)
    {
        const HeapTuple row = rows.copy();
        const bool is_old = !data_.tg_newtable;
        Event &event = begin(row);
        (is_old ? event.old_row : event.new_row) = row;
        if (hook_.options().payload != Payload::key)
            event.set(is_old ? f_old : f_new, hook_.row_writer(row).jsonb(row->t_data));
    }

    void add_update(const TransitionRows &before, const TransitionRows &after)
    {
        const auto changed = changed_columns(before, after);
        if (!hook_.matters(changed)) return;
        const HeapTuple row = after.copy();
        Event &event = begin(row);
        event.new_row = row;
        const Payload payload = hook_.options().payload;
        const bool is_renamed = hook_.changes_key(changed);
        if (payload != Payload::key || is_renamed || !hook_.options().scope.empty()) event.old_row = before.copy();
        if (changed != changed_) {
            std::vector<Text> names;
            for (const auto name : hook_.names(changed)) names.emplace_back(name);
            names_ = make_text_array(names);
            changed_ = changed;
        }
        event.set(f_changed, names_);
        // Whoever knows the row by its former key must be able to find it.
        if (payload == Payload::key && is_renamed) event.set(f_old, hook_.key_jsonb(event.old_row));
        if (payload == Payload::key) return;
        RowWriter &writer = payload == Payload::row ? hook_.row_writer(row) : hook_.diff_writer(row, changed);
        event.set(f_old, writer.jsonb(event.old_row->t_data));
        event.set(f_new, writer.jsonb(row->t_data));
    }

    Event &begin(HeapTuple row)
    {
        Event &event = batch_.emplace_back();
        event.set(f_type, type_);
        event.set(f_key, hook_.key_jsonb(row));
        if (const auto version = hook_.version(row)) event.set(f_version, Int64GetDatum(*version));
        return event;
    }

    void flush()
    {
        if (batch_.empty()) return;
        poll();
        std::int64_t last = 0;
        const Oid sequence = feed_.sequence;
        for (Event &event : batch_) {
            last = call([sequence] { return nextval_internal(sequence, false); });
            event.set(f_seq, Int64GetDatum(last));
        }
        const Datum fence = FullTransactionIdGetDatum(call([] { return ReadNextFullTransactionId(); }));
        const Spi spi;
        if (!hook_.options().scope.empty()) find_scopes(spi);
        insert(fence);
        if (!is_waking(feed_.table) && has_subscribers(spi)) subscribed_ = true;
        if (subscribed_ || is_waking(feed_.table)) wake(feed_.table, feed_.name, last);
        batch_.clear();
        changed_.clear();
        MemoryContextReset(memory_);
    }

    // As who writes: the expression is the table's, and runs as other expressions of triggers do.
    void find_scopes(const Spi &spi)
    {
        const Oid type = data_.tg_relation->rd_rel->reltype;
        const TupleDesc columns = call([type] {
            const TupleDesc both = CreateTemplateTupleDesc(2);
            TupleDescInitEntry(both, 1, "old", type, -1, 0);
            TupleDescInitEntry(both, 2, "new", type, -1, 0);
            return both;
        });
        NamedRows rows("quire_rows", columns);
        for (const Event &event : batch_) {
            const auto composite = [&](HeapTuple row) {
                return row ? call([&] { return heap_copy_tuple_as_datum(row, RelationGetDescr(data_.tg_relation)); })
                           : Datum{0};
            };
            const Datum values[] = {composite(event.old_row), composite(event.new_row)};
            const bool nulls[] = {!event.old_row, !event.new_row};
            rows.add(values, nulls);
        }
        rows.show();
        // Names in the expression mean the same whoever writes.
        const char *const schema = call([this] { return get_namespace_name(RelationGetNamespace(data_.tg_relation)); });
        const PinnedSearchPath path(schema);
        const auto state = call([type] { return assign_record_type_identifier(type, -1); });
        const auto plan = plan_for("/* " + std::to_string(type) + " " + std::to_string(state) + " */ SELECT (" +
                                       hook_.options().scope +
                                       ")::pg_catalog.text[] FROM quire_rows r, LATERAL (SELECT (r.old).*) old, "
                                       "LATERAL (SELECT (r.new).*) new",
                                   {});
        plan->run({}, {.read_only = true});
        for (std::size_t i = 0; i < batch_.size() && i < spi.rows(); ++i)
            if (batch_[i].old_row || batch_[i].new_row) batch_[i].set(f_scope, spi.value(i, 0));
        rows.forget();
    }

    void require_insert() const
    {
        call([this] {
            const AclResult result = pg_class_aclcheck(feed_.table, table_owner_, ACL_INSERT);
            if (result != ACLCHECK_OK) aclcheck_error(result, OBJECT_TABLE, get_rel_name(feed_.table));
        });
    }

    void insert(Datum fence)
    {
        NamedRows rows("quire_events", event_columns());
        for (const Event &event : batch_) rows.add(event.values.data(), event.nulls.data());
        rows.show();
        static constexpr Oid types[] = {XID8OID, XID8OID, TEXTOID, TEXTOID, TIMESTAMPTZOID};
        const std::string_view actor = current_actor();
        const Datum values[] = {fence, FullTransactionIdGetDatum(GetTopFullTransactionId()),
                                make_varlena(hook_.table_name()), make_varlena(actor),
                                TimestampTzGetDatum(GetCurrentTimestamp())};
        const char nulls[] = {' ', ' ', ' ', actor.empty() ? 'n' : ' ', ' ', '\0'};
        require_insert();
        const AsRole owner(feed_.owner);
        plan_for("INSERT INTO " + feed_.events +
                     " (seq, fence, txid, type, \"table\", key, version, changed, old, new, actor, scope, at) "
                     "SELECT seq, $1, $2, type, $3, key, version, changed, old, new, $4, scope, $5 FROM quire_events",
                 types, Plan::For::any_values)
            ->run(values, {}, nulls);
        rows.forget();
    }

    bool has_subscribers(const Spi &spi)
    {
        if (asked_) return subscribed_;
        asked_ = true;
        const AsRole owner(feed_.owner);
        plan_for("SELECT FROM " + feed_.consumers + " LIMIT 1", {})->run({}, {.limit = 1});
        return spi.rows() > 0;
    }

    const TriggerData &data_;
    Hook &hook_;
    const Oid table_owner_;
    const Feed feed_;
    const Datum type_;
    MemoryContext memory_;
    std::vector<Event> batch_;
    std::vector<bool> changed_;  // of the batch's last row, and their names
    Datum names_ = 0;
    bool asked_ = false, subscribed_ = false;
};

}  // namespace

void write_to_feed(const TriggerData &data, Hook &hook)
{
    FeedWriter(data, hook).write();
}

const char *event_type(const TriggerData &data)
{
    if (TRIGGER_FIRED_BY_INSERT(data.tg_event)) return "create";
    if (TRIGGER_FIRED_BY_UPDATE(data.tg_event)) return "update";
    return TRIGGER_FIRED_BY_DELETE(data.tg_event) ? "delete" : "truncate";
}

}  // namespace quire::pg
