// test/unit/support/random.hpp: chance for property tests, the same in every run.
#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <string_view>

namespace quire::test {

class Random {
public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    // A number from `least` to `most`, both included.
    template <class Number>
    Number between(Number least, Number most)
    {
        return std::uniform_int_distribution<Number>(least, most)(engine_);
    }
    std::size_t below(std::size_t bound) { return between<std::size_t>(0, bound - 1); }
    bool one_in(std::size_t n) { return below(n) == 0; }

    template <class T>
    T one_of(std::initializer_list<T> choices)
    {
        return choices.begin()[below(choices.size())];
    }
    char one_of(std::string_view choices) { return choices[below(choices.size())]; }

private:
    std::mt19937_64 engine_;
};

}  // namespace quire::test
