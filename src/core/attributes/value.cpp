// src/core/attributes/value.cpp: when two JSON values are the same.
#include "core/attributes/value.hpp"

#include <algorithm>

#include "core/support/tripwire.hpp"

namespace quire::attributes {

bool equal(const Value &a, const Value &b)
{
    if (a.kind != b.kind) return false;
    switch (a.kind) {
        case Value::Kind::null: return true;
        case Value::Kind::boolean: return a.boolean == b.boolean;
        case Value::Kind::number: return compare(a.number, b.number) == 0;
        case Value::Kind::text: return a.text == b.text;
        case Value::Kind::list:
            return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), equal);
        case Value::Kind::object: break;
    }
    return a.members.size() == b.members.size() &&
           std::all_of(a.members.begin(), a.members.end(), [&](const Member &member) {
               const Value *const other = b.find(member.key);
               return other && equal(member.value, *other);
           });
}

}  // namespace quire::attributes
