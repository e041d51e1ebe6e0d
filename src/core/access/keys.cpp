// src/core/access/keys.cpp: reading keys from their texts.
#include "core/access/keys.hpp"

#include <algorithm>
#include <charconv>

#include "core/support/tripwire.hpp"

namespace quire::access {
namespace {

int hexadecimal(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::size_t table_size(std::size_t keys)
{
    std::size_t size = 4;
    while (size < 2 * keys) size *= 2;
    return size;
}

}  // namespace

std::optional<std::int64_t> read_integer(std::string_view text)
{
    const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
    if (digits.empty() || (digits.front() == '0' && text.size() > 1)) return std::nullopt;
    std::int64_t value;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<Uuid> read_uuid(std::string_view text)
{
    if (text.size() != 36) return std::nullopt;
    Uuid uuid;
    std::size_t at = 0;
    for (unsigned char &byte : uuid) {
        if (at == 8 || at == 13 || at == 18 || at == 23)
            if (text[at++] != '-') return std::nullopt;
        const int high = hexadecimal(text[at]), low = hexadecimal(text[at + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        byte = static_cast<unsigned char>(high << 4 | low);
        at += 2;
    }
    return uuid;
}

std::string write_uuid(const unsigned char *uuid)
{
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < sizeof(Uuid); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += digits[uuid[i] >> 4];
        text += digits[uuid[i] & 15];
    }
    return text;
}

IntegerKeys::IntegerKeys(const Texts &texts)
{
    for (std::size_t number = 0; number < texts.size(); ++number)
        if (const auto key = read_integer(texts[number])) all_.push_back(*key);
    std::sort(all_.begin(), all_.end());
    table_.assign(4, 0);
    if (all_.empty()) return;
    least_ = all_.front();
    span_ = static_cast<std::uint64_t>(all_.back()) - static_cast<std::uint64_t>(least_);
    const auto offset_of = [&](std::int64_t key) {
        return static_cast<std::uint64_t>(key) - static_cast<std::uint64_t>(least_);
    };
    // Up to the memory that the hash table would take.
    if (span_ / 64 <= 2 * all_.size()) {
        bits_.assign(span_ / 64 + 1, 0);
        for (const std::int64_t key : all_) bits_[offset_of(key) / 64] |= std::uint64_t{1} << offset_of(key) % 64;
        return;
    }
    table_.assign(table_size(all_.size()), 0);
    for (const std::int64_t key : all_) {
        std::size_t place = scatter(offset_of(key)) & (table_.size() - 1);
        while (table_[place] != 0) place = (place + 1) & (table_.size() - 1);
        table_[place] = offset_of(key) + 1;
    }
}

UuidKeys::UuidKeys(const Texts &texts)
{
    for (std::size_t number = 0; number < texts.size(); ++number)
        if (const auto key = read_uuid(texts[number])) all_.push_back(*key);
    table_.assign(table_size(all_.size()), 0);
    for (std::size_t number = 0; number < all_.size(); ++number) {
        std::size_t place = scatter(all_[number].data()) & (table_.size() - 1);
        while (table_[place] != 0) place = (place + 1) & (table_.size() - 1);
        table_[place] = static_cast<std::uint32_t>(number + 1);
    }
}

}  // namespace quire::access
