// src/pg/events/feed_writer.hpp: writes what a statement changed to a feed.
#pragma once
#include "pg/events/hook.hpp"

namespace quire::pg {

// One event a row, all in one INSERT with the rights of the table's owner.
void write_to_feed(const TriggerData &data, Hook &hook);

const char *event_type(const TriggerData &data);

}  // namespace quire::pg
