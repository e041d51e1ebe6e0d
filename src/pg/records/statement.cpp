// src/pg/records/statement.cpp: putting statements together, and taking their results apart.
#include "pg/records/statement.hpp"

#include "pg/support/spi.hpp"

namespace quire::pg {

TableAtHand &table_at_hand(Args &args)
{
    if (args.is_null(0)) throw Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "the table is NULL");
    const Oid oid = args.oid(0);
    auto &kept = per_call_site<std::optional<TableAtHand>>(args.fcinfo(), [] { return std::optional<TableAtHand>(); });
    // The lock brings in what others have changed.
    call([oid] { LockRelationOid(oid, AccessShareLock); });
    const std::uint64_t state = state_of_tables();
    if (kept && kept->table.oid == oid && kept->state == state) return *kept;
    kept.reset();
    Table table = read_table(oid);
    const Oid type = table.type;
    kept.emplace(TableAtHand{state, std::move(table), RowReader(type, -1), std::nullopt});
    return *kept;
}

Jsonb *object_argument(Args &args, int argument, const char *what)
{
    if (args.is_null(argument)) throw Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, std::string(what) + " is NULL");
    Jsonb *const object = call([&] { return DatumGetJsonbP(args.datum(argument)); });
    if (!JB_ROOT_IS_OBJECT(object))
        throw Error(ERRCODE_INVALID_PARAMETER_VALUE, std::string(what) + " is not a JSON object");
    return object;
}

std::string Statement::value(const RowReader &reader, const TableColumn &column)
{
    const bool is_null = reader.is_null(column.number - 1);
    types_.push_back(column.type);
    values_.push_back(is_null ? Datum{0} : reader.value(column.number - 1));
    nulls_ += is_null ? 'n' : ' ';
    return "$" + std::to_string(values_.size());
}

std::string Statement::condition(const RowReader &reader, const TableColumn &column)
{
    if (reader.is_null(column.number - 1)) return column.sql + " IS NULL";
    return equals(column, value(reader, column));
}

void Statement::run() const
{
    plan_for(sql_, types_)->run(values_, {.fires_triggers = true}, nulls_.c_str());
}

void Statement::look() const
{
    plan_for(sql_, types_)->run(values_, {.read_only = true}, nulls_.c_str());
}

std::string readable_columns(const Table &table)
{
    const Oid user = GetUserId();
    const bool all = call([&] { return pg_class_aclcheck(table.oid, user, ACL_SELECT) == ACLCHECK_OK; });
    std::string list;
    for (const TableColumn &column : table.columns) {
        const auto number = static_cast<AttrNumber>(column.number);
        if (!all && call([&] { return pg_attribute_aclcheck(table.oid, number, user, ACL_SELECT); }) != ACLCHECK_OK)
            continue;
        list.append(list.empty() ? "" : ", ").append(column.sql);
    }
    return list;
}

Datum result_as_json(std::optional<RowWriter> &writer, MemoryContext keep)
{
    const InMemory outside(keep);
    const Datum none = call([] { return PointerGetDatum(construct_empty_array(TEXTOID)); });
    const Datum row =
        call([] { return heap_copy_tuple_as_datum(SPI_tuptable->vals[0], BlessTupleDesc(SPI_tuptable->tupdesc)); });
    const HeapTupleHeader header = DatumGetHeapTupleHeader(row);
    if (!writer || !writer->fits(header, none, false)) writer.emplace(header, none, false);
    return writer->jsonb(header);
}

AsUnforcedOwner::AsUnforcedOwner(const Table &table)
{
    GetUserIdAndSecContext(&role_, &context_);
    if (call([&] { return has_privs_of_role(role_, table.owner); }))
        SetUserIdAndSecContext(role_, context_ | SECURITY_NOFORCE_RLS);
}

namespace {

// The object that a single value stands for.
Jsonb *as_object(const Table &table, Jsonb *key)
{
    if (JB_ROOT_IS_OBJECT(key)) return key;
    if (!JB_ROOT_IS_SCALAR(key) || table.key.size() != 1)
        throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "the key is not a JSON object")
            .hint("A key looks like '{\"id\": 1}'; where the primary key is one column, its value will do.");
    const std::string &name = table.find(table.key.front())->name;
    return call([&] {
        JsonbValue column = {}, value = {};
        column.type = jbvString;
        column.val.string.val = const_cast<char *>(name.data());
        column.val.string.len = static_cast<int>(name.size());
        JsonbExtractScalar(&key->root, &value);
        JsonbParseState *state = nullptr;
        pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
        pushJsonbValue(&state, WJB_KEY, &column);
        pushJsonbValue(&state, WJB_VALUE, &value);
        return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, nullptr));
    });
}

}  // namespace

std::vector<const TableColumn *> read_key(TableAtHand &at_hand, Args &args, int argument)
{
    if (args.is_null(argument)) throw Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "the key is NULL");
    const Table &table = at_hand.table;
    if (table.keys.empty())
        throw Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, "table " + quoted(table.name) + " has no key")
            .hint("Add a primary key: ALTER TABLE ... ADD PRIMARY KEY (...);");
    Jsonb *const object = as_object(table, call([&] { return DatumGetJsonbP(args.datum(argument)); }));
    at_hand.reader.start();
    std::vector<const TableColumn *> given;
    for (const int number : at_hand.reader.read(object)) given.push_back(table.find(number + 1));
    const auto has = [&](int number) {
        return std::any_of(given.begin(), given.end(), [&](const TableColumn *column) {
            return column->number == number && !at_hand.reader.is_null(number - 1);
        });
    };
    const bool is_key = std::any_of(table.keys.begin(), table.keys.end(), [&](const std::vector<int> &key) {
        return std::all_of(key.begin(), key.end(), has);
    });
    if (!is_key)
        throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "the key does not tell one row of table " + quoted(table.name))
            .hint("It must have all columns of the primary key, or of another unique index over all rows, not null.");
    return given;
}

}  // namespace quire::pg
