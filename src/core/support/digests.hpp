// src/core/support/digests.hpp: digests and signatures by OpenSSL, which the server links too.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace quire {

enum class DigestKind { md5, sha1, sha256, sha384, sha512 };

// Throws std::bad_alloc when there is no memory; empty when this OpenSSL does not have the digest.
std::string digest_bytes(DigestKind kind, std::string_view text);

// Is this the Ed25519 signature of `message`? Key and signature are bytes: 32 and 64 of them.
bool is_signed(std::string_view message, std::string_view signature, std::string_view public_key);

}  // namespace quire
