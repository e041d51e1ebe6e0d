// test/fuzz/event_fuzz.cpp: a cursor on the first line, then what a message is made of: always JSON that NOTIFY takes.
#include <rapidjson/document.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/events/message.hpp"
#include "core/events/numbers.hpp"
#include "core/records/json_text.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/utf8.hpp"

namespace {

using quire::fuzz::must;
namespace events = quire::events;

void check_cursor(std::string_view text)
{
    const auto cursor = events::read_cursor(text);
    if (!cursor) return;
    must(*cursor >= 0, "a cursor is no negative number");
    const auto digits = text.find_first_not_of('0');
    must(std::to_string(*cursor) == (digits == text.npos ? "0" : text.substr(digits)),
         "it is the number as it was written");
    const int partition = events::partition_of(*cursor);
    must(partition >= 0 && partition < events::partitions, "each number has a partition");
    if (*cursor >> 62 == 0)
        must(events::partition_of(events::next_turn(*cursor)) == (partition + 1) % events::partitions,
             "and the next turn the next one");
}

void check_message(const std::string &message, bool is_whole)
{
    must(message.size() <= events::most_bytes, "NOTIFY takes it");
    rapidjson::Document json;
    json.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(message.data(), message.size());
    must(!json.HasParseError() && json.IsObject(), "it is JSON");
    must(json.HasMember("truncated") != is_whole, "and says when something was left out");
}

std::string as_object(std::string_view name, std::string_view value)
{
    quire::records::JsonText text;
    text.raw("{");
    text.string(name);
    text.raw(":");
    text.string(value);
    text.raw("}");
    return std::string(text.text());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    std::string_view rest = quire::fuzz::text(data, size);
    std::vector<std::string_view> lines;
    for (std::size_t end = 0; end != rest.npos; rest.remove_prefix(end == rest.npos ? rest.size() : end + 1)) {
        end = rest.find('\n');
        lines.push_back(rest.substr(0, end));
    }
    check_cursor(lines[0]);
    if (lines.size() < 4 || !quire::fuzz::is_database_text(quire::fuzz::text(data, size))) return 0;

    // What names a table is bounded; a cut inside of a character is refused below.
    const std::string_view table = lines[1].substr(0, events::most_in_table);
    if (!quire::fuzz::is_database_text(table)) return 0;
    const events::Circumstances circumstances = {"update", table, lines[2], "2026-01-01T00:00:00Z", size};
    const std::string key = as_object("id", lines[3]), row = as_object(lines.back(), lines[3]);
    events::RowChange change = {key, std::nullopt, std::vector<std::string_view>(lines.begin() + 3, lines.end()), row,
                                row};
    const std::string message = events::describe(circumstances, change);
    check_message(message, message.find(",\"old\":" + row) != message.npos);

    events::Keys keys;
    for (std::size_t i = 3; i < lines.size(); ++i) keys.add(as_object("id", lines[i]));
    const std::string many = events::describe(circumstances, lines.size() - 3, keys);
    check_message(many, many.find("\"keys\":[") != many.npos);
    const std::string none = events::describe(circumstances);
    check_message(none, none.find("\"actor\":\"") != none.npos);
    return 0;
}
