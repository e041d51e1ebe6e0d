// src/core/support/library.hpp: what the libraries say when they fail, and libraries that are loaded when first needed.
#pragma once

namespace quire {

// Forgets what failed before: to be called first.
void begin_library_call();

// After a call that failed: false when the library lacks something, std::bad_alloc when that is memory. OpenSSL's queue
// of errors is that of the host, and is left empty.
bool give_up();

// A function of a library that is loaded now, if it is not yet; null when there is none.
//
// Not linked: with two more libraries to load, a failure of memory while the server loads this one can leave it without
// its tables for exceptions (glibc 2.36), and the next exception would abort the server. No exception passes through
// these libraries, and each is loaded alone.
void *find_function(const char *library, const char *name);

template <class Function>
Function *find_function(const char *library, const char *name, Function *&found)
{
    if (!found) found = reinterpret_cast<Function *>(find_function(library, name));
    return found;
}

}  // namespace quire
