// src/core/support/library.cpp: loading libraries, and telling want of memory from other failures.
#include "core/support/library.hpp"

#include <dlfcn.h>
#include <openssl/err.h>

#include <cerrno>
#include <new>

#include "core/support/tripwire.hpp"

namespace quire {

void begin_library_call()
{
    errno = 0;
    ERR_clear_error();
}

bool give_up()
{
    // OpenSSL often takes a failed allocation for something that it does not support; malloc() is more honest.
    bool out_of_memory = errno == ENOMEM;
    while (const unsigned long error = ERR_get_error())
        out_of_memory = out_of_memory || ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
    if (out_of_memory) throw std::bad_alloc();
    return false;
}

void *find_function(const char *library, const char *name)
{
    // Never closed.
    void *const handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    return handle ? dlsym(handle, name) : nullptr;
}

}  // namespace quire
