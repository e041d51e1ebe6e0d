// src/pg/models/shipped.cpp: the files of sql/models, compiled in.
#include "pg/models/ledger.hpp"

namespace quire::pg {

std::span<const ShippedFile> shipped_files()
{
    static constexpr ShippedFile files[] = {
#include "models.inc"  // made by the Makefile
    };
    return files;
}

}  // namespace quire::pg
