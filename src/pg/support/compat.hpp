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
#define QUIRE_SOFT_INPUT  // input functions can hand faults over as values
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

// A callback for expression_tree_walker and its like, as the server declares it.
#if PG_VERSION_NUM >= 160000
inline auto tree_walker(bool (*walker)(Node *, void *))
{
    return walker;
}
#else
inline auto tree_walker(bool (*walker)(Node *, void *))
{
    return reinterpret_cast<bool (*)()>(reinterpret_cast<void *>(walker));
}
#endif

// To be called within call().
inline bool may_use_schema(Oid schema, Oid role)
{
#if PG_VERSION_NUM >= 160000
    return object_aclcheck(NamespaceRelationId, schema, role, ACL_USAGE) == ACLCHECK_OK;
#else
    return pg_namespace_aclcheck(schema, role, ACL_USAGE) == ACLCHECK_OK;
#endif
}
inline bool may_create_schemas(Oid database, Oid role)
{
#if PG_VERSION_NUM >= 160000
    return object_aclcheck(DatabaseRelationId, database, role, ACL_CREATE) == ACLCHECK_OK;
#else
    return pg_database_aclcheck(database, role, ACL_CREATE) == ACLCHECK_OK;
#endif
}
inline bool owns_relation(Oid relation, Oid role)
{
#if PG_VERSION_NUM >= 160000
    return object_ownercheck(RelationRelationId, relation, role);
#else
    return pg_class_ownercheck(relation, role);
#endif
}

// An index scan by so many keys, to be called within call().
inline IndexScanDesc begin_index_scan(Relation table, Relation index, Snapshot snapshot, int keys)
{
#if PG_VERSION_NUM >= 180000
    return index_beginscan(table, index, snapshot, nullptr, keys, 0);
#else
    return index_beginscan(table, index, snapshot, keys, 0);
#endif
}

}  // namespace quire::pg

// Raises an error, unless the caller of an input function wants faults handed over (pg_input_is_valid, COPY's
// ON_ERROR).
#if PG_VERSION_NUM >= 160000
#define QUIRE_ERRSAVE(fcinfo, fields) errsave((fcinfo)->context, fields)
#else
#define QUIRE_ERRSAVE(fcinfo, fields) ereport(ERROR, fields)
#endif

// Tells the server what it loads; once a library, in extern "C".
#ifdef PG_MODULE_MAGIC_EXT
#define QUIRE_MODULE_MAGIC(library) PG_MODULE_MAGIC_EXT(.name = library, .version = QUIRE_VERSION)
#else
#define QUIRE_MODULE_MAGIC(library) PG_MODULE_MAGIC
#endif
