// src/pg/events/feed_table.hpp: the tables of a feed, found by its name.
#pragma once
#include "pg/support/postgres.hpp"

namespace quire::pg {

struct Feed {
    Oid table, sequence, owner;
    bool is_ring;                   // of partitions; those that 0.3.0 made are single tables
    std::string events, consumers;  // tables, qualified and quoted
    std::string name;               // schema.name, as it is
    std::string schema, table_name;
};

// A feed's name in its parts, [schema.]name as SQL writes names; the first schema of search_path unless told.
std::pair<std::string, std::string> split_feed_name(std::string_view name);

// A feed as it is to be: its names alone.
Feed name_feed(const std::string &schema, const std::string &table);

// Qualified and quoted; for feeds that are rings.
std::string partition_name(const Feed &feed, int number);

// Throws 42704 when there is no such feed.
Feed find_feed(std::string_view name);

}  // namespace quire::pg
