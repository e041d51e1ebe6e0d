// src/core/logic/functions_text.cpp: functions of texts.
#include <algorithm>
#include <cmath>
#include <string>

#include "core/forms/scalars.hpp"
#include "core/logic/function_bodies.hpp"
#include "core/logic/search.hpp"
#include "core/support/utf8.hpp"
#include "core/xml/characters.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic::bodies {
namespace {

// Clients count UTF-16 units: characters beyond the basic plane are two.
std::size_t units_of(char32_t c)
{
    return c >= 0x10000 ? 2 : 1;
}

std::size_t count_units(std::string_view text)
{
    std::size_t units = 0;
    for (std::size_t at = 0, length = 0; at < text.size(); at += length)
        units += units_of(decode_utf8(text.substr(at), length));
    return units;
}

// The bytes of the units from `first` on and before `last`; a character that is only half inside is not.
std::string_view unit_range(std::string_view text, double first, double last)
{
    if (std::isnan(first) || std::isnan(last)) return {};
    std::size_t begin = text.size(), end = text.size();
    double unit = 0;
    for (std::size_t at = 0, length = 0; at < text.size(); at += length) {
        if (unit >= first && begin == text.size()) begin = at;
        const auto width = static_cast<double>(units_of(decode_utf8(text.substr(at), length)));
        if (unit + width > last) {
            end = at;
            break;
        }
        unit += width;
    }
    return begin < end ? text.substr(begin, end - begin) : std::string_view();
}

// Gathers pieces into one text of the arena.
class Joined {
public:
    explicit Joined(Evaluator &evaluator) : evaluator_(evaluator) {}

    void add(std::string_view text)
    {
        evaluator_.spend(1 + text.size() / 64);
        text_ += text;
    }
    // Each node of a set alone, or the text of any other value.
    template <class Add>
    void add_each(const Value &value, bool whole_sets, Add add_one)
    {
        if (!value.is(Value::Type::nodes) || !whole_sets) return add_one(evaluator_.text(value));
        for (const Ref ref : value.nodes) add_one(evaluator_.text_of(ref));
    }
    Value value() { return Value::of(evaluator_.arena().copy(text_)); }

private:
    Evaluator &evaluator_;
    std::string text_;
};

// JavaRosa spreads a set of nodes only when it is the one argument.
bool spreads_sets(const Evaluator &evaluator, std::size_t arguments)
{
    return !evaluator.is_java() || arguments == 1;
}

}  // namespace

Value string(Evaluator &evaluator, const Op &call, const Context &context)
{
    if (call.list.size == 0) return Value::of(evaluator.text(Value::of(evaluator.one_node(context.node))));
    return Value::of(evaluator.text_argument(call, 0, context));
}

Value concat(Evaluator &evaluator, const Op &call, const Context &context)
{
    Joined joined(evaluator);
    const bool whole_sets = spreads_sets(evaluator, call.list.size);
    for (std::uint32_t i = 0; i < call.list.size; ++i)
        joined.add_each(evaluator.argument(call, i, context), whole_sets,
                        [&](std::string_view text) { joined.add(text); });
    return joined.value();
}

Value join(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view separator = evaluator.text_argument(call, 0, context);
    Joined joined(evaluator);
    const bool whole_sets = spreads_sets(evaluator, call.list.size - 1);
    bool first = true;
    for (std::uint32_t i = 1; i < call.list.size; ++i)
        joined.add_each(evaluator.argument(call, i, context), whole_sets, [&](std::string_view text) {
            if (!first) joined.add(separator);
            first = false;
            joined.add(text);
        });
    return joined.value();
}

Value substr(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view text = evaluator.text_argument(call, 0, context);
    const auto length = static_cast<double>(count_units(text));
    const auto place = [&](std::uint32_t argument) {
        double at = std::trunc(evaluator.number_argument(call, argument, context));
        if (std::isnan(at)) at = 0;
        return at < 0 ? std::max(length + at, 0.0) : std::min(at, length);
    };
    const double first = place(1), last = call.list.size > 2 ? place(2) : length;
    return Value::of(unit_range(text, first, last));
}

Value substring(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view text = evaluator.text_argument(call, 0, context);
    const auto rounded = [](double number) { return std::floor(number + 0.5); };
    const double first = rounded(evaluator.number_argument(call, 1, context)) - 1;
    double last = HUGE_VAL;
    if (call.list.size > 2) last = first + rounded(evaluator.number_argument(call, 2, context));
    return Value::of(unit_range(text, first, last));
}

