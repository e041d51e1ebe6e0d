// src/pg/secrets/secret_argument.hpp: arguments that are nobody else's business.
#pragma once
#include "core/secrets/secret.hpp"

#include "pg/support/args.hpp"

namespace quire::pg {

// How many bytes an argument of type text or bytea has, without reading it.
std::size_t size_of(const Args &args, int i);

// A text argument in UTF-8. Whatever copies were made of it on the way are wiped, and errors show none of its bytes. Of
// more than `limit` bytes it is an error about `what`, "the password".
secrets::Secret read_secret(const Args &args, int i, std::size_t limit, const char *what);

}  // namespace quire::pg
