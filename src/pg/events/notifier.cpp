// src/pg/events/notifier.cpp: marks in shared memory, and the worker that looks at them.
#include "pg/events/notifier.hpp"

#include "pg/support/guard.hpp"

namespace quire::pg {
namespace {

constexpr int most_feeds = 512, most_workers = 64;
constexpr long idle_ms = 2000;  // then a worker ends, so that its database can be dropped
constexpr long pause_ms = 5;    // between two notifications, for more transactions to share one

// What there is to tell of a feed. Slots are never given back: a feed keeps its own until the server restarts.
struct Mark {
    Oid database, feed;
    char channel[NAMEDATALEN];
    std::int64_t cursor;
    bool is_set;
};

struct Worker {
    Oid database;
    Latch *latch;  // null until it runs
    TimestampTz registered;
};

struct Shared {
    slock_t lock;  // held for a walk over the arrays at most, with nothing in it that can fail
    int feeds;
    Mark marks[most_feeds];
    Worker workers[most_workers];
};

Shared *shared = nullptr;
shmem_request_hook_type next_request = nullptr;
shmem_startup_hook_type next_startup = nullptr;

class Locked {
public:
    Locked() { SpinLockAcquire(&shared->lock); }
    ~Locked() { SpinLockRelease(&shared->lock); }
    Locked(const Locked &) = delete;
    Locked &operator=(const Locked &) = delete;
};

void request_memory()
{
    if (next_request) next_request();
    RequestAddinShmemSpace(sizeof(Shared));
}

void start_memory()
{
    if (next_startup) next_startup();
    LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
    bool found;
    shared = static_cast<Shared *>(ShmemInitStruct("quire notifier", sizeof(Shared), &found));
    if (!found) {
        std::memset(static_cast<void *>(shared), 0, sizeof(Shared));
        SpinLockInit(&shared->lock);
    }
    LWLockRelease(AddinShmemInitLock);
}

// Under the lock.
Mark *find_mark(Oid feed)
{
    for (int i = 0; i < shared->feeds; ++i)
        if (shared->marks[i].feed == feed && shared->marks[i].database == MyDatabaseId) return &shared->marks[i];
    return nullptr;
}

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

bool start_worker()
{
    const TimestampTz now = GetCurrentTimestamp();
    {
        const Locked locked;
        Worker *worker = find_worker(MyDatabaseId);
        if (worker && is_expected(*worker, now)) return true;
        if (!worker) worker = find_worker(InvalidOid);
        if (!worker) return false;
        *worker = {MyDatabaseId, nullptr, now};
    }
    BackgroundWorker registration = {};
    registration.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    registration.bgw_start_time = BgWorkerStart_RecoveryFinished;
    registration.bgw_restart_time = BGW_NEVER_RESTART;
    registration.bgw_main_arg = ObjectIdGetDatum(MyDatabaseId);
    strlcpy(registration.bgw_name, "quire notifier", BGW_MAXLEN);
    strlcpy(registration.bgw_type, "quire notifier", BGW_MAXLEN);
    strlcpy(registration.bgw_library_name, "quire", BGW_MAXLEN);
    strlcpy(registration.bgw_function_name, "quire_notifier_main", BGW_MAXLEN);
    if (RegisterDynamicBackgroundWorker(&registration, nullptr)) return true;
    const Locked locked;
    if (Worker *const worker = find_worker(MyDatabaseId); worker && !worker->latch) worker->database = InvalidOid;
    return false;
}

void leave(int, Datum)
{
    const Locked locked;
    if (Worker *const worker = find_worker(MyDatabaseId); worker && worker->latch == MyLatch) *worker = {};
}

// A mark of this database, taken away; false when there is none.
bool take_mark(Mark &taken)
{
    const Locked locked;
    for (int i = 0; i < shared->feeds; ++i) {
        Mark &mark = shared->marks[i];
        if (!mark.is_set || mark.database != MyDatabaseId) continue;
        mark.is_set = false;
        taken = mark;
        return true;
    }
    return false;
}

bool send_marks()
{
    Mark mark;
    if (!take_mark(mark)) return false;
    call([&] {
        StartTransactionCommand();
        do {
            Async_Notify(mark.channel, psprintf(INT64_FORMAT, mark.cursor));
        } while (take_mark(mark));
        CommitTransactionCommand();
    });
    return true;
}

// Gives up its place, unless there is a mark: whoever sets one later finds no worker and starts another.
bool retire()
{
    const Locked locked;
    for (int i = 0; i < shared->feeds; ++i)
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

bool notifier_takes(Oid feed, const char *channel) noexcept
{
    if (!shared) return false;
    {
        const Locked locked;
        if (!find_mark(feed)) {
            if (shared->feeds == most_feeds) return false;
            Mark &mark = shared->marks[shared->feeds];
            mark = {MyDatabaseId, feed, {}, 0, false};
            strlcpy(mark.channel, channel, NAMEDATALEN);
            ++shared->feeds;
        }
    }
    return start_worker();
}

void hand_to_notifier(Oid feed, std::int64_t cursor) noexcept
{
    Latch *latch = nullptr;
    bool has_worker;
    {
        const Locked locked;
        if (Mark *const mark = find_mark(feed)) {
            mark->cursor = mark->is_set && mark->cursor > cursor ? mark->cursor : cursor;
            mark->is_set = true;
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
