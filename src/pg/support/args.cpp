// src/pg/support/args.cpp: reading arguments.
#include "pg/support/args.hpp"

#include "pg/support/call.hpp"

namespace quire::pg {

std::string_view text_of(Datum value)
{
    auto *stored = reinterpret_cast<varlena *>(DatumGetPointer(value));
    if (VARATT_IS_EXTERNAL(stored) || VARATT_IS_COMPRESSED(stored))
        stored = call([&] { return pg_detoast_datum_packed(stored); });
    return {VARDATA_ANY(stored), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(stored))};
}

}  // namespace quire::pg
