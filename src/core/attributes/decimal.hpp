// src/core/attributes/decimal.hpp: numbers as JSON and PostgreSQL have them: exact, of any size.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quire::attributes {

// A number seen in place: digits of base 10000, the first of which counts 10000^weight. They neither begin nor end with
// a zero; zero has none.
struct Decimal {
    bool negative = false;
    int weight = 0;
    std::span<const std::int16_t> digits;

    bool is_zero() const { return digits.empty(); }
    bool is_whole() const { return digits.empty() || static_cast<int>(digits.size()) <= weight + 1; }
};

// Less than, equal to or greater than zero, as a is to b.
int compare(const Decimal &a, const Decimal &b);

// The whole part, unless it is none of 64 bits.
std::optional<std::int64_t> whole_part(const Decimal &number);
// The nearest double; infinite when there is none.
double to_double(const Decimal &number);
// Without an exponent, and without zeros that say nothing.
std::string to_text(const Decimal &number);

// A number that owns its digits.
class Number {
public:
    Number() = default;

    // Digits with a point and an exponent, of which the point, the exponent and the digits on one side of the point may
    // be missing. None when it is not that, or has more than a thousand digits to either side of the point.
    static std::optional<Number> parse(std::string_view text);
    static Number copy(const Decimal &number);

    Decimal view() const { return {negative_, weight_, digits_}; }

private:
    bool negative_ = false;
    int weight_ = 0;
    std::vector<std::int16_t> digits_;
};

// A double in the 15 digits that all doubles keep; none when it is not finite.
std::optional<Number> from_double(double value);

}  // namespace quire::attributes
