// src/pg/access/create_policy.cpp: making the four views of a policy out of queries, and taking them away.
#include "pg/access/policy.hpp"
#include "pg/access/watch.hpp"
#include "pg/support/compat.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/spi.hpp"

namespace pg = quire::pg;

namespace {

// The columns that a query gives; throws when the text is not one query.
std::vector<std::string> columns_of(const std::string &query, const char *argument)
{
    const auto refuse = [&](const char *detail) {
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE,
                        "the argument \"" + std::string(argument) + "\" is not a query")
            .detail(detail);
    };
    const SPIPlanPtr plan = pg::call([&] { return SPI_prepare(query.c_str(), 0, nullptr); });
    const List *const sources = plan ? SPI_plan_get_plan_sources(plan) : NIL;
    if (list_length(sources) != 1) refuse("It must be one statement.");
    const auto *const source = static_cast<CachedPlanSource *>(linitial(sources));
    if (!source->resultDesc || source->commandTag != CMDTAG_SELECT) refuse("It must be a SELECT or VALUES.");
    std::vector<std::string> names;
    for (int i = 0; i < source->resultDesc->natts; ++i)
        names.emplace_back(NameStr(TupleDescAttr(source->resultDesc, i)->attname));
    pg::call([&] { SPI_freeplan(plan); });
    return names;
}

std::string list_of(const pg::PartNames &part)
{
    std::string list;
    for (const char *const name : part.columns)
        if (name) list.append(list.empty() ? "" : ", ").append(name);
    return list;
}

// Where in the query each column of the view comes from: by name when all the names are there, else by position.
std::vector<std::size_t> places_of(const std::vector<std::string> &columns, const pg::PartNames &part,
                                   const char *argument)
{
    std::vector<std::size_t> by_name, by_position;
    for (const char *const name : part.columns) {
        if (!name) continue;
        by_position.push_back(by_position.size());
        const auto found = std::find(columns.begin(), columns.end(), name);
        if (found != columns.end()) by_name.push_back(static_cast<std::size_t>(found - columns.begin()));
    }
    if (by_name.size() == by_position.size()) return by_name;
    if (columns.size() == by_position.size()) return by_position;
    throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE,
                    "the query \"" + std::string(argument) + "\" does not give the columns that it has to")
        .detail("They are: " + list_of(part) + ".");
}

// Without the semicolon and the space at its end.
std::string trimmed(std::string_view query)
{
    while (!query.empty() && (query.back() == ';' || std::isspace(static_cast<unsigned char>(query.back()))))
        query.remove_suffix(1);
    return std::string(query);
}

std::string view_sql(const pg::PolicyName &name, pg::Part part, const std::optional<std::string> &query)
{
    const pg::PartNames &names = pg::part_names[part];
    std::string wanted, given;
    if (!query) {
        for (const char *const column : names.columns)
            if (column) wanted.append(wanted.empty() ? "" : ", ").append("NULL::pg_catalog.text");
    } else {
        const auto columns = columns_of(*query, names.ending + 1);
        for (const std::size_t place : places_of(columns, names, names.ending + 1))
            wanted.append(wanted.empty() ? "q.c" : ", q.c").append(std::to_string(place + 1));
        for (std::size_t i = 1; i <= columns.size(); ++i)
            given.append(given.empty() ? "c" : ", c").append(std::to_string(i));
    }
    const std::string view = name.view(part);
    std::string columns;
    for (const char *const column : names.columns)
        if (column) columns.append(columns.empty() ? "" : ", ").append(pg::identifier(column));
    const char *const qualified =
        pg::call([&] { return quote_qualified_identifier(name.schema.c_str(), view.c_str()); });
    return std::string("CREATE VIEW ") + qualified + " (" + columns + ") AS SELECT " + wanted +
           (query ? " FROM (\n" + *query + "\n) AS q (" + given + ")" : " WHERE false");
}

bool owns(Oid table)
{
    return pg::call([&] { return pg::owns_relation(table, GetUserId()); });
}

// Changes of other people's tables are not heard of; the policy works all the same, and remembers less.
void watch(const pg::PolicyName &name)
{
    const std::string policy = name.canonical();
    const std::vector<Oid> of_rights = pg::tables_of(name, pg::rights), of_places = pg::tables_of(name, pg::places);
    const auto is_among = [](Oid table, const std::vector<Oid> &tables) {
        return std::find(tables.begin(), tables.end(), table) != tables.end();
    };
    for (const Oid table : of_rights)
        if (owns(table)) pg::watch_table(table, policy, true, is_among(table, of_places));
    for (const Oid table : of_places)
        if (owns(table) && !is_among(table, of_rights)) pg::watch_table(table, policy, false, true);
}

}  // namespace

// create_policy(policy, grants, roles, parents, members) → void
QUIRE_FUNCTION(create_policy)
{
    for (int i = 0; i < 3; ++i)
        if (args.is_null(i))
            throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "a policy needs a name and queries for grants and roles");
    const pg::PolicyName name = pg::read_policy_name(args.text(0));
    const pg::Spi spi;
    for (int part = 0; part < pg::parts; ++part) {
        const auto query = args.optional_text(part + 1);
        pg::execute(view_sql(name, static_cast<pg::Part>(part), query ? std::optional(trimmed(*query)) : std::nullopt));
    }
    watch(name);
    const pg::PolicyShape shape = pg::read_policy_shape(name);
    if (!shape.obstacle.empty())
        pg::notice("answers of policy " + shape.canonical + " are remembered for a " +
                   (shape.keep == pg::Keep::transaction ? "transaction" : "statement") + " only: " + shape.obstacle);
    return Datum{0};
}

// drop_policy(policy) → void
QUIRE_FUNCTION(drop_policy)
{
    const pg::PolicyName name = pg::read_policy_name(args.text(0));
    const std::string policy = name.canonical();
    const pg::Spi spi;
    for (const pg::Aspect aspect : {pg::rights, pg::places})
        for (const Oid table : pg::tables_of(name, aspect))
            if (owns(table)) pg::unwatch_table(table, policy);
    std::string views;
    for (int part = 0; part < pg::parts; ++part) {
        const std::string view = name.view(static_cast<pg::Part>(part));
        views.append(part == 0 ? "" : ", ").append(pg::call([&] {
            return quote_qualified_identifier(name.schema.c_str(), view.c_str());
        }));
    }
    pg::execute("DROP VIEW " + views);
    return Datum{0};
}
