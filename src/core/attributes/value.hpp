// src/core/attributes/value.hpp: a JSON value, seen in place.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "core/attributes/decimal.hpp"

namespace quire::attributes {

struct Member;

// Texts, digits, items and members belong to who made the value. Texts are UTF-8.
struct Value {
    enum class Kind : std::uint8_t { null, boolean, number, text, list, object };

    Kind kind = Kind::null;
    bool boolean = false;
    Decimal number;
    std::string_view text;
    std::span<const Value> items;
    std::span<const Member> members;

    bool is_null() const { return kind == Kind::null; }
    const Value *find(std::string_view key) const;
};

struct Member {
    std::string_view key;
    Value value;
};

inline const Value *Value::find(std::string_view key) const
{
    for (const Member &member : members)
        if (member.key == key) return &member.value;
    return nullptr;
}

// The same JSON? Numbers are compared by value, lists item by item.
bool equal(const Value &a, const Value &b);

}  // namespace quire::attributes
