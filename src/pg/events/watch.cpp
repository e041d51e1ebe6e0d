// src/pg/events/watch.cpp: watch and unwatch, which create and drop the triggers of events.
#include "core/records/json_text.hpp"

#include "pg/events/feed_table.hpp"
#include "pg/events/hook.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/plans.hpp"
#include "pg/support/results.hpp"
#include "pg/support/spi.hpp"

namespace pg = quire::pg;
using quire::records::JsonText;

namespace {

enum Argument { a_table, a_channel, a_columns, a_payload, a_feed, a_scope, a_except };

// The names in a name[]; NULL is none.
std::vector<std::string> names_in(const pg::Args &args, int argument)
{
    if (args.is_null(argument)) return {};
    const Datum array = args.datum(argument);
    struct Elements {
        Datum *values;
        bool *nulls;
        int count;
    };
    const Elements found = pg::call([array] {
        Elements elements;
        deconstruct_array(DatumGetArrayTypeP(array), NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR, &elements.values,
                          &elements.nulls, &elements.count);
        return elements;
    });
    std::vector<std::string> names;
    for (int i = 0; i < found.count; ++i)
        if (!found.nulls[i]) names.emplace_back(NameStr(*DatumGetName(found.values[i])));
    return names;
}

void check_columns(Oid table, const std::vector<std::string> &names)
{
    for (const std::string &name : names) {
        const AttrNumber column = pg::call([&] { return get_attnum(table, name.c_str()); });
        if (column <= 0)
            throw pg::Error(ERRCODE_UNDEFINED_COLUMN,
                            "table " + pg::qualified_name(table) + " has no column " + pg::quoted(name));
    }
}

void check_table(Oid table)
{
    const char kind = pg::call([table] { return get_rel_relkind(table); });
    if (kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE) return;
    if (kind == '\0') throw pg::Error(ERRCODE_UNDEFINED_TABLE, "there is no table with OID " + std::to_string(table));
    throw pg::Error(ERRCODE_WRONG_OBJECT_TYPE, pg::qualified_name(table) + " is no table that can be watched")
        .detail(
            "Triggers that see the rows of a whole statement can be put on tables and partitioned tables alone, and on "
            "none with a foreign table among its partitions or heirs.");
}

void check_payload(std::string_view payload)
{
    if (std::find(pg::payload_words.begin(), pg::payload_words.end(), payload) == pg::payload_words.end())
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "there is no payload " + pg::quoted(payload))
            .hint("A payload is key, row or diff.");
}

// As it will be evaluated, but for the rows.
void check_scope(Oid table, const std::string &scope)
{
    const std::string row = "(SELECT (NULL::" + pg::qualified_name(table) + ").*)";
    const std::string sql = "SELECT (" + scope + ")::pg_catalog.text[] FROM " + row + " old, " + row + " new";
    const pg::Spi spi;
    const char *const schema = pg::call([table] { return get_namespace_name(get_rel_namespace(table)); });
    const pg::PinnedSearchPath path(schema);
    const pg::Plan plan(sql.c_str(), {});
}

void put_names(JsonText &text, const char *name, const std::vector<std::string> &values)
{
    if (values.empty()) return;
    text.raw(",\"");
    text.raw(name);
    text.raw("\":[");
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) text.raw(",");
        text.string(values[i]);
    }
    text.raw("]");
}

void put_text(JsonText &text, const char *name, std::string_view value)
{
    if (value.empty()) return;
    text.raw(",\"");
    text.raw(name);
    text.raw("\":");
    text.string(value);
}

// The table, its partitions and heirs: a statement fires the triggers of the table that it names alone.
std::vector<Oid> family_of(Oid table)
{
    const List *const found = pg::call([table] { return find_all_inheritors(table, ShareRowExclusiveLock, nullptr); });
    std::vector<Oid> family;
    for (int i = 0; i < list_length(found); ++i) family.push_back(list_nth_oid(found, i));
    return family;
}

struct Watch {
    const char *event, *rows;
};
constexpr Watch watches[] = {
    {"INSERT", "REFERENCING NEW TABLE AS new_rows"},
    {"UPDATE", "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"},
    {"DELETE", "REFERENCING OLD TABLE AS old_rows"},
    {"TRUNCATE", ""},
};

// Drops the triggers of notify_change that have this channel or this feed, or all when neither is told.
int drop_hooks(Oid table, const std::optional<std::string> &channel, const std::optional<std::string> &feed)
{
    std::string statements;
    int count = 0;
    const Relation relation = pg::call([table] { return table_open(table, ShareRowExclusiveLock); });
    const Oid function = pg::call([] {
        return LookupFuncName(list_make2(makeString(pstrdup("quire")), makeString(pstrdup("notify_change"))), 0,
                              nullptr, true);
    });
    const TriggerDesc *const triggers = relation->trigdesc;
    for (int i = 0; triggers && i < triggers->numtriggers; ++i) {
        const ::Trigger &trigger = triggers->triggers[i];
        if (trigger.tgfoid != function) continue;
        const bool wants_all = !channel && !feed;
        const auto options = wants_all ? pg::HookOptions() : pg::read_hook_options(relation, trigger);
        if (!wants_all && !(channel && options.channel == *channel && options.feed.empty()) &&
            !(feed && options.feed == *feed))
            continue;
        statements += "DROP TRIGGER " + pg::identifier(trigger.tgname) + " ON " + pg::qualified_name(table) + ";";
        ++count;
    }
    pg::call([relation] { table_close(relation, NoLock); });
    if (count > 0) pg::execute(statements);
    return count;
}

