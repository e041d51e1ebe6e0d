// src/pg/support/json.cpp: building jsonb, and looking into it.
#include "pg/support/json.hpp"

#include "pg/support/call.hpp"
#include "pg/support/encoding.hpp"

namespace quire::pg {
namespace {

std::string_view text_in(const JsonbValue &value)
{
    return {value.val.string.val, static_cast<std::size_t>(value.val.string.len)};
}

[[noreturn]] void refuse_option(std::string_view name, std::string what)
{
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "the option " + quoted(name) + " " + what);
}

}  // namespace

std::string_view JsonbWriter::keep(std::string_view text)
{
    const std::string_view converted = to_database(text);
    auto *const place = static_cast<char *>(texts_.allocate(converted.size() + 1, 1));
    converted.copy(place, converted.size());
    place[converted.size()] = '\0';
    return {place, converted.size()};
}

JsonbStep &JsonbWriter::add(jbvType type)
{
    steps_.emplace_back().type = type;
    return steps_.back();
}

void JsonbWriter::begin(jbvType type)
{
    open_.push_back(static_cast<std::uint32_t>(steps_.size()));
    add(type);
}

void JsonbWriter::end()
{
    steps_[open_.back()].end = static_cast<std::uint32_t>(steps_.size());
    open_.pop_back();
    add(jbvNull).is_end = true;
}

void JsonbWriter::key(std::string_view name)
{
    add(jbvString).text = keep(name);
}

void JsonbWriter::jsonb(Datum value)
{
    Jsonb *const document = call([&] { return DatumGetJsonbP(value); });
    JsonbIterator *at = call([&] { return JsonbIteratorInit(&document->root); });
    const bool scalar = JB_ROOT_IS_SCALAR(document);
    for (;;) {
        JsonbValue item;
        const JsonbIteratorToken token = call([&] { return JsonbIteratorNext(&at, &item, false); });
        if (token == WJB_DONE) return;
        if (scalar && (token == WJB_BEGIN_ARRAY || token == WJB_END_ARRAY)) continue;
        if (token == WJB_BEGIN_OBJECT || token == WJB_BEGIN_ARRAY) {
            token == WJB_BEGIN_OBJECT ? begin_object() : begin_array();
        } else if (token == WJB_END_OBJECT || token == WJB_END_ARRAY) {
            end();
        } else {
            JsonbStep &step = add(item.type);
            if (item.type == jbvBool) step.boolean = item.val.boolean;
            if (item.type == jbvString) step.text = text_in(item);
            if (item.type == jbvNumeric)
                step.text = call([&] {
                    return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(item.val.numeric)));
                });
        }
    }
}

Datum JsonbWriter::finish()
{
    const Datum made = encode_jsonb(steps_);
    steps_.clear();
    texts_.release();
    return made;
}

void for_each_member(Datum object, const std::function<void(std::string_view, Datum)> &visit)
{
    Jsonb *const document = call([&] { return DatumGetJsonbP(object); });
    if (!JB_ROOT_IS_OBJECT(document)) throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "an option is not a JSON object");
    JsonbIterator *at = call([&] { return JsonbIteratorInit(&document->root); });
    std::string key;
    for (;;) {
        JsonbValue item;
        const JsonbIteratorToken token = call([&] { return JsonbIteratorNext(&at, &item, true); });
        if (token == WJB_DONE) return;
        if (token == WJB_KEY) key = to_utf8(text_in(item));
        if (token == WJB_VALUE) visit(key, call([&] { return JsonbPGetDatum(JsonbValueToJsonb(&item)); }));
    }
}

std::vector<std::string> texts_of(Datum array)
{
    Jsonb *const document = call([&] { return DatumGetJsonbP(array); });
    if (!JB_ROOT_IS_ARRAY(document) || JB_ROOT_IS_SCALAR(document))
        throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "an option is not a JSON array");
    std::vector<std::string> texts;
    JsonbIterator *at = call([&] { return JsonbIteratorInit(&document->root); });
    for (;;) {
        JsonbValue item;
        const JsonbIteratorToken token = call([&] { return JsonbIteratorNext(&at, &item, true); });
        if (token == WJB_DONE) return texts;
        if (token == WJB_ELEM)
            texts.push_back(scalar_text(call([&] { return JsonbPGetDatum(JsonbValueToJsonb(&item)); })));
    }
}

std::string scalar_text(Datum value)
{
    Jsonb *const document = call([&] { return DatumGetJsonbP(value); });
    JsonbValue item;
    if (!call([&] { return JsonbExtractScalar(&document->root, &item); }))
        throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "an option holds an array or object where it cannot");
    switch (item.type) {
        case jbvString: return std::string(to_utf8(text_in(item)));
        case jbvBool: return item.val.boolean ? "true" : "false";
        case jbvNumeric:
            return call(
                [&] { return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(item.val.numeric))); });
        default: return {};
    }
}

Options::Options(Args &args, int argument)
{
    if (argument >= args.count() || args.is_null(argument)) return;
    object_ = call([&] { return DatumGetJsonbP(args.datum(argument)); });
    if (!JB_ROOT_IS_OBJECT(object_))
        throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "the options are not a JSON object")
            .hint("Options look like '{\"on_error\": \"null\"}'.");
}

JsonbValue *Options::find(std::string_view name)
{
    known_.push_back(name);
    if (!object_) return nullptr;
    JsonbValue *const found = call([&] {
        return getKeyJsonValueFromContainer(&object_->root, name.data(), static_cast<int>(name.size()), nullptr);
    });
    return found && found->type != jbvNull ? found : nullptr;
}

bool Options::flag(std::string_view name, bool otherwise)
{
    const JsonbValue *const found = find(name);
    if (!found) return otherwise;
    if (found->type != jbvBool) refuse_option(name, "is neither true nor false");
    return found->val.boolean;
}

std::optional<std::string> Options::text(std::string_view name)
{
    const JsonbValue *const found = find(name);
    if (!found) return std::nullopt;
    if (found->type != jbvString) refuse_option(name, "is not a string");
    return std::string(to_utf8(text_in(*found)));
}

std::size_t Options::word(std::string_view name, std::span<const std::string_view> words)
{
    const auto said = text(name);
    if (!said) return 0;
    for (std::size_t i = 0; i < words.size(); ++i)
        if (words[i] == *said) return i;
    std::vector<std::string> all(words.begin(), words.end());
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "the option " + quoted(name) + " has a value that it cannot have")
        .hint("It may be one of " + quoted_list(all) + ".");
}

std::optional<Datum> Options::value(std::string_view name)
{
    JsonbValue *const found = find(name);
    if (!found) return std::nullopt;
    return call([&] { return JsonbPGetDatum(JsonbValueToJsonb(found)); });
}

void Options::finish() const
{
    if (!object_) return;
    JsonbIterator *at = call([&] { return JsonbIteratorInit(&object_->root); });
    for (;;) {
        JsonbValue item;
        const JsonbIteratorToken token = call([&] { return JsonbIteratorNext(&at, &item, true); });
        if (token == WJB_DONE) return;
        if (token != WJB_KEY) continue;
        if (std::find(known_.begin(), known_.end(), text_in(item)) != known_.end()) continue;
        std::vector<std::string> all(known_.begin(), known_.end());
        throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "there is no option " + quoted(text_in(item)))
            .hint("The options are " + quoted_list(all) + ".");
    }
}

}  // namespace quire::pg
