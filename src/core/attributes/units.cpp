// src/core/attributes/units.cpp: UDUNITS, made quiet and asked only what it answers safely.
#include "core/attributes/units.hpp"

#include <udunits2.h>

#include <array>
#include <cmath>
#include <new>
#include <string>
#include <vector>

#include "core/attributes/decimal.hpp"
#include "core/support/ascii.hpp"
#include "core/support/tripwire.hpp"

namespace quire::attributes {
namespace {

// UDUNITS does not ask whether its allocations succeed, and its scanner ends the process when one does not. So memory
// that is more than enough is allocated, which throws where there is none, and given back for UDUNITS to find. The
// blocks are small enough to stay with the process, and one that is kept meanwhile keeps the others from being trimmed.
class Room {
public:
    explicit Room(std::size_t bytes)
    {
        std::vector<std::unique_ptr<char[]>> given(bytes / block);
        for (auto &one : given) one = make();
        kept_ = make();
    }

private:
    static constexpr std::size_t block = std::size_t{1} << 16;
    static std::unique_ptr<char[]> make() { return std::unique_ptr<char[]>(new char[block]); }

    std::unique_ptr<char[]> kept_;
};

constexpr std::size_t room_for_definitions = std::size_t{1} << 20;  // twice what they take
constexpr std::size_t room_for_units = std::size_t{1} << 17;        // twenty times what one of 128 bytes takes

struct FreeUnit {
    void operator()(ut_unit *unit) const { ut_free(unit); }
};
using Unit = std::unique_ptr<ut_unit, FreeUnit>;

struct FreeConverter {
    void operator()(cv_converter *converter) const { cv_free(converter); }
};

// Null when the definitions cannot be read; the next who asks tries again.
ut_system *definitions()
{
    static ut_system *known = nullptr;
    if (known) return known;
    ut_set_error_message_handler(ut_ignore);  // it would write to stderr
    const Room room(room_for_definitions);
    known = ut_read_xml(nullptr);
    return known;
}

// UDUNITS takes "a / b" but no blank at either end.
std::string trimmed(std::string_view text)
{
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return std::string(text);
}

// What makes a unit none, somewhere inside of it: a moment, or a factor that grew beyond all measure.
UnitFault::Kind look_into(const ut_unit *unit)
{
    using Kind = UnitFault::Kind;
    static const ut_visitor look = {
        [](const ut_unit *, void *) { return UT_SUCCESS; },
        [](const ut_unit *, int, const ut_unit *const *, const int *, void *) { return UT_SUCCESS; },
        [](const ut_unit *, double factor, const ut_unit *inner, double origin, void *found) {
            if (!std::isfinite(factor) || factor == 0 || !std::isfinite(origin))
                *static_cast<Kind *>(found) = Kind::unknown;
            return ut_accept_visitor(inner, &look, found);
        },
        [](const ut_unit *, const ut_unit *, double, void *found) {
            *static_cast<Kind *>(found) = Kind::of_time;
            return UT_SUCCESS;
        },
        [](const ut_unit *, double, const ut_unit *inner, void *found) {
            return ut_accept_visitor(inner, &look, found);
        },
    };
    Kind found = Kind::none;
    ut_accept_visitor(unit, &look, &found);
    return found;
}

UnitFault read_unit(std::string_view text, Unit &unit)
{
    using Kind = UnitFault::Kind;
    const std::string name = trimmed(text);
    if (name.empty()) return {Kind::empty};
    if (name.size() > most_unit_bytes) return {Kind::too_long};
    if (name.find('\0') != std::string::npos) return {Kind::unknown};
    ut_system *const system = definitions();
    if (!system) return {Kind::no_definitions};
    const Room room(room_for_units);
    unit.reset(ut_parse(system, name.c_str(), UT_UTF8));
    if (!unit) return {Kind::unknown};
    return {look_into(unit.get())};
}

}  // namespace

std::string_view describe(UnitFault fault)
{
    switch (fault.kind) {
        case UnitFault::Kind::none: break;
        case UnitFault::Kind::empty: return "is empty";
        case UnitFault::Kind::too_long: return "is longer than 128 bytes";
        case UnitFault::Kind::unknown: return "is not one that UDUNITS knows";
        case UnitFault::Kind::of_time: return "counts from a moment, which makes a calendar and no unit";
        case UnitFault::Kind::no_definitions: return "cannot be looked up: the definitions of UDUNITS cannot be read";
    }
    return "is fine";
}

UnitFault check_unit(std::string_view text)
{
    Unit unit;
    return read_unit(text, unit);
}

std::optional<std::string> normal_unit(std::string_view text)
{
    Unit unit;
    if (!read_unit(text, unit).ok()) return std::nullopt;
    const Room room(room_for_units);
    std::array<char, 1024> name;
    const int length = ut_format(unit.get(), name.data(), name.size(), UT_ASCII | UT_NAMES);
    if (length < 0 || static_cast<std::size_t>(length) >= name.size()) return std::nullopt;
    return std::string(name.data(), static_cast<std::size_t>(length));
}

bool same_unit(std::string_view a, std::string_view b)
{
    Unit first, second;
    return read_unit(a, first).ok() && read_unit(b, second).ok() && ut_compare(first.get(), second.get()) == 0;
}

std::optional<Conversion> Conversion::between(std::string_view from, std::string_view to)
{
    // Values are converted by the thousand, from the same unit to the same.
    struct Last {
        std::string from, to;
        std::optional<Conversion> conversion;
    };
    static Last &last = *new Last;
    if (last.conversion && last.from == from && last.to == to) return last.conversion;

    Unit first, second;
    if (!read_unit(from, first).ok() || !read_unit(to, second).ok()) return std::nullopt;
    const Room room(room_for_units);
    std::unique_ptr<cv_converter, FreeConverter> converter(ut_get_converter(first.get(), second.get()));
    if (!converter) return std::nullopt;
    Conversion conversion;
    conversion.converter_ = std::move(converter);
    conversion.identity_ = ut_compare(first.get(), second.get()) == 0;
    last = {std::string(from), std::string(to), conversion};
    return conversion;
}

double Conversion::operator()(double magnitude) const
{
    if (identity_) return magnitude;
    const double converted = cv_convert_double(static_cast<const cv_converter *>(converter_.get()), magnitude);
    // 100 degrees Celsius are 211.99999999999986 °F before this, and 212 after it.
    const auto rounded = from_double(converted);
    return rounded ? to_double(rounded->view()) : converted;
}

}  // namespace quire::attributes
