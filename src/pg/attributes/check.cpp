// src/pg/attributes/check.cpp: check_attribute_type, check_attributes, attributes_valid, attributes_match.
#include "pg/attributes/definitions.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/results.hpp"

namespace pg = quire::pg;
namespace attributes = quire::attributes;

namespace {

struct CheckSite {
    pg::DefinitionsMemo definitions;
    pg::ValueMaker maker;
};

// Where no row is given back, the server makes do without a place to keep them.
bool can_give_none(const pg::Args &args)
{
    auto *const result = reinterpret_cast<ReturnSetInfo *>(args.fcinfo()->resultinfo);
    if (!result || !IsA(result, ReturnSetInfo) || !(result->allowedModes & SFRM_Materialize)) return false;
    result->returnMode = SFRM_Materialize;
    return true;
}

}  // namespace

QUIRE_FUNCTION(check_attribute_type)
{
    pg::read_type(args.datum(0), "the attribute type");
    return Datum{0};
}

QUIRE_FUNCTION(check_attributes)
{
    auto &site = pg::per_call_site<CheckSite>(args.fcinfo(), [] { return CheckSite(); });
    const auto &definitions = site.definitions.get(args.datum(0));
    std::optional<pg::RowSet> rows;
    if (!can_give_none(args)) rows.emplace(args);
    pg::check_members(definitions, pg::jsonb_of(args.datum(1)), site.maker, [&](const pg::BrokenRule &broken) {
        if (!rows) rows.emplace(args);
        rows->add(pg::Row()
                      .text(pg::Text(broken.name))
                      .text(pg::Text(attributes::name(broken.rule)))
                      .text(pg::describe(broken)));
    });
    return args.null();
}

QUIRE_FUNCTION(attributes_valid)
{
    auto &site = pg::per_call_site<CheckSite>(args.fcinfo(), [] { return CheckSite(); });
    bool valid = true;
    pg::check_members(site.definitions.get(args.datum(0)), pg::jsonb_of(args.datum(1)), site.maker,
                      [&](const pg::BrokenRule &) { valid = false; });
    return BoolGetDatum(valid);
}

QUIRE_FUNCTION(attributes_match)
{
    auto &site = pg::per_call_site<CheckSite>(args.fcinfo(), [] { return CheckSite(); });
    const auto &definitions = site.definitions.get(args.datum(0));
    const Jsonb *const wanted = pg::jsonb_of(args.datum(1)), *const values = pg::jsonb_of(args.datum(2));
    pg::require_object(wanted, "wanted values");
    pg::require_object(values, "values");
    pg::MemberWalk walk(&wanted->root);
    std::string_view name;
    pg::Value sought;
    bool match = true;
    for (std::size_t hint = 0; walk.next(site.maker, name, sought);) {
        const auto *const definition = definitions.find(name, hint);
        if (!definition) pg::refuse_unknown(name, definitions.names());
        if (!match) continue;  // the names of all are looked at, whatever the values
        pg::Value value;
        pg::find_member(values, pg::to_database(name), site.maker, value);
        match = attributes::matches(definition->type, sought, value);
    }
    site.maker.clear();
    return BoolGetDatum(match);
}
