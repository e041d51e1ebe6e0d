// src/pg/attributes/filter.cpp: matches and filter_sql.
#include "core/attributes/filter.hpp"

#include "pg/attributes/definitions.hpp"
#include "pg/attributes/sql_text.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/spi.hpp"

namespace pg = quire::pg;
namespace attributes = quire::attributes;
using attributes::Filter;

namespace {

[[noreturn]] void refuse(int sqlstate, std::string message, std::string_view filter,
                         const attributes::FilterFault &fault)
{
    std::size_t character = 1;
    for (std::size_t i = 0; i < fault.at && i < filter.size(); ++i)
        character += (static_cast<unsigned char>(filter[i]) & 0xC0) != 0x80;
    const std::string said = fault.message;
    throw pg::Error(sqlstate, std::move(message))
        .detail(
            std::string(pg::to_database("At character " + std::to_string(character) + " of the filter: " + said + ".")))
        .hint(std::string(pg::to_database(fault.hint)));
}

Filter read_filter(std::string_view text)
{
    auto filter = Filter::parse(text);
    if (!filter.ok()) refuse(ERRCODE_SYNTAX_ERROR, "the filter cannot be read", text, filter.fault());
    return std::move(filter).value();
}

void fit_filter(Filter &filter, std::string_view text, const pg::Definitions &definitions)
{
    const auto names = definitions.names();
    const auto find = [&](std::string_view name) {
        const auto *const found = definitions.find(name);
        return found ? &found->type : nullptr;
    };
    if (const auto fault = filter.fit(find, names))
        refuse(fault->message.starts_with("there is no") ? ERRCODE_UNDEFINED_OBJECT : ERRCODE_DATATYPE_MISMATCH,
               "the filter does not fit the definitions of the attributes", text, *fault);
}

// What a place in a statement keeps of the filter that it got last.
struct FilterSite {
    std::string text;
    std::optional<Filter> filter;
    std::vector<std::string> keys;  // of its attributes, in the database's encoding
    std::vector<std::uint32_t> places;
    pg::DefinitionsMemo definitions;
    bool fitted = false;  // to the definitions
    pg::ValueMaker maker;
};

class Row final : public attributes::AttributeSource {
public:
    Row(FilterSite &site, const Jsonb *values) : site_(site), values_(values) {}
    void look_up(std::size_t attribute, attributes::Value &value) override
    {
        pg::find_member(values_, site_.keys[attribute], site_.maker, value, &site_.places[attribute]);
    }

private:
    FilterSite &site_;
    const Jsonb *values_;
};

void read_into(FilterSite &site, std::string_view text)
{
    site.filter.reset();
    site.filter = read_filter(pg::to_utf8(text));
    site.keys.clear();
    for (const std::string &name : site.filter->attributes()) site.keys.emplace_back(pg::to_database(name));
    site.places.assign(site.keys.size(), 0);
    site.text = text;
    site.fitted = false;
}

}  // namespace

QUIRE_FUNCTION(matches)
{
    auto &site = pg::per_call_site<FilterSite>(args.fcinfo(), [] { return FilterSite(); });
    const std::string_view text = args.text(0);
    if (!site.filter || site.text != text) read_into(site, text);
    if (args.count() > 2) {
        bool changed = false;
        const auto &definitions = site.definitions.get(args.datum(2), &changed);
        if (changed && site.fitted) read_into(site, text);
        if (changed || !site.fitted) fit_filter(*site.filter, pg::to_utf8(text), definitions);
        site.fitted = true;
    }
    Row row(site, pg::jsonb_of(args.datum(1)));
    const bool match = site.filter->matches(row);
    site.maker.clear();
    return BoolGetDatum(match);
}

QUIRE_FUNCTION(filter_sql)
{
    const std::string_view text = pg::to_utf8(args.text(0));
    Filter filter = read_filter(text);
    if (args.count() > 2) fit_filter(filter, text, pg::Definitions(pg::jsonb_of(args.datum(2))));
    const std::string column(pg::to_utf8(pg::identifier(std::string(args.name(1)).c_str())));
    return pg::make_varlena(pg::to_database(filter.sql(column, pg::sql_literal)));
}
