// src/pg/forms/relation_catalog.hpp: what the server's catalogs tell of a source, and of the relations made of it.
#pragma once
#include "core/forms/relations.hpp"

#include "pg/support/postgres.hpp"
#include "pg/support/spi.hpp"

namespace quire::pg {

// All of these need an Spi around them, and take and give texts in UTF-8.

// Runs a statement on what is committed by now, whatever the transaction's snapshot says.
void run_sql(const std::string &sql, std::span<const Oid> types = {}, std::span<const Datum> values = {});

// May the current role make something in the schema?
bool may_create(const Spi &spi, Oid schema);

// The table or view that holds the submissions.
struct SourceTable {
    struct Key {
        std::string column, type;
        std::string equals;  // the operator that the primary key compares by, as SQL writes it
        bool is_array;
    };
    char kind = '\0';      // as in pg_class; zero when it is gone
    bool has_kin = false;  // is it partitioned, a partition, or does it inherit?
    bool may_read = false, may_trigger = false;
    bool hides_rows = false;  // from the current role, by row-level security
    std::vector<Key> key;
};
SourceTable read_source(const Spi &spi, Oid table);
std::uint64_t count_blocks(const Spi &spi, Oid table);

// The type geometry of the extension postgis, as SQL writes it; empty where there is none.
std::string geometry_type(const Spi &spi);

// What create_views() or create_tables() wrote down when it was called last.
struct Mapping {
    std::vector<forms::Relation> relations;
    std::string submission, condition;
};
// `view` is its qualified name. Throws 42P07 when there is something else of that name.
Mapping read_mapping(const Spi &spi, Oid schema, const std::string &name, const std::string &view);

// A relation as it is.
struct Present {
    char kind = '\0';                            // as in pg_class; zero when there is none
    std::vector<std::string> columns, computed;  // all, and those that the server computes
};
Present read_relation(const Spi &spi, Oid schema, const std::string &name);

// The greatest N such that there is a function `stem`N() that gives a form; 0 when there is none.
int newest_form(const Spi &spi, Oid schema, const std::string &stem);

// Throws 42501 when one of these relations or functions without arguments belongs to another role than the current one.
void check_owner(const Spi &spi, Oid schema, const std::vector<std::string> &names);

// How many of the triggers on this table that call these functions are in force, and the name of another table that has
// one.
struct TriggersInPlace {
    int count = 0;
    std::string elsewhere;
};
TriggersInPlace read_triggers(const Spi &spi, Oid schema, const std::vector<std::string> &functions, Oid table);

}  // namespace quire::pg
