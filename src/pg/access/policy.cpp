// src/pg/access/policy.cpp: names of policies, and the policies that a session has asked for.
#include "pg/access/policy.hpp"

#include "pg/access/plans.hpp"
#include "pg/support/compat.hpp"
#include "pg/support/error.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/settings.hpp"

namespace quire::pg {
namespace {

constexpr std::size_t most_policies = 64;

std::uint64_t relation_changes = 0;  // of any relation, or type

using Policies = std::unordered_map<std::string, PolicyPointer>;

Policies &known_policies()
{
    static auto &known = *new Policies();
    return known;
}

void mark_changed(Policy &policy, Aspect aspect)
{
    policy.is_valid = false;
    Changes &changes = policy.changes[aspect];
    ++changes.generation;
    if (FirstSnapshotSet) changes.heard_in = local_transaction();
}

void mark_changed(Policy &policy)
{
    for (const Aspect aspect : {rights, places}) mark_changed(policy, aspect);
}

// The callbacks run wherever the server takes notice of changes, also while a transaction fails.
void relation_changed(Datum, Oid relation)
{
    ++relation_changes;
    bool any = false;
    for (auto &[name, policy] : known_policies())
        for (const Aspect aspect : {rights, places}) {
            if (OidIsValid(relation) && !policy->shape.depends_on_relation(aspect, relation)) continue;
            mark_changed(*policy, aspect);
            any = true;
        }
    if (any) forget_plans();
}

void type_changed(Datum, int, uint32 hash)
{
    ++relation_changes;
    bool any = false;
    for (auto &[name, policy] : known_policies()) {
        if (hash != 0 && hash != policy->shape.places_channel_hash) continue;
        mark_changed(*policy, places);
        any = true;
    }
    if (any) forget_plans();
}

void catalog_changed(Datum, int, uint32)
{
    if (is_forgetting_plans()) return;
    ++relation_changes;
    for (auto &[name, policy] : known_policies()) mark_changed(*policy);
    forget_plans();
}

PolicyPointer policy_of(std::string_view name)
{
    auto &known = known_policies();
    std::string key(name);
    if (const auto found = known.find(key); found != known.end()) return found->second;
    if (known.size() >= most_policies) {
        // Those that are still in use will hear of no change any more.
        for (auto &[other, policy] : known) mark_changed(*policy);
        known.clear();
    }
    return known.emplace(std::move(key), std::make_shared<Policy>(name)).first->second;
}

}  // namespace

std::string PolicyName::canonical() const
{
    return call([this] { return quote_qualified_identifier(schema.c_str(), name.c_str()); });
}

PolicyName read_policy_name(std::string_view text)
{
    constexpr const char *hint = "A policy is named like 'schema.policy'.";
    char *const copy = copy_text(CurrentMemoryContext, text);
    if (!copy) throw std::bad_alloc();
    List *names = NIL;
    if (!call([&] { return SplitIdentifierString(copy, '.', &names); }) || list_length(names) != 2)
        throw Error(ERRCODE_INVALID_NAME, quoted(text.substr(0, 200)) + " is not the name of a policy").hint(hint);
    PolicyName name{static_cast<char *>(linitial(names)), static_cast<char *>(lsecond(names))};
    if (name.schema.empty() || name.name.empty())
        throw Error(ERRCODE_INVALID_NAME, quoted(text.substr(0, 200)) + " is not the name of a policy").hint(hint);
    constexpr std::size_t longest = NAMEDATALEN - 1 - 8;
    if (name.name.size() > longest)
        throw Error(ERRCODE_NAME_TOO_LONG, "the name of the policy is too long")
            .detail("After the schema it may have " + std::to_string(longest) + " bytes.");
    return name;
}

void watch_policies()
{
    static bool watching = false;
    if (watching) return;
    known_policies();
    call([] {
        CacheRegisterRelcacheCallback(relation_changed, Datum{0});
        CacheRegisterSyscacheCallback(TYPEOID, type_changed, Datum{0});
        // Schemas are renamed, functions become volatile, tables become replicas.
        CacheRegisterSyscacheCallback(NAMESPACEOID, catalog_changed, Datum{0});
        CacheRegisterSyscacheCallback(PROCOID, catalog_changed, Datum{0});
        CacheRegisterSyscacheCallback(SUBSCRIPTIONRELMAP, catalog_changed, Datum{0});
    });
    watching = true;
}

void policies_changed_here(Aspect aspect, Oid channel)
{
    ++relation_changes;
    bool any = false;
    for (auto &[name, policy] : known_policies()) {
        const PolicyShape &shape = policy->shape;
        if (channel != (aspect == places ? shape.places_channel : shape.views[roles].oid)) continue;
        any = true;
        mark_changed(*policy, aspect);
        policy->changes[aspect].here_in = local_transaction();
        policy->changes[aspect].here_by = IsTransactionState() ? GetCurrentCommandId(false) : FirstCommandId;
    }
    if (any) forget_plans();
}

std::size_t room_to_remember(const Policy &policy, Part part)
{
    // Objects are many, and the others few.
    const std::size_t room = access_cache_size() / (part == parents ? 4 : 32);
    std::size_t taken = 0;
    for (const auto &[name, other] : known_policies())
        if (other.get() != &policy) taken += other->remembered[part].answers.bytes();
    if (taken <= room / 2) return room - taken;
    for (const auto &[name, other] : known_policies())
        if (other.get() != &policy) other->remembered[part].answers.clear();
    return room;
}

std::size_t remembered_bytes()
{
    std::size_t bytes = 0;
    for (const auto &[name, policy] : known_policies())
        for (const Remembered &remembered : policy->remembered) bytes += remembered.answers.bytes();
    return bytes;
}

PolicyPointer find_policy(std::string_view name)
{
    watch_policies();
    PolicyPointer policy = policy_of(name);
    refresh(*policy);
    return policy;
}

void refresh(Policy &policy)
{
    call([] { AcceptInvalidationMessages(); });
    // What is read may change while it is read; the last one counts.
    for (int tries = 0; !policy.is_valid && tries < 5; ++tries) {
        const std::uint64_t before_reading = relation_changes;
        PolicyShape shape = read_policy_shape(read_policy_name(policy.name));
        const PolicyShape &before = policy.shape;
        if (shape.owner != before.owner || shape.views != before.views || shape.canonical != before.canonical)
            policy.plans.clear();
        policy.shape = std::move(shape);
        // Changes that the session heard of before it knew what the policy depends on were not taken for its own.
        if (FirstSnapshotSet)
            for (Changes &changes : policy.changes) changes.heard_in = local_transaction();
        policy.is_valid = relation_changes == before_reading;
    }
}

}  // namespace quire::pg
