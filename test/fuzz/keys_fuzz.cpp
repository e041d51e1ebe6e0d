// test/fuzz/keys_fuzz.cpp: names of objects, a line each, as texts and keys: in it is what was put in, and nothing
// else.
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "core/access/keys.hpp"
#include "core/access/texts.hpp"
#include "fuzz/fuzz.hpp"

namespace {

using quire::fuzz::must;
namespace access_rules = quire::access;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    std::string_view rest = quire::fuzz::text(data, size);
    access_rules::Texts texts;
    std::set<std::string_view> reference;
    while (true) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        must(texts.add(line) == reference.insert(line).second, "a text is new once");
        if (line.size() == rest.size()) break;
        rest.remove_prefix(line.size() + 1);
    }
    must(texts.size() == reference.size(), "as many as there are");
    const access_rules::IntegerKeys integers(texts);
    const access_rules::UuidKeys uuids(texts);
    std::size_t numbers = 0, ids = 0;
    for (const std::string_view name : reference) {
        must(texts.contains(name), "a text is found");
        if (const auto integer = access_rules::read_integer(name)) {
            ++numbers;
            must(std::to_string(*integer) == name, "an integer is written as it was read");
            must(integers.contains(*integer), "and found");
            must(integers.contains(*integer ^ 1) == reference.contains(std::to_string(*integer ^ 1)), "and no other");
        }
        if (const auto uuid = access_rules::read_uuid(name)) {
            ++ids;
            must(access_rules::write_uuid(uuid->data()) == name, "so is a UUID");
            must(uuids.contains(uuid->data()), "and found");
        }
    }
    must(integers.all().size() == numbers && uuids.all().size() == ids, "no key is more than was put in");
    return 0;
}
