// src/pg/support/guard.cpp: where exceptions become server errors, and server errors exceptions.
#include "pg/support/guard.hpp"

#include "pg/support/compat.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/memory.hpp"

namespace quire::pg {
namespace {

// Where errors are kept while C++ frames unwind: the memory that was current when the server called us. What a body
// switches to may be gone by the time the guard re-throws.
MemoryContext entry_memory = nullptr;

class Entry {
public:
    Entry() { entry_memory = CurrentMemoryContext; }
    ~Entry() { entry_memory = outer_; }
    Entry(const Entry &) = delete;
    Entry &operator=(const Entry &) = delete;

private:
    MemoryContext outer_ = entry_memory;
};

// Null when there is no memory for the copy, in which case the server has one more error to forget.
ErrorData *copy_error() noexcept
{
    sigjmp_buf *const outer = PG_exception_stack;
    sigjmp_buf here;
    ErrorData *volatile copied = nullptr;
    if (sigsetjmp(here, 0) == 0) {
        PG_exception_stack = &here;
        copied = CopyErrorData();
    }
    PG_exception_stack = outer;
    FlushErrorState();
    return copied;
}

}  // namespace

namespace detail {

void throw_server_error(const ServerState &before)
{
    before.restore();
    MemoryContextSwitchTo(entry_memory ? entry_memory : before.memory());
    ErrorData *const data = copy_error();
    MemoryContextSwitchTo(before.memory());
    throw ServerError{data};
}

}  // namespace detail

Failure Failure::capture(MemoryContext keep) noexcept
{
    Failure failure{};
    failure.sqlstate_ = ERRCODE_INTERNAL_ERROR;
    try {
        throw;
    } catch (const ServerError &error) {
        failure.server_ = error.data;
        if (!error.data) {
            failure.sqlstate_ = ERRCODE_OUT_OF_MEMORY;
            failure.message_ = "out of memory";
        }
    } catch (const Error &error) {
        failure = of(error, keep);
    } catch (const std::bad_alloc &) {
        failure.sqlstate_ = ERRCODE_OUT_OF_MEMORY;
        failure.message_ = "out of memory";
    } catch (const std::exception &error) {
        failure.message_ = displayable(copy_text(keep, error.what()));
        if (!failure.message_) failure.message_ = "unexpected failure";
    } catch (...) {
        failure.message_ = "unexpected failure";
    }
    return failure;
}

Failure Failure::of(const Error &error, MemoryContext keep) noexcept
{
    Failure failure{};
    failure.sqlstate_ = error.sqlstate();
    failure.of_input_ = error.is_of_input();
    const auto copy = [keep](const std::string &text) {
        return text.empty() ? nullptr : displayable(copy_text(keep, text));
    };
    failure.message_ = copy(error.message());
    failure.detail_ = copy(error.detail());
    failure.hint_ = copy(error.hint());
    failure.schema_ = copy(error.schema());
    failure.table_ = copy(error.table());
    failure.column_ = copy(error.column());
    failure.constraint_ = copy(error.constraint());
    if (!failure.message_) {
        failure = Failure{};
        failure.sqlstate_ = ERRCODE_OUT_OF_MEMORY;
        failure.message_ = "out of memory";
    }
    return failure;
}

// The auxiliary calls of ereport, as one more of them.
int Failure::fields() const
{
    errcode(sqlstate_);
    errmsg_internal("%s", message_);
    if (detail_) errdetail_internal("%s", detail_);
    if (hint_) errhint("%s", hint_);
    if (schema_) err_generic_string(PG_DIAG_SCHEMA_NAME, schema_);
    if (table_) err_generic_string(PG_DIAG_TABLE_NAME, table_);
    if (column_) err_generic_string(PG_DIAG_COLUMN_NAME, column_);
    if (constraint_) err_generic_string(PG_DIAG_CONSTRAINT_NAME, constraint_);
    if (statement_hidden_) {
        errhidestmt(true);
        errhidecontext(true);
    }
    return 0;
}

void Failure::raise() const
{
    if (server_) ReThrowError(server_);
    report(ERROR);
    pg_unreachable();
}

void Failure::hide_statement()
{
    statement_hidden_ = true;
    if (server_) server_->hide_stmt = server_->hide_ctx = true;
}

void Failure::report(int level) const
{
    ereport(level, (fields()));
}

Datum Failure::raise_softly(FunctionCallInfo fcinfo) const
{
    if (!of_input_) raise();
    QUIRE_ERRSAVE(fcinfo, (fields()));
    fcinfo->isnull = true;
    return Datum{0};
}

Datum enter(FunctionCallInfo fcinfo, Datum (*body)(Args &), Logged logged)
{
    const MemoryContext keep = CurrentMemoryContext;
    Failure failure;
    try {
        const Entry entry;
        Args args(fcinfo);
        return body(args);
    } catch (...) {
        failure = Failure::capture(keep);
        if (logged == Logged::error_alone) failure.hide_statement();
    }
    return failure.raise_softly(fcinfo);
}

void guarded(void (*body)())
{
    const MemoryContext keep = CurrentMemoryContext;
    Failure failure;
    try {
        const Entry entry;
        return body();
    } catch (...) {
        failure = Failure::capture(keep);
    }
    failure.raise();
}

void notice(std::string message)
{
    // Without an SQLSTATE: all is well.
    const Failure failure = Failure::of(Error(0, std::move(message)), CurrentMemoryContext);
    call([&] { failure.report(NOTICE); });
}

void warn(const Error &error)
{
    const Failure failure = Failure::of(error, CurrentMemoryContext);
    call([&] { failure.report(WARNING); });
}

}  // namespace quire::pg
