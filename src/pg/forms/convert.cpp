// src/pg/forms/convert.cpp: fast ways for the types that forms know, and the type's own input function for the rest.
#include "pg/forms/convert.hpp"

#include "core/forms/extract.hpp"
#include "core/forms/geo.hpp"
#include "core/forms/scalars.hpp"

#include "pg/support/attempt.hpp"
#include "pg/support/call.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/memory.hpp"

namespace quire::pg {
namespace {

constexpr std::int64_t second = 1'000'000;

std::optional<std::int64_t> whole_number(std::string_view text)
{
    text = forms::trim(text);
    const bool negative = !text.empty() && text.front() == '-';
    if (!text.empty() && (negative || text.front() == '+')) text.remove_prefix(1);
    if (text.empty()) return std::nullopt;
    std::int64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        // Downwards, for there is one more number below zero than above.
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_sub_overflow(value, c - '0', &value))
            return std::nullopt;
    }
    if (negative) return value;
    return value == std::numeric_limits<std::int64_t>::min() ? std::nullopt : std::optional(-value);
}

DateADT days_of(const forms::Date &date)
{
    return date2j(date.year, date.month, date.day) - POSTGRES_EPOCH_JDATE;
}

// What the session's time zone says where the answer says nothing.
std::int64_t offset_of(const forms::DateTime &moment)
{
    if (moment.time.offset) return *moment.time.offset;
    pg_tm local{};
    local.tm_year = moment.date.year;
    local.tm_mon = moment.date.month;
    local.tm_mday = moment.date.day;
    const std::int64_t seconds = moment.time.microseconds / second;
    local.tm_hour = static_cast<int>(seconds / 3600);
    local.tm_min = static_cast<int>(seconds / 60 % 60);
    local.tm_sec = static_cast<int>(seconds % 60);
    return -DetermineTimeZoneOffset(&local, session_timezone);
}

std::int64_t timestamp_of(const forms::DateTime &moment)
{
    return days_of(moment.date) * USECS_PER_DAY + moment.time.microseconds;
}

int count_words(const char *data, std::size_t size)
{
    int count = 0;
    forms::for_each_word({data, size}, [&](std::string_view) { ++count; });
    return count;
}

}  // namespace

Cell Cell::ready(Datum value)
{
    Cell cell;
    cell.kind_ = Kind::ready;
    cell.value_ = value;
    return cell;
}

Cell Cell::of_text(Kind kind, std::string_view text)
{
    Cell cell;
    cell.kind_ = kind;
    cell.data_ = text.data();
    cell.size_ = text.size();
    return cell;
}

Cell Cell::number(std::int64_t whole, int scale)
{
    Cell cell;
    cell.kind_ = Kind::number;
    cell.big_ = whole;
    cell.small_ = scale;
    return cell;
}

Cell Cell::seconds(Kind kind, std::int64_t microseconds, std::int32_t zone)
{
    Cell cell;
    cell.kind_ = kind;
    cell.big_ = microseconds;
    cell.small_ = zone;
    return cell;
}

Cell Cell::real(double value)
{
    Cell cell;
    cell.kind_ = Kind::float8;
    cell.real_ = value;
    return cell;
}

