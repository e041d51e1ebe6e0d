// src/core/secrets/passwords.hpp: making and checking password hashes, within limits.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/secrets/password_hash.hpp"
#include "core/support/poll.hpp"
#include "core/support/result.hpp"

namespace quire::secrets {

inline constexpr std::size_t max_password = 4096;
inline constexpr std::size_t new_salt = 16, new_digest = 32;

// What a hash may ask for. All but PBKDF2 cannot be interrupted, so these bound how long a session may hang.
struct Limits {
    std::uint64_t memory;  // of argon2 and scrypt at once, in bytes
    std::uint64_t work;    // that they fill, all passes together, in bytes
    std::uint32_t pbkdf2_iterations;
    std::uint32_t bcrypt_cost;
};

// Why there is no answer: the limit that was exceeded, or that the libraries here lack an algorithm.
enum class Refusal { memory, work, pbkdf2_iterations, bcrypt_cost, unavailable };

// The limit that a scheme exceeds, if it does.
std::optional<Refusal> find_excess(const Scheme &scheme, const Limits &limits);

// The hash as text. `salt` is new_salt random bytes.
Result<std::string, Refusal> hash_password(std::string_view password, std::string_view salt, const Argon2 &scheme,
                                           const Limits &limits);

// Is it the password? bcrypt sees its first 72 bytes only, and takes none with a zero byte.
Result<bool, Refusal> verify_password(std::string_view password, const PasswordHash &hash, const Limits &limits,
                                      Poll poll);

// Would hash_password with this scheme make a stronger hash? Parallelism is no strength.
bool needs_rehash(const PasswordHash &hash, const Argon2 &scheme);

}  // namespace quire::secrets
