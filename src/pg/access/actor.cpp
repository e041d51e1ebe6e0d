// src/pg/access/actor.cpp: the setting quire.actor, which only superusers and become() can set.
//
// A setting is what the server itself undoes at the end of a transaction or savepoint, hands to parallel workers and
// forgets at DISCARD ALL; and SUSET is what it refuses to ordinary roles on every way that there is.
#include "pg/access/actor.hpp"

#include "pg/access/plans.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"

namespace quire::pg {
namespace {

char *actor_setting = nullptr;

// Also called before a change is tried for real, and while a transaction ends: nothing in it can fail.
void actor_changed(const char *actor, void *)
{
    ++actor_changes;
    forget_plans_unless_for(actor);
}

// A name longer than this is no name, and every statement's sets are kept by it.
constexpr std::size_t longest_actor = 1024;

}  // namespace

std::uint64_t actor_changes = 0;

void define_actor()
{
    static bool defined = false;
    if (defined) return;
    // Null at first: the server ends the session when it finds no memory for a default.
    call([] {
        DefineCustomStringVariable(
            "quire.actor", "Who the session acts for, in the policies of quire.",
            "Set it by quire.become(). Superusers can also set it directly, as can roles with SET on this parameter.",
            &actor_setting, nullptr, PGC_SUSET, GUC_NOT_IN_SAMPLE, nullptr, actor_changed, nullptr);
    });
    defined = true;
}

std::string_view current_actor()
{
    return actor_setting ? std::string_view(actor_setting) : std::string_view();
}

std::string_view need_actor()
{
    const std::string_view actor = current_actor();
    if (actor.empty()) [[unlikely]]
        throw Error(ERRCODE_INSUFFICIENT_PRIVILEGE, "no actor is set")
            .detail("Access is judged by who the session acts for, and it acts for nobody.")
            .hint("Begin a transaction and call quire.become('name of the actor') in it, as a role that may.");
    return actor;
}

}  // namespace quire::pg

namespace pg = quire::pg;

// become(actor text, local bool) → void
QUIRE_FUNCTION(become)
{
    if (args.is_null(0) || args.text(0).empty())
        throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "the actor to become has no name")
            .hint("To act for nobody again, end the transaction, or RESET quire.actor.");
    if (args.is_null(1))
        throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "the argument \"local\" is NULL")
            .hint("true is to the end of the transaction, false to the end of the session.");
    const std::string_view actor = args.text(0);
    if (actor.size() > pg::longest_actor)
        throw pg::Error(ERRCODE_NAME_TOO_LONG, "the name of the actor is too long")
            .detail("It may have " + std::to_string(pg::longest_actor) + " bytes.");
    const GucAction action = args.boolean(1) ? GUC_ACTION_LOCAL : GUC_ACTION_SET;
    char *const name = pg::copy_text(CurrentMemoryContext, actor);
    if (!name) throw std::bad_alloc();
    // As a superuser would: who may call become() may do this, whatever else the role may do.
    pg::call([&] {
        set_config_option_ext("quire.actor", name, PGC_SUSET, PGC_S_SESSION, BOOTSTRAP_SUPERUSERID, action, true, ERROR,
                              false);
    });
    return Datum{0};
}

// actor() → text
QUIRE_FUNCTION(actor)
{
    const std::string_view actor = pg::current_actor();
    return actor.empty() ? args.null() : pg::make_varlena(actor);
}

// require_actor() → text
QUIRE_FUNCTION(require_actor)
{
    return pg::make_varlena(pg::need_actor());
}
