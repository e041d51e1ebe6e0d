// src/core/secrets/token.cpp: the digest of a token.
#include "core/secrets/token.hpp"

#include <openssl/evp.h>

#include "core/support/library.hpp"
#include "core/support/tripwire.hpp"

namespace quire::secrets {

std::optional<TokenDigest> digest_token(std::string_view token)
{
    begin_library_call();
    TokenDigest digest;
    if (EVP_Digest(token.data(), token.size(), reinterpret_cast<unsigned char *>(digest.data()), nullptr, EVP_sha256(),
                   nullptr) == 1)
        return digest;
    give_up();
    return std::nullopt;
}

}  // namespace quire::secrets
