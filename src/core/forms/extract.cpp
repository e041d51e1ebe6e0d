// src/core/forms/extract.cpp: answers by the type of their question, strictly.
#include "core/forms/extract.hpp"

#include "core/forms/geo.hpp"
#include "core/forms/identity.hpp"
#include "core/forms/scalars.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

bool write_number(const std::optional<std::string> &number, JsonSink &json)
{
    if (number) json.number(*number);
    return number.has_value();
}

bool write_boolean(std::optional<bool> value, JsonSink &json)
{
    if (value) json.boolean(*value);
    return value.has_value();
}

bool write_checked(std::string_view text, bool ok, JsonSink &json)
{
    if (ok) json.string(trim(text));
    return ok;
}

bool write_geometry(Value kind, std::string_view text, ExtractOptions::Geo geo, JsonSink &json)
{
    const auto geometry = read_geometry(kind, text, Reading::strict);
    if (!geometry) return false;
    switch (geo) {
        case ExtractOptions::Geo::geojson: write_geojson(*geometry, json); break;
        case ExtractOptions::Geo::wkt: json.string(wkt(*geometry)); break;
        case ExtractOptions::Geo::text: json.string(trim(text)); break;
    }
    return true;
}

class Writer {
public:
    Writer(const Form &form, const Contents &contents, const ExtractOptions &options, JsonSink &json)
        : form_(form), contents_(contents), options_(options), json_(json)
    {
    }

    std::vector<Problem> write()
    {
        json_.begin_object();
        write_members(contents_.rows().front(), Form::root);
        if (!problems_.empty()) {
            json_.key("__problems");
            write_problems(form_, problems_, json_);
        }
        json_.end();
        return std::move(problems_);
    }

private:
    void write_members(const Contents::Row &row, std::uint32_t parent)
    {
        for (const std::uint32_t index : form_[parent].children) {
            const Node &node = form_[index];
            if (node.kind == Node::Kind::group && options_.names == ExtractOptions::Names::flat) {
                write_members(row, index);
                continue;
            }
            json_.key(name_of(row, node));
            if (node.is_leaf()) {
                write_answer(row, index);
            } else if (node.is_repeat()) {
                write_repeat(row, index);
            } else {
                json_.begin_object();
                write_members(row, index);
                json_.end();
            }
        }
    }

    // Flat names are paths below the row's own node.
    std::string_view name_of(const Contents::Row &row, const Node &node) const
    {
        if (options_.names == ExtractOptions::Names::nested) return node.name;
        return std::string_view(node.path).substr(form_[row.node].path.size() + 1);
    }

    void write_repeat(const Contents::Row &row, std::uint32_t repeat)
    {
        const auto &rows = contents_.rows();
        json_.begin_array();
        for (std::uint32_t at = row.first_inner; at != Contents::none; at = rows[at].next) {
            if (rows[at].node != repeat) continue;
            if (options_.repeats == ExtractOptions::Repeats::links) {
                json_.string(row_id(form_, contents_, rows[at], options_.instance_id));
            } else {
                json_.begin_object();
                write_members(rows[at], repeat);
                json_.end();
            }
        }
        json_.end();
    }

    void write_answer(const Contents::Row &row, std::uint32_t index)
    {
        const Node &node = form_[index];
        const Answer &answer = contents_.answer(row, node);
        if (answer.times > 1) report(row, index, "The question is answered more than once.");
        if (answer.text.empty()) return json_.null();
        if (!write_value(node.value, node.select_multiple, answer.text, options_.geo, json_)) {
            json_.null();
            report(row, index, std::string("The answer is not ").append(expected_value(node.value)).append("."));
        }
    }

    void report(const Contents::Row &row, std::uint32_t node, std::string message)
    {
        problems_.push_back({node, position(contents_, row), std::move(message)});
    }

    const Form &form_;
    const Contents &contents_;
    const ExtractOptions &options_;
    JsonSink &json_;
    std::vector<Problem> problems_;
};

}  // namespace

std::string_view expected_value(Value value)
{
    switch (value) {
        case Value::integer: return "an integer";
        case Value::decimal: return "a number";
        case Value::boolean: return "a boolean";
        case Value::date: return "a date";
        case Value::time: return "a time";
        case Value::date_time: return "a date and time";
        case Value::geopoint: return "a geopoint";
        case Value::geotrace: return "a geotrace";
        case Value::geoshape: return "a geoshape";
        case Value::text: break;
    }
    return "a text";
}

bool write_value(Value value, bool select_multiple, std::string_view text, ExtractOptions::Geo geo, JsonSink &json)
{
    if (select_multiple) {
        json.begin_array();
        for_each_word(text, [&json](std::string_view word) { json.string(word); });
        json.end();
        return true;
    }
    switch (value) {
        case Value::text: json.string(text); return true;
        case Value::integer: return write_number(integer(text), json);
        case Value::decimal: return write_number(decimal(text), json);
        case Value::boolean: return write_boolean(boolean(text), json);
        case Value::date: return write_checked(text, date(text).has_value(), json);
        case Value::time: return write_checked(text, time(text).has_value(), json);
        case Value::date_time: return write_checked(text, date_time(text).has_value(), json);
        case Value::geopoint:
        case Value::geotrace:
        case Value::geoshape: return write_geometry(value, text, geo, json);
    }
    return false;
}

std::vector<Problem> write_extract(const Form &form, const Contents &contents, const ExtractOptions &options,
                                   JsonSink &json)
{
    return Writer(form, contents, options, json).write();
}

void write_problems(const Form &form, const std::vector<Problem> &problems, JsonSink &json)
{
    json.begin_array();
    for (const Problem &problem : problems) {
        json.begin_object();
        json.key("path");
        json.string(form[problem.node].path);
        json.key("position");
        json.begin_array();
        for (const std::uint32_t number : problem.position) json.number(std::to_string(number));
        json.end();
        json.key("message");
        json.string(problem.message);
        json.end();
    }
    json.end();
}

}  // namespace quire::forms
