// src/pg/records/row_reader.cpp: walks an object beside the columns, both in the order in which jsonb keeps keys.
#include "pg/records/row_reader.hpp"

#include "core/forms/scalars.hpp"
#include "core/records/decimal.hpp"

#include "pg/support/args.hpp"
#include "pg/support/call.hpp"
#include "pg/support/error.hpp"

namespace quire::pg {
namespace {

constexpr std::int64_t second = 1'000'000;

std::uint64_t identifier_of(Oid type, std::int32_t modifier)
{
    return call([&] { return assign_record_type_identifier(type, modifier); });
}

bool comes_before(std::string_view a, std::string_view b)
{
    return a.size() != b.size() ? a.size() < b.size() : a < b;
}

// An error below is about this key.
void name_key(void *key)
{
    const auto &name = *static_cast<const std::string_view *>(key);
    errcontext("JSON key \"%.*s\"", static_cast<int>(name.size()), name.data());
}

DateADT days_of(const forms::Date &date)
{
    return date2j(date.year, date.month, date.day) - POSTGRES_EPOCH_JDATE;
}

// YYYY-MM-DDTHH:MM:SS[.f][zone] in full; other texts are left to the server.
std::optional<forms::DateTime> full_moment(std::string_view text)
{
    constexpr std::size_t least = 19, most = 32;
    if (text.size() < least || text.size() > most) return std::nullopt;
    const char *const p = text.data(), last = text.back();
    const bool is_full = p[4] == '-' && p[7] == '-' && p[13] == ':' && p[16] == ':' && (p[10] == 'T' || p[10] == ' ') &&
                         p[0] != ' ' && ((last >= '0' && last <= '9') || last == 'Z');
    if (!is_full) return std::nullopt;
    if (p[least] == '.') {
        std::size_t digits = least + 1;
        while (digits < text.size() && p[digits] >= '0' && p[digits] <= '9') ++digits;
        if (digits > least + 7) return std::nullopt;
    }
    return forms::date_time(text);
}

}  // namespace

// One value of an object, where it stands.
struct RowReader::Member {
    JEntry entry;
    char *place;
    std::size_t size;

    bool is_null() const { return JBE_ISNULL(entry); }
    bool is_string() const { return JBE_ISSTRING(entry); }
    bool is_container() const { return JBE_ISCONTAINER(entry); }
    std::string_view text() const { return {place, size}; }
    // Of numbers and containers, which are aligned.
    char *aligned() const { return reinterpret_cast<char *>(INTALIGN(place)); }
    varlena *number() const { return reinterpret_cast<varlena *>(aligned()); }
    std::string_view stored_number() const
    {
        return {VARDATA_ANY(number()), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(number()))};
    }
    JsonbValue value() const
    {
        JsonbValue value = {};
        if (is_null()) {
            value.type = jbvNull;
        } else if (is_string()) {
            value.type = jbvString;
            value.val.string.val = place;
            value.val.string.len = static_cast<int>(size);
        } else if (JBE_ISNUMERIC(entry)) {
            value.type = jbvNumeric;
            value.val.numeric = reinterpret_cast<Numeric>(number());
        } else if (is_container()) {
            value.type = jbvBinary;
            value.val.binary.data = reinterpret_cast<JsonbContainer *>(aligned());
            value.val.binary.len = static_cast<int>(size - static_cast<std::size_t>(aligned() - place));
        } else {
            value.type = jbvBool;
            value.val.boolean = JBE_ISBOOL_TRUE(entry);
        }
        return value;
    }
};

RowReader::RowReader(Oid type, std::int32_t modifier, std::span<const std::string_view> ignored)
    : type_(type),
      modifier_(modifier),
      identifier_(identifier_of(type, modifier)),
      ignored_(ignored.begin(), ignored.end())
{
    const InMemory own(memory_.get());
    descriptor_ = call([&] { return BlessTupleDesc(lookup_rowtype_tupdesc_copy(type, modifier)); });
    const auto count = static_cast<std::size_t>(descriptor_->natts);
    values_.resize(count);
    nulls_ = std::make_unique<bool[]>(count);
    columns_.reserve(count);
    for (int i = 0; i < descriptor_->natts; ++i)
        if (const auto &attribute = *TupleDescAttr(descriptor_, i); !attribute.attisdropped)
            columns_.push_back(make_column(attribute, i));
    std::sort(columns_.begin(), columns_.end(),
              [](const Column &a, const Column &b) { return comes_before(a.name, b.name); });
    // What a walk adds must not allocate while the server is below it.
    given_.reserve(count);
    with_parts_.reserve(count);
    start();
}

