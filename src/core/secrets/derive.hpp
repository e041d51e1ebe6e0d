// src/core/secrets/derive.hpp: from password and salt to digest, by the libraries that know how.
#pragma once
#include <string_view>

#include "core/secrets/password_hash.hpp"
#include "core/secrets/secret.hpp"
#include "core/support/poll.hpp"

namespace quire::secrets {

// Fills `digest`; false when the libraries here lack the algorithm. Keeps to no limit: see passwords.hpp. Only PBKDF2
// polls. No thread is started, for the host may not have threads.
bool derive(std::string_view password, std::string_view salt, const Scheme &scheme, Secret &digest, Poll poll);

}  // namespace quire::secrets
