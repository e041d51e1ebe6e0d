// src/core/secrets/openssl.hpp: why OpenSSL gave up.
#pragma once
#include <openssl/err.h>

#include <new>

namespace quire::secrets {

// After a call that failed: false when it lacks something, std::bad_alloc when that is memory. Its queue of errors is
// that of the host, and is left empty.
inline bool give_up()
{
    bool out_of_memory = false;
    while (const unsigned long error = ERR_get_error())
        out_of_memory = out_of_memory || ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
    if (out_of_memory) throw std::bad_alloc();
    return false;
}

}  // namespace quire::secrets
