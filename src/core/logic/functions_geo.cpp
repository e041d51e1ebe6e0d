// src/core/logic/functions_geo.cpp: distances and areas on a sphere.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "core/forms/scalars.hpp"
#include "core/logic/function_bodies.hpp"
#include "core/logic/numbers.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic::bodies {
namespace {

constexpr double radius = 6378100;
constexpr double pi_number = 3.141592653589793;

struct Point {
    double latitude, longitude;
    bool operator==(const Point &) const = default;
};

double radians(double degrees)
{
    return degrees * pi_number / 180;
}

std::optional<Point> read_point(std::string_view text)
{
    std::size_t count = 0;
    double parts[4] = {};
    forms::for_each_word(text, [&](std::string_view word) {
        if (count < 4) parts[count] = number_in_script(word);
        ++count;
    });
    if (count < 2 || count > 4) return std::nullopt;
    if (!(std::fabs(parts[0]) <= 90) || !(std::fabs(parts[1]) <= 180)) return std::nullopt;
    return Point{parts[0], parts[1]};
}

// Points between semicolons; nothing when one of them is none.
bool read_points(std::string_view text, std::vector<Point> &points)
{
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(';'), text.size());
        const std::string_view piece = forms::trim(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (piece.empty() && text.empty()) break;
        const auto point = read_point(piece);
        if (!point) return false;
        points.push_back(*point);
    }
    return true;
}

enum class Found { points, blank, invalid };

Found read_argument(Evaluator &evaluator, const Value &value, std::vector<Point> &points)
{
    bool blank = true;
    const auto take = [&](std::string_view text) {
        evaluator.spend(1 + text.size() / 16);
        text = forms::trim(text);
        if (!text.empty()) blank = false;
        return read_points(text, points);
    };
    if (!value.is(Value::Type::nodes)) {
        if (!take(evaluator.text(value))) return Found::invalid;
    } else {
        for (const Ref ref : value.nodes)
            if (!take(evaluator.text_of(ref))) return Found::invalid;
    }
    return blank ? Found::blank : Found::points;
}

double between(const Point &a, const Point &b)
{
    const double cosine = std::sin(radians(a.latitude)) * std::sin(radians(b.latitude)) +
                          std::cos(radians(a.latitude)) * std::cos(radians(b.latitude)) *
                              std::cos(radians(b.longitude) - radians(a.longitude));
    return cosine >= 1 ? 0 : std::acos(std::max(cosine, -1.0)) * radius;
}

// The webs' clients print centimetres.
double printed(const Evaluator &evaluator, double metres)
{
    return evaluator.is_java() ? metres : std::round(metres * 100) / 100;
}

// JavaRosa sums triangles around the first point on a plane that is squeezed at each latitude.
double area_in_java(const std::vector<Point> &points)
{
    const double circumference = 2 * pi_number * radius;
    const auto east = [&](const Point &point) {
        return (point.longitude - points[0].longitude) * circumference * std::cos(radians(point.latitude)) / 360;
    };
    const auto north = [&](const Point &point) { return (point.latitude - points[0].latitude) * circumference / 360; };
    double total = 0;
    for (std::size_t i = 1; i + 1 < points.size(); ++i)
        total += (east(points[i]) * north(points[i + 1]) - north(points[i]) * east(points[i + 1])) / 2;
    return std::fabs(total);
}

double area_in_script(std::vector<Point> points)
{
    if (!(points.front() == points.back())) points.push_back(points.front());
    double total = 0;
    for (std::size_t i = 0; i + 1 < points.size(); ++i)
        total += radians(points[i + 1].longitude - points[i].longitude) *
                 (2 + std::sin(radians(points[i].latitude)) + std::sin(radians(points[i + 1].latitude)));
    return std::fabs(total * radius * radius / 2);
}

}  // namespace

Value distance(Evaluator &evaluator, const Op &call, const Context &context)
{
    std::vector<Point> points;
    Found found = Found::points;
    for (std::uint32_t i = 0; i < call.list.size; ++i) {
        const Found one = read_argument(evaluator, evaluator.argument(call, i, context), points);
        if (one != Found::points) found = one;
    }
    if (found == Found::invalid) evaluator.fail("distance() takes points, traces and shapes");
    if (points.size() < 2 && !evaluator.is_java()) evaluator.fail("distance() takes two points at the least");
    double total = 0;
    for (std::size_t i = 1; i < points.size(); ++i) total += between(points[i - 1], points[i]);
    return Value::of(printed(evaluator, total));
}

Value area(Evaluator &evaluator, const Op &call, const Context &context)
{
    std::vector<Point> points;
    if (read_argument(evaluator, evaluator.argument(call, 0, context), points) == Found::invalid) {
        if (evaluator.is_java()) evaluator.fail("area() takes a shape");
        points.clear();
    }
    if (points.size() < 3) return Value::of(0.0);
    return Value::of(printed(evaluator, evaluator.is_java() ? area_in_java(points) : area_in_script(points)));
}

Value geofence(Evaluator &evaluator, const Op &call, const Context &context)
{
    std::vector<Point> point, shape;
    if (read_argument(evaluator, evaluator.argument(call, 0, context), point) != Found::points || point.size() != 1)
        return Value::of(false);
    if (read_argument(evaluator, evaluator.argument(call, 1, context), shape) != Found::points || shape.size() < 4 ||
        !(shape.front() == shape.back()))
        return Value::of(false);
    // A ray to the east crosses the border an odd number of times from inside.
    const double x = point[0].longitude, y = point[0].latitude;
    bool inside = false;
    for (std::size_t i = 0, j = shape.size() - 1; i < shape.size(); j = i++) {
        const Point &a = shape[i], &b = shape[j];
        if ((a.latitude > y) != (b.latitude > y) &&
            x < (b.longitude - a.longitude) * (y - a.latitude) / (b.latitude - a.latitude) + a.longitude)
            inside = !inside;
    }
    return Value::of(inside);
}

}  // namespace quire::logic::bodies
