// src/pg/support/attempt.cpp: input functions whose refusal is an answer.
#include "pg/support/attempt.hpp"

#include "pg/support/call.hpp"
#include "pg/support/compat.hpp"
#include "pg/support/subtransaction.hpp"

namespace quire::pg {
#ifdef QUIRE_SOFT_INPUT
bool attempt_input(FmgrInfo &function, char *text, Oid parameter, std::int32_t modifier, Datum &value)
{
    return call([&] {
        ErrorSaveContext context = {};
        context.type = T_ErrorSaveContext;
        return InputFunctionCallSafe(&function, text, parameter, modifier, reinterpret_cast<Node *>(&context), &value);
    });
}
#else
namespace {

// Only what the text did wrong: class 22, data exceptions; and what a domain's check refuses.
bool is_refusal(const ServerError &error)
{
    return error.data && (ERRCODE_TO_CATEGORY(error.data->sqlerrcode) == ERRCODE_DATA_EXCEPTION ||
                          error.data->sqlerrcode == ERRCODE_CHECK_VIOLATION);
}

}  // namespace

bool attempt_input(FmgrInfo &function, char *text, Oid parameter, std::int32_t modifier, Datum &value)
{
    // Parallel workers can start no subtransaction, so there a refusal is an error; without the text in it.
    const bool can_go_on = !IsInParallelMode();
    std::optional<Subtransaction> subtransaction;
    if (can_go_on) subtransaction.emplace();
    try {
        value = call([&] { return InputFunctionCall(&function, text, parameter, modifier); });
    } catch (const ServerError &error) {
        if (!is_refusal(error)) throw;
        if (!can_go_on)
            throw Error(ERRCODE_INVALID_TEXT_REPRESENTATION, "a value does not fit the type of its column")
                .hint("Set max_parallel_workers_per_gather to 0 to have it as NULL, or declare the column as text.");
        subtransaction->roll_back();
        return false;
    }
    if (can_go_on) subtransaction->release();
    return true;
}
#endif

}  // namespace quire::pg
