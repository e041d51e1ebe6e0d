// src/pg/events/feed_table.cpp: finds the tables of a feed.
#include "pg/events/feed_table.hpp"

#include "pg/support/plans.hpp"
#include "pg/support/spi.hpp"

namespace quire::pg {
namespace {

Error no_feed(std::string_view name)
{
    return Error(ERRCODE_UNDEFINED_OBJECT, "there is no feed " + quoted(name))
        .hint("Create it: SELECT quire.create_feed('schema.name');");
}

// The sequence that numbers the events of a table; none when it is no feed.
Oid sequence_of(Oid table)
{
    return call([table] {
        List *const owned = getOwnedSequences(table);
        return list_length(owned) == 1 ? linitial_oid(owned) : InvalidOid;
    });
}

Oid find_table(std::string_view name)
{
    const std::string text(name);
    return call([&] {
        List *const names = textToQualifiedNameList(cstring_to_text(text.c_str()));
        return RangeVarGetRelid(makeRangeVarFromNameList(names), NoLock, true);
    });
}

Feed read_feed_tables(std::string_view name)
{
    Feed feed = {};
    feed.table = find_table(name);
    if (OidIsValid(feed.table)) feed.sequence = sequence_of(feed.table);
    if (!OidIsValid(feed.sequence)) throw no_feed(name);
    struct Names {
        const char *schema, *table, *quoted_schema, *quoted_table, *quoted_consumers;
    };
    const Names names = call([&] {
        const char *const schema = get_namespace_name(get_rel_namespace(feed.table));
        const char *const table = get_rel_name(feed.table);
        return Names{schema, table, quote_identifier(schema), quote_identifier(table),
                     quote_identifier(psprintf("%s_consumers", table))};
    });
    feed.schema = names.schema;
    feed.table_name = names.table;
    feed.name = feed.schema + "." + feed.table_name;
    feed.events = std::string(names.quoted_schema) + "." + names.quoted_table;
    feed.consumers = std::string(names.quoted_schema) + "." + names.quoted_consumers;
    return feed;
}

}  // namespace

std::pair<std::string, std::string> split_feed_name(std::string_view name)
{
    const std::string text(name);
    struct Parts {
        const char *schema, *table;
    };
    const Parts parts = call([&] {
        const RangeVar *const found = makeRangeVarFromNameList(textToQualifiedNameList(cstring_to_text(text.c_str())));
        const Oid schema = RangeVarGetCreationNamespace(found);
        return Parts{get_namespace_name(schema), found->relname};
    });
    return {parts.schema, parts.table};
}

Feed find_feed(std::string_view name)
{
    // Names found by the search_path are not kept, since that may change without a sign.
    if (name.find('.') == std::string_view::npos) return read_feed_tables(name);
    static std::uint64_t state = 0;
    static auto &kept = *new std::unordered_map<std::string, Feed>();
    if (state != state_of_tables() || kept.size() > 100) {
        kept.clear();
        state = state_of_tables();
    }
    const std::string text(name);
    const auto found = kept.find(text);
    if (found != kept.end()) return found->second;
    return kept[text] = read_feed_tables(name);
}

}  // namespace quire::pg
