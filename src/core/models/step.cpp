// src/core/models/step.cpp: reading steps, and telling them apart.
#include "core/models/step.hpp"

#include <algorithm>
#include <cstddef>

#include "core/support/digests.hpp"

#include "core/support/tripwire.hpp"

namespace quire::models {
namespace {

constexpr std::size_t digits = 4;
constexpr std::string_view ending = ".sql";
constexpr std::string_view turn = "\n-- down\n";

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

}  // namespace

std::string digest_of(const Step &step)
{
    std::string all = std::to_string(step.version);
    all.append(1, '\0').append(step.name).append(1, '\0').append(step.up);
    static constexpr std::string_view hexadecimal = "0123456789abcdef";
    std::string digest;
    for (const char byte : digest_bytes(DigestKind::sha256, all).substr(0, 16)) {
        digest += hexadecimal[static_cast<unsigned char>(byte) >> 4];
        digest += hexadecimal[static_cast<unsigned char>(byte) & 15];
    }
    return digest;
}

Result<Step> read_step(std::string_view file, std::string_view text)
{
    const bool named = file.size() > digits + 1 + ending.size() && file[digits] == '-' && file.ends_with(ending) &&
                       std::all_of(file.begin(), file.begin() + digits, is_digit);
    if (!named) return Fault{0, "a step's file is named like 0001-begin.sql"};
    Step step;
    for (const char c : file.substr(0, digits)) step.version = step.version * 10 + (c - '0');
    if (step.version == 0) return Fault{0, "steps count from 1"};
    step.name = file.substr(digits + 1, file.size() - digits - 1 - ending.size());
    const std::size_t at = text.find(turn);
    step.up = text.substr(0, at == text.npos ? at : at + 1);
    if (at != text.npos) step.down = text.substr(at + turn.size());
    return step;
}

bool is_model_name(std::string_view name)
{
    return !name.empty() && name.size() <= 63 && is_small(name.front()) &&
           std::all_of(name.begin(), name.end(), [](char c) { return is_small(c) || is_digit(c) || c == '_'; });
}

}  // namespace quire::models
