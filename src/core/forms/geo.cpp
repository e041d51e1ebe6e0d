// src/core/forms/geo.cpp: "lat lon [alt [acc]]", and lists of them between semicolons.
#include "core/forms/geo.hpp"

#include <cstdlib>

#include "core/forms/scalars.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

bool is_within(const std::string &number, double limit)
{
    const double value = std::strtod(number.c_str(), nullptr);
    return value >= -limit && value <= limit;
}

std::optional<Point> read_point(std::string_view text, Reading reading)
{
    const auto number = [&](std::string_view word) {
        auto found = reading == Reading::strict ? decimal(word) : leading_decimal(word);
        if (found) found = shortest(*found);
        return found;
    };
    std::optional<std::string> parts[4];
    std::size_t count = 0;
    bool fits = true;
    for_each_word(text, [&](std::string_view word) {
        if (count < 4) parts[count] = number(word);
        fits &= count < 4 && parts[count];
        ++count;
    });
    if (!parts[0] || !parts[1] || (reading == Reading::strict && !fits)) return std::nullopt;
    if (!is_within(*parts[0], 90) || !is_within(*parts[1], 180)) return std::nullopt;
    return Point{std::move(*parts[0]), std::move(*parts[1]), std::move(parts[2]), std::move(parts[3])};
}

bool same_place(const Point &a, const Point &b)
{
    return a.latitude == b.latitude && a.longitude == b.longitude;
}

bool is_sound(const Geometry &geometry)
{
    const auto &points = geometry.points;
    return geometry.kind == Value::geotrace ? points.size() >= 2
                                            : points.size() >= 4 && same_place(points.front(), points.back());
}

void write_position(const Point &point, JsonSink &json)
{
    json.begin_array();
    json.number(point.longitude);
    json.number(point.latitude);
    if (point.altitude) json.number(*point.altitude);
    json.end();
}

void write_positions(const std::vector<Point> &points, JsonSink &json)
{
    json.begin_array();
    for (const Point &point : points) write_position(point, json);
    json.end();
}

void write_accuracies(const Geometry &geometry, JsonSink &json)
{
    const auto known = [](const Point &point) { return point.accuracy && *point.accuracy != "0"; };
    bool any = false;
    for (const Point &point : geometry.points) any |= known(point);
    if (!any) return;
    json.key("properties");
    json.begin_object();
    json.key("accuracies");
    json.begin_array();
    for (const Point &point : geometry.points) known(point) ? json.number(*point.accuracy) : json.null();
    json.end();
    json.end();
}

}  // namespace

std::optional<Geometry> read_geometry(Value kind, std::string_view text, Reading reading)
{
    Geometry geometry{kind, {}};
    if (kind == Value::geopoint) {
        auto point = read_point(text, reading);
        if (!point) return std::nullopt;
        geometry.points.push_back(std::move(*point));
        return geometry;
    }
    std::size_t pieces = 0;
    for (text = trim(text); !text.empty(); ++pieces) {
        const std::size_t length = std::min(text.find(';'), text.size());
        auto point = read_point(text.substr(0, length), reading);
        if (point)
            geometry.points.push_back(std::move(*point));
        else if (reading == Reading::strict)
            return std::nullopt;
        if (length < text.size()) pieces += length + 1 == text.size();  // a last semicolon makes an empty piece
        text.remove_prefix(std::min(length + 1, text.size()));
    }
    if (reading == Reading::strict) return is_sound(geometry) ? std::optional(std::move(geometry)) : std::nullopt;
    if (geometry.points.empty() && pieces <= 1) return std::nullopt;
    return geometry;
}

void write_geojson(const Geometry &geometry, JsonSink &json)
{
    json.begin_object();
    json.key("type");
    json.string(geometry.kind == Value::geopoint   ? "Point"
                : geometry.kind == Value::geotrace ? "LineString"
                                                   : "Polygon");
    json.key("coordinates");
    if (geometry.kind == Value::geopoint) {
        const Point &point = geometry.points.front();
        write_position(point, json);
        if (point.accuracy) {
            json.key("properties");
            json.begin_object();
            json.key("accuracy");
            json.number(*point.accuracy);
            json.end();
        }
    } else {
        if (geometry.kind == Value::geoshape) json.begin_array();
        write_positions(geometry.points, json);
        if (geometry.kind == Value::geoshape) json.end();
        write_accuracies(geometry, json);
    }
    json.end();
}

std::string wkt(const Geometry &geometry)
{
    std::string list;
    for (const Point &point : geometry.points) {
        if (!list.empty()) list += ',';
        list.append(point.longitude).append(" ").append(point.latitude);
        if (point.altitude) list.append(" ").append(*point.altitude);
    }
    return geometry.kind == Value::geopoint   ? "POINT (" + list + ")"
           : geometry.kind == Value::geotrace ? "LINESTRING (" + list + ")"
                                              : "POLYGON ((" + list + "))";
}

}  // namespace quire::forms
