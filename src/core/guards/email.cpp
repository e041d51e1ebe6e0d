// src/core/guards/email.cpp: one pass over the bytes with a class table; comparison by folded bytes.
#include "core/guards/email.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/support/ascii.hpp"
#include "core/support/tripwire.hpp"

namespace quire::guards {
namespace {

enum Class : std::uint8_t { none = 0, local = 1, alnum = 2, hyphen = 4 };

constexpr std::array<std::uint8_t, 256> make_classes()
{
    std::array<std::uint8_t, 256> table{};
    for (int c = 0; c < 128; ++c)
        if (is_alnum(static_cast<char>(c))) table[static_cast<std::size_t>(c)] = local | alnum;
    for (char c : std::string_view(".!#$%&'*+/=?^_`{|}~-")) table[static_cast<unsigned char>(c)] |= local;
    table['-'] |= hyphen;
    return table;
}

constexpr auto classes = make_classes();

constexpr bool in(char c, std::uint8_t wanted)
{
    return (classes[static_cast<unsigned char>(c)] & wanted) != 0;
}

// Labels of letters, digits and inner hyphens, joined by single dots.
EmailVerdict check_domain(std::string_view address, std::size_t start)
{
    using Fault = EmailVerdict::Fault;
    std::size_t label = start;
    for (std::size_t i = start;; ++i) {
        if (i < address.size() && in(address[i], alnum | hyphen)) continue;
        if (i < address.size() && address[i] != '.') return {Fault::bad_domain, i};
        if (i == label || address[label] == '-') return {Fault::bad_domain, label};
        if (address[i - 1] == '-') return {Fault::bad_domain, i - 1};
        if (i - label > max_email_label) return {Fault::label_too_long, label};
        if (i == address.size()) return {};
        label = i + 1;
    }
}

}  // namespace

EmailVerdict check_email(std::string_view address)
{
    using Fault = EmailVerdict::Fault;
    if (address.empty()) return {Fault::empty, 0};
    if (address.size() > max_email_length) return {Fault::too_long, max_email_length};

    std::size_t i = 0;
    while (i < address.size() && in(address[i], local)) ++i;
    if (i == address.size()) return {Fault::no_at, i};
    if (address[i] != '@') return {Fault::bad_local, i};
    if (i == 0) return {Fault::no_local, i};
    if (i > max_email_local) return {Fault::local_too_long, max_email_local};
    return check_domain(address, i + 1);
}

std::string describe(const EmailVerdict &verdict)
{
    using Fault = EmailVerdict::Fault;
    const auto here = [&](const char *text) { return text + std::to_string(verdict.at + 1); };
    switch (verdict.fault) {
        case Fault::none: break;
        case Fault::empty: return "is empty";
        case Fault::too_long: return "is longer than 254 bytes";
        case Fault::no_at: return "has no @";
        case Fault::no_local: return "has nothing before the @";
        case Fault::bad_local: return here("has a character that may not stand before the @, at byte ");
        case Fault::local_too_long: return "has more than 64 bytes before the @";
        case Fault::bad_domain: return here("has a domain that is no domain, from byte ");
        case Fault::label_too_long: return here("has a part of its domain that is longer than 63 bytes, from byte ");
    }
    return "is an e-mail address";
}

int compare_email(std::string_view a, std::string_view b)
{
    const std::size_t common = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < common; ++i) {
        const auto x = static_cast<unsigned char>(to_lower(a[i]));
        const auto y = static_cast<unsigned char>(to_lower(b[i]));
        if (x != y) return x < y ? -1 : 1;
    }
    return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

bool equal_email(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && compare_email(a, b) == 0;
}

void fold_email(std::string_view address, char *out)
{
    std::transform(address.begin(), address.end(), out, to_lower);
}

}  // namespace quire::guards
