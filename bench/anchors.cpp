// bench/anchors.cpp: what benchmarks measure with and against: the backend's CPU time, and a trigger that does nothing.
#include <ctime>

#include "pg/support/compat.hpp"
#include "pg/support/postgres.hpp"

extern "C" {
QUIRE_MODULE_MAGIC("anchors");

// Microseconds on the CPU since the backend started; unlike wall time, it leaves out what other jobs take.
PG_FUNCTION_INFO_V1(bench_cpu_time);
PGDLLEXPORT Datum bench_cpu_time(PG_FUNCTION_ARGS)
{
    static_cast<void>(fcinfo);
    timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return Float8GetDatum(static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3);
}

// What the server itself takes for calling a BEFORE ROW trigger; no trigger can cost less.
PG_FUNCTION_INFO_V1(bench_empty_trigger);
PGDLLEXPORT Datum bench_empty_trigger(PG_FUNCTION_ARGS)
{
    const auto *const call = reinterpret_cast<TriggerData *>(fcinfo->context);
    return PointerGetDatum(TRIGGER_FIRED_BY_UPDATE(call->tg_event) ? call->tg_newtuple : call->tg_trigtuple);
}
}
