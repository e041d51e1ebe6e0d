// src/core/secrets/derive.cpp: libargon2, libcrypt's bcrypt, OpenSSL's scrypt and HMAC.
#include "core/secrets/derive.hpp"

#include <argon2.h>
#include <crypt.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>

#include "core/support/library.hpp"
#include "core/support/tripwire.hpp"

namespace quire::secrets {
namespace {

// OpenSSL takes a null pointer for something else than nothing.
const char *start_of(std::string_view text)
{
    return text.empty() ? "" : text.data();
}
const unsigned char *bytes_of(std::string_view text)
{
    return reinterpret_cast<const unsigned char *>(start_of(text));
}

bool derive_argon2(std::string_view password, std::string_view salt, const Argon2 &scheme, Secret &digest)
{
    static decltype(argon2_ctx) *compute = nullptr;
    if (!find_function("libargon2.so.1", "argon2_ctx", compute)) return give_up();
    static constexpr argon2_type kinds[] = {Argon2_d, Argon2_i, Argon2_id};
    argon2_context context{};
    context.out = digest.data();
    context.outlen = static_cast<std::uint32_t>(digest.size());
    // It changes neither: ARGON2_FLAG_CLEAR_PASSWORD is not set.
    context.pwd = const_cast<unsigned char *>(bytes_of(password));
    context.pwdlen = static_cast<std::uint32_t>(password.size());
    context.salt = const_cast<unsigned char *>(bytes_of(salt));
    context.saltlen = static_cast<std::uint32_t>(salt.size());
    context.version = scheme.version;
    context.m_cost = scheme.memory;
    context.t_cost = scheme.iterations;
    context.lanes = scheme.parallelism;
    context.threads = 1;
    context.flags = ARGON2_DEFAULT_FLAGS;
    const int status = compute(&context, kinds[static_cast<std::size_t>(scheme.kind)]);
    if (status == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
    return status == ARGON2_OK;
}

bool derive_bcrypt(std::string_view password, std::string_view salt, const Bcrypt &scheme, Secret &digest)
{
    static decltype(crypt_r) *compute = nullptr;
    if (!find_function("libcrypt.so.1", "crypt_r", compute)) return give_up();
    constexpr std::size_t seen = 72;  // of the password; libcrypt refuses far longer ones
    constexpr std::size_t digest_start = 29, hash_length = 60;
    Secret phrase(std::min(password.size(), seen) + 1);
    std::copy_n(start_of(password), phrase.size() - 1, phrase.data());
    const std::string setting = scheme.setting + std::string(salt);

    Secret scratch(sizeof(crypt_data));
    const char *const hash = compute(reinterpret_cast<const char *>(phrase.data()), setting.c_str(),
                                     reinterpret_cast<crypt_data *>(scratch.data()));
    if (!hash || std::string_view(hash).size() != hash_length) return give_up();
    std::copy_n(hash + digest_start, std::min(digest.size(), hash_length - digest_start), digest.data());
    return true;
}

bool derive_scrypt(std::string_view password, std::string_view salt, const Scrypt &scheme, Secret &digest)
{
    // OpenSSL's own limit of memory would be 32 MB.
    constexpr std::uint64_t no_limit = std::uint64_t{1} << 62;
    return EVP_PBE_scrypt(start_of(password), password.size(), bytes_of(salt), salt.size(), scheme.n, scheme.r,
                          scheme.p, no_limit, digest.data(), digest.size()) == 1 ||
           give_up();
}

// HMAC of many messages under one key.
class Hmac {
public:
    Hmac(const char *digest, std::string_view key)
        : mac_(EVP_MAC_fetch(nullptr, "HMAC", nullptr)), context_(mac_ ? EVP_MAC_CTX_new(mac_.get()) : nullptr)
    {
        const OSSL_PARAM parameters[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char *>(digest), 0),
            OSSL_PARAM_construct_end()};
        ok_ = context_ && EVP_MAC_init(context_.get(), bytes_of(key), key.size(), parameters) == 1;
        if (ok_) size_ = EVP_MAC_CTX_get_mac_size(context_.get());
    }

    bool ok() const { return ok_; }
    std::size_t size() const { return size_; }

    void add(std::string_view bytes)
    {
        ok_ = ok_ && EVP_MAC_update(context_.get(), bytes_of(bytes), bytes.size()) == 1;
    }
    // Writes size() bytes, and begins the next message.
    void finish(Secret &to)
    {
        std::size_t written = 0;
        ok_ = ok_ && EVP_MAC_final(context_.get(), to.data(), &written, to.size()) == 1 &&
              EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1;
    }

private:
    struct Free {
        void operator()(EVP_MAC *mac) const { EVP_MAC_free(mac); }
        void operator()(EVP_MAC_CTX *context) const { EVP_MAC_CTX_free(context); }
    };
    std::unique_ptr<EVP_MAC, Free> mac_;
    std::unique_ptr<EVP_MAC_CTX, Free> context_;
    std::size_t size_ = 0;
    bool ok_ = false;
};

// By hand above HMAC, since PKCS5_PBKDF2_HMAC() cannot be interrupted; it is no slower.
bool derive_pbkdf2(std::string_view password, std::string_view salt, const Pbkdf2 &scheme, Secret &digest, Poll poll)
{
    Hmac hmac(scheme.digest, password);
    if (!hmac.ok() || hmac.size() == 0) return give_up();
    Secret step(hmac.size()), sum(hmac.size());
    for (std::size_t start = 0; start < digest.size(); start += hmac.size()) {
        const auto block = static_cast<std::uint32_t>(start / hmac.size() + 1);
        const std::array<char, 4> number = {static_cast<char>(block >> 24), static_cast<char>(block >> 16),
                                            static_cast<char>(block >> 8), static_cast<char>(block)};
        hmac.add(salt);
        hmac.add({number.data(), number.size()});
        hmac.finish(step);
        std::copy_n(step.data(), step.size(), sum.data());
        for (std::uint32_t i = 1; i < scheme.iterations && hmac.ok(); ++i) {
            if (i % 1024 == 0) poll();
            hmac.add(step.view());
            hmac.finish(step);
            for (std::size_t k = 0; k < sum.size(); ++k) sum.data()[k] ^= step.data()[k];
        }
        if (!hmac.ok()) return give_up();
        std::copy_n(sum.data(), std::min(sum.size(), digest.size() - start), digest.data() + start);
    }
    return true;
}

}  // namespace

bool derive(std::string_view password, std::string_view salt, const Scheme &scheme, Secret &digest, Poll poll)
{
    begin_library_call();
    if (const auto *const argon2 = std::get_if<Argon2>(&scheme)) return derive_argon2(password, salt, *argon2, digest);
    if (const auto *const bcrypt = std::get_if<Bcrypt>(&scheme)) return derive_bcrypt(password, salt, *bcrypt, digest);
    if (const auto *const scrypt = std::get_if<Scrypt>(&scheme)) return derive_scrypt(password, salt, *scrypt, digest);
    return derive_pbkdf2(password, salt, std::get<Pbkdf2>(scheme), digest, poll);
}

}  // namespace quire::secrets
