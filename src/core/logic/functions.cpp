// src/core/logic/functions.cpp: the table of functions.
#include "core/logic/functions.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/logic/function_bodies.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {
namespace {

constexpr std::uint8_t any = Function::any_number;
constexpr std::uint8_t none = Function::none;

// Sorted by name.
constexpr std::array table{
    Function{"abs", 1, 1, none, bodies::abs},
    Function{"acos", 1, 1, none, bodies::acos},
    Function{"area", 1, 1, Function::measures, bodies::area},
    Function{"asin", 1, 1, none, bodies::asin},
    Function{"atan", 1, 1, none, bodies::atan},
    Function{"atan2", 2, 2, none, bodies::atan2},
    Function{"base64-decode", 1, 1, none, bodies::base64_decode},
    Function{"boolean", 1, 1, none, bodies::boolean},
    Function{"boolean-from-string", 1, 1, none, bodies::boolean_from_string},
    Function{"ceiling", 1, 1, none, bodies::ceiling},
    Function{"checklist", 2, any, none, bodies::checklist},
    Function{"coalesce", 2, any, none, bodies::coalesce},
    Function{"concat", 0, any, none, bodies::concat},
    Function{"contains", 2, 2, none, bodies::contains},
    Function{"cos", 1, 1, none, bodies::cos},
    Function{"count", 1, 1, none, bodies::count},
    Function{"count-non-empty", 1, 1, none, bodies::count_non_empty},
    Function{"count-selected", 1, 1, none, bodies::count_selected},
    Function{"current", 0, 0, none, bodies::current},
    Function{"date", 1, 1, none, bodies::date},
    Function{"date-time", 1, 1, none, bodies::date_time},
    Function{"decimal-date-time", 1, 1, none, bodies::decimal_date_time},
    Function{"decimal-time", 1, 1, none, bodies::decimal_time},
    Function{"depend", 1, any, none, bodies::depend},
    Function{"digest", 2, 3, none, bodies::digest},
    Function{"distance", 1, any, Function::measures, bodies::distance},
    Function{"enclosed-area", 1, 1, Function::measures, bodies::area},
    Function{"ends-with", 2, 2, none, bodies::ends_with},
    Function{"exp", 1, 1, none, bodies::exp},
    Function{"exp10", 1, 1, none, bodies::exp10},
    Function{"extract-signed", 2, 2, none, bodies::extract_signed},
    Function{"false", 0, 0, none, bodies::no},
    Function{"floor", 1, 1, none, bodies::floor},
    Function{"format-date", 2, 2, Function::speaks, bodies::format_date},
    Function{"format-date-time", 2, 2, Function::speaks, bodies::format_date},
    Function{"geofence", 2, 2, none, bodies::geofence},
    Function{"id", 1, 1, none, bodies::id},
    Function{"if", 3, 3, none, bodies::choose},
    Function{"indexed-repeat", 3, 7, none, bodies::indexed_repeat},
    Function{"instance", 1, 1, none, bodies::instance},
    Function{"int", 1, 1, none, bodies::integer},
    Function{"is-selected", 2, 2, none, bodies::selected},
    Function{"join", 1, any, none, bodies::join},
    Function{"jr:choice-name", 2, 2, Function::speaks, bodies::choice_name},
    Function{"jr:itext", 1, 1, Function::speaks, bodies::itext},
    Function{"lang", 1, 1, none, bodies::lang},
    Function{"last", 0, 0, none, bodies::last},
    Function{"local-name", 0, 1, none, bodies::local_name},
    Function{"log", 1, 1, none, bodies::log},
    Function{"log10", 1, 1, none, bodies::log10},
    Function{"max", 0, any, none, bodies::max},
    Function{"min", 0, any, none, bodies::min},
    Function{"name", 0, 1, none, bodies::name},
    Function{"namespace-uri", 0, 1, none, bodies::namespace_uri},
    Function{"normalize-space", 0, 1, none, bodies::normalize_space},
    Function{"not", 1, 1, none, bodies::negation},
    Function{"now", 0, 0, Function::tells_time, bodies::now},
    Function{"number", 0, 1, none, bodies::number},
    Function{"once", 1, 1, Function::changes, bodies::once},
    Function{"pi", 0, 0, none, bodies::pi},
    Function{"position", 0, 1, none, bodies::position},
    Function{"pow", 2, 2, none, bodies::pow},
    Function{"property", 1, 1, Function::changes, bodies::property},
    Function{"pulldata", 4, 4, none, bodies::pulldata},
    Function{"random", 0, 0, Function::changes, bodies::random},
    Function{"randomize", 1, 2, none, bodies::randomize},
    Function{"regex", 2, 2, none, bodies::regex},
    Function{"round", 1, 2, none, bodies::round},
    Function{"selected", 2, 2, none, bodies::selected},
    Function{"selected-at", 2, 2, none, bodies::selected_at},
    Function{"sin", 1, 1, none, bodies::sin},
    Function{"sqrt", 1, 1, none, bodies::sqrt},
    Function{"starts-with", 2, 2, none, bodies::starts_with},
    Function{"string", 0, 1, none, bodies::string},
    Function{"string-length", 0, 1, none, bodies::string_length},
    Function{"substr", 2, 3, none, bodies::substr},
    Function{"substring", 2, 3, none, bodies::substring},
    Function{"substring-after", 2, 2, none, bodies::substring_after},
    Function{"substring-before", 2, 2, none, bodies::substring_before},
    Function{"sum", 1, 1, none, bodies::sum},
    Function{"tan", 1, 1, none, bodies::tan},
    Function{"today", 0, 0, Function::tells_time, bodies::today},
    Function{"translate", 3, 3, none, bodies::translate},
    Function{"true", 0, 0, none, bodies::yes},
    Function{"uuid", 0, 1, Function::changes, bodies::uuid},
    Function{"version", 0, 0, Function::changes, bodies::version},
    Function{"weighted-checklist", 2, any, none, bodies::weighted_checklist},
};
static_assert(std::is_sorted(table.begin(), table.end(),
                             [](const Function &a, const Function &b) { return a.name < b.name; }));

std::size_t distance_between(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t above = row[j + 1];
            row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] != b[j])});
            diagonal = above;
        }
    }
    return row.back();
}

}  // namespace

const Function *find_function(std::string_view name)
{
    const auto found = std::lower_bound(table.begin(), table.end(), name,
                                        [](const Function &one, std::string_view wanted) { return one.name < wanted; });
    return found != table.end() && found->name == name ? &*found : nullptr;
}

std::string_view nearest_function(std::string_view name)
{
    constexpr std::size_t longest_name = 40;
    if (name.size() > longest_name) return {};
    std::string_view best;
    std::size_t least = name.size() / 3 + 1;
    for (const Function &one : table) {
        const std::size_t distance = distance_between(name, one.name);
        if (distance < least) {
            least = distance;
            best = one.name;
        }
    }
    return best;
}

}  // namespace quire::logic
