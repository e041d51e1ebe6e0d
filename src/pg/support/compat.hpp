// src/pg/support/compat.hpp: what differs between PostgreSQL majors; no other file asks for the version.
#pragma once
#include "pg/support/postgres.hpp"

#if PG_VERSION_NUM < 150000
#error "quire needs PostgreSQL 15 or later"
#endif
#if PG_VERSION_NUM >= 160000
extern "C" {
#include "nodes/miscnodes.h"
}
#endif

namespace quire::pg {

// Tells transactions of this session apart.
inline LocalTransactionId local_transaction()
{
#if PG_VERSION_NUM >= 170000
    return MyProc->vxid.lxid;
#else
    return MyProc->lxid;
#endif
}

// Does the caller of an input function want its faults handed over instead of raised (pg_input_is_valid, COPY's
// ON_ERROR)? PostgreSQL 16 and later.
inline bool wants_soft_errors([[maybe_unused]] FunctionCallInfo fcinfo)
{
#if PG_VERSION_NUM >= 160000
    return fcinfo->context && IsA(fcinfo->context, ErrorSaveContext);
#else
    return false;
#endif
}

}  // namespace quire::pg
