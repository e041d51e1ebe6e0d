// src/pg/events/feed_table.hpp: the tables of a feed, found by its name.
#pragma once
#include "pg/support/postgres.hpp"

namespace quire::pg {

struct Feed {
    Oid table, sequence;
    std::string events, consumers;  // tables, qualified and quoted
    std::string name;               // schema.name, as it is
    std::string schema, table_name;
};

// A feed's name in its parts, [schema.]name as SQL writes names; the first schema of search_path unless told.
std::pair<std::string, std::string> split_feed_name(std::string_view name);

// Throws 42704 when there is no such feed.
Feed find_feed(std::string_view name);

}  // namespace quire::pg
