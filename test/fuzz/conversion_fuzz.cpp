// test/fuzz/conversion_fuzz.cpp: what a conversion gives has the type that was asked for. An input is three lines of
// JSON: a value, the type it has, the type it is to have.
#include "core/attributes/convert.hpp"
#include "fuzz/fuzz.hpp"
#include "unit/attributes/json.hpp"

namespace {

using namespace quire::attributes;
using quire::fuzz::must;

std::string_view take_line(std::string_view &text)
{
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    std::string_view text = quire::fuzz::text(data, size);
    quire::test::JsonReader reader;
    const auto value = reader.read(take_line(text)), from = reader.read(take_line(text)), to = reader.read(text);
    if (!value || !from || !to) return 0;
    const auto old_type = read_type(*from), new_type = read_type(*to);
    if (!old_type.ok() || !new_type.ok()) return 0;
    must(!describe(old_type.value()).empty() && equivalent(old_type.value(), old_type.value()),
         "a type is like itself");
    must(matches(old_type.value(), *value, *value), "a value matches itself");

    const auto converted = convert(*value, old_type.value(), new_type.value());
    if (!converted.ok()) {
        must(!converted.fault().message.empty(), "a fault has words");
        return 0;
    }
    if (converted.value().kind == Value::Kind::list) {
        for (const Converted &item : converted.value().items)
            must(item.kind != Value::Kind::null && item.kind != Value::Kind::list, "items are scalars");
        return 0;
    }
    const Value result = converted.value().scalar();
    const bool empty_choice = new_type.value().kind == AttributeType::Kind::choice && result.text.empty();
    must(empty_choice || check_value(new_type.value(), result) == Rule::none, "what comes out has its type");
    const auto again = convert(result, new_type.value(), new_type.value());
    must(again.ok() && equal(again.value().scalar(), result), "and stays what it is");
    return 0;
}
