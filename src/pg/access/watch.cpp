// src/pg/access/watch.cpp: the trigger access_changed, before and after each statement that writes to a policy's table.
//
// Other sessions learn of a change of rights by an invalidation of the policy's view of roles, whose plan is the
// cheapest of the four to make again; of places by one of the row type of the view of parents, on which no plan
// depends. The server sends them when the transaction commits, and drops them when it is rolled back. This session
// marks the policy itself: at the change, for its own statements are to see it at once, and at a rollback.
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

// What a trigger says, after the policy, that its table feeds; nothing, when quire 0.3.0 made it.
constexpr const char *only_rights = "rights", *only_places = "places", *both = "rights and places";

// What happened at a level of savepoints, and is undone with it.
struct Writing {
    Oid table;
    int level;
    auto operator<=>(const Writing &) const = default;
};
struct Announced {
    Aspect aspect;
    Oid channel;
    int level;
    auto operator<=>(const Announced &) const = default;
};

std::vector<Writing> &writing()
{
    static auto &statements = *new std::vector<Writing>();
    return statements;
}
std::vector<Announced> &announced()
{
    static auto &changes = *new std::vector<Announced>();
    return changes;
}

template <class Noted>
void end_level(std::vector<Noted> &all, int level, bool undone)
{
    const auto ended = [&](const Noted &one) { return one.level >= level; };
    if (undone || level == 0)
        all.erase(std::remove_if(all.begin(), all.end(), ended), all.end());
    else
        for (Noted &one : all) one.level = std::min(one.level, level - 1);
}

// Called while transactions end, so nothing here fails.
void forget(int level, bool undone)
{
    ++write_changes;
    auto &changes = announced();
    if (undone)
        for (const Announced &change : changes)
            if (change.level >= level) policies_changed_here(change.aspect, change.channel);
    end_level(writing(), level, undone);
    end_level(changes, level, undone);
    // What a savepoint hands on to the level around it may be there already.
    std::sort(changes.begin(), changes.end());
    changes.erase(std::unique(changes.begin(), changes.end()), changes.end());
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

bool tells_of(const ::Trigger &trigger, Aspect aspect)
{
    return trigger.tgnargs == 1 || std::strcmp(trigger.tgargs[1], aspect == rights ? only_places : only_rights) != 0;
}

bool has_good_arguments(const ::Trigger &trigger)
{
    if (trigger.tgnargs != 2) return trigger.tgnargs == 1;
    const auto says = [&](const char *what) { return std::strcmp(trigger.tgargs[1], what) == 0; };
    return says(only_rights) || says(only_places) || says(both);
}

// What the invalidation of means a change of the policy; nothing when there is no such policy any more.
std::optional<std::array<Oid, aspects>> channels_of(std::string_view policy)
{
    const PolicyName name = read_policy_name(policy);
    const std::string of_roles = name.view(roles), of_parents = name.view(parents);
    const std::array<Oid, aspects> channels = call([&] {
        const Oid schema = get_namespace_oid(name.schema.c_str(), true);
        if (!OidIsValid(schema)) return std::array<Oid, aspects>{};
        return std::array<Oid, aspects>{get_relname_relid(of_roles.c_str(), schema),
                                        get_rel_type_id(get_relname_relid(of_parents.c_str(), schema))};
    });
    return OidIsValid(channels[rights]) && OidIsValid(channels[places]) ? std::optional(channels) : std::nullopt;
}

void invalidate(Aspect aspect, Oid channel)
{
    if (aspect == rights) return CacheInvalidateRelcacheByRelid(channel);
    const HeapTuple type = SearchSysCache1(TYPEOID, ObjectIdGetDatum(channel));
    if (!HeapTupleIsValid(type)) return;
    const Relation types = table_open(TypeRelationId, AccessShareLock);
    CacheInvalidateHeapTuple(types, type, nullptr);
    table_close(types, AccessShareLock);
    ReleaseSysCache(type);
}

void announce(Aspect aspect, Oid channel)
{
    const Announced here{aspect, channel, GetCurrentTransactionNestLevel()};
    auto &changes = announced();
    changes.reserve(changes.size() + 1);
    policies_changed_here(aspect, channel);
    // The other sessions need be told once; this one has something to undo at each level.
    const auto told = [&](const Announced &one) { return one.aspect == aspect && one.channel == channel; };
    if (std::none_of(changes.begin(), changes.end(), told)) call([&] { invalidate(aspect, channel); });
    if (std::find(changes.begin(), changes.end(), here) == changes.end()) changes.push_back(here);
}

void note_writing(const TriggerData *trigger)
{
    ++write_changes;
    auto &statements = writing();
    const Oid table = RelationGetRelid(trigger->tg_relation);
    if (TRIGGER_FIRED_BEFORE(trigger->tg_event)) {
        statements.push_back({table, GetCurrentTransactionNestLevel()});
        return;
    }
    const auto found =
        std::find_if(statements.rbegin(), statements.rend(), [&](const Writing &one) { return one.table == table; });
    if (found != statements.rend()) statements.erase(std::next(found).base());
}

void check_wiring(const Args &args)
{
    const auto *const trigger = reinterpret_cast<TriggerData *>(args.fcinfo()->context);
    if (CALLED_AS_TRIGGER(args.fcinfo()) && TRIGGER_FIRED_FOR_STATEMENT(trigger->tg_event) &&
        has_good_arguments(*trigger->tg_trigger))
        return;
    throw Error(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
                "trigger function quire.access_changed is not attached as it must be")
        .detail("It is for statements, and has the name of a policy as its argument, and what the table feeds.")
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

Watch watch_on(Relation table, const char *policy, Aspect aspect)
{
    const TriggerDesc *const triggers = table->trigdesc;
    if (!triggers) return Watch::none;
    bool before = false, after = false, is_apart = true;
    for (int i = 0; i < triggers->numtriggers; ++i) {
        const ::Trigger &trigger = triggers->triggers[i];
        if (!has_good_arguments(trigger) || trigger.tgenabled != TRIGGER_FIRES_ALWAYS || trigger.tgqual ||
            trigger.tgnattr != 0 || (trigger.tgtype & statement_events) != statement_events ||
            TRIGGER_FOR_ROW(trigger.tgtype) || std::strcmp(trigger.tgargs[0], policy) != 0 ||
            !tells_of(trigger, aspect))
            continue;
        const char *const function = get_func_name(trigger.tgfoid);
        const char *const schema = get_namespace_name(get_func_namespace(trigger.tgfoid));
        if (!function || !schema || std::strcmp(function, "access_changed") != 0 || std::strcmp(schema, "quire") != 0)
            continue;
        (TRIGGER_FOR_BEFORE(trigger.tgtype) ? before : after) = true;
        is_apart = is_apart && trigger.tgnargs == 2;
    }
    return !before || !after ? Watch::none : is_apart ? Watch::apart : Watch::together;
}

std::uint64_t write_changes = 0;

std::size_t writes_under_way()
{
    return writing().size();
}

void watch_table(Oid table, const std::string &policy, bool has_rights, bool has_places)
{
    const std::string on = qualified_name(table), arguments = literal(policy) + ", " +
                                                              literal(has_rights && has_places ? both
                                                                      : has_rights             ? only_rights
                                                                                               : only_places);
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
    if (const auto channels = pg::channels_of(trigger->tg_trigger->tgargs[0])) {
        pg::note_writing(trigger);
        for (const pg::Aspect aspect : {pg::rights, pg::places})
            if (pg::tells_of(*trigger->tg_trigger, aspect)) pg::announce(aspect, (*channels)[aspect]);
    }
    return PointerGetDatum(nullptr);
}
