// src/pg/secrets/password.cpp: SQL entry points of passwords and their hashes.
#include "core/secrets/passwords.hpp"

#include "pg/secrets/secret_argument.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/settings.hpp"

namespace pg = quire::pg;
namespace secrets = quire::secrets;
using secrets::Refusal;

namespace {

constexpr const char *known_formats =
    "Known are argon2 ($argon2id$), bcrypt ($2a$, $2b$, $2y$), scrypt ($scrypt$, scrypt:) and PBKDF2 "
    "($pbkdf2-sha256$, pbkdf2:sha256:, pbkdf2_sha256$).";

pg::Error unreadable(const std::string &what_it_has, const char *hint)
{
    return pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "the password hash cannot be read")
        .detail("It " + what_it_has + ".")
        .hint(hint);
}

pg::Error over_limit(const char *asked_for, const std::string &setting, const std::string &limit)
{
    return pg::Error(ERRCODE_PROGRAM_LIMIT_EXCEEDED, std::string("the password hash asks for ") + asked_for)
        .detail("The limit is " + limit + ".")
        .hint("A superuser can raise it: setting \"quire." + setting + "\".");
}

pg::Error refused(Refusal refusal)
{
    const auto in_kb = [](std::size_t bytes) { return std::to_string(bytes / 1024) + " kB"; };
    switch (refusal) {
        case Refusal::memory:
            return over_limit("too much memory", "max_password_memory", in_kb(pg::max_password_memory()));
        case Refusal::work:
            return over_limit("too many passes over its memory", "max_password_work",
                              in_kb(pg::max_password_work()) + " in all passes");
        case Refusal::pbkdf2_iterations:
            return over_limit("too many iterations", "max_pbkdf2_iterations",
                              std::to_string(pg::max_pbkdf2_iterations()));
        case Refusal::bcrypt_cost:
            return over_limit("too high a cost", "max_bcrypt_cost", std::to_string(pg::max_bcrypt_cost()));
        case Refusal::unavailable: break;
    }
    return pg::Error(ERRCODE_FEATURE_NOT_SUPPORTED, "this server cannot compute the password hash")
        .detail("One of the libraries that quire is linked with lacks its algorithm.")
        .hint("libcrypto may be restricted to algorithms of FIPS 140.");
}

secrets::Limits current_limits()
{
    return {pg::max_password_memory(), pg::max_password_work(), static_cast<std::uint32_t>(pg::max_pbkdf2_iterations()),
            static_cast<std::uint32_t>(pg::max_bcrypt_cost())};
}

// What new hashes are made with.
secrets::Argon2 current_scheme()
{
    secrets::Argon2 scheme;
    scheme.parallelism = static_cast<std::uint32_t>(pg::argon2_parallelism());
    scheme.iterations = static_cast<std::uint32_t>(pg::argon2_iterations());
    // Less than that argon2 cannot do with.
    scheme.memory = std::max(static_cast<std::uint32_t>(pg::argon2_memory()), 8 * scheme.parallelism);
    return scheme;
}

secrets::Secret read_password(const pg::Args &args)
{
    return pg::read_secret(args, 0, secrets::max_password, "the password");
}

secrets::PasswordHash read_hash(const pg::Args &args, int i)
{
    if (pg::size_of(args, i) > secrets::max_hash_length) throw unreadable("is longer than 4096 bytes", known_formats);
    auto hash = secrets::parse_password_hash(args.text(i));
    if (!hash.ok()) throw unreadable(hash.fault().message, known_formats);
    return std::move(hash).value();
}

Datum verify(const secrets::Secret &password, const secrets::PasswordHash &hash)
{
    pg::poll();
    const auto verdict = secrets::verify_password(password.view(), hash, current_limits(), pg::poll);
    if (!verdict.ok()) throw refused(verdict.fault());
    return BoolGetDatum(verdict.value());
}

}  // namespace

QUIRE_SECRET_FUNCTION(hash_password)
{
    const secrets::Secret password = read_password(args);
    std::array<char, secrets::new_salt> salt;
    if (!pg_strong_random(salt.data(), salt.size()))
        throw pg::Error(ERRCODE_INTERNAL_ERROR, "the system gives no random bytes");
    pg::poll();
    const auto hash =
        secrets::hash_password(password.view(), {salt.data(), salt.size()}, current_scheme(), current_limits());
    if (!hash.ok()) throw refused(hash.fault());
    return pg::make_varlena(hash.value());
}

QUIRE_SECRET_FUNCTION(verify_password)
{
    const secrets::PasswordHash hash = read_hash(args, 1);
    return verify(read_password(args), hash);
}

QUIRE_SECRET_FUNCTION(verify_password_raw)
{
    constexpr const char *hint = "A scheme looks like pbkdf2:sha256:100000 or scrypt:32768:8:1.";
    if (pg::size_of(args, 1) > secrets::max_digest) throw unreadable("has a digest of more than 128 bytes", hint);
    if (pg::size_of(args, 2) > secrets::max_salt) throw unreadable("has a salt of more than 1024 bytes", hint);
    if (pg::size_of(args, 3) > secrets::max_hash_length) throw unreadable("is of no method that is known", hint);
    auto hash = secrets::make_password_hash(args.text(1), args.text(2), args.text(3));
    if (!hash.ok()) throw unreadable(hash.fault().message, hint);
    return verify(read_password(args), hash.value());
}

QUIRE_SECRET_FUNCTION(needs_rehash)
{
    return BoolGetDatum(secrets::needs_rehash(read_hash(args, 0), current_scheme()));
}
