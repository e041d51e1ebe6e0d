// src/pg/support/spi.hpp: SQL run from C++.
#pragma once
#include "pg/support/args.hpp"
#include "pg/support/call.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

// A connection to SPI. Results of queries live as long as it does.
class Spi {
public:
    Spi();
    ~Spi();
    Spi(const Spi &) = delete;
    Spi &operator=(const Spi &) = delete;

    std::uint64_t rows() const { return SPI_processed; }
    // The last query's result, when it is not needed any more.
    void forget() const { SPI_freetuptable(SPI_tuptable); }
    // A value of the last query's result, counting from 0.
    std::optional<Datum> value(std::uint64_t row, int column) const;

private:
    int unwinding_ = std::uncaught_exceptions();
};

// A prepared statement that outlives the connection it was made in; freed with the object.
class Plan {
public:
    // Planned once for any values, or else anew for those that a better plan is expected for.
    enum class For { these_values, any_values };
    Plan(const char *sql, std::span<const Oid> parameters, For values = For::these_values);

    struct Options {
        Snapshot snapshot = InvalidSnapshot;  // else a new one, or the transaction's
        bool read_only = false;
        bool fires_triggers = false;  // those AFTER it at its end, not at the end of the statement that called
        long limit = 0;               // rows; 0 is all
    };
    // False once something that it depends on has changed: a name in it may mean another thing by now.
    bool is_valid() const { return SPI_plan_is_valid(plan_.get()); }
    // Needs an Spi around it, which the result belongs to. A value is NULL where `nulls` has an 'n'.
    void run(std::span<const Datum> values, const Options &options, const char *nulls = nullptr) const;

private:
    struct Free {
        void operator()(_SPI_plan *plan) const noexcept { SPI_freeplan(plan); }
    };
    std::unique_ptr<_SPI_plan, Free> plan_;
};

// Acts as another role for as long as it lives, the way foreign-key checks act as a table's owner: without forced row
// security, and unable to change the session.
class AsRole {
public:
    explicit AsRole(Oid role);
    ~AsRole() { SetUserIdAndSecContext(role_, context_); }
    AsRole(const AsRole &) = delete;
    AsRole &operator=(const AsRole &) = delete;

private:
    Oid role_;
    int context_;
};

// Pins the search_path to pg_catalog, one schema and pg_temp for as long as it lives.
class PinnedSearchPath {
public:
    // The schema takes what is created without a schema's name; pg_catalog is still searched before it.
    enum class For { looking_up, creating };
    explicit PinnedSearchPath(const char *schema, For use = For::looking_up);
    ~PinnedSearchPath();
    PinnedSearchPath(const PinnedSearchPath &) = delete;
    PinnedSearchPath &operator=(const PinnedSearchPath &) = delete;

private:
    int unwinding_ = std::uncaught_exceptions();
    int level_;
};

// Runs SQL of quire's own, of which nothing is wanted back, on a connection of its own.
void execute(const std::string &sql);

// The name as SQL writes it: quoted where needed.
std::string identifier(const char *name);
std::string qualified_name(Oid relation);
std::string literal(std::string_view text);

}  // namespace quire::pg
