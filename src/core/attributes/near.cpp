// src/core/attributes/near.cpp: likeness by the steps from one name to the other.
#include "core/attributes/near.hpp"

#include <algorithm>
#include <vector>

#include "core/support/ascii.hpp"
#include "core/support/tripwire.hpp"

namespace quire::attributes {

double likeness(std::string_view a, std::string_view b)
{
    constexpr std::size_t most = 256;  // the work grows with the square
    if (a == b) return 1;
    if (a.empty() || b.empty() || a.size() > most || b.size() > most) return 0;
    std::vector<double> steps(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) steps[j] = static_cast<double>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        double corner = steps[0];
        steps[0] = static_cast<double>(i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const double exchange = a[i - 1] == b[j - 1] ? 0 : to_lower(a[i - 1]) == to_lower(b[j - 1]) ? 0.1 : 1;
            const double step = std::min({steps[j] + 1, steps[j - 1] + 1, corner + exchange});
            corner = steps[j];
            steps[j] = step;
        }
    }
    return 1 - steps.back() / static_cast<double>(std::max(a.size(), b.size()));
}

std::string_view nearest(std::string_view name, std::span<const std::string_view> names, double least)
{
    std::string_view best;
    for (const std::string_view candidate : names) {
        const double found = likeness(name, candidate);
        if (found < least || (!best.empty() && found <= likeness(name, best))) continue;
        best = candidate;
    }
    return best;
}

}  // namespace quire::attributes
