// src/pg/support/results.hpp: SQL values that are more than one scalar: arrays, jsonb, rows, sets of rows.
#pragma once
#include "pg/support/args.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

// A text, or NULL.
using Text = std::optional<std::string_view>;

// text[]
Datum make_text_array(std::span<const Text> texts);
// The elements of a text[] of any dimensions, in storage order; views into the array.
std::vector<Text> read_text_array(Datum array);

// Writes one jsonb value. Calls follow the document: begin_object(), key(), a value, end(). Texts are not copied: they
// must live until finish(). Strings are in the database's encoding.
class JsonbWriter {
public:
    void begin_object() { add(WJB_BEGIN_OBJECT, jbvObject); }
    void begin_array() { add(WJB_BEGIN_ARRAY, jbvArray); }
    void end();
    void key(std::string_view name) { add(WJB_KEY, jbvString).text = name; }
    void null() { add(WJB_VALUE, jbvNull); }
    void boolean(bool value) { add(WJB_VALUE, jbvBool).boolean = value; }
    void string(std::string_view value) { add(WJB_VALUE, jbvString).text = value; }
    // A value of type numeric.
    void number(Datum numeric) { add(WJB_VALUE, jbvNumeric).number = numeric; }

    // The document as a Datum; all that was begun must have been ended.
    Datum finish();

private:
    struct Step {
        JsonbIteratorToken token;
        jbvType type;
        std::string_view text;
        union {
            bool boolean;
            Datum number;
        };
    };
    Step &add(JsonbIteratorToken token, jbvType type);

    std::vector<Step> steps_;
    std::vector<jbvType> open_;
};

// The rows that a set-returning function gives back, kept by the server, on disk when there are many. The function ends
// with `return rows.finish();`
class RowSet {
public:
    // Raises the server's own error where the caller cannot take a set.
    explicit RowSet(Args &args);

    int columns() const { return result_->setDesc->natts; }
    // One value per column; a column whose null is true has none.
    void add(std::span<const Datum> values, std::span<const bool> nulls);
    Datum finish() { return args_.null(); }

private:
    Args &args_;
    ReturnSetInfo *result_;
};

// The one row of a function that returns a record with declared columns.
Datum make_record(Args &args, std::span<const Datum> values, std::span<const bool> nulls);

}  // namespace quire::pg
