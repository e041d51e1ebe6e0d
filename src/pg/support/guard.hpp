// src/pg/support/guard.hpp: the border between C++ and the server, in both directions.
//
// The server reports errors by siglongjmp, C++ by exceptions; neither may cross the frames of the other. So
//  - every function that the server calls enters through a guard (QUIRE_FUNCTION, or guarded() for callbacks): whatever
//    is thrown inside becomes an ereport after the last C++ object is gone;
//  - every server function that can fail is called through call(), in call.hpp: an error it raises becomes a
//    ServerError, which the guard re-throws unchanged, with its SQLSTATE, texts and context.
// No other file uses PG_TRY, sigsetjmp, ereport or catch (...).
#pragma once
#include "pg/support/args.hpp"
#include "pg/support/call.hpp"
#include "pg/support/error.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

// A caught exception, turned into plain data that a longjmp may pass over.
class Failure {
public:
    // The exception being handled; only inside a catch block. `keep` is the memory its texts are copied to.
    static Failure capture(MemoryContext keep) noexcept;

    [[noreturn]] void raise() const;
    // Keeps the statement, and what else the server would tell of it, out of the log; the client gets it all.
    void hide_statement();
    // Hands the failure over as a value where the caller of an input function asked for that, else raises it.
    Datum raise_softly(FunctionCallInfo fcinfo) const;

private:
    friend void warn(const Error &error);
    friend void notice(std::string message);
    static Failure of(const Error &error, MemoryContext keep) noexcept;
    void report(int level) const;
    int fields() const;

    // Without initializers, for one stands ready in every call and is hardly ever needed: Failure{} is all zero.
    ErrorData *server_;
    int sqlstate_;
    bool of_input_;
    bool statement_hidden_;
    const char *message_;
    const char *detail_;
    const char *hint_;
    const char *schema_;
    const char *table_;
    const char *column_;
    const char *constraint_;
};
static_assert(std::is_trivial_v<Failure>);

// What goes to the log beside an error, by default the statement with all that its writer put into it.
enum class Logged { statement, error_alone };

// Runs one entry from the server: an SQL-callable function.
Datum enter(FunctionCallInfo fcinfo, Datum (*body)(Args &), Logged logged);

// Runs one entry from the server that is no SQL function: a callback at the end of a transaction, a hook.
void guarded(void (*body)());

}  // namespace quire::pg

// Defines the C function quire_NAME, which SQL knows as AS 'MODULE_PATHNAME', 'quire_NAME'. What follows is its body, a
// block that reads `args` and returns a Datum.
#define QUIRE_FUNCTION(name) QUIRE_ENTRY(name, statement)
// The same for a function of secrets: whatever fails in it, no statement of its caller gets into the log.
#define QUIRE_SECRET_FUNCTION(name) QUIRE_ENTRY(name, error_alone)

#define QUIRE_ENTRY(name, logged)                                                      \
    static Datum quire_body_##name(quire::pg::Args &args);                             \
    extern "C" {                                                                       \
    PG_FUNCTION_INFO_V1(quire_##name);                                                 \
    PGDLLEXPORT Datum quire_##name(PG_FUNCTION_ARGS)                                   \
    {                                                                                  \
        return quire::pg::enter(fcinfo, quire_body_##name, quire::pg::Logged::logged); \
    }                                                                                  \
    }                                                                                  \
    static Datum quire_body_##name([[maybe_unused]] quire::pg::Args &args)
