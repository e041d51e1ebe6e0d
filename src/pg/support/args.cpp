// src/pg/support/args.cpp: reading arguments.
#include "pg/support/args.hpp"

#include "pg/support/call.hpp"

namespace quire::pg {

varlena *detoast(varlena *stored)
{
    return call([&] { return pg_detoast_datum_packed(stored); });
}

}  // namespace quire::pg
