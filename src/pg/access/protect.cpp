// src/pg/access/protect.cpp: putting a table under a policy, with the row-level security of the server.
#include "pg/access/policy.hpp"
#include "pg/support/compat.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/spi.hpp"

namespace pg = quire::pg;

namespace {

struct Table {
    Oid oid;
    std::string name;      // as SQL writes it
    std::vector<Oid> kin;  // itself, its partitions and heirs
};

Table open_table(Oid oid)
{
    struct Found {
        char kind;
        const char *name;
        const List *kin;
    };
    const Found found = pg::call([&] {
        Found result = {};
        const Relation relation = relation_open(oid, AccessShareLock);
        result.kind = relation->rd_rel->relkind;
        result.name = pstrdup(RelationGetRelationName(relation));
        relation_close(relation, NoLock);
        result.kin = find_all_inheritors(oid, AccessShareLock, nullptr);
        return result;
    });
    if (found.kind != RELKIND_RELATION && found.kind != RELKIND_PARTITIONED_TABLE)
        throw pg::Error(ERRCODE_WRONG_OBJECT_TYPE, pg::quoted(found.name) + " is not a table")
            .hint("Protect the tables below a view, and make the view WITH (security_invoker).");
    Table table{oid, pg::qualified_name(oid), {}};
    for (int i = 0; i < list_length(found.kin); ++i) table.kin.push_back(list_nth_oid(found.kin, i));
    return table;
}

void check_column(const Table &table, const char *column)
{
    if (pg::call([&] { return get_attnum(table.oid, column); }) > 0) return;
    throw pg::Error(ERRCODE_UNDEFINED_COLUMN, "table " + table.name + " has no column " + pg::quoted(column))
        .hint("The column is to hold the object, as the policy names it.");
}

struct Command {
    const char *name, *keyword;
    bool reads, writes;
};
constexpr Command commands[] = {{"quire_select", "SELECT", true, false},
                                {"quire_insert", "INSERT", false, true},
                                {"quire_update", "UPDATE", true, true},
                                {"quire_delete", "DELETE", true, false}};

constexpr Oid oid_and_name[] = {OIDOID, TEXTOID};

bool has_policy(const pg::Spi &spi, Oid table, const char *name)
{
    const Datum values[] = {ObjectIdGetDatum(table), pg::make_varlena(name)};
    pg::Plan(
        "SELECT 1 FROM pg_catalog.pg_policy WHERE polrelid OPERATOR(pg_catalog.=) $1 "
        "AND polname::pg_catalog.text OPERATOR(pg_catalog.=) $2",
        oid_and_name)
        .run(values, {});
    return spi.rows() > 0;
}

// Were there any?
bool drop_policies(const pg::Spi &spi, Oid table)
{
    bool found = false;
    for (const Command &command : commands) {
        if (!has_policy(spi, table, command.name)) continue;
        found = true;
        pg::execute("DROP POLICY " + std::string(command.name) + " ON " + pg::qualified_name(table));
    }
    return found;
}

// hide_deleted() of records permits all that is live where no other policy permits anything. A policy that permits less
// takes its place, and gives it back.
constexpr char show_live[] = "quire_show_live", hide_deleted[] = "quire_hide_deleted";

void stop_showing_all(const pg::Spi &spi, Oid table)
{
    if (has_policy(spi, table, show_live))
        pg::execute("DROP POLICY " + std::string(show_live) + " ON " + pg::qualified_name(table));
}

void show_all_again(const pg::Spi &spi, Oid table)
{
    if (has_policy(spi, table, hide_deleted))
        pg::execute("CREATE POLICY " + std::string(show_live) + " ON " + pg::qualified_name(table) +
                    " FOR ALL TO PUBLIC USING (true) WITH CHECK (true)");
}

// What the rows of a table are judged by: their object, and new ones by what they are to lie in, where that is told.
struct Columns {
    std::string object, container;
};

// The clauses of one command's policy.
std::string conditions(const Command &command, const std::string &policy, const std::optional<std::string_view> &verb,
                       const Columns &columns)
{
    const auto by = [&](const std::string &column) {
        return verb ? "quire.allowed(" + pg::literal(policy) + ", " + pg::literal(*verb) + ", " + column + ")"
                    : std::string("false");
    };
    const std::string object = by(columns.object);
    std::string as_it_will_be = object;
    // Nobody holds anything on a new object yet. One that there was must not become another, by which it would be
    // judged.
    if (!columns.container.empty()) as_it_will_be = (command.reads ? object + " AND " : "") + by(columns.container);
    return (command.reads ? " USING (" + object + ")" : "") +
           (command.writes ? " WITH CHECK (" + as_it_will_be + ")" : "");
}

bool has_any_policy(const pg::Spi &spi, Oid table)
{
    const Datum values[] = {ObjectIdGetDatum(table)};
    pg::Plan("SELECT 1 FROM pg_catalog.pg_policy WHERE polrelid OPERATOR(pg_catalog.=) $1",
             std::span(oid_and_name).first(1))
        .run(values, {});
    return spi.rows() > 0;
}

void protect_table(pg::Args &args, const char *container)
{
    for (int i = 0; i < 3; ++i)
        if (args.is_null(i))
            throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "a table, a policy and a column are needed to protect it");
    const Table table = open_table(args.oid(0));
    const std::string object(args.name(2));
    check_column(table, object.c_str());
    if (container) check_column(table, container);
    const Columns columns{pg::identifier(object.c_str()), container ? pg::identifier(container) : std::string()};
    const std::string policy = pg::find_policy(args.text(1))->shape.canonical;
    const pg::Spi spi;
    for (const Oid kin : table.kin) {
        const std::string name = pg::qualified_name(kin);
        drop_policies(spi, kin);
        stop_showing_all(spi, kin);
        int verb = 3;
        for (const Command &command : commands)
            pg::execute("CREATE POLICY " + std::string(command.name) + " ON " + name + " FOR " + command.keyword +
                        conditions(command, policy, args.optional_text(verb++), columns));
        pg::execute("ALTER TABLE " + name + " ENABLE ROW LEVEL SECURITY");
        pg::execute("ALTER TABLE " + name + " FORCE ROW LEVEL SECURITY");
    }
}

}  // namespace

// protect(table, policy, object_column, on_select, on_insert, on_update, on_delete) → void
QUIRE_FUNCTION(protect)
{
    protect_table(args, nullptr);
    return Datum{0};
}

// protect(table, policy, object_column, on_select, on_insert, on_update, on_delete, container_column) → void
QUIRE_FUNCTION(protect_by_container)
{
    const std::string container(args.is_null(7) ? std::string_view() : args.name(7));
    protect_table(args, args.is_null(7) ? nullptr : container.c_str());
    return Datum{0};
}

// unprotect(table) → void
QUIRE_FUNCTION(unprotect)
{
    const Table table = open_table(args.oid(0));
    const pg::Spi spi;
    for (const Oid kin : table.kin) {
        const std::string name = pg::qualified_name(kin);
        if (!drop_policies(spi, kin)) continue;
        show_all_again(spi, kin);
        // Policies of others go on being in force.
        if (has_any_policy(spi, kin)) continue;
        pg::execute("ALTER TABLE " + name + " NO FORCE ROW LEVEL SECURITY");
        pg::execute("ALTER TABLE " + name + " DISABLE ROW LEVEL SECURITY");
    }
    return Datum{0};
}
