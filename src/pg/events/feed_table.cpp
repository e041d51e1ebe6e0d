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

// A dot in quotes is part of a name.
bool has_schema(std::string_view name)
{
    bool is_quoted = false;
    return std::any_of(name.begin(), name.end(), [&](char c) {
        is_quoted ^= c == '"';
        return c == '.' && !is_quoted;
    });
}

Feed read_feed_tables(std::string_view name)
{
    Feed feed = {};
    feed.table = find_table(name);
    if (OidIsValid(feed.table)) feed.sequence = sequence_of(feed.table);
    if (!OidIsValid(feed.sequence)) throw no_feed(name);
    struct Found {
        const char *schema, *name;
        Oid owner;
        bool is_ring;
    };
    const Found found = call([&] {
        const Relation table = relation_open(feed.table, AccessShareLock);
        const Found result = {get_namespace_name(RelationGetNamespace(table)), pstrdup(RelationGetRelationName(table)),
                              table->rd_rel->relowner, table->rd_rel->relkind == RELKIND_PARTITIONED_TABLE};
        relation_close(table, AccessShareLock);
        return result;
    });
    Feed named = name_feed(found.schema, found.name);
    named.table = feed.table;
    named.sequence = feed.sequence;
    named.owner = found.owner;
    named.is_ring = found.is_ring;
    return named;
}

}  // namespace

Feed name_feed(const std::string &schema, const std::string &table)
{
    Feed feed = {};
    feed.schema = schema;
    feed.table_name = table;
    feed.name = schema + "." + table;
    feed.events = identifier(schema.c_str()) + "." + identifier(table.c_str());
    feed.consumers = identifier(schema.c_str()) + "." + identifier((table + "_consumers").c_str());
    return feed;
}

std::string partition_name(const Feed &feed, int number)
{
    return identifier(feed.schema.c_str()) + "." + identifier((feed.table_name + "_" + std::to_string(number)).c_str());
}

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
    if (!has_schema(name)) return read_feed_tables(name);
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
