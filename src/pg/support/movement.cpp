// src/pg/support/movement.cpp: the last row that a partition's triggers saw updated, and whether it has left.
#include "pg/support/movement.hpp"

#include "pg/support/call.hpp"

namespace quire::pg {
namespace {

// A table has few triggers of quire; one more would take an arrival for a new row, which is the stricter reading.
constexpr int most_triggers = 8;

constinit struct {
    MemoryContext statement;
    Oid from;
    ItemPointerData row;
    Oid to;  // where it has arrived, once the first trigger asked
    std::array<Oid, most_triggers> told;
    int count;
} last = {};

// A heap marks the old version of a row that an UPDATE has moved to another partition.
bool has_moved_away()
{
    return call([] {
        const Relation relation = table_open(last.from, NoLock);
        TupleTableSlot *const slot = table_slot_create(relation, nullptr);
        bool moved = false;
        if (table_tuple_fetch_row_version(relation, &last.row, SnapshotAny, slot) && TTS_IS_BUFFERTUPLE(slot))
            moved = HeapTupleHeaderIndicatesMovedPartitions(
                reinterpret_cast<BufferHeapTupleTableSlot *>(slot)->base.tuple->t_data);
        ExecDropSingleTupleTableSlot(slot);
        table_close(relation, NoLock);
        return moved;
    });
}

}  // namespace

void note_update(MemoryContext statement, Relation partition, const ItemPointerData &row)
{
    last = {};
    last.statement = statement;
    last.from = RelationGetRelid(partition);
    last.row = row;
}

bool is_arrival(MemoryContext statement, Relation partition, Oid trigger)
{
    const Oid here = RelationGetRelid(partition);
    if (last.statement != statement || last.from == here || last.count == most_triggers) return false;
    if (last.to == InvalidOid && has_moved_away()) last.to = here;
    const auto told_end = last.told.begin() + last.count;
    if (last.to != here || std::find(last.told.begin(), told_end, trigger) != told_end) return false;
    last.told[static_cast<std::size_t>(last.count++)] = trigger;
    return true;
}

}  // namespace quire::pg
