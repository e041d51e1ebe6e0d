// src/core/events/message.cpp: what is left out of a message, in which order.
#include "core/events/message.hpp"

#include "core/records/json_text.hpp"

#include "core/support/tripwire.hpp"

namespace quire::events {
namespace {

using records::JsonText;

void member(JsonText &text, std::string_view name)
{
    text.raw(text.empty() ? "{\"" : ",\"");
    text.raw(name);
    text.raw("\":");
}

void string_member(JsonText &text, std::string_view name, std::string_view value)
{
    member(text, name);
    text.string(value);
}

void json_member(JsonText &text, std::string_view name, std::string_view json)
{
    member(text, name);
    text.raw(json);
}

void begin(JsonText &text, const Circumstances &circumstances)
{
    string_member(text, "type", circumstances.type);
    string_member(text, "table", circumstances.table);
}

std::string finish(JsonText &text, const Circumstances &circumstances, bool with_actor, bool truncated)
{
    member(text, "actor");
    if (with_actor && circumstances.actor)
        text.string(*circumstances.actor);
    else
        text.raw("null");
    string_member(text, "at", circumstances.at);
    string_member(text, "txid", std::to_string(circumstances.transaction));
    if (truncated) json_member(text, "truncated", "true");
    text.raw("}");
    return std::string(text.text());
}

enum Left { everything, no_rows, no_names, no_key, no_actor };

std::string row_message(const Circumstances &circumstances, const RowChange &change, Left left)
{
    JsonText text;
    begin(text, circumstances);
    if (left < no_key) json_member(text, "key", change.key.empty() ? "null" : change.key);
    if (change.version) json_member(text, "version", std::to_string(*change.version));
    if (change.changed && left < no_names) {
        member(text, "changed");
        text.raw("[");
        const char *comma = "";
        for (const std::string_view name : *change.changed) {
            text.raw(comma);
            text.string(name);
            comma = ",";
        }
        text.raw("]");
    }
    if (left < no_rows) {
        if (!change.old_row.empty()) json_member(text, "old", change.old_row);
        if (!change.new_row.empty()) json_member(text, "new", change.new_row);
    }
    return finish(text, circumstances, left < no_actor, left != everything);
}

}  // namespace

std::string describe(const Circumstances &circumstances, const RowChange &change)
{
    for (const Left left : {everything, no_rows, no_names, no_key}) {
        std::string message = row_message(circumstances, change, left);
        if (message.size() <= most_bytes) return message;
    }
    return row_message(circumstances, change, no_actor);
}

void Keys::add(std::string_view key)
{
    bytes_ += key.size() + 1;
    if (!fits()) return;
    if (!list_.empty()) list_.push_back(',');
    list_.append(key.empty() ? "null" : key);
}

std::string describe(const Circumstances &circumstances, std::uint64_t rows, const Keys &keys)
{
    const auto message = [&](bool with_keys, bool with_actor) {
        JsonText text;
        begin(text, circumstances);
        json_member(text, "rows", std::to_string(rows));
        if (with_keys) json_member(text, "keys", "[" + keys.list_ + "]");
        return finish(text, circumstances, with_actor, !with_keys || !with_actor);
    };
    if (keys.fits()) {
        std::string whole = message(true, true);
        if (whole.size() <= most_bytes) return whole;
    }
    std::string short_one = message(false, true);
    return short_one.size() <= most_bytes ? short_one : message(false, false);
}

std::string describe(const Circumstances &circumstances)
{
    JsonText text;
    begin(text, circumstances);
    std::string whole = finish(text, circumstances, true, false);
    if (whole.size() <= most_bytes) return whole;
    JsonText shorter;
    begin(shorter, circumstances);
    return finish(shorter, circumstances, false, true);
}

}  // namespace quire::events
