// src/pg/support/call.hpp: the border inwards, from C++ into server code that may raise an error.
#pragma once
#include "pg/support/error.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {
namespace detail {

// Puts back what a server call changes, whichever way it is left.
class ServerState {
public:
    ServerState() = default;
    ~ServerState() { restore(); }
    ServerState(const ServerState &) = delete;
    ServerState &operator=(const ServerState &) = delete;

    void restore() const
    {
        PG_exception_stack = handler_;
        error_context_stack = callbacks_;
    }
    MemoryContext memory() const { return memory_; }

private:
    MemoryContext memory_ = CurrentMemoryContext;
    sigjmp_buf *handler_ = PG_exception_stack;
    ErrorContextCallback *callbacks_ = error_context_stack;
};

[[noreturn]] void throw_server_error(const ServerState &before);

}  // namespace detail

// Calls server code; an error it raises is thrown as a ServerError, to be caught by the guard alone. Inside `body`
// there is only C: nothing with a destructor may be created there, and what it returns is plain. A call costs a
// sigsetjmp, some ten nanoseconds: group what belongs together.
template <class Body>
std::invoke_result_t<Body> call(Body &&body)
{
    using Value = std::invoke_result_t<Body>;
    static_assert(std::is_void_v<Value> || std::is_trivially_destructible_v<Value>);

    const detail::ServerState before;
    sigjmp_buf here;
    if (sigsetjmp(here, 0) != 0) detail::throw_server_error(before);
    PG_exception_stack = &here;
    return body();
}

// CHECK_FOR_INTERRUPTS for C++ frames, and a quire::Poll for the core: a cancel becomes a ServerError, other interrupts
// are served on the spot.
inline void poll()
{
    if (INTERRUPTS_PENDING_CONDITION()) [[unlikely]]
        call([] { ProcessInterrupts(); });
}

}  // namespace quire::pg
