// src/pg/support/trigger.hpp: what a trigger function needs to know of its call, and its answer.
#pragma once
#include "pg/support/args.hpp"
#include "pg/support/call.hpp"
#include "pg/support/movement.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

// How a trigger function of quire wants to be attached; all of them are FOR EACH ROW, and BEFORE unless said otherwise.
struct Wiring {
    const char *function;  // its SQL name, without the schema
    bool takes_insert, takes_update, takes_delete;
    int least_arguments, most_arguments;
    const char *example;  // its arguments in the hint that shows how to attach it
    bool is_after = false;
};

// A column of the trigger's table.
struct Column {
    int number;  // as in pg_attribute, from 1
    Oid type;    // domains looked through
    std::int32_t modifier;
    bool is_text;  // or stored as text is: varchar, char, citext, quire.email
    std::string name;
};

class Trigger {
public:
    // Throws 39P01, with a hint that shows how, when the trigger is attached in a way that `wiring` does not allow.
    Trigger(Args &args, const Wiring &wiring)
        : data_(reinterpret_cast<TriggerData *>(args.fcinfo()->context)), statement_(args.fcinfo()->flinfo->fn_mcxt)
    {
        if (!is_attached(args, wiring)) [[unlikely]]
            refuse(args, wiring);
        if (updates() && relation()->rd_rel->relispartition) note_update(statement_, relation(), old_row()->t_self);
    }

    bool inserts() const { return TRIGGER_FIRED_BY_INSERT(data_->tg_event); }
    bool updates() const { return TRIGGER_FIRED_BY_UPDATE(data_->tg_event); }
    bool deletes() const { return TRIGGER_FIRED_BY_DELETE(data_->tg_event); }
    // Is this INSERT the arrival of a row that an UPDATE, whose triggers have seen it, moves here from another
    // partition? To be asked once a call.
    bool arrives() const;

    Relation relation() const { return data_->tg_relation; }
    TupleDesc descriptor() const { return RelationGetDescr(data_->tg_relation); }
    const char *name() const { return data_->tg_trigger->tgname; }
    Oid oid() const { return data_->tg_trigger->tgoid; }
    // The table that the trigger was created on; this one, or the partitioned table that it is a partition of.
    Oid defining_table() const;

    // The row before an UPDATE or DELETE, and the row that an INSERT or UPDATE wants to write.
    HeapTuple old_row() const { return data_->tg_trigtuple; }
    HeapTuple new_row() const { return inserts() ? data_->tg_trigtuple : data_->tg_newtuple; }

    int argument_count() const { return data_->tg_trigger->tgnargs; }
    // The i-th argument of CREATE TRIGGER; empty when there are not so many.
    std::string_view argument(int i) const { return i < argument_count() ? data_->tg_trigger->tgargs[i] : ""; }

    // The column that the i-th argument names, or of this name; throws 42703 when the table has no such column.
    Column column(int i) const { return column(argument(i)); }
    Column column(std::string_view name) const;

    std::optional<Datum> value(HeapTuple row, int column) const
    {
        bool is_null;
        const Datum value = heap_getattr(row, column, descriptor(), &is_null);
        return is_null ? std::nullopt : std::optional(value);
    }

    // The answers of a row trigger: go on with this row.
    Datum proceed() const { return PointerGetDatum(deletes() ? old_row() : new_row()); }
    // With other values in some columns.
    Datum proceed_with(int count, const int *columns, const Datum *values, const bool *nulls) const;

private:
    bool is_attached(const Args &args, const Wiring &wiring) const
    {
        return CALLED_AS_TRIGGER(args.fcinfo()) && TRIGGER_FIRED_BEFORE(data_->tg_event) == !wiring.is_after &&
               TRIGGER_FIRED_FOR_ROW(data_->tg_event) &&
               (inserts()   ? wiring.takes_insert
                : updates() ? wiring.takes_update
                            : wiring.takes_delete) &&
               argument_count() >= wiring.least_arguments && argument_count() <= wiring.most_arguments;
    }
    [[noreturn]] void refuse(const Args &args, const Wiring &wiring) const;

    TriggerData *data_;
    MemoryContext statement_;
};

// A value of a column that is no text, in its output form.
std::string_view output_of(const Column &column, Datum value);

inline std::string_view column_text(const Column &column, Datum value)
{
    return column.is_text ? text_of(value) : output_of(column, value);
}

}  // namespace quire::pg
