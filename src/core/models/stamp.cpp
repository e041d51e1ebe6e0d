// src/core/models/stamp.cpp: writing and reading stamps.
#include "core/models/stamp.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>

#include "core/models/step.hpp"

#include "core/support/tripwire.hpp"

namespace quire::models {
namespace {

constexpr std::string_view opening = "SELECT '(";
constexpr std::string_view list = ",\"{";
constexpr std::string_view closing = "}\")'::quire.model_stamp";
constexpr std::size_t digest_length = 32;

bool is_digest(std::string_view text)
{
    return text.size() == digest_length && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

// Takes what stands before `end` off the front; nothing when it does not occur.
std::optional<std::string_view> take_until(std::string_view &text, std::string_view end)
{
    const std::size_t at = text.find(end);
    if (at == text.npos) return std::nullopt;
    const std::string_view taken = text.substr(0, at);
    text.remove_prefix(at + end.size());
    return taken;
}

}  // namespace

std::string write_stamp(const Stamp &stamp)
{
    std::string body(opening);
    body.append(stamp.model).append(",").append(std::to_string(stamp.version)).append(list);
    for (std::size_t i = 0; i < stamp.digests.size(); ++i) body.append(i ? "," : "").append(stamp.digests[i]);
    return body.append(closing);
}

std::optional<Stamp> read_stamp(std::string_view body)
{
    if (!body.starts_with(opening) || !body.ends_with(closing)) return std::nullopt;
    body.remove_prefix(opening.size());
    Stamp stamp;
    const auto model = take_until(body, ",");
    const auto version = take_until(body, list);
    if (!model || !is_model_name(*model) || !version || body.size() < closing.size()) return std::nullopt;
    stamp.model = *model;
    const auto [end, fault] = std::from_chars(version->data(), version->data() + version->size(), stamp.version);
    if (fault != std::errc() || end != version->data() + version->size() || stamp.version <= 0) return std::nullopt;
    body.remove_suffix(closing.size());
    while (!body.empty()) {
        const std::string_view digest = body.substr(0, digest_length);
        if (!is_digest(digest)) return std::nullopt;
        stamp.digests.emplace_back(digest);
        body.remove_prefix(digest_length);
        if (!body.empty() && (body.front() != ',' || body.size() == 1)) return std::nullopt;
        if (!body.empty()) body.remove_prefix(1);
    }
    if (stamp.digests.size() != static_cast<std::size_t>(stamp.version)) return std::nullopt;
    return stamp;
}

}  // namespace quire::models
