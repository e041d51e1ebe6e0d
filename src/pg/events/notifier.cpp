// src/pg/events/notifier.cpp: marks in shared memory, and the worker that looks at them.
#include "pg/events/notifier.hpp"

#include "pg/support/guard.hpp"

namespace quire::pg {
namespace {

constexpr int most_feeds = 512, most_workers = 64;
constexpr long idle_ms = 2000;  // then a worker ends, so that its database can be dropped
constexpr long pause_ms = 5;    // between two notifications, for more transactions to share one

// What there is to tell of a feed. One that is neither set nor being sent may be had by any feed.
struct Mark {
    Oid database, feed;
    char channel[NAMEDATALEN];
    std::int64_t cursor;
    bool is_set, is_being_sent;
};

struct Worker {
    Oid database;
    Latch *latch;  // null until it runs; latches of processes outlive them
    TimestampTz registered;
};

struct Shared {
    int used;  // marks, so far
    Mark marks[most_feeds];
    Worker workers[most_workers];
};

constexpr const char *name = "quire notifier";
Shared *shared = nullptr;
LWLock *lock = nullptr;  // held for a walk over the arrays at most, with nothing in it that can fail
shmem_request_hook_type next_request = nullptr;
shmem_startup_hook_type next_startup = nullptr;

class Locked {
public:
    Locked() { LWLockAcquire(lock, LW_EXCLUSIVE); }
    ~Locked() { LWLockRelease(lock); }
    Locked(const Locked &) = delete;
    Locked &operator=(const Locked &) = delete;
};

void request_memory()
{
    if (next_request) next_request();
    RequestAddinShmemSpace(sizeof(Shared));
    RequestNamedLWLockTranche(name, 1);
}

void start_memory()
{
    if (next_startup) next_startup();
    LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
    bool found;
    shared = static_cast<Shared *>(ShmemInitStruct(name, sizeof(Shared), &found));
    if (!found) std::memset(static_cast<void *>(shared), 0, sizeof(Shared));
    lock = &GetNamedLWLockTranche(name)->lock;
    LWLockRelease(AddinShmemInitLock);
}

// Under the lock, as what follows.
Worker *find_worker(Oid database)
{
    for (Worker &worker : shared->workers)
        if (worker.database == database) return &worker;
    return nullptr;
}

// A worker that was registered and has not come to life for so long never will.
bool is_expected(const Worker &worker, TimestampTz now)
{
    return worker.latch || now - worker.registered < 10 * USECS_PER_SEC;
}

// Nobody comes for what was left in a database that is gone.
bool is_orphaned(const Mark &mark, TimestampTz now)
{
    const Worker *const worker = find_worker(mark.database);
    return !worker || !is_expected(*worker, now);
}

// The mark of a feed, or one that it can have; null when there are too many.
Mark *find_mark(Oid feed)
{
    Mark *free = nullptr;
    for (int i = 0; i < shared->used; ++i) {
        Mark &mark = shared->marks[i];
        if (mark.feed == feed && mark.database == MyDatabaseId) return &mark;
        if (!mark.is_set && !mark.is_being_sent) free = &mark;
    }
    if (shared->used < most_feeds) return &shared->marks[shared->used];
    const TimestampTz now = GetCurrentTimestamp();
    for (int i = 0; !free && i < most_feeds; ++i)
        if (is_orphaned(shared->marks[i], now)) free = &shared->marks[i];
    return free;
}

bool start_worker()
{
    const TimestampTz now = GetCurrentTimestamp();
    {
        const Locked locked;
        Worker *worker = find_worker(MyDatabaseId);
        if (worker && is_expected(*worker, now)) return true;
        if (!worker) worker = find_worker(InvalidOid);
        // Or the place of one that never came, since its database is gone.
        for (int i = 0; !worker && i < most_workers; ++i)
            if (!is_expected(shared->workers[i], now)) worker = &shared->workers[i];
        if (!worker) return false;
        *worker = {MyDatabaseId, nullptr, now};
    }
    BackgroundWorker registration = {};
    registration.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    registration.bgw_start_time = BgWorkerStart_RecoveryFinished;
    registration.bgw_restart_time = BGW_NEVER_RESTART;
    registration.bgw_main_arg = ObjectIdGetDatum(MyDatabaseId);
    strlcpy(registration.bgw_name, name, BGW_MAXLEN);
    strlcpy(registration.bgw_type, name, BGW_MAXLEN);
    strlcpy(registration.bgw_library_name, "quire", BGW_MAXLEN);
    strlcpy(registration.bgw_function_name, "quire_notifier_main", BGW_MAXLEN);
    if (RegisterDynamicBackgroundWorker(&registration, nullptr)) return true;
    const Locked locked;
    if (Worker *const worker = find_worker(MyDatabaseId); worker && !worker->latch) worker->database = InvalidOid;
    return false;
}

// What was not sent for good is left to the next worker.
void leave(int, Datum)
{
    const Locked locked;
    Worker *const worker = find_worker(MyDatabaseId);
    if (!worker || worker->latch != MyLatch) return;
    *worker = {};
    for (int i = 0; i < shared->used; ++i) {
        Mark &mark = shared->marks[i];
        if (mark.database != MyDatabaseId) continue;
        mark.is_set = mark.is_set || mark.is_being_sent;
        mark.is_being_sent = false;
    }
}

// A mark of this database, to be sent; false when there is none.
bool take_mark(Mark &taken)
{
    const Locked locked;
    for (int i = 0; i < shared->used; ++i) {
        Mark &mark = shared->marks[i];
        if (!mark.is_set || mark.database != MyDatabaseId) continue;
        mark.is_set = false;
        mark.is_being_sent = true;
        taken = mark;
        return true;
    }
    return false;
}

void note_sent()
{
    const Locked locked;
    for (int i = 0; i < shared->used; ++i)
        if (shared->marks[i].database == MyDatabaseId) shared->marks[i].is_being_sent = false;
}

bool send_marks()
{
    Mark mark;
    if (!take_mark(mark)) return false;
    call([&] {
        SetCurrentStatementStartTimestamp();
        StartTransactionCommand();
        do {
            Async_Notify(mark.channel, psprintf(INT64_FORMAT, mark.cursor));
        } while (take_mark(mark));
        CommitTransactionCommand();
    });
    note_sent();
    return true;
}

// Gives up its place, unless there is a mark: whoever sets one later finds no worker and starts another.
bool retire()
{
    const Locked locked;
    for (int i = 0; i < shared->used; ++i)
        if (shared->marks[i].is_set && shared->marks[i].database == MyDatabaseId) return false;
    if (Worker *const worker = find_worker(MyDatabaseId)) *worker = {};
    return true;
}

void work()
{
    {
        const Locked locked;
        Worker *worker = find_worker(MyDatabaseId);
        if (!worker || worker->latch) return;
        worker->latch = MyLatch;
    }
    call([] { before_shmem_exit(leave, Datum{0}); });
    while (true) {
        const bool sent = send_marks();
        const int woken = call([sent] {
            // After a notification it does not listen for a moment: what comes meanwhile goes into the next.
            const int why = WaitLatch(MyLatch, (sent ? 0 : WL_LATCH_SET) | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
                                      sent ? pause_ms : idle_ms, PG_WAIT_EXTENSION);
            ResetLatch(MyLatch);
            CHECK_FOR_INTERRUPTS();
            return why;
        });
        if (!sent && (woken & WL_TIMEOUT) && retire()) return;
    }
}

}  // namespace

void prepare_notifier()
{
    if (!process_shared_preload_libraries_in_progress) return;
    next_request = std::exchange(shmem_request_hook, request_memory);
    next_startup = std::exchange(shmem_startup_hook, start_memory);
}

bool notifier_takes(Oid feed) noexcept
{
    if (!shared) return false;
    {
        const Locked locked;
        if (!find_mark(feed)) return false;
    }
    return start_worker();
}

void hand_to_notifier(Oid feed, const char *channel, std::int64_t cursor) noexcept
{
    Latch *latch = nullptr;
    bool has_worker;
    {
        const Locked locked;
        if (Mark *const mark = find_mark(feed)) {
            if (mark == &shared->marks[shared->used]) ++shared->used;
            const bool is_known = mark->feed == feed && mark->database == MyDatabaseId;
            const std::int64_t last = is_known && mark->is_set ? std::max(mark->cursor, cursor) : cursor;
            *mark = {MyDatabaseId, feed, {}, last, true, is_known && mark->is_being_sent};
            strlcpy(mark->channel, channel, NAMEDATALEN);
        }
        const Worker *const worker = find_worker(MyDatabaseId);
        has_worker = worker != nullptr;
        if (worker) latch = worker->latch;
    }
    // One that has just been registered looks at the marks first thing; one that has just retired is replaced.
    if (latch)
        SetLatch(latch);
    else if (!has_worker)
        start_worker();
}

}  // namespace quire::pg

extern "C" PGDLLEXPORT void quire_notifier_main(Datum database);
extern "C" void quire_notifier_main(Datum database)
{
    pqsignal(SIGTERM, die);
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnectionByOid(DatumGetObjectId(database), InvalidOid, 0);
    quire::pg::guarded(quire::pg::work);
}
