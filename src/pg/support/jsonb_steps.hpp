// src/pg/support/jsonb_steps.hpp: a JSON document as a list of steps, and the jsonb value that it is.
#pragma once
#include "pg/support/postgres.hpp"

namespace quire::pg {

// One token of a document. Texts are in the database's encoding, and zero-terminated when they are numbers.
struct JsonbStep {
    jbvType type = jbvNull;  // of what begins, of the value, or a string for a key
    bool is_end = false;
    bool boolean = false;
    std::uint32_t end = 0;  // of an object or array: the step that ends it
    std::string_view text;
};

// The value, written as the server stores it: the format that indexes and tables on disk hold, so no version of the
// server can change it. Its own functions take a tree of values that is built, sorted and walked; here nothing is
// built. Of members with one key the last counts. Throws 54000 for what jsonb cannot hold.
Datum encode_jsonb(std::span<const JsonbStep> steps);

}  // namespace quire::pg
