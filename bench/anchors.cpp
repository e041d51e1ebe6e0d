// bench/anchors.cpp: what benchmarks measure with and against: the backend's CPU time, and work that does nothing more.
#include <ctime>
#include <pugixml.hpp>

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

// What it takes to get at a stored text, and nothing with it.
PG_FUNCTION_INFO_V1(bench_detoast);
PGDLLEXPORT Datum bench_detoast(PG_FUNCTION_ARGS)
{
    return Int32GetDatum(static_cast<std::int32_t>(VARSIZE_ANY_EXHDR(PG_GETARG_TEXT_PP(0))));
}

// The same, to parse it with pugixml, and to walk through its elements: what reading a submission costs at least, for
// who builds a tree.
PG_FUNCTION_INFO_V1(bench_count_elements);
PGDLLEXPORT Datum bench_count_elements(PG_FUNCTION_ARGS)
{
    struct Counter : pugi::xml_tree_walker {
        std::int32_t count = 0;
        bool for_each(pugi::xml_node &) override { return ++count; }
    };
    const text *const xml = PG_GETARG_TEXT_PP(0);
    pugi::xml_document document;
    document.load_buffer(VARDATA_ANY(xml), VARSIZE_ANY_EXHDR(xml), pugi::parse_default);
    Counter counter;
    document.traverse(counter);
    return Int32GetDatum(counter.count);
}

// A condition that is asked for each row and looks at nothing: no row-level security by a function can cost less.
PG_FUNCTION_INFO_V1(bench_true);
PGDLLEXPORT Datum bench_true(PG_FUNCTION_ARGS)
{
    static_cast<void>(fcinfo);
    return BoolGetDatum(true);
}
}
