// src/core/guards/email.hpp: what counts as an e-mail address, and when two are the same.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace quire::guards {

// Why an address was refused, with the byte where it went wrong; `ok()` when it was not.
struct EmailVerdict {
    enum class Fault { none, empty, too_long, no_at, no_local, bad_local, local_too_long, bad_domain, label_too_long };
    Fault fault = Fault::none;
    std::size_t at = 0;
    bool ok() const { return fault == Fault::none; }
};

inline constexpr std::size_t max_email_length = 254;
inline constexpr std::size_t max_email_local = 64;
inline constexpr std::size_t max_email_label = 63;

// The rule of HTML's input type=email, literally, plus the length limits of RFC 5321. Any byte sequence may be asked.
EmailVerdict check_email(std::string_view address);

// What is wrong with a refused address, as a phrase: "has no @".
std::string describe(const EmailVerdict &verdict);

// Order and equality that ignore ASCII case in both parts; the spelling is kept elsewhere. Defined for any bytes, so
// that an address can be compared with text that is none.
int compare_email(std::string_view a, std::string_view b);
bool equal_email(std::string_view a, std::string_view b);

// Writes the form that all spellings of an address share; `out` holds address.size() bytes.
void fold_email(std::string_view address, char *out);

}  // namespace quire::guards
