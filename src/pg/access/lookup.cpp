// src/pg/access/lookup.cpp: what an index scan of the executor does, for one key.
#include "pg/access/lookup.hpp"

#include "pg/support/compat.hpp"

namespace quire::pg {
namespace {

// So many rows of a key are looked at, wanted or not, before it is left to a plan, which can do better with many.
constexpr int most_looked_at = 100;

// The equality of a column's type, and the key as a value of that type.
struct Equality {
    Oid function;
    Datum key;
    bool is_possible;  // else no value of the type is equal
};

template <class Number>
bool fits(std::int64_t key)
{
    return key >= std::numeric_limits<Number>::min() && key <= std::numeric_limits<Number>::max();
}

Equality equality_of(Oid type, Datum key)
{
    switch (type) {
        case INT2OID:
            return {F_INT2EQ, Int16GetDatum(static_cast<int16>(DatumGetInt64(key))), fits<int16>(DatumGetInt64(key))};
        case INT4OID:
            return {F_INT4EQ, Int32GetDatum(static_cast<int32>(DatumGetInt64(key))), fits<int32>(DatumGetInt64(key))};
        case INT8OID: return {F_INT8EQ, key, true};
        case UUIDOID: return {F_UUID_EQ, key, true};
        default: return {F_TEXTEQ, key, true};
    }
}

bool is_equal(NameKind kind, Datum a, Datum b)
{
    if (kind == NameKind::integer) return DatumGetInt64(a) == DatumGetInt64(b);
    if (kind == NameKind::uuid) return std::memcmp(DatumGetPointer(a), DatumGetPointer(b), UUID_LEN) == 0;
    const auto *const one = DatumGetPointer(a), *const other = DatumGetPointer(b);
    return VARSIZE_ANY_EXHDR(one) == VARSIZE_ANY_EXHDR(other) &&
           std::memcmp(VARDATA_ANY(one), VARDATA_ANY(other), VARSIZE_ANY_EXHDR(one)) == 0;
}

// A value of a column in the type of keys; it may lie in the tuple still.
Datum as_key(Oid type, Datum value)
{
    switch (type) {
        case INT2OID: return Int64GetDatum(DatumGetInt16(value));
        case INT4OID: return Int64GetDatum(DatumGetInt32(value));
        case INT8OID:
        case UUIDOID: return value;
        default: return PointerGetDatum(PG_DETOAST_DATUM_PACKED(value));
    }
}

Datum copied(NameKind kind, Datum value)
{
    if (kind == NameKind::integer) return value;
    return datumCopy(value, false, kind == NameKind::uuid ? UUID_LEN : -1);
}

// Where each column of the view is in the index's tuples, from 1.
struct Places {
    std::array<int, PlainTable::most_columns> in_index;
    bool all;
};

Places places_of(const PlainTable &table, Relation index, int columns)
{
    Places places = {{}, true};
    for (int i = 0; i < columns; ++i) {
        const auto column = static_cast<std::size_t>(i);
        for (int key = 0; key < index->rd_index->indnatts && places.in_index[column] == 0; ++key)
            if (index->rd_index->indkey.values[key] == table.columns[column]) places.in_index[column] = key + 1;
        if (places.in_index[column] == 0) places.all = false;
    }
    return places;
}

// A view may take several rows from one of a table, as of an object that has two columns for what it lies in; `table`
// to `end` are those of one table, found by one scan.
struct Scan {
    const Lookup *what;
    const PlainTable *table, *end;
    Relation relation;
    IndexScanDesc scan;
    TupleTableSlot *slot;
    Places places;
    Buffer map;  // of the visibility map
};

using Row = std::array<Datum, PlainTable::most_columns>;

// A column of the row that the scan is at: from the index when all are there, else from the table. False when it is
// NULL, which says nothing.
bool read_column(const Scan &scan, const PlainTable &table, std::size_t column, Row &row)
{
    bool is_null;
    const Datum value = scan.places.all ? index_getattr(scan.scan->xs_itup, scan.places.in_index[column],
                                                        scan.scan->xs_itupdesc, &is_null)
                                        : slot_getattr(scan.slot, table.columns[column], &is_null);
    if (is_null) return false;
    row[column] = as_key(TupleDescAttr(RelationGetDescr(scan.relation), table.columns[column] - 1)->atttypid, value);
    return true;
}

// The row, if it is wanted: of many that an actor is granted, few are on the objects asked about.
bool read_row(const Scan &scan, const PlainTable &table, Row &row)
{
    const Lookup &what = *scan.what;
    if (what.filter >= 0) {
        const auto filter = static_cast<std::size_t>(what.filter);
        if (!read_column(scan, table, filter, row)) return false;
        const auto is_wanted = [&](Datum wanted) { return is_equal(what.view->kinds[filter], row[filter], wanted); };
        if (std::none_of(what.wanted.begin(), what.wanted.end(), is_wanted)) return false;
    }
    for (int column = 0; column < what.columns; ++column)
        if (column != what.filter && !read_column(scan, table, static_cast<std::size_t>(column), row)) return false;
    return true;
}

bool keep_row(const Lookup &what, Row &row, FoundRows &found)
{
    if (found.count == FoundRows::most) return false;
    for (int i = 0; i < what.columns; ++i) {
        const auto column = static_cast<std::size_t>(i);
        row[column] = copied(what.view->kinds[column], row[column]);
    }
    found.rows[static_cast<std::size_t>(found.count++)] = row;
    return true;
}

// Does the snapshot see the row that the index has come to? The table need not be looked at where all can see all.
bool is_visible(Scan &scan, ItemPointer place)
{
    const BlockNumber block = ItemPointerGetBlockNumber(place);
    if (!scan.places.all || !VM_ALL_VISIBLE(scan.relation, block, &scan.map))
        return index_fetch_heap(scan.scan, scan.slot);
    PredicateLockPage(scan.relation, block, GetActiveSnapshot());
    return true;
}

bool take_rows(Scan &scan, FoundRows &found)
{
    Row row;
    ItemPointer place;
    for (int looked_at = 0; (place = index_getnext_tid(scan.scan, ForwardScanDirection)); ++looked_at) {
        if (looked_at == most_looked_at) return false;
        // What the index shows to be unwanted need not be looked for in the table.
        if (scan.places.all && !read_row(scan, *scan.table, row)) continue;
        if (!is_visible(scan, place)) continue;
        if (scan.places.all) {
            if (!keep_row(*scan.what, row, found)) return false;
            continue;
        }
        for (const PlainTable *table = scan.table; table != scan.end; ++table)
            if (read_row(scan, *table, row) && !keep_row(*scan.what, row, found)) return false;
    }
    return true;
}

bool look_up_in(const PlainTable *table, const PlainTable *end, Relation relation, const Lookup &what, FoundRows &found)
{
    const auto by = static_cast<std::size_t>(what.by);
    const Oid type = TupleDescAttr(RelationGetDescr(relation), table->columns[by] - 1)->atttypid;
    const Equality equality = equality_of(type, what.key);
    if (!equality.is_possible) return true;
    const Relation index = index_open(table->indexes[by], AccessShareLock);
    ScanKeyData key;
    ScanKeyEntryInitialize(&key, 0, 1, BTEqualStrategyNumber, InvalidOid, index->rd_indcollation[0], equality.function,
                           equality.key);
    Scan scan = {&what,
                 table,
                 end,
                 relation,
                 begin_index_scan(relation, index, GetActiveSnapshot(), 1),
                 table_slot_create(relation, nullptr),
                 places_of(*table, index, what.columns),
                 InvalidBuffer};
    if (end - table > 1) scan.places.all = false;
    scan.scan->xs_want_itup = scan.places.all;
    index_rescan(scan.scan, &key, 1, nullptr, 0);
    const bool is_whole = take_rows(scan, found);
    if (BufferIsValid(scan.map)) ReleaseBuffer(scan.map);
    ExecDropSingleTupleTableSlot(scan.slot);
    index_endscan(scan.scan);
    index_close(index, NoLock);
    return is_whole;
}

// Nothing that a query would look out for: rights, row security, heirs.
bool is_simple(Relation relation)
{
    const Oid oid = RelationGetRelid(relation);
    return relation->rd_rel->relkind == RELKIND_RELATION && !relation->rd_rel->relhassubclass &&
           pg_class_aclcheck(oid, GetUserId(), ACL_SELECT) == ACLCHECK_OK &&
           check_enable_rls(oid, InvalidOid, true) != RLS_ENABLED;
}

}  // namespace

bool can_look_up(const PolicyView &view, int by)
{
    for (int i = 0; i < view.table_count; ++i)
        if (!OidIsValid(view.tables[static_cast<std::size_t>(i)].indexes[static_cast<std::size_t>(by)])) return false;
    return view.table_count > 0;
}

bool look_up(const Policy &policy, const Lookup &what, FoundRows &found)
{
    const auto by = static_cast<std::size_t>(what.by);
    const PlainTable *const last = what.view->tables.data() + what.view->table_count;
    for (const PlainTable *table = what.view->tables.data(), *end; table != last; table = end) {
        end = std::find_if(table, last, [&](const PlainTable &other) {
            return other.oid != table->oid || other.columns[by] != table->columns[by];
        });
        const Relation relation = table_open(table->oid, AccessShareLock);
        // With the lock comes the news of what has changed before. What changes from now on waits for it.
        const bool is_done = policy.is_valid && is_simple(relation) && look_up_in(table, end, relation, what, found);
        table_close(relation, NoLock);
        if (!is_done) return false;
    }
    return true;
}

}  // namespace quire::pg
