/* test/probe/failing_malloc.c: a malloc that fails when told to. Preloaded into a test server. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>

int quire_failing_wait = 0;  /* allocations that still succeed before ... */
int quire_failing_count = 0; /* ... this many fail */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);

static int sparing = 0; /* nothing fails meanwhile */

static int fails(void)
{
    if (sparing || quire_failing_count == 0 || quire_failing_wait-- > 0) return 0;
    quire_failing_wait = 0;
    --quire_failing_count;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    return fails() ? NULL : __libc_realloc(block, size);
}

/* UDUNITS dies of a failing allocation, whoever calls it; quire sees to it that it meets none (units.cpp). */
#define SPARED(result, name, parameters, arguments)                                  \
    result name parameters                                                           \
    {                                                                                \
        ++sparing;                                                                   \
        result (*const real) parameters = (result(*) parameters)dlsym(RTLD_NEXT, #name); \
        result const answer = real arguments;                                        \
        --sparing;                                                                   \
        return answer;                                                               \
    }

SPARED(void *, ut_read_xml, (const char *path), (path))
SPARED(void *, ut_parse, (const void *system, const char *text, int encoding), (system, text, encoding))
SPARED(int, ut_format, (const void *unit, char *text, size_t size, unsigned options), (unit, text, size, options))
SPARED(void *, ut_get_converter, (void *from, void *to), (from, to))
