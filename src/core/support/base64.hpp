// src/core/support/base64.hpp: the spellings of bytes that password hashes and tokens use.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace quire {

// Alphabets differ in the characters for 62 and 63. `adapted` is passlib's, which also reads the standard one.
enum class Base64 { standard, adapted, url };

// Without padding.
std::string encode_base64(std::string_view bytes, Base64 alphabet);

// Without padding; none when it is no base64, or has bits set that belong to no byte.
std::optional<std::string> decode_base64(std::string_view text, Base64 alphabet);

// Of digits in either case.
std::optional<std::string> decode_hex(std::string_view text);

}  // namespace quire
