// src/core/support/tripwire.hpp: included last by every core source; it fails to compile where a server header got in.
#pragma once
#ifdef POSTGRES_H
#error "src/core must not see a PostgreSQL header: move what needs the server to src/pg"
#endif
