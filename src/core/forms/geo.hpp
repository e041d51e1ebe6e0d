// src/core/forms/geo.hpp: geopoints, traces and shapes, as GeoJSON and WKT.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/forms/form.hpp"
#include "core/support/json.hpp"

namespace quire::forms {

// Numbers as JSON writes them.
struct Point {
    std::string latitude, longitude;
    std::optional<std::string> altitude, accuracy;
};

struct Geometry {
    Value kind = Value::geopoint;  // or geotrace, geoshape
    std::vector<Point> points;
};

// How strictly a geometry is read: as ODK Central's exports do, which leave out points that are none and take shapes
// that are not closed; or such that what is given back is one that other software takes. Coordinates outside the globe
// are never a point.
enum class Reading { lenient, strict };

// Nothing when the text is no geometry of this kind.
std::optional<Geometry> read_geometry(Value kind, std::string_view text, Reading reading);

// With the accuracies among the properties, as ODK Central writes it.
void write_geojson(const Geometry &geometry, JsonSink &json);
std::string wkt(const Geometry &geometry);

}  // namespace quire::forms
