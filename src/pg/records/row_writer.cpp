// src/pg/records/row_writer.cpp: the ways of the types, as the server's own functions go them.
#include "pg/records/row_writer.hpp"

#include "core/records/decimal.hpp"

#include "pg/support/call.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/results.hpp"

namespace quire::pg {
namespace {

std::string_view bytes_of(Datum array)
{
    const auto *const stored = DatumGetPointer(array);
    return {reinterpret_cast<const char *>(stored), VARSIZE_ANY(stored)};
}

std::uint64_t identifier_of(HeapTupleHeader row)
{
    return call(
        [&] { return assign_record_type_identifier(HeapTupleHeaderGetTypeId(row), HeapTupleHeaderGetTypMod(row)); });
}

// The content of a varlena; to be asked for inside of call().
std::string_view content_of(Datum value)
{
    const varlena *const plain = pg_detoast_datum_packed(reinterpret_cast<varlena *>(DatumGetPointer(value)));
    return {VARDATA_ANY(plain), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(plain))};
}

char *float_text(Datum value, bool is_double)
{
    if (is_double) return DatumGetCString(DirectFunctionCall1(float8out, value));
    return DatumGetCString(DirectFunctionCall1(float4out, value));
}

void write_float(Datum value, bool is_double, records::JsonText &text)
{
    const double number = is_double ? DatumGetFloat8(value) : static_cast<double>(DatumGetFloat4(value));
    if (!std::isfinite(number)) return text.string(float_text(value, is_double));
    if (extra_float_digits <= 0) return text.raw(float_text(value, is_double));
    char *const to = text.room(DOUBLE_SHORTEST_DECIMAL_LEN);
    text.grown(static_cast<std::size_t>(is_double ? double_to_shortest_decimal_bufn(number, to)
                                                  : float_to_shortest_decimal_bufn(DatumGetFloat4(value), to)));
}

void write_uuid(const pg_uuid_t *uuid, records::JsonText &text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    char *const start = text.room(UUID_LEN * 2 + 6), *to = start;
    *to++ = '"';
    for (int i = 0; i < UUID_LEN; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *to++ = '-';
        *to++ = digits[uuid->data[i] >> 4];
        *to++ = digits[uuid->data[i] & 0xF];
    }
    *to++ = '"';
    text.grown(static_cast<std::size_t>(to - start));
}

// As the server writes whatever it is, in quotes.
void write_any_time(Datum value, Oid type, records::JsonText &text)
{
    char *const to = text.room(MAXDATELEN + 3);
    to[0] = '"';
    JsonEncodeDateTime(to + 1, value, type, nullptr);
    const std::size_t size = std::strlen(to + 1);
    to[size + 1] = '"';
    text.grown(size + 2);
}

bool is_usual_year(int year)
{
    return year >= 1 && year <= 9999;
}

char *two_digits(char *to, int value)
{
    *to++ = static_cast<char>('0' + value / 10);
    *to++ = static_cast<char>('0' + value % 10);
    return to;
}

char *day(char *to, int year, int month, int day)
{
    to = two_digits(two_digits(to, year / 100), year % 100);
    *to++ = '-';
    to = two_digits(to, month);
    *to++ = '-';
    return two_digits(to, day);
}

void write_date(Datum value, records::JsonText &text)
{
    const DateADT date = DatumGetDateADT(value);
    int year = 0, month, of_month;
    if (!DATE_NOT_FINITE(date)) j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &of_month);
    if (!is_usual_year(year)) return write_any_time(value, DATEOID, text);
    char *const start = text.room(12), *to = start;
    *to++ = '"';
    to = day(to, year, month, of_month);
    *to++ = '"';
    text.grown(static_cast<std::size_t>(to - start));
}

// Seconds are written with their fraction, but for its last zeros.
char *fraction(char *to, fsec_t microseconds)
{
    if (microseconds == 0) return to;
    *to++ = '.';
    to = two_digits(two_digits(two_digits(to, microseconds / 10000), microseconds / 100 % 100), microseconds % 100);
    while (to[-1] == '0') --to;
    return to;
}

// A zone is west of UTC by so many seconds.
char *zone(char *to, int west)
{
    const int size = west < 0 ? -west : west;
    *to++ = west <= 0 ? '+' : '-';
    to = two_digits(to, size / 3600);
    *to++ = ':';
    to = two_digits(to, size / 60 % 60);
    if (size % 60 == 0) return to;
    *to++ = ':';
    return two_digits(to, size % 60);
}

