// src/pg/attributes/change.cpp: add_attribute, alter_attribute, drop_attribute: a definition and all values under it.
//
// Each goes through all rows first and says what would fail. Only when nothing would, and it is no dry run, the
// definition is changed and then the values, so that the trigger on them goes by what they are to be.
#include "core/attributes/convert.hpp"

#include "pg/attributes/definition_table.hpp"
#include "pg/support/call.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/json.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/results.hpp"
#include "pg/support/spi.hpp"

namespace pg = quire::pg;
namespace attributes = quire::attributes;

namespace {

// What would fail, as rows of the function's result; only counted when this is no dry run.
class Report {
public:
    Report(pg::Args &args, bool dry_run) : rows_(args), dry_run_(dry_run) {}

    void add(Oid table, Datum key, std::string_view rule, const std::string &message)
    {
        ++count_;
        if (dry_run_) rows_.add(pg::Row().datum(ObjectIdGetDatum(table)).datum(key).text(pg::Text(rule)).text(message));
    }
    std::uint64_t count() const { return count_; }
    Datum finish() { return rows_.finish(); }

    // Throws when something would fail.
    void refuse(const std::string &message, const char *function) const
    {
        if (count_ == 0) return;
        throw pg::Error(ERRCODE_CHECK_VIOLATION, std::string(pg::to_database(message)))
            .detail(std::to_string(count_) + (count_ == 1 ? " value stands" : " values stand") + " in the way.")
            .hint(std::string("List them by ") + function + "(..., dry_run => true).");
    }

private:
    pg::RowSet rows_;
    bool dry_run_;
    std::uint64_t count_ = 0;
};

std::string_view rule_of(attributes::ConversionFault::Kind kind)
{
    using Kind = attributes::ConversionFault::Kind;
    switch (kind) {
        case Kind::no_way: return "conversion";
        case Kind::not_of_type: return "type";
        case Kind::unreadable: return "text";
        case Kind::units: return "unit";
        case Kind::rule: break;
    }
    return "rule";
}

// The other attributes of a row that is to be written again: the trigger will look at them too.
void check_others(const pg::GuardedColumn &column, const pg::Definitions &definitions, std::string_view name, Datum key,
                  const Jsonb *values, pg::ValueMaker &maker, Report &report)
{
    pg::check_members(definitions, values, maker, [&](const pg::BrokenRule &broken) {
        if (broken.name != name) report.add(column.table, key, attributes::name(broken.rule), pg::describe(broken));
    });
}

struct Alteration {
    std::string name, new_name;
    pg::AttributeType from, to;
    attributes::ConversionOptions options;
};

void look_through(const pg::DefinitionTable &table, const Alteration &change, Report &report)
{
    const pg::Definitions definitions = table.read();
    const std::string key_name(pg::to_database(change.name)), new_key(pg::to_database(change.new_name));
    pg::ValueMaker maker;
    for (const pg::GuardedColumn &column : table.columns()) {
        table.each_row(column, change.name, [&](Datum key, const Jsonb *values) {
            pg::Value value;
            if (!pg::find_member(values, key_name, maker, value)) return;
            const auto converted = attributes::convert(value, change.from, change.to, change.options);
            if (!converted.ok())
                report.add(column.table, key, rule_of(converted.fault().kind),
                           "the value " + converted.fault().message);
            pg::Value other;
            if (change.name != change.new_name && pg::find_member(values, new_key, maker, other))
                report.add(column.table, key, "name", "there is a value of the new name");
            check_others(column, definitions, change.name, key, values, maker, report);
        });
    }
}

void alter(const pg::DefinitionTable &table, const Alteration &change, std::optional<Datum> new_type, Datum old_type,
           Datum options)
{
    table.change(change.name, change.new_name, new_type);
    const Oid types[] = {TEXTOID, JSONBOID, JSONBOID, JSONBOID};
    const Datum values[] = {pg::make_varlena(pg::to_database(change.new_name)), old_type, new_type.value_or(old_type),
                            options};
    for (const pg::GuardedColumn &column : table.columns()) {
        const std::string attributes = "t." + pg::identifier(column.wiring.column.c_str());
        table.update_rows(column, change.name,
                          "(" + attributes +
                              " OPERATOR(pg_catalog.-) $1) OPERATOR(pg_catalog.||) pg_catalog.jsonb_build_object($3, "
                              "quire.convert_attribute(" +
                              attributes + " OPERATOR(pg_catalog.->) $1, $4, $5, $6))",
                          types, values);
    }
}

std::string required_text(pg::Args &args, int argument, const char *name)
{
    if (args.is_null(argument))
        throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "the argument " + pg::quoted(name) + " is NULL");
    return std::string(pg::to_utf8(args.text(argument)));
}

