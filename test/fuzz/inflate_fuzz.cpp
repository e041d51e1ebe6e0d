// test/fuzz/inflate_fuzz.cpp: whatever comes, inflating ends within its limit, and what it gives comes back.
#include "fuzz/fuzz.hpp"
#include "unit/archive/codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using quire::fuzz::must;
    using Kind = quire::archive::InflateFault::Kind;
    constexpr std::size_t most = 1 << 16;

    const std::string_view input = quire::fuzz::text(data, size);
    const auto inflated = quire::test::gunzip(input, most);
    if (inflated.fault) {
        must(inflated.fault->at <= size, "a fault has a place in the input");
        must((inflated.fault->kind == Kind::empty) == (size == 0), "only no bytes are empty");
    } else {
        must(inflated.content.size() <= most, "the limit holds");
        const auto more = quire::test::gunzip(std::string(input) + "?", most);
        must(more.fault && more.fault->kind == Kind::trailing && more.fault->at == size, "what follows is seen");
    }
    const auto again = quire::test::gunzip(quire::test::gzip(input, static_cast<int>(size % 10)), size);
    must(!again.fault && again.content == input, "what was deflated inflates to the same");
    return 0;
}
