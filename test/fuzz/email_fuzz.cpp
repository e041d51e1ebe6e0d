// test/fuzz/email_fuzz.cpp: the e-mail rule against a checker that splits instead of scanning; the order's symmetry.
#include <algorithm>
#include <string>
#include <string_view>

#include "core/guards/email.hpp"
#include "fuzz/fuzz.hpp"

namespace {

namespace guards = quire::guards;
using quire::fuzz::must;

constexpr std::string_view word = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool made_of(std::string_view text, std::string_view more)
{
    return std::all_of(text.begin(), text.end(),
                       [&](char c) { return word.find(c) != word.npos || more.find(c) != more.npos; });
}

bool is_label(std::string_view label)
{
    return !label.empty() && label.size() <= 63 && made_of(label, "-") && label.front() != '-' && label.back() != '-';
}

bool is_domain(std::string_view domain)
{
    const auto dot = domain.find('.');
    if (dot == domain.npos) return is_label(domain);
    return is_label(domain.substr(0, dot)) && is_domain(domain.substr(dot + 1));
}

bool is_email(std::string_view text)
{
    const auto at = text.find('@');
    if (text.size() > 254 || at == text.npos || at == 0 || at > 64) return false;
    return made_of(text.substr(0, at), ".!#$%&'*+/=?^_`{|}~-") && is_domain(text.substr(at + 1));
}

void check_order(std::string_view a, std::string_view b)
{
    const int order = guards::compare_email(a, b);
    must((order < 0) == (guards::compare_email(b, a) > 0), "a < b is b > a");
    must((order == 0) == guards::equal_email(a, b), "equal addresses compare as equal");
    std::string folded_a(a.size(), '?');
    std::string folded_b(b.size(), '?');
    guards::fold_email(a, folded_a.data());
    guards::fold_email(b, folded_b.data());
    must((order == 0) == (folded_a == folded_b), "equal addresses share their folded form");
    must((order < 0) == (folded_a < folded_b), "addresses are in the order of their folded forms");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text = quire::fuzz::text(data, size);
    const auto verdict = guards::check_email(text);
    must(verdict.ok() == is_email(text), "both checkers agree");
    must(verdict.at <= text.size(), "the fault is in the text or at its end");
    must(!guards::describe(verdict).empty(), "every fault has words");

    const std::size_t line = std::min(text.find('\n'), text.size());
    check_order(text.substr(0, line), text.substr(std::min(line + 1, text.size())));
    return 0;
}
