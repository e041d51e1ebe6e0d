// src/pg/access/watch.cpp: the trigger access_changed, before and after each statement that writes to a policy's table.
//
// Other sessions learn of a change by an invalidation of one of the policy's views, that of roles (whose plan is the
// cheapest to make again) or, when it is places that change, that of parents: the server sends it when the transaction
// commits, and drops it when it is rolled back. This session marks the policy itself: at the change, for its own
// statements are to see it at once, and at a rollback.
#include "pg/access/watch.hpp"

#include "pg/access/policy.hpp"
#include "pg/support/compat.hpp"
#include "pg/support/error.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/spi.hpp"

namespace quire::pg {
namespace {

constexpr std::int16_t statement_events =
    TRIGGER_TYPE_INSERT | TRIGGER_TYPE_DELETE | TRIGGER_TYPE_UPDATE | TRIGGER_TYPE_TRUNCATE;

// What happened at a level of savepoints, and is undone with it.
struct Noted {
    Oid relation;
    int level;
    auto operator<=>(const Noted &) const = default;
};

std::vector<Noted> &writing()  // tables
{
    static auto &tables = *new std::vector<Noted>();
    return tables;
}
std::vector<Noted> &announced()  // channels
{
    static auto &channels = *new std::vector<Noted>();
    return channels;
}

// Called while transactions end, so nothing here fails.
void forget(int level, bool undone)
{
    ++write_changes;
    auto &channels = announced();
    if (undone)
        for (const Noted &noted : channels)
            if (noted.level >= level) policies_changed_here(noted.relation);
    for (auto *const noted : {&writing(), &channels}) {
        const auto ended = [&](const Noted &one) { return one.level >= level; };
        if (undone || level == 0)
            noted->erase(std::remove_if(noted->begin(), noted->end(), ended), noted->end());
        else
            for (Noted &one : *noted) one.level = std::min(one.level, level - 1);
    }
    // What a savepoint hands on to the level around it may be there already.
    std::sort(channels.begin(), channels.end());
    channels.erase(std::unique(channels.begin(), channels.end()), channels.end());
}

void transaction_ends(XactEvent event, void *)
{
    if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_PARALLEL_COMMIT) forget(0, false);
    // A prepared transaction is as good as rolled back for the session that prepared it.
    if (event == XACT_EVENT_ABORT || event == XACT_EVENT_PARALLEL_ABORT || event == XACT_EVENT_PREPARE) forget(0, true);
}

void savepoint_ends(SubXactEvent event, SubTransactionId, SubTransactionId, void *)
{
    if (event == SUBXACT_EVENT_COMMIT_SUB) forget(GetCurrentTransactionNestLevel(), false);
    if (event == SUBXACT_EVENT_ABORT_SUB) forget(GetCurrentTransactionNestLevel(), true);
}

void listen()
{
    static bool listening = false;
    if (listening) return;
    // What the end of a transaction looks at is there before it comes: nothing may fail then.
    writing();
    announced();
    watch_policies();
    call([] {
        RegisterXactCallback(transaction_ends, nullptr);
        RegisterSubXactCallback(savepoint_ends, nullptr);
    });
    listening = true;
}

// Does a trigger with these arguments, the policy and perhaps an aspect, tell of this aspect?
bool tells_of(const ::Trigger &trigger, Aspect aspect)
{
    return trigger.tgnargs == 1 || std::strcmp(trigger.tgargs[1], aspect_names[aspect]) == 0;
}

// The relation whose invalidation means a change of the policy; none when there is no such policy any more.
Oid channel_of(const PolicyName &name, Aspect aspect)
{
    const std::string view = name.view(aspect == rights ? roles : parents);
    return call([&] {
        const Oid schema = get_namespace_oid(name.schema.c_str(), true);
        return OidIsValid(schema) ? get_relname_relid(view.c_str(), schema) : InvalidOid;
    });
}

void announce(Oid channel)
{
    const Noted here{channel, GetCurrentTransactionNestLevel()};
    auto &channels = announced();
    channels.reserve(channels.size() + 1);
    policies_changed_here(channel);
    // The other sessions need be told once; this one has something to undo at each level.
    const auto told = [&](const Noted &one) { return one.relation == channel; };
    if (std::none_of(channels.begin(), channels.end(), told)) call([&] { CacheInvalidateRelcacheByRelid(channel); });
    if (std::find(channels.begin(), channels.end(), here) == channels.end()) channels.push_back(here);
}

void note_writing(const TriggerData *trigger)
{
    ++write_changes;
    auto &tables = writing();
    const Oid table = RelationGetRelid(trigger->tg_relation);
    if (TRIGGER_FIRED_BEFORE(trigger->tg_event)) {
        tables.push_back({table, GetCurrentTransactionNestLevel()});
        return;
    }
    const auto found =
        std::find_if(tables.rbegin(), tables.rend(), [&](const Noted &one) { return one.relation == table; });
    if (found != tables.rend()) tables.erase(std::next(found).base());
}

void check_wiring(const Args &args)
{
    const auto *const trigger = reinterpret_cast<TriggerData *>(args.fcinfo()->context);
    if (CALLED_AS_TRIGGER(args.fcinfo()) && TRIGGER_FIRED_FOR_STATEMENT(trigger->tg_event)) {
        const ::Trigger &wired = *trigger->tg_trigger;
        if (wired.tgnargs == 1 || (wired.tgnargs == 2 && (tells_of(wired, rights) || tells_of(wired, places)))) return;
    }
    throw Error(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
                "trigger function quire.access_changed is not attached as it must be")
        .detail("It is for statements, and has the name of a policy as its argument, and perhaps rights or places.")
        .hint("quire.create_policy() attaches it.");
}

std::string named_after(const char *when, const std::string &policy)
{
    char digest[33];
    const char *fault = nullptr;
    if (!pg_md5_hash(policy.data(), policy.size(), digest, &fault)) throw std::bad_alloc();
    return std::string("quire_access_") + when + "_" + std::string(digest, 12);
}

// A trigger keeps the name that the table had then, so the policy is what tells them apart: by its own name where it is
// in the table's schema, so that another schema with the same tables in it has the same triggers.
std::string trigger_name(const char *when, Oid table, const std::string &policy)
{
    const std::string schema = call([table] { return quote_identifier(get_namespace_name(get_rel_namespace(table))); });
    const bool is_near = policy.compare(0, schema.size() + 1, schema + ".") == 0;
    return named_after(when, is_near ? policy.substr(schema.size() + 1) : policy);
}

// Nothing when there is none of this name.
void drop_trigger(Oid table, const std::string &name)
{
    if (call([&] { return OidIsValid(get_trigger_oid(table, name.c_str(), true)); }))
        execute("DROP TRIGGER " + name + " ON " + qualified_name(table));
}

}  // namespace

