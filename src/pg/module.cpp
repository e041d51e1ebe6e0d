// src/pg/module.cpp: what the server sees of the library as a whole.
#include "pg/support/guard.hpp"

extern "C" {
#ifdef PG_MODULE_MAGIC_EXT
PG_MODULE_MAGIC_EXT(.name = "quire", .version = QUIRE_VERSION);
#else
PG_MODULE_MAGIC;
#endif

PGDLLEXPORT void _PG_init(void);

void _PG_init(void)
{
    quire::pg::guarded([] { quire::pg::call([] { MarkGUCPrefixReserved("quire"); }); });
}
}
