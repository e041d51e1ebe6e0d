// src/pg/support/locks.cpp: fine locks under one coarse lock per relation.
#include "pg/support/locks.hpp"

#include "pg/support/call.hpp"
#include "pg/support/compat.hpp"

namespace quire::pg {
namespace {

// pg_advisory_lock uses the classes 1 and 2.
constexpr std::uint16_t whole_relation = 0x7175;
constexpr std::uint16_t one_value = 0x7176;
constexpr std::uint16_t one_number = 0x7177;
constexpr std::uint16_t one_name = 0x7178;

constexpr int most_fine_locks = 256;

// How many fine locks this transaction took; released ones of a savepoint still count.
struct {
    LocalTransactionId transaction;
    int count;
} taken;

LockAcquireResult lock(Oid relation, std::uint32_t value, std::uint16_t kind, LOCKMODE mode)
{
    LOCKTAG tag;
    SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, relation, value, kind);
    return call([&] { return LockAcquire(&tag, mode, false, false); });
}

LOCKTAG tag_of(std::uint64_t number)
{
    LOCKTAG tag;
    SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, static_cast<std::uint32_t>(number >> 32),
                         static_cast<std::uint32_t>(number), one_number);
    return tag;
}

}  // namespace

void lock_value(Oid relation, std::uint32_t value)
{
    if (taken.transaction != local_transaction()) taken = {local_transaction(), 0};
    if (taken.count >= most_fine_locks) {
        lock(relation, 0, whole_relation, ExclusiveLock);
        return;
    }
    lock(relation, 0, whole_relation, ShareLock);
    if (lock(relation, value, one_value, ExclusiveLock) == LOCKACQUIRE_OK) ++taken.count;
}

void lock_name(std::string_view name)
{
    const std::uint64_t hash =
        hash_bytes_extended(reinterpret_cast<const unsigned char *>(name.data()), static_cast<int>(name.size()), 0);
    lock(static_cast<Oid>(hash >> 32), static_cast<std::uint32_t>(hash), one_name, ExclusiveLock);
    call([] { AcceptInvalidationMessages(); });
}

bool take_number(std::uint64_t number)
{
    static constexpr int most_numbers = 64;
    static decltype(taken) numbers;
    if (numbers.transaction != local_transaction()) numbers = {local_transaction(), 0};
    if (numbers.count >= most_numbers) return true;
    if (!hold_number(number)) return false;
    ++numbers.count;
    return true;
}

bool hold_number(std::uint64_t number)
{
    const LOCKTAG tag = tag_of(number);
    return call([&] { return LockAcquire(&tag, ExclusiveLock, false, true); }) != LOCKACQUIRE_NOT_AVAIL;
}

void let_go_of_number(std::uint64_t number)
{
    const LOCKTAG tag = tag_of(number);
    call([&] { LockRelease(&tag, ExclusiveLock, false); });
}

}  // namespace quire::pg