Oid required_table(pg::Args &args)
{
    if (args.is_null(0)) throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "the argument \"definitions\" is NULL");
    return args.oid(0);
}

std::optional<std::string> optional_scope(pg::Args &args, int argument)
{
    if (args.is_null(argument)) return std::nullopt;
    return std::string(pg::to_utf8(args.text(argument)));
}

bool flag(pg::Args &args, int argument)
{
    return !args.is_null(argument) && args.boolean(argument);
}

[[noreturn]] void refuse_name(std::string_view name)
{
    throw pg::Error(ERRCODE_DUPLICATE_OBJECT,
                    std::string(pg::to_database("there is an attribute " + pg::quoted(name) + " already")));
}

}  // namespace

QUIRE_FUNCTION(add_attribute)
{
    const std::string name = required_text(args, 1, "name");
    if (args.is_null(2)) throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "the argument \"type\" is NULL");
    const auto type = pg::read_type(args.datum(2), "the attribute type");
    const bool dry_run = flag(args, 5);
    Report report(args, dry_run);
    const pg::Spi spi;
    const pg::DefinitionTable table(required_table(args), optional_scope(args, 4));
    table.require_all_rows();
    if (!dry_run) table.lock();
    if (table.has(name)) refuse_name(name);
    // Values of this name may be there from before there were rules.
    pg::ValueMaker maker;
    const std::string key_name(pg::to_database(name));
    for (const pg::GuardedColumn &column : table.columns()) {
        table.each_row(column, name, [&](Datum key, const Jsonb *values) {
            pg::Value value;
            if (!pg::find_member(values, key_name, maker, value)) return;
            const auto rule = attributes::check_value(type, value);
            if (rule != attributes::Rule::none)
                report.add(column.table, key, attributes::name(rule), attributes::describe_fault(name, type, rule));
        });
    }
    if (dry_run) return report.finish();
    report.refuse("attribute " + pg::quoted(name) + " cannot be added", "add_attribute");
    const Datum columns = args.is_null(3) ? pg::JsonbWriter().finish() : args.datum(3);
    table.insert(name, args.datum(2), columns);
    return report.finish();
}

QUIRE_FUNCTION(alter_attribute)
{
    const std::string name = required_text(args, 1, "name");
    const std::string new_name = args.is_null(3) ? name : required_text(args, 3, "new_name");
    const auto new_type = args.is_null(2) ? std::nullopt : std::optional(args.datum(2));
    const bool dry_run = flag(args, 6);
    pg::Options options(args, 4);
    const attributes::ConversionOptions how{options.flag("ignore_units", false)};
    options.finish();
    Report report(args, dry_run);
    const pg::Spi spi;
    const pg::DefinitionTable table(required_table(args), optional_scope(args, 5));
    table.require_all_rows();
    if (!dry_run) table.lock();
    Datum old_type;
    const auto from = table.type_of(name, old_type);
    if (new_name != name && table.has(new_name)) refuse_name(new_name);
    const auto to = new_type ? pg::read_type(*new_type, "the new type") : from;
    const Alteration change{name, new_name, from, to, how};
    look_through(table, change, report);
    if (dry_run) return report.finish();
    report.refuse("attribute " + pg::quoted(name) + " cannot become " + attributes::describe(to), "alter_attribute");
    pg::JsonbWriter written;
    written.begin_object();
    written.key("ignore_units");
    written.boolean(how.ignore_units);
    written.end();
    alter(table, change, new_type, old_type, written.finish());
    return report.finish();
}

QUIRE_FUNCTION(drop_attribute)
{
    const std::string name = required_text(args, 1, "name");
    const bool dry_run = flag(args, 3);
    Report report(args, dry_run);
    const pg::Spi spi;
    const pg::DefinitionTable table(required_table(args), optional_scope(args, 2));
    table.require_all_rows();
    if (!dry_run) table.lock();
    Datum type;
    table.type_of(name, type);
    if (dry_run) {
        for (const pg::GuardedColumn &column : table.columns())
            table.each_row(column, name, [&](Datum key, const Jsonb *) {
                report.add(column.table, key, "value", "the value would be lost");
            });
        return report.finish();
    }
    table.remove(name);
    for (const pg::GuardedColumn &column : table.columns())
        table.update_rows(column, name,
                          "t." + pg::identifier(column.wiring.column.c_str()) + " OPERATOR(pg_catalog.-) $1", {}, {});
    return report.finish();
}