Datum Cell::build(char *&space) const
{
    switch (kind_) {
        case Kind::null: return Datum{0};
        case Kind::ready: return value_;
        case Kind::text: {
            char *const text = space;
            space += room();
            SET_VARSIZE(text, VARHDRSZ + size_);
            std::memcpy(VARDATA(text), data_, size_);
            return PointerGetDatum(text);
        }
        case Kind::number:
            return NumericGetDatum(small_ == 0 ? int64_to_numeric(big_) : int64_div_fast_to_numeric(big_, small_));
        case Kind::long_number:
            return DirectFunctionCall3(numeric_in, CStringGetDatum(pnstrdup(data_, size_)),
                                       ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
        case Kind::float8: return Float8GetDatum(real_);
        case Kind::time_tz: {
            auto *const time = static_cast<TimeTzADT *>(palloc(sizeof(TimeTzADT)));
            time->time = big_;
            time->zone = small_;
            return TimeTzADTPGetDatum(time);
        }
        case Kind::interval: {
            auto *const interval = static_cast<Interval *>(palloc0(sizeof(Interval)));
            interval->time = big_;
            return IntervalPGetDatum(interval);
        }
        case Kind::words: {
            const int count = count_words(data_, size_);
            auto *const words = static_cast<Datum *>(palloc(sizeof(Datum) * static_cast<std::size_t>(count + 1)));
            int i = 0;
            forms::for_each_word({data_, size_}, [&](std::string_view word) {
                words[i++] = PointerGetDatum(cstring_to_text_with_len(word.data(), static_cast<int>(word.size())));
            });
            return PointerGetDatum(construct_array(words, count, TEXTOID, -1, false, TYPALIGN_INT));
        }
    }
    return Datum{0};
}

Converter::To Converter::target(const forms::Node &node, std::string_view form, const FormData_pg_attribute &column)
{
    const auto need = [&](Oid type, const char *name, To to) {
        if (column.atttypid == type) return to;
        throw Error(ERRCODE_DATATYPE_MISMATCH, "the column " + quoted(NameStr(column.attname)) + " has another type")
            .hint(std::string("Declare it as ") + name + ".");
    };
    if (form == "#offset") return need(INTERVALOID, "interval", To::offset);
    if (form == "#geojson") return need(JSONBOID, "jsonb", To::jsonb);
    if (form == "#wkt") return need(TEXTOID, "text", To::wkt);
    if (form == "#text") return need(TEXTOID, "text", To::text);
    if (form.substr(0, 2) == "#=") return need(INT2OID, "smallint", To::chosen);
    if (!form.empty())
        throw Error(ERRCODE_UNDEFINED_COLUMN,
                    "there is no such form of an answer in the name of column " + quoted(NameStr(column.attname)))
            .hint("The forms are #text, #offset, #geojson, #wkt and #=choice.");
    switch (column.atttypid) {
        case TEXTOID: return To::text;
        case VARCHAROID: return column.atttypmod < 0 ? To::text : To::other;
        case INT2OID: return To::int2;
        case INT4OID: return To::int4;
        case INT8OID: return To::int8;
        case NUMERICOID: return column.atttypmod < 0 ? To::numeric : To::other;
        case FLOAT4OID: return To::float4;
        case FLOAT8OID: return To::float8;
        case BOOLOID: return To::boolean;
        case DATEOID: return To::date;
        case TIMEOID: return column.atttypmod < 0 ? To::time : To::other;
        case TIMETZOID: return column.atttypmod < 0 ? To::time_tz : To::other;
        case TIMESTAMPOID: return column.atttypmod < 0 ? To::timestamp : To::other;
        case TIMESTAMPTZOID: return column.atttypmod < 0 ? To::timestamp_tz : To::other;
        case TEXTARRAYOID: return node.select_multiple ? To::words : To::other;
        case JSONBOID: return To::jsonb;
        default: return To::other;
    }
}

Converter::Converter(const forms::Node &node, std::string_view form, const FormData_pg_attribute &column)
    : to_(target(node, form, column)),
      value_(node.value),
      select_multiple_(node.select_multiple),
      type_(column.atttypid),
      modifier_(column.atttypmod)
{
    if (to_ == To::chosen) choice_ = form.substr(2);
    if (to_ == To::other) look_up_input(column);
}

void Converter::look_up_input(const FormData_pg_attribute &column)
{
    call([&] {
        Oid function;
        getTypeInputInfo(column.atttypid, &function, &parameter_);
        fmgr_info_cxt(function, &input_, TopMemoryContext);
        char *const name = format_type_be(column.atttypid);
        // PostGIS may be in any schema.
        const char *const dot = strrchr(name, '.');
        const char *const local = dot ? dot + 1 : name;
        is_geometry_ = strcmp(local, "geometry") == 0 || strcmp(local, "geography") == 0;
    });
}

bool Converter::read(std::string_view text, Cell &cell) const
{
    switch (to_) {
        case To::text: cell = Cell::of_text(Cell::Kind::text, to_database(text)); return true;
        case To::int2:
        case To::int4:
        case To::int8: return read_integer(text, cell);
        case To::numeric: return read_numeric(text, cell);
        case To::float4:
        case To::float8: return read_float(text, cell);
        case To::boolean:
            if (const auto value = forms::boolean(text)) return cell = Cell::ready(BoolGetDatum(*value)), true;
            return false;
        case To::words: cell = Cell::of_text(Cell::Kind::words, to_database(text)); return true;
        case To::jsonb: return read_json(text, cell);
        case To::wkt:
            if (const auto geometry = forms::read_geometry(value_, text, forms::Reading::strict))
                return cell = Cell::ready(make_varlena(forms::wkt(*geometry))), true;
            return false;
        case To::chosen: {
            bool chosen = false;
            forms::for_each_word(text, [&](std::string_view word) { chosen |= word == choice_; });
            return cell = Cell::ready(Int16GetDatum(chosen)), true;
        }
        case To::other: return read_other(text, cell);
        default: return read_moment(text, cell);
    }
}

bool Converter::read_integer(std::string_view text, Cell &cell) const
{
    const auto value = whole_number(text);
    if (!value) return false;
    if (to_ == To::int8) return cell = Cell::ready(Int64GetDatum(*value)), true;
    if (to_ == To::int4) {
        cell = Cell::ready(Int32GetDatum(static_cast<std::int32_t>(*value)));
        return *value == static_cast<std::int32_t>(*value);
    }
    cell = Cell::ready(Int16GetDatum(static_cast<std::int16_t>(*value)));
    return *value == static_cast<std::int16_t>(*value);
}

// Most numbers have so few digits that they fit into an integer and a scale.
bool Converter::read_numeric(std::string_view text, Cell &cell) const
{
    constexpr int most_digits = 18;
    text = forms::trim(text);
    std::size_t i = !text.empty() && (text[0] == '-' || text[0] == '+');
    std::int64_t whole = 0;
    int digits = 0, scale = 0;
    bool point = false;
    for (; i < text.size() && digits < most_digits; ++i) {
        if (text[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (text[i] < '0' || text[i] > '9') break;
        whole = whole * 10 + (text[i] - '0');
        ++digits;
        scale += point;
    }
    if (i == text.size() && digits > 0) {
        cell = Cell::number(text[0] == '-' ? -whole : whole, scale);
        return true;
    }
    const auto number = forms::decimal(text);
    if (!number) return false;
    const char *const kept = copy_text(CurrentMemoryContext, *number);
    if (!kept) throw std::bad_alloc();
    cell = Cell::of_text(Cell::Kind::long_number, {kept, number->size()});
    return true;
}

bool Converter::read_float(std::string_view text, Cell &cell) const
{
    const auto number = forms::decimal(text);
    if (!number) return false;
    const double value = std::strtod(number->c_str(), nullptr);
    if (to_ == To::float8) return cell = Cell::real(value), true;
    const auto narrow = static_cast<float>(value);
    cell = Cell::ready(Float4GetDatum(narrow));
    return narrow - narrow == 0;
}

bool Converter::read_moment(std::string_view text, Cell &cell) const
{
    if (to_ == To::time || to_ == To::time_tz) {
        const auto time = forms::time(text);
        if (!time) return false;
        cell = to_ == To::time ? Cell::ready(TimeADTGetDatum(time->microseconds))
                               : Cell::seconds(Cell::Kind::time_tz, time->microseconds, -time->offset.value_or(0));
        return true;
    }
    const auto moment = forms::date_time(text);
    if (!moment) return false;
    switch (to_) {
        case To::date: cell = Cell::ready(DateADTGetDatum(days_of(moment->date))); break;
        case To::timestamp: cell = Cell::ready(TimestampGetDatum(timestamp_of(*moment))); break;
        case To::timestamp_tz:
            cell = Cell::ready(TimestampTzGetDatum(timestamp_of(*moment) - offset_of(*moment) * second));
            break;
        default:
            if (moment->time.offset) cell = Cell::seconds(Cell::Kind::interval, *moment->time.offset * second, 0);
    }
    return true;
}

bool Converter::read_json(std::string_view text, Cell &cell) const
{
    JsonbWriter json;
    if (!forms::write_value(value_, select_multiple_, text, forms::ExtractOptions::Geo::geojson, json)) return false;
    cell = Cell::ready(json.finish());
    return true;
}

bool Converter::read_other(std::string_view text, Cell &cell) const
{
    std::string input(to_database(text));
    if (is_geometry_) {
        const auto geometry = forms::read_geometry(value_, text, forms::Reading::strict);
        if (!geometry) return false;
        input = "SRID=4326;" + forms::wkt(*geometry);
    }
    Datum value = 0;
    FmgrInfo function = input_;
    if (!attempt_input(function, input.data(), parameter_, modifier_, value)) return false;
    cell = Cell::ready(value);
    return true;
}

std::string Converter::expected() const
{
    switch (to_) {
        case To::int2:
        case To::int4:
        case To::int8: return "an integer in the range of its column";
        case To::numeric:
        case To::float4:
        case To::float8: return "a number";
        case To::boolean: return "a boolean";
        case To::date: return "a date";
        case To::time:
        case To::time_tz: return "a time";
        case To::timestamp:
        case To::timestamp_tz:
        case To::offset: return "a date and time";
        default: break;
    }
    if (value_ != forms::Value::text) return std::string(forms::expected_value(value_));
    return "a value of the column's type";
}

void write_whole_problem(std::string_view message, JsonSink &json)
{
    json.begin_array();
    json.begin_object();
    json.key("path");
    json.null();
    json.key("message");
    json.string(message);
    json.end();
    json.end();
}

std::string describe(std::string_view submission, const xml::ScanFault &fault)
{
    return "The submission is not a well-formed XML document. Line " +
           std::to_string(xml::line_at(submission, fault.at)) + ": " + fault.message + ".";
}

}  // namespace quire::pg
