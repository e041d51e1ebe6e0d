// src/pg/records/delete.cpp: delete by key, and what goes with soft deletion: hide_deleted, create_live_index.
#include "pg/records/deletion.hpp"
#include "pg/records/statement.hpp"
#include "pg/support/results.hpp"
#include "pg/support/spi.hpp"

namespace pg = quire::pg;
using pg::Table;

namespace {

// The table's soft_delete column, as SQL writes it.
std::string soft_column(const Table &table)
{
    if (table.deleted.empty())
        throw pg::Error(ERRCODE_UNDEFINED_OBJECT, "table " + pg::quoted(table.name) + " has no trigger soft_delete")
            .hint("Create one: CREATE TRIGGER ... BEFORE INSERT OR UPDATE OR DELETE ON " + table.sql +
                  " FOR EACH ROW EXECUTE FUNCTION quire.soft_delete();");
    return pg::identifier(table.deleted.c_str());
}

}  // namespace

// delete(table regclass, key jsonb, hard bool) → int
QUIRE_FUNCTION(delete)
{
    pg::TableAtHand &at_hand = pg::table_at_hand(args);
    const Table &table = at_hand.table;
    const bool hard = !args.is_null(2) && args.boolean(2);
    pg::Statement statement("DELETE FROM " + table.sql + " WHERE ");
    const char *separator = "";
    for (const pg::TableColumn *column : pg::read_key(at_hand, args, 1)) {
        statement.add(std::exchange(separator, " AND ")).add(statement.condition(at_hand.reader, *column));
    }
    if (!table.deleted.empty() && !hard) statement.add(" AND " + soft_column(table) + " IS NULL");

    std::optional<pg::AsUnforcedOwner> owner;
    std::optional<pg::HardDeletion> for_good;
    if (hard) {
        statement.add(" /* for good */");
        owner.emplace(table);
        for_good.emplace();
    }
    const std::uint64_t before = pg::rows_deleted();
    const pg::Spi spi;
    statement.run();
    const std::uint64_t along = pg::rows_deleted() - before;
    return Int32GetDatum(static_cast<std::int32_t>(table.deleted.empty() ? spi.rows() + along : along));
}

// hide_deleted(table regclass) → void
QUIRE_FUNCTION(hide_deleted)
{
    const Table table = pg::read_table(args.oid(0));
    const std::string deleted = soft_column(table);
    const bool was_enabled = pg::call([&] {
        const Relation relation = table_open(table.oid, AccessShareLock);
        const bool enabled = relation->rd_rel->relrowsecurity;
        table_close(relation, NoLock);
        return enabled;
    });
    if (OidIsValid(pg::call([&] { return get_relation_policy_oid(table.oid, "quire_hide_deleted", true); })))
        pg::execute("DROP POLICY quire_hide_deleted ON " + table.sql);
    pg::execute("CREATE POLICY quire_hide_deleted ON " + table.sql + " AS RESTRICTIVE FOR ALL TO PUBLIC USING (" +
                deleted + " IS NULL) WITH CHECK (true)");
    if (!was_enabled) {
        // Without a policy that permits, row security would hide all.
        pg::execute("CREATE POLICY quire_show_live ON " + table.sql +
                    " FOR ALL TO PUBLIC USING (true) WITH CHECK (true)");
        pg::execute("ALTER TABLE " + table.sql + " ENABLE ROW LEVEL SECURITY");
    }
    pg::execute("ALTER TABLE " + table.sql + " FORCE ROW LEVEL SECURITY");
    return Datum{0};
}

// create_live_index(table regclass, columns name[]) → regclass
QUIRE_FUNCTION(create_live_index)
{
    const Table table = pg::read_table(args.oid(0));
    const std::string deleted = soft_column(table);
    Datum *names;
    int count;
    pg::call([&] {
        deconstruct_array(DatumGetArrayTypeP(args.datum(1)), NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR, &names,
                          nullptr, &count);
    });
    if (count == 0) throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "an index needs a column");
    std::string columns, joined;
    for (int i = 0; i < count; ++i) {
        const std::string_view name = NameStr(*DatumGetName(names[i]));
        const pg::TableColumn *const column = table.find(name);
        if (!column)
            throw pg::Error(ERRCODE_UNDEFINED_COLUMN,
                            "table " + pg::quoted(table.name) + " has no column " + pg::quoted(name));
        columns.append(i == 0 ? "" : ", ").append(column->sql);
        joined.append(i == 0 ? "" : "_").append(name);
    }
    const Oid schema = pg::call([&] { return get_rel_namespace(table.oid); });
    const std::string index =
        pg::call([&] { return ChooseRelationName(table.name.c_str(), joined.c_str(), "live", schema, false); });
    pg::execute("CREATE UNIQUE INDEX " + pg::identifier(index.c_str()) + " ON " + table.sql + " (" + columns +
                ") WHERE " + deleted + " IS NULL");
    return ObjectIdGetDatum(pg::call([&] { return get_relname_relid(index.c_str(), schema); }));
}
