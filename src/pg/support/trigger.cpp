// src/pg/support/trigger.cpp: checks of how a trigger is attached, and access to its rows.
#include "pg/support/trigger.hpp"

namespace quire::pg {
namespace {

std::string events_of(const Wiring &wiring)
{
    std::string events;
    const auto add = [&](bool taken, const char *event) {
        if (taken) events.append(events.empty() ? "" : " OR ").append(event);
    };
    add(wiring.takes_insert, "INSERT");
    add(wiring.takes_update, "UPDATE");
    add(wiring.takes_delete, "DELETE");
    return events;
}

bool is_stored_as_text(Oid type)
{
    return call([&] {
        char category;
        bool preferred;
        get_type_category_preferred(type, &category, &preferred);
        return category == TYPCATEGORY_STRING && get_typlen(type) == -1;
    });
}

Error badly_attached(const Wiring &wiring, const char *table, std::string detail)
{
    return Error(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
                 "trigger function quire." + std::string(wiring.function) + " is not attached as it must be")
        .detail(std::move(detail))
        .hint(std::string("CREATE TRIGGER ... ") + (wiring.is_after ? "AFTER " : "BEFORE ") + events_of(wiring) +
              " ON " + table + " FOR EACH ROW EXECUTE FUNCTION quire." + wiring.function + "(" + wiring.example + ");");
}

}  // namespace

bool Trigger::arrives() const
{
    return inserts() && relation()->rd_rel->relispartition && is_arrival(statement_, relation(), oid());
}

void Trigger::refuse(const Args &args, const Wiring &wiring) const
{
    if (!CALLED_AS_TRIGGER(args.fcinfo())) throw badly_attached(wiring, "table", "It was not called as a trigger.");
    const char *const table = call([&] { return quote_identifier(RelationGetRelationName(relation())); });
    const std::string trigger = "Trigger " + quoted(name()) + " ";
    if (!TRIGGER_FIRED_FOR_ROW(data_->tg_event))
        throw badly_attached(wiring, table, trigger + "fires for each statement, not for each row.");
    if (TRIGGER_FIRED_BEFORE(data_->tg_event) == wiring.is_after)
        throw badly_attached(
            wiring, table,
            trigger + (wiring.is_after ? "does not fire after" : "does not fire before") + " the change.");
    if (argument_count() < wiring.least_arguments || argument_count() > wiring.most_arguments)
        throw badly_attached(wiring, table, trigger + "has " + std::to_string(argument_count()) + " arguments.");
    throw badly_attached(wiring, table, trigger + "fires for an event that it has nothing to do with.");
}

Oid Trigger::defining_table() const
{
    if (!data_->tg_trigger->tgisclone) return RelationGetRelid(relation());
    return call([this] {
        const Relation catalog = table_open(TriggerRelationId, AccessShareLock);
        Oid trigger = oid(), table = RelationGetRelid(relation());
        while (OidIsValid(trigger)) {
            ScanKeyData key;
            ScanKeyInit(&key, Anum_pg_trigger_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(trigger));
            const SysScanDesc scan = systable_beginscan(catalog, TriggerOidIndexId, true, nullptr, 1, &key);
            const HeapTuple found = systable_getnext(scan);
            const auto *const form =
                HeapTupleIsValid(found) ? reinterpret_cast<Form_pg_trigger>(GETSTRUCT(found)) : nullptr;
            trigger = form ? form->tgparentid : InvalidOid;
            if (form) table = form->tgrelid;
            systable_endscan(scan);
        }
        table_close(catalog, AccessShareLock);
        return table;
    });
}

Column Trigger::column(std::string_view name) const
{
    const TupleDesc columns = descriptor();
    for (int i = 0; i < columns->natts; ++i) {
        const auto *const attribute = TupleDescAttr(columns, i);
        if (attribute->attisdropped || name != NameStr(attribute->attname)) continue;
        std::int32_t modifier = attribute->atttypmod;
        const Oid type = call([&] { return getBaseTypeAndTypmod(attribute->atttypid, &modifier); });
        return {i + 1, type, modifier, is_stored_as_text(type), std::string(name)};
    }
    throw Error(ERRCODE_UNDEFINED_COLUMN,
                "table " + quoted(RelationGetRelationName(relation())) + " has no column " + quoted(name))
        .detail("Trigger " + quoted(this->name()) + " names it in its arguments.")
        .hint("Drop the trigger and create it with the name of an existing column.");
}

Datum Trigger::proceed_with(int count, const int *columns, const Datum *values, const bool *nulls) const
{
    return call([&] {
        return PointerGetDatum(heap_modify_tuple_by_cols(new_row(), descriptor(), count, const_cast<int *>(columns),
                                                         const_cast<Datum *>(values), const_cast<bool *>(nulls)));
    });
}

std::string_view output_of(const Column &column, Datum value)
{
    return call([&] {
        Oid output;
        bool is_varlena;
        getTypeOutputInfo(column.type, &output, &is_varlena);
        return OidOutputFunctionCall(output, value);
    });
}

}  // namespace quire::pg
