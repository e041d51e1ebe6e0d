// src/pg/module.cpp: what the server sees of the library as a whole.
#include "pg/access/actor.hpp"
#include "pg/events/notifier.hpp"
#include "pg/records/deletion.hpp"
#include "pg/support/compat.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/settings.hpp"

extern "C" {
QUIRE_MODULE_MAGIC("quire");

PGDLLEXPORT void _PG_init(void);

void _PG_init(void)
{
    quire::pg::guarded([] {
        quire::pg::define_actor();
        quire::pg::define_settings();
    });
    quire::pg::watch_statements();
    quire::pg::prepare_notifier();
}
}
