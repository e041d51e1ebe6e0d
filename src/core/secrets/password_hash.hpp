// src/core/secrets/password_hash.hpp: stored password hashes, taken apart.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "core/support/result.hpp"

namespace quire::secrets {

// How a digest is made from a password and a salt. What is read from a hash is possible for the algorithm, but may ask
// for more memory or time than anybody has: see Limits in passwords.hpp.
struct Argon2 {
    enum class Kind { d, i, id };
    Kind kind = Kind::id;
    std::uint32_t version = 0x13;
    std::uint32_t memory = 0;  // in KiB
    std::uint32_t iterations = 0;
    std::uint32_t parallelism = 0;
};
struct Bcrypt {
    std::uint32_t cost = 0;
    std::string setting;  // "$2b$12$", as written
};
struct Scrypt {
    std::uint32_t n = 0, r = 0, p = 0;
};
struct Pbkdf2 {
    const char *digest = nullptr;  // a name that OpenSSL knows
    std::uint32_t iterations = 0;
};
using Scheme = std::variant<Argon2, Bcrypt, Scrypt, Pbkdf2>;

// Salt and digest are the bytes that the algorithm takes and gives; bcrypt's are kept in its own base64.
struct PasswordHash {
    Scheme scheme;
    std::string salt, digest;
};

inline constexpr std::size_t max_hash_length = 4096;  // as text
inline constexpr std::size_t min_digest = 12;  // fewer bytes would match by chance, and none would match anything
inline constexpr std::size_t max_digest = 128;
inline constexpr std::size_t max_salt = 1024;

// Reads argon2 (PHC), bcrypt, scrypt (passlib, Werkzeug) and PBKDF2 (passlib, Werkzeug, Django). A fault says what is
// wrong as a phrase, "has a salt that is not base64", and never holds a part of the text.
Result<PasswordHash> parse_password_hash(std::string_view text);

// The same from columns of bytes and Werkzeug's name of the method, "pbkdf2:sha256:100000" or "scrypt:32768:8:1".
Result<PasswordHash> make_password_hash(std::string_view digest, std::string_view salt, std::string_view scheme);

// An argon2 hash as text, in the form of the PHC.
std::string format_argon2(const Argon2 &scheme, std::string_view salt, std::string_view digest);

}  // namespace quire::secrets
