// src/core/attributes/units.hpp: physical units, as UDUNITS knows them.
//
// UDUNITS reads its definitions from files of its own package (libudunits2-data), at the place that is compiled into
// the library or that UDUNITS2_XML_PATH names in the server's environment. That takes some milliseconds and half a
// megabyte, and happens when a process first asks for a unit. Units are kept from then on.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace quire::attributes {

struct UnitFault {
    enum class Kind { none, empty, too_long, unknown, of_time, no_definitions } kind = Kind::none;
    bool ok() const { return kind == Kind::none; }
};

// In words that follow "the unit".
std::string_view describe(UnitFault fault);

constexpr std::size_t most_unit_bytes = 128;

// Is this a unit? A moment to count from ("days since 2000-01-01") makes a calendar, no unit.
UnitFault check_unit(std::string_view unit);

// One name for all ways to write a unit, like "0.001 meter-second^-1" for mm/s.
std::optional<std::string> normal_unit(std::string_view unit);

// The same unit, in whatever spelling? False when one of them is none.
bool same_unit(std::string_view a, std::string_view b);

// A way from one unit to another.
class Conversion {
public:
    // None when the units measure different things, or one is no unit: ask check_unit() first.
    static std::optional<Conversion> between(std::string_view from, std::string_view to);

    // In 15 digits, which are those that doubles keep.
    double operator()(double magnitude) const;
    bool is_identity() const { return identity_; }

private:
    std::shared_ptr<void> converter_;
    bool identity_ = false;
};

}  // namespace quire::attributes
