// src/core/secrets/token.hpp: random tokens as text, and the digests that are stored in their place.
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace quire::secrets {

inline constexpr std::size_t min_token = 16;  // bytes; fewer could be guessed
inline constexpr std::size_t max_token = 1024;
inline constexpr std::size_t max_token_text = 65536;  // of anybody's making

using TokenDigest = std::array<char, 32>;

// SHA-256, unsalted, so that a token can be looked up by it: tokens are random, so nothing need slow down a guess. None
// when the libraries here lack it.
std::optional<TokenDigest> digest_token(std::string_view token);

}  // namespace quire::secrets