std::string trigger_name(const char *event, bool of_feed, std::string target)
{
    // Names of triggers may have 63 bytes; of targets too.
    std::string name = std::string(of_feed ? "quire_feed_" : "quire_") + event + "_";
    for (char &c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    if (name.size() + target.size() >= NAMEDATALEN) {
        const auto hash = pg::call([&] {
            return hash_bytes(reinterpret_cast<const unsigned char *>(target.data()), static_cast<int>(target.size()));
        });
        const int kept = pg::call([&] {
            return pg_mbcliplen(target.c_str(), static_cast<int>(target.size()),
                                static_cast<int>(NAMEDATALEN - 1 - name.size() - 11));
        });
        target = target.substr(0, static_cast<std::size_t>(kept)) + "_" + std::to_string(hash);
    }
    return name + target;
}

// A feed in the table's schema goes by its name there, so that a model has the same triggers in every schema.
bool are_neighbours(Oid table, const pg::Feed &feed)
{
    return pg::call([&] { return get_rel_namespace(table) == get_rel_namespace(feed.table); });
}

void create_hooks(Oid table, const std::string &channel, const std::optional<pg::Feed> &feed,
                  const std::string &options)
{
    const std::string target = !feed ? channel : are_neighbours(table, *feed) ? feed->table_name : feed->name;
    std::string statements;
    for (const Watch &watch : watches)
        statements += "CREATE TRIGGER " + pg::identifier(trigger_name(watch.event, feed.has_value(), target).c_str()) +
                      " AFTER " + watch.event + " ON " + pg::qualified_name(table) + " " + watch.rows +
                      " FOR EACH STATEMENT EXECUTE FUNCTION quire.notify_change(" + pg::literal(channel) + ", " +
                      pg::literal(options) + ");";
    pg::execute(statements);
}

std::optional<pg::Feed> feed_argument(const pg::Args &args, int argument)
{
    if (args.is_null(argument)) return std::nullopt;
    return pg::find_feed(args.text(argument));
}

// As the triggers have it: qualified and quoted.
std::optional<std::string> name_of(const std::optional<pg::Feed> &feed)
{
    return feed ? std::optional(feed->events) : std::nullopt;
}

}  // namespace

// watch("table" regclass, channel text, columns name[], payload text, feed text, scope text, "except" name[]) → text
QUIRE_FUNCTION(watch)
{
    if (args.is_null(a_table) || args.is_null(a_payload))
        throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "a table to watch and a payload must be told");
    const Oid table = args.oid(a_table);
    check_table(table);
    const auto feed = feed_argument(args, a_feed);
    std::string channel(args.is_null(a_channel) ? std::string_view() : args.text(a_channel));
    if (args.is_null(a_channel) && !feed) channel = pg::call([table] { return get_rel_name(table); });
    if (channel.size() >= NAMEDATALEN || (channel.empty() && !feed))
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "the name of a channel has from 1 to 63 bytes");
    if (!args.is_null(a_scope) && !feed)
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "only the events of a feed have a scope")
            .hint("Name the feed: quire.watch(..., feed => 'schema.name', scope => ...).");
    check_payload(args.text(a_payload));
    const auto columns = names_in(args, a_columns), except = names_in(args, a_except);
    check_columns(table, columns);
    check_columns(table, except);
    const std::string scope(args.is_null(a_scope) ? std::string_view() : args.text(a_scope));
    if (!scope.empty()) check_scope(table, scope);

    const std::vector<Oid> family = family_of(table);
    for (const Oid member : family) check_table(member);
    for (const Oid member : family) {
        JsonText options;
        options.raw("{\"payload\":");
        options.string(args.text(a_payload));
        put_names(options, "columns", columns);
        put_names(options, "except", except);
        if (feed)
            put_text(options, "feed",
                     are_neighbours(member, *feed) ? pg::identifier(feed->table_name.c_str()) : feed->events);
        put_text(options, "scope", scope);
        if (member != table) put_text(options, "table", pg::qualified_name(table));
        options.raw("}");
        drop_hooks(member, feed ? std::nullopt : std::optional(channel), name_of(feed));
        create_hooks(member, channel, feed, std::string(options.text()));
    }
    return pg::make_varlena(feed ? feed->name : channel);
}

// unwatch("table" regclass, channel text, feed text) → int
QUIRE_FUNCTION(unwatch)
{
    if (args.is_null(0)) throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "a table must be told");
    const Oid table = args.oid(0);
    check_table(table);
    std::optional<std::string> channel;
    if (!args.is_null(1)) channel = args.text(1);
    const auto feed = name_of(feed_argument(args, 2));
    int count = 0;
    for (const Oid member : family_of(table)) count += drop_hooks(member, channel, feed);
    return Int32GetDatum(count);
}
