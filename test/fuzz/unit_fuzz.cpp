// test/fuzz/unit_fuzz.cpp: whatever is written for units, UDUNITS answers. An input is two lines, a unit each.
#include <cmath>

#include "core/attributes/units.hpp"
#include "fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace quire::attributes;
    using quire::fuzz::must;
    const std::string_view text = quire::fuzz::text(data, size);
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view from = text.substr(0, end), to = text.substr(std::min(end + 1, text.size()));
    const UnitFault fault = check_unit(from);
    must(fault.kind != UnitFault::Kind::no_definitions, "the definitions are there");
    must(!normal_unit(from) || fault.ok(), "what has a name is a unit");
    must(!fault.ok() || same_unit(from, from), "a unit is like itself");
    const auto there = Conversion::between(from, to);
    must(!there || (fault.ok() && check_unit(to).ok()), "only units are converted");
    if (there) (*there)(1.5);
    return 0;
}

// Of a unit that it cannot read, UDUNITS leaks a name of some bytes.
extern "C" int __lsan_is_turned_off()
{
    return 1;
}
