// src/pg/support/subtransaction.hpp: doing what can be undone without ending the transaction.
#pragma once
#include "pg/support/call.hpp"

namespace quire::pg {

// To be released or rolled back; when an exception is on its way, the abort of the transaction ends it. Nothing but
// reads may be done in it by parallel workers.
class Subtransaction {
public:
    Subtransaction() : memory_(CurrentMemoryContext), owner_(CurrentResourceOwner)
    {
        call([] { BeginInternalSubTransaction(nullptr); });
        MemoryContextSwitchTo(memory_);
        level_ = GetCurrentTransactionNestLevel();
    }
    Subtransaction(const Subtransaction &) = delete;
    Subtransaction &operator=(const Subtransaction &) = delete;

    void release()
    {
        call([] { ReleaseCurrentSubTransaction(); });
        leave();
    }
    // With those that were begun in it, and left by an exception.
    void roll_back()
    {
        while (GetCurrentTransactionNestLevel() >= level_) call([] { RollbackAndReleaseCurrentSubTransaction(); });
        leave();
    }

private:
    void leave()
    {
        MemoryContextSwitchTo(memory_);
        CurrentResourceOwner = owner_;
    }

    MemoryContext memory_;
    ResourceOwner owner_;
    int level_ = 0;
};

}  // namespace quire::pg