bool RowReader::fits(Oid type, std::int32_t modifier) const
{
    return type == type_ && modifier == modifier_ && identifier_of(type, modifier) == identifier_;
}

RowReader::Kind RowReader::kind_of(Oid type, std::int32_t modifier)
{
    if (call([type] { return OidIsValid(get_element_type(type)) || type_is_rowtype(type); })) return Kind::parts;
    const auto unless_fitted = [modifier](Kind kind) { return modifier < 0 ? kind : Kind::other; };
    switch (type) {
        case BOOLOID: return Kind::boolean;
        case INT2OID: return Kind::int2;
        case INT4OID: return Kind::int4;
        case INT8OID: return Kind::int8;
        case NUMERICOID: return unless_fitted(Kind::numeric);
        case TEXTOID: return Kind::text;
        case VARCHAROID: return unless_fitted(Kind::text);
        case DATEOID: return Kind::date;
        case TIMESTAMPOID: return unless_fitted(Kind::timestamp);
        case TIMESTAMPTZOID: return unless_fitted(Kind::timestamptz);
        case JSONOID: return Kind::json;
        case JSONBOID: return Kind::jsonb;
        default: return Kind::other;
    }
}

RowReader::Column RowReader::make_column(const FormData_pg_attribute &attribute, int number)
{
    Column column = {};
    column.name = NameStr(attribute.attname);
    column.number = number;
    column.type = attribute.atttypid;
    column.modifier = attribute.atttypmod;
    column.is_ignored = std::find(ignored_.begin(), ignored_.end(), column.name) != ignored_.end();
    const Oid base = call([&] { return getBaseType(attribute.atttypid); });
    column.is_domain = base != column.type;
    column.kind = kind_of(base, column.modifier);
    // A domain has rules, which its own input function checks; its arrays and rows are the server's to read.
    if (column.is_domain && column.kind != Kind::parts && column.kind != Kind::json && column.kind != Kind::jsonb)
        column.kind = Kind::other;
    call([&] {
        Oid function;
        getTypeInputInfo(column.type, &function, &column.parameter);
        fmgr_info(function, &column.input);
    });
    return column;
}

void RowReader::start()
{
    std::fill_n(nulls_.get(), values_.size(), true);
}

void RowReader::start(HeapTupleHeader row)
{
    HeapTupleData tuple = {};
    tuple.t_len = HeapTupleHeaderGetDatumLength(row);
    ItemPointerSetInvalid(&tuple.t_self);
    tuple.t_data = row;
    heap_deform_tuple(&tuple, descriptor_, values_.data(), nulls_.get());
}

std::span<const int> RowReader::read(Jsonb *object)
{
    for (Column &column : columns_) column.is_given = false;
    given_.clear();
    with_parts_.clear();
    unknown_.clear();
    unknown_.reserve(JB_ROOT_COUNT(object));
    call([&] { walk(&object->root); });
    if (!unknown_.empty()) refuse_unknown();
    if (!with_parts_.empty()) read_parts(object);
    return given_;
}

// Inside of call(), as all that it calls: nothing here owns anything.
void RowReader::walk(JsonbContainer *object)
{
    const std::uint32_t count = JsonContainerSize(object);
    char *const base = reinterpret_cast<char *>(&object->children[2 * count]);
    std::string_view key;
    ErrorContextCallback about = {error_context_stack, name_key, &key};
    error_context_stack = &about;

    std::uint32_t key_offset = 0, value_offset = getJsonbOffset(object, static_cast<int>(count));
    std::size_t next = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (i % 1024 == 1023) CHECK_FOR_INTERRUPTS();
        const std::uint32_t key_start = key_offset, value_start = value_offset;
        JBE_ADVANCE_OFFSET(key_offset, object->children[i]);
        JBE_ADVANCE_OFFSET(value_offset, object->children[count + i]);
        key = {base + key_start, key_offset - key_start};
        while (next < columns_.size() && comes_before(columns_[next].name, key)) ++next;
        if (next == columns_.size() || columns_[next].name != key) {
            if (std::find(ignored_.begin(), ignored_.end(), key) == ignored_.end()) unknown_.push_back(key);
            continue;
        }
        if (columns_[next].is_ignored) continue;
        read_member(columns_[next], {object->children[count + i], base + value_start, value_offset - value_start});
    }
    error_context_stack = about.previous;
}

