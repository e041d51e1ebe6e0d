// src/pg/forms/convert.hpp: from the text of an answer to a value of a column's type.
#pragma once
#include "core/forms/form.hpp"
#include "core/xml/scanner.hpp"

#include "pg/support/json.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

// An answer that has been read and found right, but is not yet a value: values are built by the server, all of a row in
// one call of it. Plain data.
class Cell {
public:
    enum class Kind : std::uint8_t { null, ready, text, number, long_number, float8, time_tz, interval, words };

    Cell() = default;
    static Cell ready(Datum value);
    static Cell of_text(Kind kind, std::string_view text);
    // `whole` divided by ten to the power of `scale`.
    static Cell number(std::int64_t whole, int scale);
    static Cell seconds(Kind kind, std::int64_t microseconds, std::int32_t zone);
    static Cell real(double value);

    bool is_null() const { return kind_ == Kind::null; }
    // How much room the value wants in what build() is given; 0 for those that find their own.
    std::size_t room() const { return kind_ == Kind::text ? INTALIGN(VARHDRSZ + size_) : 0; }
    // The value, at `space`, which is moved past it, or in the current memory. Only inside pg::call().
    Datum build(char *&space) const;

private:
    Kind kind_ = Kind::null;
    std::int32_t small_ = 0;
    union {
        Datum value_;
        std::int64_t big_;
        double real_;
        const char *data_;
    };
    std::size_t size_ = 0;
};

// How answers to one question become values of one column.
class Converter {
public:
    // `form` is what the column's name asks for besides the question: "#offset" (of a date and time from UTC, an
    // interval), "#geojson", "#wkt", "#text" (as submitted) or "#=choice" (1 where it is chosen, else 0). Throws when
    // the column's type does not go with that.
    Converter(const forms::Node &node, std::string_view form, const FormData_pg_attribute &column);

    // False when the answer is no value of the type. The answer is not empty, and must outlive the cell.
    bool read(std::string_view text, Cell &cell) const;
    // "an integer": what read() wants.
    std::string expected() const;

private:
    enum class To {
        text,
        int2,
        int4,
        int8,
        numeric,
        float4,
        float8,
        boolean,
        date,
        time,
        time_tz,
        timestamp,
        timestamp_tz,
        words,
        jsonb,
        offset,
        wkt,
        chosen,
        other
    };
    static To target(const forms::Node &node, std::string_view form, const FormData_pg_attribute &column);
    void look_up_input(const FormData_pg_attribute &column);
    bool read_integer(std::string_view text, Cell &cell) const;
    bool read_numeric(std::string_view text, Cell &cell) const;
    bool read_float(std::string_view text, Cell &cell) const;
    bool read_moment(std::string_view text, Cell &cell) const;
    bool read_json(std::string_view text, Cell &cell) const;
    bool read_other(std::string_view text, Cell &cell) const;

    To to_;
    forms::Value value_;
    bool select_multiple_;
    std::string choice_;
    // Of types that have no way of their own.
    Oid type_;
    std::int32_t modifier_;
    Oid parameter_ = InvalidOid;
    FmgrInfo input_{};
    bool is_geometry_ = false;
};

// [{"path": null, "message": …}] about a submission as a whole.
void write_whole_problem(std::string_view message, JsonSink &json);
// What is wrong with one that is no document.
std::string describe(std::string_view submission, const xml::ScanFault &fault);

}  // namespace quire::pg
