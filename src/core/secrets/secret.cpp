// src/core/secrets/secret.cpp: wiping and comparing, by OpenSSL's means.
#include "core/secrets/secret.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "core/support/tripwire.hpp"

namespace quire::secrets {

void wipe(void *bytes, std::size_t size)
{
    OPENSSL_cleanse(bytes, size);
}

Secret::Secret(std::string_view text) : Secret(text.size())
{
    std::copy(text.begin(), text.end(), bytes_.get());
}

bool equal(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace quire::secrets