void RowReader::read_member(Column &column, const Member &member)
{
    const auto number = static_cast<std::size_t>(column.number);
    column.is_given = true;
    given_.push_back(column.number);
    nulls_[number] = false;
    if (member.is_null()) {
        nulls_[number] = true;
        values_[number] = Datum{0};
        if (column.is_domain) InputFunctionCall(&column.input, nullptr, column.parameter, column.modifier);
    } else if (column.kind == Kind::parts && !member.is_string()) {
        with_parts_.push_back(&column);
    } else if (!read_fast(column, member, values_[number])) {
        values_[number] = read_slowly(column, member);
    }
}

// False for what is not as usual, right or wrong.
bool RowReader::read_fast(const Column &column, const Member &member, Datum &value) const
{
    const bool is_number = JBE_ISNUMERIC(member.entry), is_string = member.is_string();
    const auto whole = [&](std::int64_t least, std::int64_t most) {
        const auto number = is_number ? records::whole_number(member.stored_number()) : std::nullopt;
        return number && *number >= least && *number <= most ? number : std::nullopt;
    };
    switch (column.kind) {
        case Kind::boolean:
            if (!JBE_ISBOOL(member.entry)) return false;
            value = BoolGetDatum(JBE_ISBOOL_TRUE(member.entry));
            return true;
        case Kind::int2:
            if (const auto number = whole(PG_INT16_MIN, PG_INT16_MAX))
                return value = Int16GetDatum(static_cast<std::int16_t>(*number)), true;
            return false;
        case Kind::int4:
            if (const auto number = whole(PG_INT32_MIN, PG_INT32_MAX))
                return value = Int32GetDatum(static_cast<std::int32_t>(*number)), true;
            return false;
        case Kind::int8:
            if (const auto number = whole(PG_INT64_MIN, PG_INT64_MAX)) return value = Int64GetDatum(*number), true;
            return false;
        case Kind::numeric:
            if (!is_number) return false;
            value = PointerGetDatum(member.number());
            return true;
        case Kind::text:
            if (!is_string) return false;
            value = PointerGetDatum(cstring_to_text_with_len(member.place, static_cast<int>(member.size)));
            return true;
        case Kind::date:
            if (!is_string || member.size != 10 || member.place[4] != '-' || member.place[7] != '-') return false;
            if (const auto date = forms::date(member.text())) return value = DateADTGetDatum(days_of(*date)), true;
            return false;
        case Kind::timestamp:
        case Kind::timestamptz: {
            if (!is_string) return false;
            const auto moment = full_moment(member.text());
            const bool zoned = column.kind == Kind::timestamptz;
            if (!moment || (zoned && !moment->time.offset)) return false;
            const std::int64_t local = days_of(moment->date) * USECS_PER_DAY + moment->time.microseconds;
            value = TimestampTzGetDatum(zoned ? local - *moment->time.offset * second : local);
            return true;
        }
        case Kind::jsonb: {
            if (column.is_domain) return false;
            JsonbValue whole_value = member.value();
            value = JsonbPGetDatum(JsonbValueToJsonb(&whole_value));
            return true;
        }
        default: return false;
    }
}

// By the type's input function.
Datum RowReader::read_slowly(Column &column, const Member &member)
{
    char *text;
    JsonbValue value = member.value();
    if (member.is_string() && column.kind != Kind::json && column.kind != Kind::jsonb) {
        text = pnstrdup(member.place, member.size);
    } else if (value.type == jbvNumeric && column.kind != Kind::json && column.kind != Kind::jsonb) {
        text = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value.val.numeric)));
    } else if (value.type == jbvBool) {
        text = pstrdup(value.val.boolean ? "true" : "false");
    } else {
        Jsonb *const document = JsonbValueToJsonb(&value);
        text = JsonbToCString(nullptr, &document->root, static_cast<int>(VARSIZE(document)));
    }
    return InputFunctionCall(&column.input, text, column.parameter, column.modifier);
}