void write_moment(Datum value, bool zoned, records::JsonText &text)
{
    const Timestamp moment = DatumGetTimestamp(value);
    pg_tm local{};
    fsec_t microseconds;
    int west = 0;
    const bool is_usual = !TIMESTAMP_NOT_FINITE(moment) &&
                          timestamp2tm(moment, zoned ? &west : nullptr, &local, &microseconds, nullptr, nullptr) == 0 &&
                          is_usual_year(local.tm_year);
    if (!is_usual) return write_any_time(value, zoned ? TIMESTAMPTZOID : TIMESTAMPOID, text);
    char *const start = text.room(48), *to = start;
    *to++ = '"';
    to = day(to, local.tm_year, local.tm_mon, local.tm_mday);
    *to++ = 'T';
    to = two_digits(to, local.tm_hour);
    *to++ = ':';
    to = two_digits(to, local.tm_min);
    *to++ = ':';
    to = fraction(two_digits(to, local.tm_sec), microseconds);
    if (zoned) to = zone(to, west);
    *to++ = '"';
    text.grown(static_cast<std::size_t>(to - start));
}

bool has_cast_to_json(Oid type)
{
    return call([type] {
        Oid function;
        return find_coercion_pathway(JSONOID, type, COERCION_EXPLICIT, &function) == COERCION_PATH_FUNC;
    });
}

}  // namespace

RowWriter::RowWriter(HeapTupleHeader row, Datum ignored, bool minimal)
    : type_(HeapTupleHeaderGetTypeId(row)),
      modifier_(HeapTupleHeaderGetTypMod(row)),
      identifier_(identifier_of(row)),
      ignored_(bytes_of(ignored)),
      minimal_(minimal)
{
    const InMemory own(memory_.get());
    const auto names = read_text_array(ignored);
    descriptor_ = call([&] { return lookup_rowtype_tupdesc_copy(type_, modifier_); });
    const auto count = static_cast<std::size_t>(descriptor_->natts);
    values_.resize(count);
    nulls_ = std::make_unique<bool[]>(count);
    for (int i = 0; i < descriptor_->natts; ++i) {
        const auto &attribute = *TupleDescAttr(descriptor_, i);
        const std::string_view name = NameStr(attribute.attname);
        if (attribute.attisdropped || std::find(names.begin(), names.end(), Text(name)) != names.end()) continue;
        columns_.push_back(make_column(attribute, i));
    }
}

bool RowWriter::fits(HeapTupleHeader row, Datum ignored, bool minimal) const
{
    return HeapTupleHeaderGetTypeId(row) == type_ && HeapTupleHeaderGetTypMod(row) == modifier_ &&
           minimal == minimal_ && bytes_of(ignored) == ignored_ && identifier_of(row) == identifier_;
}

RowWriter::Kind RowWriter::kind_of(Oid type)
{
    switch (type) {
        case BOOLOID: return Kind::boolean;
        case INT2OID: return Kind::int2;
        case INT4OID: return Kind::int4;
        case INT8OID: return Kind::int8;
        case FLOAT4OID: return Kind::float4;
        case FLOAT8OID: return Kind::float8;
        case NUMERICOID: return Kind::numeric;
        case TEXTOID:
        case VARCHAROID:
        case BPCHAROID: return Kind::text;
        case DATEOID: return Kind::date;
        case TIMESTAMPOID: return Kind::timestamp;
        case TIMESTAMPTZOID: return Kind::timestamptz;
        case UUIDOID: return Kind::uuid;
        case JSONOID: return Kind::json;
        case JSONBOID: return Kind::jsonb;
        default: break;
    }
    const bool has_parts = call([type] { return OidIsValid(get_element_type(type)) || type_is_rowtype(type); });
    // Types that came later may bring casts to json, which count.
    if (has_parts || (type >= FirstNormalObjectId && has_cast_to_json(type))) return Kind::server;
    return Kind::quoted;
}

// A function of the server that asks its call which type it is for.
FmgrInfo *RowWriter::server_function(Oid function, Oid type)
{
    return call([&] {
        auto *const info = static_cast<FmgrInfo *>(palloc0(sizeof(FmgrInfo)));
        fmgr_info(function, info);
        Node *const argument = reinterpret_cast<Node *>(makeNullConst(type, -1, InvalidOid));
        fmgr_info_set_expr(
            reinterpret_cast<Node *>(makeFuncExpr(function, get_func_rettype(function), list_make1(argument),
                                                  InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL)),
            info);
        return info;
    });
}

