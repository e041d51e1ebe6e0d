// src/pg/support/memory.cpp: allocation in memory contexts that throws instead of jumping.
#include "pg/support/memory.hpp"

#include "pg/support/call.hpp"
#include "pg/support/error.hpp"

namespace quire::pg {

void *allocate(MemoryContext context, std::size_t size)
{
    // The server checks the size with a longjmp, so it is checked here before.
    if (!AllocHugeSizeIsValid(size)) throw std::bad_alloc();
    void *const block = MemoryContextAllocExtended(context, size, MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM);
    if (!block) throw std::bad_alloc();
    return block;
}

char *copy_text(MemoryContext context, std::string_view text) noexcept
{
    auto *const copied =
        static_cast<char *>(MemoryContextAllocExtended(context, text.size() + 1, MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM));
    if (!copied) return nullptr;
    text.copy(copied, text.size());
    copied[text.size()] = '\0';
    return copied;
}

char *make_varlena(std::size_t size, Datum &value)
{
    if (size > MaxAllocSize - VARHDRSZ)
        throw Error(ERRCODE_PROGRAM_LIMIT_EXCEEDED, "the result is larger than a value can be")
            .detail("A value holds at most 1 GB.");
    void *const block = allocate(CurrentMemoryContext, size + VARHDRSZ);
    SET_VARSIZE(block, size + VARHDRSZ);
    value = PointerGetDatum(block);
    return VARDATA(block);
}

Datum make_varlena(std::string_view content)
{
    Datum value;
    content.copy(make_varlena(content.size(), value), content.size());
    return value;
}

OwnContext::~OwnContext()
{
    if (context_) MemoryContextDelete(context_);
}

MemoryContext OwnContext::get()
{
    // Not below the memory that its owner lives in, which would free it before its owner's destructor does.
    if (!context_)
        context_ = call([] { return AllocSetContextCreate(TopMemoryContext, "quire rows", ALLOCSET_SMALL_SIZES); });
    return context_;
}

void *Resource::do_allocate(std::size_t size, std::size_t alignment)
{
    if (alignment <= MAXIMUM_ALIGNOF) return pg::allocate(context_, size);
    if (size > MaxAllocHugeSize - alignment) throw std::bad_alloc();
    void *const block = pg::allocate(context_, size + alignment);
    return reinterpret_cast<void *>(TYPEALIGN(alignment, block));
}

void Resource::do_deallocate(void *block, std::size_t, std::size_t alignment)
{
    // The start of a block that was aligned further is not known; it returns with its context.
    if (alignment <= MAXIMUM_ALIGNOF) pfree(block);
}

}  // namespace quire::pg