Value substring_before(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view text = evaluator.text_argument(call, 0, context);
    const std::size_t at = find_text(text, evaluator.text_argument(call, 1, context));
    return Value::of(at == std::string_view::npos ? std::string_view() : text.substr(0, at));
}

Value substring_after(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view text = evaluator.text_argument(call, 0, context);
    const std::string_view needle = evaluator.text_argument(call, 1, context);
    const std::size_t at = find_text(text, needle);
    return Value::of(at == std::string_view::npos ? std::string_view() : text.substr(at + needle.size()));
}

Value contains(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view text = evaluator.text_argument(call, 0, context);
    return Value::of(find_text(text, evaluator.text_argument(call, 1, context)) != std::string_view::npos);
}

Value starts_with(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view text = evaluator.text_argument(call, 0, context);
    const std::string_view start = evaluator.text_argument(call, 1, context);
    return Value::of(text.substr(0, start.size()) == start);
}

Value ends_with(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view text = evaluator.text_argument(call, 0, context);
    const std::string_view end = evaluator.text_argument(call, 1, context);
    return Value::of(text.size() >= end.size() && text.substr(text.size() - end.size()) == end);
}

Value translate(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view text = evaluator.text_argument(call, 0, context);
    const auto characters = [](std::string_view from) {
        std::u32string all;
        for (std::size_t at = 0, length = 0; at < from.size(); at += length)
            all += decode_utf8(from.substr(at), length);
        return all;
    };
    const std::u32string from = characters(evaluator.text_argument(call, 1, context));
    const std::u32string to = characters(evaluator.text_argument(call, 2, context));
    std::string made;
    evaluator.spend(text.size() * (1 + from.size() / 16));
    for (std::size_t at = 0, length = 0; at < text.size(); at += length) {
        const char32_t c = decode_utf8(text.substr(at), length);
        const std::size_t place = from.find(c);
        if (place == std::u32string::npos)
            made += text.substr(at, length);
        else if (place < to.size())
            append_utf8(made, to[place]);
    }
    return Value::of(evaluator.arena().copy(made));
}

Value string_length(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view text = call.list.size == 0 ? evaluator.text(Value::of(evaluator.one_node(context.node)))
                                                      : evaluator.text_argument(call, 0, context);
    return Value::of(static_cast<double>(count_units(text)));
}

Value normalize_space(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view text = call.list.size == 0 ? evaluator.text(Value::of(evaluator.one_node(context.node)))
                                                      : evaluator.text_argument(call, 0, context);
    std::string made;
    bool space = false;
    for (const char c : text) {
        if (xml::is_xml_space(c)) {
            space = true;
            continue;
        }
        if (space && !made.empty()) made += ' ';
        space = false;
        made += c;
    }
    return Value::of(evaluator.arena().copy(made));
}

Value regex(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view text = evaluator.text_argument(call, 0, context);
    return Value::of(evaluator.matches(text, evaluator.text_argument(call, 1, context)));
}

Value uuid(Evaluator &evaluator, const Op &call, const Context &context)
{
    constexpr std::string_view digits = "0123456789abcdef";
    const auto digit = [&] { return digits[evaluator.random() >> 60]; };
    std::string text;
    if (call.list.size == 0) {
        for (const char c : std::string_view("xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx"))
            text += c == 'x' ? digit() : c == 'y' ? "89ab"[evaluator.random() >> 62] : c;
    } else {
        constexpr double longest = 10'000;
        const double size = evaluator.number_argument(call, 0, context);
        if (!(size <= longest)) evaluator.fail("uuid() makes no text of that length");
        for (double i = 0; i < size; ++i) text += digit();
    }
    return Value::of(evaluator.arena().copy(text));
}

Value itext(Evaluator &evaluator, const Op &call, const Context &context)
{
    const auto text = evaluator.world().itext(evaluator.text_argument(call, 0, context));
    if (!text && evaluator.is_java()) evaluator.fail("jr:itext() asks for a text that the form does not have");
    return Value::of(text.value_or(std::string_view()));
}

Value choice_name(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view value = evaluator.text_argument(call, 0, context);
    const std::string_view path = evaluator.text_argument(call, 1, context);
    return Value::of(evaluator.world().choice_label(evaluator, value, path, context).value_or(std::string_view()));
}

Value version(Evaluator &evaluator, const Op &, const Context &)
{
    return Value::of(evaluator.world().form_version);
}

Value property(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view wanted = evaluator.text_argument(call, 0, context);
    for (const auto &[name, value] : evaluator.world().properties)
        if (name == wanted) return Value::of(std::string_view(value));
    return Value::of(std::string_view());
}

}  // namespace quire::logic::bodies
