// bench/core/regex_bench.cpp: what a value costs against a compiled pattern, beside std::regex; and what compiling
// does.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <regex>
#include <string>

#include "core/logic/regex.hpp"

namespace {

namespace logic = quire::logic;

struct Constraint {
    const char *pattern;
    std::string text;
};

const Constraint phone{"^[0-9]{10}$", "0123456789"};
const Constraint code{"^[A-Z]{2}[0-9]+$", "AB123456"};
const Constraint email{R"([A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,4})", "grace.hopper@navy.example"};
const Constraint password{"^(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z]).{8,}$", "correctHorse7staple"};
const Constraint name{R"(^[\p{L} '-]+$)", "Nguyễn Thị Minh Khai"};
const Constraint paragraph{"needle$", std::string(10'000, 'n')};

void search(benchmark::State &state, const Constraint &constraint)
{
    const auto regex = logic::Regex::compile(constraint.pattern);
    for (auto _ : state) benchmark::DoNotOptimize(regex.value().search(constraint.text, quire::never));
}
BENCHMARK_CAPTURE(search, phone, phone);
BENCHMARK_CAPTURE(search, code, code);
BENCHMARK_CAPTURE(search, email, email);
BENCHMARK_CAPTURE(search, password, password);
BENCHMARK_CAPTURE(search, name, name);
BENCHMARK_CAPTURE(search, paragraph, paragraph);

void match(benchmark::State &state, const Constraint &constraint)
{
    const auto regex = logic::Regex::compile(constraint.pattern);
    for (auto _ : state) benchmark::DoNotOptimize(regex.value().matches(constraint.text, quire::never));
}
BENCHMARK_CAPTURE(match, phone, phone);
BENCHMARK_CAPTURE(match, email, email);

void standard_search(benchmark::State &state, const Constraint &constraint)
{
    const std::regex regex(constraint.pattern, std::regex::ECMAScript | std::regex::optimize);
    for (auto _ : state) benchmark::DoNotOptimize(std::regex_search(constraint.text, regex));
}
BENCHMARK_CAPTURE(standard_search, phone, phone);
BENCHMARK_CAPTURE(standard_search, code, code);
BENCHMARK_CAPTURE(standard_search, email, email);
BENCHMARK_CAPTURE(standard_search, password, password);
BENCHMARK_CAPTURE(standard_search, paragraph, paragraph);

// A pattern of which nothing is known yet, as in the first row of a query.
void compile_and_search(benchmark::State &state, const Constraint &constraint)
{
    for (auto _ : state) {
        const auto regex = logic::Regex::compile(constraint.pattern);
        benchmark::DoNotOptimize(regex.value().search(constraint.text, quire::never));
    }
}
BENCHMARK_CAPTURE(compile_and_search, phone, phone);
BENCHMARK_CAPTURE(compile_and_search, password, password);
BENCHMARK_CAPTURE(compile_and_search, name, name);

// Hardly a state of this one comes twice: what the machine costs without its memory.
void search_new_states(benchmark::State &state)
{
    const auto regex = logic::Regex::compile("a[ab]{100}c");
    std::string text;
    for (std::uint32_t x = 1; text.size() < 10'000; x = x * 1'664'525 + 1'013'904'223) text += x >> 31 ? 'a' : 'b';
    for (auto _ : state) benchmark::DoNotOptimize(regex.value().search(text, quire::never));
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(search_new_states);

}  // namespace
