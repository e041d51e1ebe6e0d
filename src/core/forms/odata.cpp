// src/core/forms/odata.cpp: names, values and links of OData rows.
#include "core/forms/odata.hpp"

#include "core/forms/geo.hpp"
#include "core/forms/identity.hpp"
#include "core/forms/scalars.hpp"
#include "core/support/ascii.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

// "+07" alone is no offset that OData knows.
std::string complete_offset(std::string_view text)
{
    text = trim(text);
    std::string whole(text);
    const std::size_t n = text.size();
    const bool lacks_minutes = text.find('T') != std::string_view::npos && n >= 3 &&
                               (text[n - 3] == '+' || text[n - 3] == '-') && is_digit(text[n - 2]) &&
                               is_digit(text[n - 1]);
    return lacks_minutes ? whole.append(":00") : whole;
}

class Writer {
public:
    Writer(const Form &form, const Contents &contents, const ODataOptions &options, JsonSink &json)
        : form_(form), contents_(contents), options_(options), json_(json)
    {
    }

    void write_row(const Contents::Row &row, bool is_top)
    {
        const bool is_root = row.parent == Contents::none;
        json_.begin_object();
        if (!is_root || !contents_.is_encrypted()) write_members(row, row.node);
        json_.key("__id");
        const std::string id = row_id(form_, contents_, row, options_.instance_id);
        id.empty() ? json_.null() : json_.string(id);
        if (is_root && options_.system) {
            json_.key("__system");
            options_.system(json_);
        }
        if (!is_root && is_top) {
            json_.key(parent_key(form_, row.node));
            json_.string(parent_id(form_, contents_, row, options_.instance_id));
        }
        json_.end();
    }

private:
    void write_members(const Contents::Row &row, std::uint32_t parent)
    {
        for (const std::uint32_t index : form_[parent].children) {
            const Node &node = form_[index];
            if (node.is_repeat()) {
                write_repeat(row, index);
            } else if (!is_later_namesake(parent, node)) {
                json_.key(node.odata);
                if (node.is_leaf()) {
                    write_answer(node, answer_to(row, parent, node));
                } else {
                    json_.begin_object();
                    write_members(row, index);
                    json_.end();
                }
            }
        }
    }

    void write_repeat(const Contents::Row &row, std::uint32_t repeat)
    {
        const auto &rows = contents_.rows();
        const auto find = [&](std::uint32_t at) {
            while (at != Contents::none && rows[at].node != repeat) at = rows[at].next;
            return at;
        };
        std::uint32_t at = find(row.first_inner);
        if (at == Contents::none) return;
        const std::string &name = form_[repeat].odata;
        json_.key(name + "@odata.navigationLink");
        json_.string(navigation_link(form_, contents_, row, repeat, options_.instance_id));
        if (!options_.expand) return;
        json_.key(name);
        json_.begin_array();
        for (; at != Contents::none; at = find(rows[at].next)) write_row(rows[at], false);
        json_.end();
    }

    // Names that become the same in OData share one member, which holds the texts of all.
    bool is_later_namesake(std::uint32_t parent, const Node &node) const
    {
        if (!form_[parent].has_namesakes) return false;
        for (const std::uint32_t index : form_[parent].children)
            if (&form_[index] == &node)
                return false;
            else if (form_[index].odata == node.odata && form_[index].is_leaf())
                return true;
        return false;
    }
    std::string answer_to(const Contents::Row &row, std::uint32_t parent, const Node &node) const
    {
        std::string text(contents_.answer(row, node).text);
        if (form_[parent].has_namesakes)
            for (const std::uint32_t index : form_[parent].children)
                if (const Node &other = form_[index]; &other != &node && other.is_leaf() && other.odata == node.odata)
                    text += contents_.answer(row, other).text;
        return text;
    }

    void write_answer(const Node &node, std::string_view text)
    {
        if (text.empty()) return json_.null();
        switch (node.exported) {
            case Value::integer: return write_number(leading_integer(text));
            case Value::decimal: return write_number(leading_decimal(text));
            case Value::date_time: return json_.string(complete_offset(text));
            case Value::geopoint:
            case Value::geotrace:
            case Value::geoshape: return write_geometry(node.exported, text);
            default: return json_.string(text);
        }
    }

    void write_number(const std::optional<std::string> &number) { number ? json_.number(*number) : json_.null(); }

    void write_geometry(Value kind, std::string_view text)
    {
        const auto geometry = read_geometry(kind, text, Reading::lenient);
        if (!geometry) return json_.null();
        options_.wkt ? json_.string(wkt(*geometry)) : write_geojson(*geometry, json_);
    }

    const Form &form_;
    const Contents &contents_;
    const ODataOptions &options_;
    JsonSink &json_;
};

}  // namespace

void write_odata_row(const Form &form, const Contents &contents, const Contents::Row &row, const ODataOptions &options,
                     JsonSink &json)
{
    Writer(form, contents, options, json).write_row(row, true);
}

}  // namespace quire::forms
