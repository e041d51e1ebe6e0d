// src/core/secrets/passwords.cpp: limits, the hash that is made, and the one that is compared.
#include "core/secrets/passwords.hpp"

#include "core/secrets/derive.hpp"
#include "core/secrets/secret.hpp"
#include "core/support/tripwire.hpp"

namespace quire::secrets {
namespace {

// What argon2 and scrypt need: memory at once, and what is written and read of it in all. In floating point, for the
// products may be beyond 64 bits.
struct Demand {
    double memory, work;
};

std::optional<Refusal> compare(Demand demand, const Limits &limits)
{
    if (demand.memory > static_cast<double>(limits.memory)) return Refusal::memory;
    if (demand.work > static_cast<double>(limits.work)) return Refusal::work;
    return std::nullopt;
}

struct Excess {
    const Limits &limits;

    std::optional<Refusal> operator()(const Argon2 &argon2) const
    {
        const double memory = argon2.memory * 1024.0;
        return compare({memory, memory * argon2.iterations}, limits);
    }
    std::optional<Refusal> operator()(const Scrypt &scrypt) const
    {
        const double block = 128.0 * scrypt.r;
        // Filled once and read once for each p.
        return compare({block * (1.0 * scrypt.n + scrypt.p), 2 * block * scrypt.n * scrypt.p}, limits);
    }
    std::optional<Refusal> operator()(const Bcrypt &bcrypt) const
    {
        if (bcrypt.cost > limits.bcrypt_cost) return Refusal::bcrypt_cost;
        return std::nullopt;
    }
    std::optional<Refusal> operator()(const Pbkdf2 &pbkdf2) const
    {
        if (pbkdf2.iterations > limits.pbkdf2_iterations) return Refusal::pbkdf2_iterations;
        return std::nullopt;
    }
};

}  // namespace

std::optional<Refusal> find_excess(const Scheme &scheme, const Limits &limits)
{
    return std::visit(Excess{limits}, scheme);
}

Result<std::string, Refusal> hash_password(std::string_view password, std::string_view salt, const Argon2 &scheme,
                                           const Limits &limits)
{
    if (const auto excess = find_excess(scheme, limits)) return *excess;
    Secret digest(new_digest);
    if (!derive(password, salt, scheme, digest, never)) return Refusal::unavailable;
    return format_argon2(scheme, salt, digest.view());
}

Result<bool, Refusal> verify_password(std::string_view password, const PasswordHash &hash, const Limits &limits,
                                      Poll poll)
{
    if (const auto excess = find_excess(hash.scheme, limits)) return *excess;
    if (std::holds_alternative<Bcrypt>(hash.scheme) && password.find('\0') != password.npos) return false;
    Secret digest(hash.digest.size());
    if (!derive(password, hash.salt, hash.scheme, digest, poll)) return Refusal::unavailable;
    return equal(digest.view(), hash.digest);
}

bool needs_rehash(const PasswordHash &hash, const Argon2 &scheme)
{
    const auto *const argon2 = std::get_if<Argon2>(&hash.scheme);
    if (!argon2 || argon2->kind != scheme.kind || argon2->version != scheme.version) return true;
    if (argon2->memory < scheme.memory || argon2->iterations < scheme.iterations) return true;
    return hash.salt.size() < new_salt || hash.digest.size() < new_digest;
}

}  // namespace quire::secrets
