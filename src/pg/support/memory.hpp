// src/pg/support/memory.hpp: the server's memory for C++ objects.
//
// What outlives a call is allocated in a memory context; what does not lives on the C++ heap. Allocation here never
// longjmps: it throws std::bad_alloc.
#pragma once
#include "pg/support/postgres.hpp"

namespace quire::pg {

// `size` bytes of `context`; throws std::bad_alloc when there are none.
void *allocate(MemoryContext context, std::size_t size);

// A copy with a terminating zero, or null when there is no memory left.
char *copy_text(MemoryContext context, std::string_view text) noexcept;

// A varlena of the current memory with this content; the SQL values of text, bytea and the types made like them.
// Throws Error where a value of 1 GB or more would be needed.
Datum make_varlena(std::string_view content);
// The same, its content (at the returned address) still to be written.
char *make_varlena(std::size_t size, Datum &value);

// Lets containers of namespace std::pmr allocate in a memory context.
class Resource final : public std::pmr::memory_resource {
public:
    explicit Resource(MemoryContext context) : context_(context) {}

private:
    void *do_allocate(std::size_t size, std::size_t alignment) override;
    void do_deallocate(void *block, std::size_t size, std::size_t alignment) override;
    bool do_is_equal(const std::pmr::memory_resource &other) const noexcept override { return this == &other; }

    MemoryContext context_;
};

// Makes a memory context current for as long as it lives.
class InMemory {
public:
    explicit InMemory(MemoryContext context) : outer_(MemoryContextSwitchTo(context)) {}
    ~InMemory() { MemoryContextSwitchTo(outer_); }
    InMemory(const InMemory &) = delete;
    InMemory &operator=(const InMemory &) = delete;

private:
    MemoryContext outer_;
};

// A memory context of its own, for what a loop makes and forgets; made when it is first asked for.
class OwnContext {
public:
    OwnContext() = default;
    OwnContext(OwnContext &&other) noexcept : context_(std::exchange(other.context_, nullptr)) {}
    ~OwnContext();

    MemoryContext get();
    void reset() { MemoryContextReset(context_); }

private:
    MemoryContext context_ = nullptr;
};

// An object that lives as long as `context`, which runs its destructor.
template <class T>
T *make_in(MemoryContext context, T value)
{
    struct Kept {
        T value;
        MemoryContextCallback callback;
    };
    void *const place = allocate(context, sizeof(Kept));
    auto *kept = new (place) Kept{std::move(value), {}};
    kept->callback.func = [](void *object) { static_cast<T *>(object)->~T(); };
    kept->callback.arg = &kept->value;
    MemoryContextRegisterResetCallback(context, &kept->callback);
    return &kept->value;
}

// What a function keeps between its calls from one place in one statement: made by `make` at the first call.
template <class T, class Make>
T &per_call_site(FunctionCallInfo fcinfo, Make make)
{
    FmgrInfo *const site = fcinfo->flinfo;
    if (!site->fn_extra) [[unlikely]]
        site->fn_extra = make_in<T>(site->fn_mcxt, make());
    return *static_cast<T *>(site->fn_extra);
}

}  // namespace quire::pg
