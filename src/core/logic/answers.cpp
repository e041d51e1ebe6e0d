// src/core/logic/answers.cpp: comparing an answer with what it was calculated from.
#include <cmath>

#include "core/forms/scalars.hpp"
#include "core/logic/numbers.hpp"
#include "core/logic/validate.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {
namespace {

bool is_nothing(std::string_view text)
{
    return text.empty() || text == "NaN" || text == "Invalid Date";
}

bool are_close(double a, double b, bool is_measured)
{
    constexpr double relative = 1e-9, measured = 0.011, measured_relative = 1e-6;
    const double difference = std::fabs(a - b), size = std::fmax(std::fabs(a), std::fabs(b));
    return difference <= 1e-9 || difference <= relative * size ||
           (is_measured && (difference <= measured || difference <= measured_relative * size));
}

bool same_words(std::string_view a, std::string_view b)
{
    std::string x, y;
    const auto join = [](std::string &to, std::string_view text) {
        for (const char c : text)
            if (c != ' ' && c != '\n' && c != '\t' && c != '\r') to += c;
    };
    join(x, a);
    join(y, b);
    return x == y;
}

// Moments with a zone are the same instant; of a date, the day is what counts.
bool same_moment(std::string_view a, std::string_view b, forms::Value type, const Zone &zone)
{
    if (type == forms::Value::date) {
        const auto day = [](std::string_view text) { return text.substr(0, text.find('T')); };
        if (forms::date(day(a)) && day(a) == day(b)) return true;
    }
    const auto x = read_date_in_java(a, zone), y = read_date_in_java(b, zone);
    if (x && y) return *x == *y;
    const auto s = read_time(a), t = read_time(b);
    if (!s || !t) return false;
    return s->milliseconds - static_cast<double>(s->offset.value_or(0)) ==
           t->milliseconds - static_cast<double>(t->offset.value_or(0));
}

}  // namespace

bool same_answer(std::string_view stored, std::string_view calculated, forms::Value type, bool is_measured,
                 const Zone &zone)
{
    if (stored == calculated) return true;
    if (is_nothing(stored) || is_nothing(calculated)) return is_nothing(stored) && is_nothing(calculated);
    const double a = number_in_script(stored), b = number_in_script(calculated);
    if (!std::isnan(a) && !std::isnan(b))
        return are_close(a, type == forms::Value::integer ? std::trunc(b) : b, is_measured) ||
               are_close(a, b, is_measured);
    const auto truth = forms::boolean(stored), other = forms::boolean(calculated);
    if (truth && other) return *truth == *other;
    if (same_moment(stored, calculated, type, zone)) return true;
    return same_words(stored, calculated);
}

}  // namespace quire::logic
