// src/pg/attributes/check.cpp: what types say; check_attributes, attributes_valid, attributes_match.
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

// What is wanted of many values, one after the other: read once, when it comes a second time.
class Wanted {
public:
    void forget() { is_read_ = false, bytes_.clear(); }

    // Is it what came the last time? Texts of other encodings would be gone with the row that they were read for.
    bool is_known(const Jsonb *document, const pg::Definitions &definitions)
    {
        if (GetDatabaseEncoding() != PG_UTF8) return false;
        if (bytes_ != pg::bytes_of(document)) {
            bytes_ = pg::bytes_of(document);
            is_read_ = false;
            return false;
        }
        if (!is_read_) read(definitions);
        return true;
    }
    bool matches(const Jsonb *values, pg::ValueMaker &maker)
    {
        return std::all_of(members_.begin(), members_.end(), [&](Sought &member) {
            pg::Value value;
            pg::find_member(values, member.name, maker, value, &member.place);
            return attributes::matches(*member.type, member.value, value);
        });
    }

private:
    struct Sought {
        std::string_view name;
        const pg::AttributeType *type;
        pg::Value value;
        std::uint32_t place;  // of the last one among its row's members
    };

    void read(const pg::Definitions &definitions)
    {
        members_.clear();
        maker_.clear();
        // Numbers are read where they lie, which is at a multiple of four.
        aligned_.resize(bytes_.size() / sizeof aligned_[0] + 1);
        std::memcpy(aligned_.data(), bytes_.data(), bytes_.size());
        pg::MemberWalk walk(reinterpret_cast<const JsonbContainer *>(aligned_.data()));
        Sought member{};
        for (std::size_t hint = 0; walk.next(maker_, member.name, member.value);) {
            const auto *const definition = definitions.find(member.name, hint);
            if (!definition) pg::refuse_unknown(member.name, definitions.names());
            member.type = &definition->type;
            members_.push_back(member);
        }
        is_read_ = true;
    }

    std::string bytes_;
    std::vector<std::uint64_t> aligned_;
    pg::ValueMaker maker_;
    std::vector<Sought> members_;
    bool is_read_ = false;
};

struct MatchSite {
    pg::DefinitionsMemo definitions;
    Wanted wanted;
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

QUIRE_FUNCTION(attribute_type_name)
{
    return pg::make_varlena(pg::to_database(attributes::describe(pg::read_type(args.datum(0), "the attribute type"))));
}

QUIRE_FUNCTION(attribute_types_equivalent)
{
    return BoolGetDatum(attributes::equivalent(pg::read_type(args.datum(0), "the first type"),
                                               pg::read_type(args.datum(1), "the second type")));
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
    auto &site = pg::per_call_site<MatchSite>(args.fcinfo(), [] { return MatchSite(); });
    bool changed = false;
    const auto &definitions = site.definitions.get(args.datum(0), &changed);
    if (changed) site.wanted.forget();
    const Jsonb *const wanted = pg::jsonb_of(args.datum(1)), *const values = pg::jsonb_of(args.datum(2));
    pg::require_object(wanted, "wanted values");
    pg::require_object(values, "values");
    if (site.wanted.is_known(wanted, definitions)) {
        const bool match = site.wanted.matches(values, site.maker);
        site.maker.clear();
        return BoolGetDatum(match);
    }
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