bool is_watched(Relation table, const char *policy, Aspect aspect)
{
    const TriggerDesc *const triggers = table->trigdesc;
    if (!triggers) return false;
    bool before = false, after = false;
    for (int i = 0; i < triggers->numtriggers; ++i) {
        const ::Trigger &trigger = triggers->triggers[i];
        if (trigger.tgnargs < 1 || trigger.tgnargs > 2 || trigger.tgenabled != TRIGGER_FIRES_ALWAYS || trigger.tgqual ||
            trigger.tgnattr != 0 || (trigger.tgtype & statement_events) != statement_events ||
            TRIGGER_FOR_ROW(trigger.tgtype) || std::strcmp(trigger.tgargs[0], policy) != 0 ||
            !tells_of(trigger, aspect))
            continue;
        const char *const function = get_func_name(trigger.tgfoid);
        const char *const schema = get_namespace_name(get_func_namespace(trigger.tgfoid));
        if (!function || !schema || std::strcmp(function, "access_changed") != 0 || std::strcmp(schema, "quire") != 0)
            continue;
        (TRIGGER_FOR_BEFORE(trigger.tgtype) ? before : after) = true;
    }
    return before && after;
}

std::uint64_t write_changes = 0;

std::size_t writes_under_way()
{
    return writing().size();
}

void watch_table(Oid table, const std::string &policy, std::optional<Aspect> only)
{
    const std::string on = qualified_name(table),
                      arguments = literal(policy) + (only ? ", '" + std::string(aspect_names[*only]) + "'" : "");
    for (const char *const when : {"before", "after"}) {
        const std::string name = trigger_name(when, table, policy), former = named_after(when, policy);
        if (former != name) drop_trigger(table, former);
        execute("CREATE OR REPLACE TRIGGER " + name + " " + when + " INSERT OR UPDATE OR DELETE OR TRUNCATE ON " + on +
                " FOR EACH STATEMENT EXECUTE FUNCTION quire.access_changed(" + arguments + ")");
        execute("ALTER TABLE " + on + " ENABLE ALWAYS TRIGGER " + name);
    }
}

void unwatch_table(Oid table, const std::string &policy)
{
    for (const char *const when : {"before", "after"})
        for (const std::string &name : {trigger_name(when, table, policy), named_after(when, policy)})
            drop_trigger(table, name);
}

}  // namespace quire::pg

namespace pg = quire::pg;

// access_changed(policy), a trigger
QUIRE_FUNCTION(access_changed)
{
    pg::check_wiring(args);
    pg::listen();
    const auto *const trigger = reinterpret_cast<TriggerData *>(args.fcinfo()->context);
    const ::Trigger &wired = *trigger->tg_trigger;
    const pg::PolicyName policy = pg::read_policy_name(wired.tgargs[0]);
    bool is_noted = false;
    for (const pg::Aspect aspect : {pg::rights, pg::places}) {
        const Oid channel = pg::tells_of(wired, aspect) ? pg::channel_of(policy, aspect) : InvalidOid;
        if (!OidIsValid(channel)) continue;
        if (!std::exchange(is_noted, true)) pg::note_writing(trigger);
        pg::announce(channel);
    }
    return PointerGetDatum(nullptr);
}