// The server reads arrays and rows out of arrays and objects; all those of an object at once.
void RowReader::read_parts(Jsonb *object)
{
    if (!populate_) {
        const InMemory own(memory_.get());
        populate_ = call([&] {
            auto *const info = static_cast<FmgrInfo *>(palloc0(sizeof(FmgrInfo)));
            fmgr_info(F_JSONB_POPULATE_RECORD, info);
            Node *const row = reinterpret_cast<Node *>(makeNullConst(type_, modifier_, InvalidOid));
            Node *const json = reinterpret_cast<Node *>(makeNullConst(JSONBOID, -1, InvalidOid));
            fmgr_info_set_expr(
                reinterpret_cast<Node *>(makeFuncExpr(F_JSONB_POPULATE_RECORD, type_, list_make2(row, json), InvalidOid,
                                                      InvalidOid, COERCE_EXPLICIT_CALL)),
                info);
            return info;
        });
    }
    call([&] {
        JsonbParseState *state = nullptr;
        pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
        for (const Column *column : with_parts_) {
            JsonbValue key = {};
            key.type = jbvString;
            key.val.string.val = const_cast<char *>(column->name.data());
            key.val.string.len = static_cast<int>(column->name.size());
            JsonbValue *const value =
                getKeyJsonValueFromContainer(&object->root, key.val.string.val, key.val.string.len, nullptr);
            pushJsonbValue(&state, WJB_KEY, &key);
            pushJsonbValue(&state, WJB_VALUE, value);
        }
        Jsonb *const parts = JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, nullptr));
        // Beside a row that is there, the server leaves alone what the object has not.
        auto *const values = static_cast<Datum *>(palloc0(values_.size() * sizeof(Datum)));
        auto *const nulls = static_cast<bool *>(palloc(values_.size()));
        std::memset(nulls, true, values_.size());
        const Datum empty = HeapTupleGetDatum(heap_form_tuple(descriptor_, values, nulls));
        HeapTupleHeader filled = DatumGetHeapTupleHeader(FunctionCall2(populate_, empty, JsonbPGetDatum(parts)));
        HeapTupleData tuple = {};
        tuple.t_len = HeapTupleHeaderGetDatumLength(filled);
        ItemPointerSetInvalid(&tuple.t_self);
        tuple.t_data = filled;
        heap_deform_tuple(&tuple, descriptor_, values, nulls);
        for (const Column *column : with_parts_) {
            values_[static_cast<std::size_t>(column->number)] = values[column->number];
            nulls_[static_cast<std::size_t>(column->number)] = nulls[column->number];
        }
    });
}

void RowReader::check_domains()
{
    call([&] {
        for (Column &column : columns_)
            if (column.is_domain && !column.is_given)
                InputFunctionCall(&column.input, nullptr, column.parameter, column.modifier);
    });
}

Datum RowReader::row() const
{
    return call([&] {
        return HeapTupleGetDatum(heap_form_tuple(descriptor_, const_cast<Datum *>(values_.data()), nulls_.get()));
    });
}

void RowReader::refuse_unknown() const
{
    constexpr std::size_t most_named = 8;
    std::vector<std::string> names;
    // A key may be long, and no name is.
    for (std::size_t i = 0; i < std::min(unknown_.size(), most_named); ++i)
        names.emplace_back(unknown_[i].substr(0, NAMEDATALEN));
    const char *const type = call([&] { return format_type_be(type_); });
    throw Error(ERRCODE_UNDEFINED_COLUMN, std::string(type) + " has no column " + quoted_list(names))
        .detail(unknown_.size() > most_named
                    ? "There are " + std::to_string(unknown_.size() - most_named) + " more such keys."
                    : "")
        .hint("quire.clean_values leaves out the keys that no column is for.");
}

}  // namespace quire::pg
