// src/pg/attributes/convert.cpp: convert_attribute, convert_unit, normalize_unit.
#include "core/attributes/convert.hpp"

#include <cmath>

#include "core/attributes/units.hpp"
#include "pg/attributes/definitions.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/json.hpp"
#include "pg/support/memory.hpp"

namespace pg = quire::pg;
namespace attributes = quire::attributes;

namespace {

struct ConversionSite {
    pg::TypeMemo from, to;
    pg::ValueMaker maker;
};

int sqlstate_of(attributes::ConversionFault::Kind kind)
{
    using Kind = attributes::ConversionFault::Kind;
    switch (kind) {
        case Kind::no_way: return ERRCODE_CANNOT_COERCE;
        case Kind::not_of_type: return ERRCODE_DATATYPE_MISMATCH;
        case Kind::unreadable: return ERRCODE_INVALID_TEXT_REPRESENTATION;
        case Kind::units: return ERRCODE_CANNOT_COERCE;
        case Kind::rule: break;
    }
    return ERRCODE_CHECK_VIOLATION;
}

void require_unit(std::string_view unit)
{
    const auto fault = attributes::check_unit(unit);
    if (fault.ok()) return;
    if (fault.kind == attributes::UnitFault::Kind::no_definitions)
        throw pg::Error(ERRCODE_UNDEFINED_FILE, "the unit " + std::string(attributes::describe(fault)))
            .hint("Install the package libudunits2-data on the server.");
    const std::string name =
        fault.kind == attributes::UnitFault::Kind::unknown ? " " + pg::quoted(pg::to_database(unit)) : std::string();
    throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "the unit" + name + " " + std::string(attributes::describe(fault)))
        .hint("Units look like 'mm/s', 'kelvin' or 'kg m2 s-2'.");
}

// The way between two units that a place in a statement used last.
struct UnitSite {
    std::string from, to;
    std::optional<attributes::Conversion> conversion;
};

const attributes::Conversion &conversion_of(pg::Args &args)
{
    auto &site = pg::per_call_site<UnitSite>(args.fcinfo(), [] { return UnitSite(); });
    const std::string_view from = pg::to_utf8(args.text(1)), to = pg::to_utf8(args.text(2));
    if (site.conversion && site.from == from && site.to == to) return *site.conversion;
    require_unit(from);
    require_unit(to);
    auto conversion = attributes::Conversion::between(from, to);
    if (!conversion)
        throw pg::Error(ERRCODE_CANNOT_COERCE, "units cannot be converted that measure different things")
            .detail("One comes down to \"" + attributes::normal_unit(from).value_or("?") + "\", the other to \"" +
                    attributes::normal_unit(to).value_or("?") + "\".");
    site.from = from;
    site.to = to;
    site.conversion = std::move(conversion);
    return *site.conversion;
}

[[noreturn]] void refuse_magnitude()
{
    throw pg::Error(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "the number has no counterpart in the other unit")
        .detail("Units are converted as double precision numbers.");
}

}  // namespace

QUIRE_FUNCTION(convert_attribute)
{
    auto &site = pg::per_call_site<ConversionSite>(args.fcinfo(), [] { return ConversionSite(); });
    const auto &from = site.from.get(args.datum(1), "the type to convert from");
    const auto &to = site.to.get(args.datum(2), "the type to convert to");
    pg::Options options(args, 3);
    const attributes::ConversionOptions how{options.flag("ignore_units", false)};
    options.finish();
    const auto converted = attributes::convert(site.maker.document(pg::jsonb_of(args.datum(0))), from, to, how);
    site.maker.clear();
    if (!converted.ok())
        throw pg::Error(sqlstate_of(converted.fault().kind),
                        std::string(pg::to_database("the value " + converted.fault().message)));
    pg::JsonbWriter writer;
    converted.value().write(writer);
    return writer.finish();
}

QUIRE_FUNCTION(convert_unit_float8)
{
    const auto &conversion = conversion_of(args);
    const double magnitude = DatumGetFloat8(args.datum(0)), converted = conversion(magnitude);
    if (std::isfinite(magnitude) && !std::isfinite(converted)) refuse_magnitude();
    return Float8GetDatum(converted);
}

QUIRE_FUNCTION(convert_unit_numeric)
{
    const auto &conversion = conversion_of(args);
    const Datum given = args.datum(0);
    if (conversion.is_identity() || pg::call([&] {
            const Numeric number = DatumGetNumeric(given);
            return numeric_is_nan(number) || numeric_is_inf(number);
        }))
        return given;
    const double magnitude =
        DatumGetFloat8(pg::call([&] { return DirectFunctionCall1(numeric_float8_no_overflow, given); }));
    const auto converted = attributes::from_double(conversion(magnitude));
    if (!converted) refuse_magnitude();
    const std::string text = to_text(converted->view());
    return pg::call([&] {
        return DirectFunctionCall3(numeric_in, CStringGetDatum(text.c_str()), ObjectIdGetDatum(InvalidOid),
                                   Int32GetDatum(-1));
    });
}

QUIRE_FUNCTION(normalize_unit)
{
    const std::string_view unit = pg::to_utf8(args.text(0));
    require_unit(unit);
    const auto normal = attributes::normal_unit(unit);
    if (!normal) throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "the unit has no name of reasonable length");
    return pg::make_varlena(*normal);
}
