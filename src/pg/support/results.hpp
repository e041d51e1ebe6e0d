// src/pg/support/results.hpp: SQL values that are more than one scalar: arrays, rows, sets of rows.
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

// int[]
Datum make_int_array(std::span<const std::uint32_t> numbers);

// The columns of one row, filled from the first on. Texts come in UTF-8.
class Row {
public:
    Row &text(Text text);
    Row &text(const std::optional<std::string> &value) { return text(value ? Text(*value) : Text()); }
    Row &text(const std::string &value) { return text(Text(value)); }
    Row &integer(std::int64_t value) { return add(Int32GetDatum(static_cast<std::int32_t>(value))); }
    Row &boolean(bool value) { return add(BoolGetDatum(value)); }
    Row &datum(std::optional<Datum> value) { return value ? add(*value) : null(); }
    Row &null();

    std::span<const Datum> values() const { return {values_.data(), count_}; }
    std::span<const bool> nulls() const { return {nulls_.data(), count_}; }

private:
    static constexpr std::size_t most_columns = 24;
    Row &add(Datum value);

    std::size_t count_ = 0;
    std::array<Datum, most_columns> values_;
    std::array<bool, most_columns> nulls_;
};

// The rows that a set-returning function gives back, kept by the server, on disk when there are many. The function ends
// with `return rows.finish();`
class RowSet {
public:
    enum class Of { rows, scalars };
    // Raises the server's own error where the caller cannot take a set.
    explicit RowSet(Args &args, Of what = Of::rows);

    int columns() const { return result_->setDesc->natts; }
    // One value per column; a column whose null is true has none.
    void add(std::span<const Datum> values, std::span<const bool> nulls);
    void add(const Row &row) { add(row.values(), row.nulls()); }
    Datum finish() { return args_.null(); }

private:
    Args &args_;
    ReturnSetInfo *result_;
};

// The one row of a function that returns a record with declared columns.
Datum make_record(Args &args, std::span<const Datum> values, std::span<const bool> nulls);
inline Datum make_record(Args &args, const Row &row)
{
    return make_record(args, row.values(), row.nulls());
}

}  // namespace quire::pg
