// src/core/logic/value.hpp: what an expression, or a part of one, comes to.
#pragma once
#include <cstdint>
#include <string_view>

namespace quire::logic {

// A node of one of the documents that an expression sees. In the order of these numbers is document order.
struct Ref {
    std::uint64_t number = 0;

    Ref() = default;
    constexpr Ref(std::uint32_t document, std::uint32_t node) : number(std::uint64_t{document} << 32 | node) {}
    std::uint32_t document() const { return static_cast<std::uint32_t>(number >> 32); }
    std::uint32_t node() const { return static_cast<std::uint32_t>(number); }
    auto operator<=>(const Ref &) const = default;
};

// Nodes, each once; in document order unless randomize() has shuffled them. They live in an arena.
struct NodeSet {
    const Ref *data = nullptr;
    std::uint32_t size = 0;

    bool empty() const { return size == 0; }
    Ref front() const { return data[0]; }
    const Ref *begin() const { return data; }
    const Ref *end() const { return data + size; }
};

struct Value {
    enum class Type : std::uint8_t { nodes, text, number, boolean, date };

    Type type = Type::text;
    bool truth = false;     // of a boolean
    double number = 0;      // of a number; of a date, milliseconds since 1970 in UTC
    std::string_view text;  // of a text
    NodeSet nodes;          // of a set of nodes

    static Value of(NodeSet nodes)
    {
        Value value;
        value.type = Type::nodes;
        value.nodes = nodes;
        return value;
    }
    static Value of(std::string_view text)
    {
        Value value;
        value.text = text;
        return value;
    }
    static Value of(double number)
    {
        Value value;
        value.type = Type::number;
        value.number = number;
        return value;
    }
    static Value of(bool truth)
    {
        Value value;
        value.type = Type::boolean;
        value.truth = truth;
        return value;
    }
    static Value date(double milliseconds)
    {
        Value value;
        value.type = Type::date;
        value.number = milliseconds;
        return value;
    }
    static Value of(const char *) = delete;

    bool is(Type other) const { return type == other; }
};

}  // namespace quire::logic
