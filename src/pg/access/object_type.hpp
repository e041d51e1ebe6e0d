// src/pg/access/object_type.hpp: values that stand for objects, and the names that they have in policies.
#pragma once
#include "pg/access/policy.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

struct ObjectType {
    Oid oid;  // domains looked through
    NameKind kind;
    Oid output;  // for kinds other than text, integer and uuid
};
ObjectType object_type(Oid type);

// Only of an integer type.
inline std::int64_t integer_of(const ObjectType &type, Datum value)
{
    return type.oid == INT4OID   ? DatumGetInt32(value)
           : type.oid == INT8OID ? DatumGetInt64(value)
                                 : DatumGetInt16(value);
}

// The value as a text, which is its name. It lies in the value or in `room`.
std::string_view name_of(const ObjectType &type, Datum value, std::string &room);

// An array of values of int2, int4, int8, uuid or text.
Datum make_array_of(const std::vector<Datum> &values, Oid type);

}  // namespace quire::pg
