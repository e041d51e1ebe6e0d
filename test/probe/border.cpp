// test/probe/border.cpp: entry points that fail in every way, to show that the border holds. Built for tests only.
#include <dlfcn.h>
#include <malloc.h>

#include <array>
#include <stdexcept>

#include "core/xml/document.hpp"
#include "pg/support/compat.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/json.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/results.hpp"
#include "pg/support/spi.hpp"

extern "C" {
QUIRE_MODULE_MAGIC("probe");
}

namespace pg = quire::pg;

namespace {

int live_objects = 0;

// Counts the objects whose destructors have not run, and owns memory that would be lost with them.
class Tracer {
public:
    Tracer() { ++live_objects; }
    Tracer(const Tracer &other) : weight_(other.weight_) { ++live_objects; }
    ~Tracer() { --live_objects; }

private:
    std::string weight_ = std::string(4096, 'x');
};

// Calls `innermost` below a stack of frames that each own objects.
template <class Innermost>
Datum nested(int depth, Innermost innermost)
{
    const Tracer here;
    const std::vector<Tracer> several(3);
    return depth == 0 ? innermost() : nested(depth - 1, innermost);
}

// A lock whose list of owners the server finds no memory for crashes it when it is taken again (LockAcquireExtended, in
// PostgreSQL 15 and later). So there is memory for such lists, which have this size, without asking malloc.
void stock_lock_owners()
{
    pg::call([] {
        constexpr std::size_t size = 8 * sizeof(LOCALLOCKOWNER);
        std::array<void *, 256> lists;
        for (void *&list : lists) list = MemoryContextAlloc(TopMemoryContext, size);
        for (void *const list : lists) pfree(list);
    });
}

}  // namespace

QUIRE_FUNCTION(probe_live)
{
    return Int32GetDatum(live_objects);
}

// Bytes that malloc has handed out and not got back.
QUIRE_FUNCTION(probe_heap)
{
    return Int64GetDatum(static_cast<std::int64_t>(mallinfo2().uordblks));
}

QUIRE_FUNCTION(probe_throw)
{
    const std::string kind(args.text(0));
    return nested(5, [&]() -> Datum {
        if (kind == "bad_alloc") throw std::bad_alloc();
        if (kind == "exception") throw std::runtime_error("thrown in C++");
        if (kind == "number") throw 42;
        if (kind == "huge") return Datum{std::string(static_cast<std::size_t>(args.count()) << 62, 'x').size()};
        if (kind == "error")
            throw pg::Error(ERRCODE_DATA_EXCEPTION, "a fault").detail("Its detail, 100 %s.").hint("Its hint.");
        if (kind == "foreign") throw pg::Error(ERRCODE_DATA_EXCEPTION, "not in this encoding: \xe2\x82\xac \xff");
        return args.null();
    });
}

// Runs SQL below C++ frames, in memory of its own that is gone when the guard reports what went wrong.
QUIRE_FUNCTION(probe_sql)
{
    const std::string sql(args.text(0));
    return nested(5, [&] {
        const MemoryContext own =
            pg::call([] { return AllocSetContextCreate(CurrentMemoryContext, "probe", ALLOCSET_DEFAULT_SIZES); });
        struct Delete {
            MemoryContext context;
            ~Delete() { MemoryContextDelete(context); }
        } const deletion{own};
        const pg::InMemory inside(own);
        const pg::Spi spi;
        const pg::Plan plan(sql.c_str(), {});
        plan.run({}, {});
        return Int64GetDatum(static_cast<std::int64_t>(spi.rows()));
    });
}

// Loops until it is cancelled.
QUIRE_FUNCTION(probe_loop)
{
    return nested(5, [&] {
        while (live_objects > 0) {
            const Tracer each;
            pg::poll();
        }
        return args.null();
    });
}

// Lets the n-th allocation from now fail, and `count` in a row; needs failing_malloc.so preloaded.
QUIRE_FUNCTION(probe_fail_allocation)
{
    auto *const wait = static_cast<int *>(dlsym(RTLD_DEFAULT, "quire_failing_wait"));
    auto *const count = static_cast<int *>(dlsym(RTLD_DEFAULT, "quire_failing_count"));
    if (!wait || !count) return BoolGetDatum(false);
    const bool pending = *count > 0;
    *count = 0;
    stock_lock_owners();
    *wait = args.int4(0);
    *count = args.int4(1);
    return BoolGetDatum(pending);
}

QUIRE_FUNCTION(probe_xml_root)
{
    const auto parsed = quire::xml::parse(pg::to_utf8(args.text(0)));
    const Tracer here;
    if (!parsed.ok())
        throw pg::Error(ERRCODE_INVALID_XML_DOCUMENT, "not read")
            .detail("Line " + std::to_string(parsed.fault().line) + ".");
    const char *const name = reinterpret_cast<const char *>(xmlDocGetRootElement(parsed.value().get())->name);
    return pg::make_varlena(pg::to_database(name));
}

QUIRE_FUNCTION(probe_texts)
{
    auto texts = pg::read_text_array(args.datum(0));
    std::reverse(texts.begin(), texts.end());
    return pg::make_text_array(texts);
}

QUIRE_FUNCTION(probe_jsonb)
{
    pg::JsonbWriter json;
    json.begin_object();
    json.key("text");
    json.string(args.text(0));
    json.key("list");
    json.begin_array();
    json.boolean(true);
    json.null();
    json.number("7");
    json.begin_object();
    json.end();
    json.end();
    json.end();
    return json.finish();
}

QUIRE_FUNCTION(probe_scalar)
{
    pg::JsonbWriter json;
    json.string(args.text(0));
    return json.finish();
}

QUIRE_FUNCTION(probe_rows)
{
    const Tracer here;
    pg::RowSet rows(args);
    const std::int32_t count = args.int4(0);
    for (std::int32_t i = 1; i <= count; ++i) {
        const Datum values[] = {Int32GetDatum(i), pg::make_varlena("row " + std::to_string(i))};
        const bool nulls[] = {false, i % 2 == 0};
        rows.add(values, nulls);
    }
    return rows.finish();
}

QUIRE_FUNCTION(probe_record)
{
    const Datum values[] = {Int32GetDatum(1), pg::make_varlena("one")};
    const bool nulls[] = {false, false};
    return pg::make_record(args, values, nulls);
}

// Fills a container in the server's memory; the number of bytes that fit.
QUIRE_FUNCTION(probe_resource)
{
    pg::Resource resource(CurrentMemoryContext);
    std::pmr::monotonic_buffer_resource arena(&resource);
    std::pmr::vector<std::pmr::string> words(&arena);
    std::size_t bytes = 0;
    for (int i = 0; i < args.int4(0); ++i) bytes += words.emplace_back("a word long enough to be allocated").size();
    return Int64GetDatum(static_cast<std::int64_t>(bytes));
}

QUIRE_FUNCTION(probe_call_site)
{
    struct Counter {
        int calls = 0;
        Tracer tracer;
    };
    return Int32GetDatum(++pg::per_call_site<Counter>(args.fcinfo(), [] { return Counter(); }).calls);
}
