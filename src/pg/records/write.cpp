// src/pg/records/write.cpp: insert, update, get_count and clean_values; with the rights of who calls.
#include "pg/records/statement.hpp"
#include "pg/support/results.hpp"
#include "pg/support/spi.hpp"

namespace pg = quire::pg;
using pg::Table;
using pg::TableAtHand;
using pg::TableColumn;

namespace {

void refuse_kept(const Table &table, const TableColumn &column, const char *why)
{
    throw pg::Error(ERRCODE_GENERATED_ALWAYS, "column " + pg::quoted(column.name) + " of table " +
                                                  pg::quoted(table.name) + " is not for clients to write")
        .detail(why)
        .hint("quire.clean_values leaves out what cannot be written.");
}

// Throws when a value may not be written where it is given; false when it need not be.
bool is_to_be_written(const TableAtHand &at_hand, const TableColumn &column)
{
    const Table &table = at_hand.table;
    const bool is_null = at_hand.reader.is_null(column.number - 1);
    if (column.is_generated) refuse_kept(table, column, "It is generated from other columns.");
    if (column.name == table.deleted) {
        if (!is_null) refuse_kept(table, column, "It says when the row was deleted; only DELETE sets it.");
        return false;
    }
    // What no one has a value for, the sequence has.
    if (column.is_identity && is_null) return false;
    if (column.is_always) refuse_kept(table, column, "It is an identity column, GENERATED ALWAYS.");
    return true;
}

std::string returning(const Table &table)
{
    const std::string columns = pg::readable_columns(table);
    return columns.empty() ? "" : " RETURNING " + columns;
}

// The row that the statement wrote, or what of it may be seen; nothing when it wrote none.
std::optional<Datum> run(const pg::Statement &statement, TableAtHand &at_hand)
{
    const MemoryContext outside = CurrentMemoryContext;
    const pg::Spi spi;
    statement.run();
    if (spi.rows() == 0) return std::nullopt;
    if (SPI_tuptable) return pg::result_as_json(at_hand.writer, outside);
    const pg::InMemory keep(outside);
    pg::JsonbWriter nothing;
    nothing.begin_object();
    nothing.end();
    return nothing.finish();
}

void append(std::string &list, std::string_view item, std::string_view separator = ", ")
{
    list.append(list.empty() ? "" : separator).append(item);
}

}  // namespace

// insert(table regclass, "values" jsonb) → jsonb
QUIRE_FUNCTION(insert)
{
    TableAtHand &at_hand = pg::table_at_hand(args);
    const Table &table = at_hand.table;
    Jsonb *const object = pg::object_argument(args, 1, "what is to be inserted");
    at_hand.reader.start();
    pg::Statement statement("INSERT INTO " + table.sql);
    std::string columns, values;
    for (const int number : at_hand.reader.read(object)) {
        const TableColumn &column = *table.find(number + 1);
        if (!is_to_be_written(at_hand, column)) continue;
        append(columns, column.sql);
        append(values, statement.value(at_hand.reader, column));
    }
    if (columns.empty())
        statement.add(" DEFAULT VALUES");
    else
        statement.add(" (" + columns + ") VALUES (" + values + ")");
    statement.add(returning(table));
    const auto row = run(statement, at_hand);
    return row ? *row : args.null();
}

// update(table regclass, "values" jsonb) → jsonb
QUIRE_FUNCTION(update)
{
    TableAtHand &at_hand = pg::table_at_hand(args);
    const Table &table = at_hand.table;
    Jsonb *const object = pg::object_argument(args, 1, "what is to be updated");
    if (table.key.empty())
        throw pg::Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "table " + pg::quoted(table.name) + " has no primary key")
            .hint("Add one: ALTER TABLE ... ADD PRIMARY KEY (...);");
    at_hand.reader.start();
    const auto given = at_hand.reader.read(object);
    for (const int number : table.key)
        if (std::find(given.begin(), given.end(), number - 1) == given.end() || at_hand.reader.is_null(number - 1))
            throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE,
                            "the values do not say which row of table " + pg::quoted(table.name) + " they are for")
                .hint("They must have column " + pg::quoted(table.find(number)->name) + ", of the primary key.");

    pg::Statement statement("");
    std::string changes, conditions;
    for (const int number : given) {
        const TableColumn &column = *table.find(number + 1);
        if (table.is_key(column.number))
            append(conditions, statement.condition(at_hand.reader, column), " AND ");
        else if (is_to_be_written(at_hand, column))
            append(changes, column.sql + " = " + statement.value(at_hand.reader, column));
    }
    if (!table.deleted.empty()) append(conditions, table.find(table.deleted)->sql + " IS NULL", " AND ");
    if (changes.empty())
        statement.add("SELECT " + pg::readable_columns(table) + " FROM " + table.sql + " WHERE " + conditions);
    else
        statement.add("UPDATE " + table.sql + " SET " + changes + " WHERE " + conditions + returning(table));
    const auto row = run(statement, at_hand);
    if (!row)
        throw pg::Error(ERRCODE_NO_DATA_FOUND, "there is no row with this key in table " + pg::quoted(table.name))
            .detail("It may be deleted, or not be for this user to see or change.");
    return *row;
}

// get_count(table regclass, filter jsonb, with_deleted bool) → bigint
QUIRE_FUNCTION(get_count)
{
    TableAtHand &at_hand = pg::table_at_hand(args);
    const Table &table = at_hand.table;
    const bool with_deleted = args.boolean(2) || table.deleted.empty();
    Jsonb *const filter = pg::object_argument(args, 1, "the filter");
    at_hand.reader.start();
    pg::Statement statement("");
    std::string conditions;
    for (const int number : at_hand.reader.read(filter))
        append(conditions, statement.condition(at_hand.reader, *table.find(number + 1)), " AND ");
    if (!with_deleted) append(conditions, table.find(table.deleted)->sql + " IS NULL", " AND ");
    statement.add("SELECT pg_catalog.count(*) FROM " + table.sql + (conditions.empty() ? "" : " WHERE " + conditions));

    std::optional<pg::AsUnforcedOwner> owner;
    if (args.boolean(2)) {
        statement.add(" /* with what is deleted */");
        owner.emplace(table);
    }
    const pg::Spi spi;
    statement.look();
    return spi.value(0, 0).value();
}

// clean_values(table regclass, "values" jsonb) → jsonb
QUIRE_FUNCTION(clean_values)
{
    TableAtHand &at_hand = pg::table_at_hand(args);
    const Table &table = at_hand.table;
    Jsonb *const object = pg::object_argument(args, 1, "what is to be cleaned");
    std::vector<pg::Text> unfit;
    JsonbIterator *at = pg::call([&] { return JsonbIteratorInit(&object->root); });
    for (;;) {
        JsonbValue item;
        const JsonbIteratorToken token = pg::call([&] { return JsonbIteratorNext(&at, &item, true); });
        if (token == WJB_DONE) break;
        if (token != WJB_KEY) continue;
        const std::string_view name(item.val.string.val, static_cast<std::size_t>(item.val.string.len));
        const TableColumn *const column = table.find(name);
        const bool fits = column && !table.is_kept(*column) && (!column->is_always || table.is_key(column->number));
        if (!fits) unfit.push_back(name);
    }
    const Datum names = pg::make_text_array(unfit);
    return pg::call([&] { return DirectFunctionCall2(jsonb_delete_array, JsonbPGetDatum(object), names); });
}
