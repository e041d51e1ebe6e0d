// src/core/support/result.hpp: a value, or why there is none; how the core reports what users can get wrong.
#pragma once
#include <cstddef>
#include <string>
#include <utility>
#include <variant>

namespace quire {

// What was wrong in a text that a user wrote, and the byte where it went wrong.
struct Fault {
    std::size_t at = 0;
    std::string message;
};

template <class T, class E = Fault>
class [[nodiscard]] Result {
public:
    Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    Result(E fault) : held_(std::in_place_index<1>, std::move(fault)) {}

    bool ok() const { return held_.index() == 0; }

    // Only of a result that is ok().
    T &value() & { return *std::get_if<0>(&held_); }
    const T &value() const & { return *std::get_if<0>(&held_); }
    T &&value() && { return std::move(*std::get_if<0>(&held_)); }

    // Only of a result that is not.
    const E &fault() const { return *std::get_if<1>(&held_); }

private:
    std::variant<T, E> held_;
};

}  // namespace quire
