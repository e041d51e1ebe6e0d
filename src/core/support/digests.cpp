// src/core/support/digests.cpp: the few calls of OpenSSL that digests and signatures take.
#include "core/support/digests.hpp"

#include <openssl/evp.h>

#include <array>
#include <memory>

#include "core/support/library.hpp"

#include "core/support/tripwire.hpp"

namespace quire {
namespace {

const EVP_MD *method_of(DigestKind kind)
{
    switch (kind) {
        case DigestKind::md5: return EVP_md5();
        case DigestKind::sha1: return EVP_sha1();
        case DigestKind::sha256: return EVP_sha256();
        case DigestKind::sha384: return EVP_sha384();
        case DigestKind::sha512: break;
    }
    return EVP_sha512();
}

const unsigned char *bytes_of(std::string_view text)
{
    return reinterpret_cast<const unsigned char *>(text.data());
}

}  // namespace

std::string digest_bytes(DigestKind kind, std::string_view text)
{
    begin_library_call();
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, method_of(kind), nullptr) != 1) {
        give_up();
        return {};
    }
    return {reinterpret_cast<const char *>(digest.data()), size};
}

bool is_signed(std::string_view message, std::string_view signature, std::string_view public_key)
{
    begin_library_call();
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(public_key), public_key.size()), EVP_PKEY_free);
    if (!key) return give_up();
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    if (!context || EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1) return give_up();
    const int result =
        EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size());
    return result == 1 || give_up();
}

}  // namespace quire
