// src/core/logic/external.cpp: rows and features as elements.
#include "core/logic/external.hpp"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/support/csv.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {
namespace {

// Builds root/item*.
class Items {
public:
    Items(const Names &names, Document &document) : names_(names), document_(document)
    {
        document_.clear();
        root_ = open(Document::root, "root");
    }

    void begin() { item_ = open(root_, "item"); }
    void end() { document_.close(item_); }
    void add(std::string_view name, std::string_view text)
    {
        const std::uint32_t cell = open(item_, document_.texts().copy(name));
        document_.add_text(cell, document_.texts().copy(text));
        document_.close(cell);
    }
    void finish()
    {
        document_.close(root_);
        document_.close(Document::root);
    }

private:
    std::uint32_t open(std::uint32_t parent, std::string_view name)
    {
        Node element;
        element.tag = name;
        element.name = names_.find(name);
        return document_.open(parent, element);
    }

    const Names &names_;
    Document &document_;
    std::uint32_t root_, item_ = 0;
};

// As clients guess it from the line of names.
char delimiter_of(std::string_view text)
{
    const std::string_view header = text.substr(0, text.find_first_of("\r\n"));
    for (const char delimiter : {';', ',', '\t', '|'})
        if (header.find(delimiter) != std::string_view::npos) return delimiter;
    return ',';
}

Result<bool> read_csv(std::string_view text, Items &items, Poll poll)
{
    CsvFormat format;
    format.delimiter = delimiter_of(text);
    CsvReader reader(text, format, poll);
    std::vector<std::string> header, cells;
    auto row = reader.next(header);
    // Of columns of one name, the last one counts.
    std::unordered_map<std::string_view, std::size_t> columns;
    for (std::size_t i = 0; i < header.size(); ++i) columns[header[i]] = i;
    while (row.ok() && row.value() && (row = reader.next(cells)).ok() && row.value()) {
        items.begin();
        for (std::size_t i = 0; i < header.size(); ++i)
            if (columns[header[i]] == i)
                items.add(header[i], i < cells.size() ? std::string_view(cells[i]) : std::string_view());
        items.end();
    }
    if (!row.ok()) return row.fault();
    return true;
}

// --- GeoJSON ---------------------------------------------------------------------------------------------------------

using Json = rapidjson::Value;

std::string_view text_of(const Json &value)
{
    return {value.GetString(), value.GetStringLength()};
}

const Json *member(const Json &object, const char *name)
{
    if (!object.IsObject()) return nullptr;
    const auto found = object.FindMember(name);
    return found == object.MemberEnd() ? nullptr : &found->value;
}

bool append_point(std::string &text, const Json &point)
{
    if (!point.IsArray() || point.Size() < 2 || !point[0].IsString() || !point[1].IsString()) return false;
    if (!text.empty()) text += "; ";
    text.append(text_of(point[1])).append(" ").append(text_of(point[0])).append(" 0 0");
    return true;
}

// Numbers come as texts, as they are written. False for what forms cannot have.
bool append_geometry(std::string &text, const Json &geometry)
{
    const Json *const type = member(geometry, "type");
    const Json *const coordinates = member(geometry, "coordinates");
    if (!type || !type->IsString() || !coordinates || !coordinates->IsArray()) return false;
    if (text_of(*type) == "Point") return append_point(text, *coordinates);
    const bool is_polygon = text_of(*type) == "Polygon";
    if (!is_polygon && text_of(*type) != "LineString") return false;
    if (is_polygon && (coordinates->Empty() || !(*coordinates)[0].IsArray())) return false;
    const Json &points = is_polygon ? (*coordinates)[0] : *coordinates;
    return std::all_of(points.Begin(), points.End(), [&](const Json &point) { return append_point(text, point); });
}

std::string printed(const Json &value)
{
    if (value.IsString()) return std::string(text_of(value));
    if (value.IsBool()) return value.GetBool() ? "true" : "false";
    return {};
}

bool add_feature(const Json &feature, Items &items)
{
    const Json *const geometry = member(feature, "geometry");
    std::string place;
    if (!geometry || !append_geometry(place, *geometry)) return false;
    // The last one of a name counts, in the place of the first.
    std::vector<std::pair<std::string_view, std::string>> cells{{"geometry", place}};
    const auto set = [&](std::string_view name, std::string text) {
        const auto known =
            std::find_if(cells.begin(), cells.end(), [&](const auto &cell) { return cell.first == name; });
        if (known == cells.end())
            cells.emplace_back(name, std::move(text));
        else
            known->second = std::move(text);
    };
    if (const Json *const properties = member(feature, "properties"); properties && properties->IsObject())
        for (const auto &property : properties->GetObject()) set(text_of(property.name), printed(property.value));
    if (const Json *const id = member(feature, "id")) set("id", printed(*id));
    items.begin();
    for (const auto &[name, text] : cells) items.add(name, text);
    items.end();
    return true;
}

Result<bool> read_geojson(std::string_view text, Items &items, Poll poll)
{
    constexpr unsigned flags =
        rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;
    rapidjson::Document json;
    json.Parse<flags>(text.data(), text.size());
    if (json.HasParseError()) return Fault{json.GetErrorOffset(), rapidjson::GetParseError_En(json.GetParseError())};
    const Json *const type = member(json, "type");
    const Json *const features = member(json, "features");
    if (!type || !type->IsString() || text_of(*type) != "FeatureCollection" || !features || !features->IsArray())
        return Fault{0, "GeoJSON must be a FeatureCollection"};
    std::size_t count = 0;
    for (const Json &feature : features->GetArray()) {
        if (++count % 1000 == 0) poll();
        if (!add_feature(feature, items)) return Fault{0, "a feature has no point, line or polygon"};
    }
    return true;
}

}  // namespace

Result<bool> read_external(std::string_view text, const Names &names, Document &document, Poll poll)
{
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.substr(0, byte_order_mark.size()) == byte_order_mark) text.remove_prefix(byte_order_mark.size());
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const char c = first == std::string_view::npos ? '\0' : text[first];
    if (c == '<') {
        const auto fault = read_known(text, names, document, {}, poll);
        if (fault) return Fault{fault->at, fault->message};
        return true;
    }
    Items items(names, document);
    auto read = c == '{' ? read_geojson(text, items, poll) : read_csv(text, items, poll);
    items.finish();
    return read;
}

}  // namespace quire::logic
