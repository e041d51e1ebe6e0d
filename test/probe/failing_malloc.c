/* test/probe/failing_malloc.c: a malloc that fails when told to. Preloaded into a test server. */
#include <errno.h>
#include <stddef.h>

int quire_failing_wait = 0;  /* allocations that still succeed before ... */
int quire_failing_count = 0; /* ... this many fail */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);

static int fails(void)
{
    if (quire_failing_count == 0 || quire_failing_wait-- > 0) return 0;
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
