// src/pg/support/encoding.hpp: between the database's encoding and UTF-8, which is all the core knows.
#pragma once
#include "pg/support/postgres.hpp"

namespace quire::pg {

// Both return their argument where the database is in UTF-8, else a copy in the current memory. What has no
// counterpart in the other encoding is an error of class 22; a database in SQL_ASCII must hold valid UTF-8.
std::string_view to_utf8(std::string_view in_database);
std::string_view to_database(std::string_view utf8);

// Makes the text of a message safe to send, in place: where the database cannot show it, what is not ASCII becomes '?'.
// Null stays null.
char *displayable(char *text) noexcept;

}  // namespace quire::pg
