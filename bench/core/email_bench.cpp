// bench/core/email_bench.cpp: what checking and comparing one address costs; the time of an iteration is that of one.
#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "core/guards/email.hpp"

namespace {

namespace guards = quire::guards;

constexpr std::array<std::string_view, 8> typical = {
    "ada@example.org",
    "grace.hopper@navy.mil",
    "j.doe+surveys@mail.example.co.uk",
    "Field.Team-07@health.gov.example",
    "enumerator_0042@odk.example.com",
    "maria.gonzalez.de.la.cruz@universidad.example.edu",
    "x@y.z",
    "first.last.with.many.parts@very.deep.sub.domain.of.some.institute.example.net",
};

constexpr std::array<std::string_view, 4> faulty = {
    "ada.example.org",
    "ada lovelace@example.org",
    "ada@example..org",
    "ada@exam_ple.org",
};

template <std::size_t N>
void check(benchmark::State &state, const std::array<std::string_view, N> &addresses)
{
    std::size_t i = 0;
    for (auto _ : state) benchmark::DoNotOptimize(guards::check_email(addresses[i++ % N]));
}
BENCHMARK_CAPTURE(check, typical, typical);
BENCHMARK_CAPTURE(check, faulty, faulty);

void check_longest(benchmark::State &state)
{
    const std::string label(62, 'd');
    const std::string address = std::string(64, 'l') + '@' + label + '.' + label + '.' + label;
    for (auto _ : state) benchmark::DoNotOptimize(guards::check_email(address));
}
BENCHMARK(check_longest);

// Neighbours in the list, as a sort of distinct addresses meets them.
void compare_different(benchmark::State &state)
{
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(guards::compare_email(typical[i % typical.size()], typical[(i + 1) % typical.size()]));
        ++i;
    }
}
BENCHMARK(compare_different);

void compare_spellings(benchmark::State &state)
{
    for (auto _ : state)
        benchmark::DoNotOptimize(
            guards::compare_email("j.doe+surveys@mail.example.co.uk", "J.Doe+Surveys@Mail.Example.co.UK"));
}
BENCHMARK(compare_spellings);

void fold(benchmark::State &state)
{
    std::array<char, guards::max_email_length> out{};
    std::size_t i = 0;
    for (auto _ : state) {
        guards::fold_email(typical[i++ % typical.size()], out.data());
        benchmark::DoNotOptimize(out);
    }
}
BENCHMARK(fold);

}  // namespace
