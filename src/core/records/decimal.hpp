// src/core/records/decimal.hpp: numbers of type numeric, in the form in which tables and jsonb hold them.
//
// That form is what is on disk, so no version of the server can change it: a header, then digits to the base of 10,000.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/records/json_text.hpp"

namespace quire::records {

// Is it a number: neither NaN nor infinite?
bool is_finite(std::string_view stored);

// Writes a finite one as decimal digits, with as many after the point as it has.
void write_decimal(std::string_view stored, JsonText &text);

// A whole number written without a point; nothing when it is another, or does not fit.
std::optional<std::int64_t> whole_number(std::string_view stored);

}  // namespace quire::records