RowWriter::Column RowWriter::make_column(const FormData_pg_attribute &attribute, int number)
{
    const Oid type = call([&] { return getBaseType(attribute.atttypid); });
    Column column{.number = number,
                  .kind = kind_of(type),
                  .label = ",",
                  .name = std::string(to_utf8(NameStr(attribute.attname))),
                  .convert = nullptr,
                  .convert_to_jsonb = nullptr};
    records::JsonText label;
    label.string(NameStr(attribute.attname));
    column.label.append(label.text()).append(":");
    if (column.kind == Kind::server) {
        column.convert = server_function(F_TO_JSON, attribute.atttypid);
        column.convert_to_jsonb = server_function(F_TO_JSONB, attribute.atttypid);
    } else {
        column.convert = call([&] {
            Oid output;
            bool is_varlena;
            getTypeOutputInfo(type, &output, &is_varlena);
            auto *const info = static_cast<FmgrInfo *>(palloc0(sizeof(FmgrInfo)));
            fmgr_info(output, info);
            return info;
        });
    }
    return column;
}

void RowWriter::deform(HeapTupleHeader row)
{
    HeapTupleData tuple = {};
    tuple.t_len = HeapTupleHeaderGetDatumLength(row);
    ItemPointerSetInvalid(&tuple.t_self);
    tuple.t_data = row;
    heap_deform_tuple(&tuple, descriptor_, values_.data(), nulls_.get());
}

// Inside of call(): nothing here owns anything.
void RowWriter::write(const Column &column, Datum value)
{
    switch (column.kind) {
        case Kind::boolean: return text_.raw(DatumGetBool(value) ? "true" : "false");
        case Kind::int2: return text_.integer(DatumGetInt16(value));
        case Kind::int4: return text_.integer(DatumGetInt32(value));
        case Kind::int8: return text_.integer(DatumGetInt64(value));
        case Kind::float4: return write_float(value, false, text_);
        case Kind::float8: return write_float(value, true, text_);
        case Kind::numeric: {
            const std::string_view stored = content_of(value);
            if (records::is_finite(stored)) return records::write_decimal(stored, text_);
            break;
        }
        case Kind::text: return text_.string(content_of(value));
        case Kind::date: return write_date(value, text_);
        case Kind::timestamp: return write_moment(value, false, text_);
        case Kind::timestamptz: return write_moment(value, true, text_);
        case Kind::uuid: return write_uuid(DatumGetUUIDP(value), text_);
        case Kind::json: return text_.raw(content_of(value));
        case Kind::jsonb: return text_.raw(OutputFunctionCall(column.convert, value));
        case Kind::quoted: break;
        case Kind::server: return text_.raw(content_of(FunctionCall1(column.convert, value)));
    }
    text_.string(OutputFunctionCall(column.convert, value));
}

std::string_view RowWriter::text(HeapTupleHeader row)
{
    deform(row);
    text_.clear();
    text_.raw("{");
    call([&] {
        std::size_t comma = 1;  // left out before the first
        for (const Column &column : columns_) {
            const bool is_null = nulls_[static_cast<std::size_t>(column.number)];
            if (is_null && minimal_) continue;
            text_.raw(std::string_view(column.label).substr(comma));
            comma = 0;
            if (is_null)
                text_.raw("null");
            else
                write(column, values_[static_cast<std::size_t>(column.number)]);
        }
    });
    text_.raw("}");
    return text_.text();
}

void RowWriter::write(const Column &column, Datum value, JsonbWriter &writer)
{
    const auto written = [&] {
        text_.clear();
        call([&] { write(column, value); });
        return text_.text();
    };
    switch (column.kind) {
        case Kind::boolean: return writer.boolean(DatumGetBool(value));
        case Kind::text: return writer.string(to_utf8(call([&] { return content_of(value); })));
        case Kind::jsonb: return writer.jsonb(value);
        case Kind::json:
            return writer.jsonb(call([&] {
                char *const text = text_to_cstring(reinterpret_cast<varlena *>(DatumGetPointer(value)));
                return DirectFunctionCall1(jsonb_in, CStringGetDatum(text));
            }));
        case Kind::server: return writer.jsonb(call([&] { return FunctionCall1(column.convert_to_jsonb, value); }));
        case Kind::quoted:
            return writer.string(to_utf8(call([&] { return OutputFunctionCall(column.convert, value); })));
        default: break;
    }
    // The rest is plain: a number, or something in quotes without anything escaped.
    std::string_view plain = written();
    if (plain.front() != '"') return writer.number(plain);
    plain.remove_prefix(1);
    plain.remove_suffix(1);
    writer.string(plain);
}

Datum RowWriter::jsonb(HeapTupleHeader row)
{
    deform(row);
    JsonbWriter writer;
    writer.begin_object();
    for (const Column &column : columns_) {
        const bool is_null = nulls_[static_cast<std::size_t>(column.number)];
        if (is_null && minimal_) continue;
        writer.key(column.name);
        if (is_null)
            writer.null();
        else
            write(column, values_[static_cast<std::size_t>(column.number)], writer);
    }
    writer.end();
    return writer.finish();
}

}  // namespace quire::pg
