// src/pg/access/lookup.hpp: rows of a plain table by an index, without a query. To find a row that way costs a fifth of
// what starting and ending a plan for it does.
#pragma once
#include "pg/access/policy.hpp"

namespace quire::pg {

// Rows whose column `by` is `key`, and whose column `filter` is among `wanted` where there is a filter. Columns are
// numbered as the view's.
struct Lookup {
    const PolicyView *view;
    int columns, by;
    Datum key;  // int8, uuid or text, as the kind of the column has it
    int filter = -1;
    std::span<const Datum> wanted = {};
};

// In the types of keys. Rows with a NULL are left out, since they say nothing.
struct FoundRows {
    static constexpr int most = 64;
    int count = 0;
    std::array<std::array<Datum, PlainTable::most_columns>, most> rows;
};

// Has it an index for that?
bool can_look_up(const PolicyView &view, int by);

// Adds to what was found, read as the current user with the active snapshot. False when a plan has to answer: because
// there are many rows, or rights or definitions are not as simple as that. May raise errors of the server: to be called
// within call().
bool look_up(const Policy &policy, const Lookup &what, FoundRows &found);

}  // namespace quire::pg
