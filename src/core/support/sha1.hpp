// src/core/support/sha1.hpp: SHA-1, for the row ids that OData clients of ODK Central know; not for secrets.
#pragma once
#include <string>
#include <string_view>

namespace quire {

// In lower-case hexadecimal digits.
std::string sha1_hex(std::string_view bytes);

}  // namespace quire
