// src/pg/access/policy.hpp: an access policy as its four views are, and whether what they said may be remembered.
#pragma once
#include "core/access/memo.hpp"

#include "pg/support/postgres.hpp"
#include "pg/support/spi.hpp"

namespace quire::pg {

// How long an answer of the views may be kept, by what their queries are made of.
enum class Keep {
    statement,      // what they depend on changes without a sign: other servers, catalogs, session settings
    transaction,    // they compare with now()
    until_changed,  // tables alone, each with the triggers that tell of its changes
};

// How a column is compared with names, which are texts.
enum class NameKind { text, integer, uuid, other };

// A table whose rows a view shows as they are, each column of the view being one of the table's.
struct PlainTable {
    static constexpr int most_columns = 3;
    Oid oid;
    std::array<AttrNumber, most_columns> columns;
    std::array<Oid, most_columns> indexes;  // one that begins with the column; InvalidOid when there is none
    bool operator==(const PlainTable &) const = default;
};

struct PolicyView {
    static constexpr int most_columns = PlainTable::most_columns, most_tables = 4;
    Oid oid = InvalidOid;
    std::array<NameKind, most_columns> kinds = {};
    // All that its rows come from; none when its query is more than that.
    std::array<PlainTable, most_tables> tables = {};
    int table_count = 0;
    bool operator==(const PolicyView &) const = default;
};

// The parts of a policy; each is a view named like it, with one of these endings.
enum Part { grants, roles, parents, members, parts };
struct PartNames {
    const char *ending;
    std::array<const char *, PolicyView::most_columns> columns;  // null beyond the last
};
inline constexpr std::array<PartNames, parts> part_names = {{
    {"_grants", {"actor", "role", "object"}},
    {"_roles", {"role", "verb", nullptr}},
    {"_parents", {"object", "parent", nullptr}},
    {"_members", {"member", "group", nullptr}},
}};

// Who may do what, from grants, roles and members; and what lies in what. Tables feed one of them as a rule. A change
// of one leaves what is known of the other.
enum Aspect { rights, places, aspects };
constexpr Aspect aspect_of(Part part)
{
    return part == parents ? places : rights;
}

// What the name of a policy consists of.
struct PolicyName {
    std::string schema, name;

    std::string canonical() const;  // as SQL writes it
    std::string view(Part part) const { return name + part_names[part].ending; }
};
// Throws 42602 when the text is not of the form schema.name, 42622 when there is no room left for the endings.
PolicyName read_policy_name(std::string_view text);

// What the views look like now.
struct PolicyShape {
    std::string canonical;
    Oid schema = InvalidOid, owner = InvalidOid;
    std::array<PolicyView, parts> views;
    bool has_parents = false, has_members = false;
    bool calls_functions = false;  // of users, whose meaning may depend on the search_path
    Keep keep = Keep::statement;
    std::string obstacle;  // why answers are not kept until something changes; empty when they are
    std::array<std::vector<Oid>, aspects> depends_on;  // relations; ascending
    Oid places_channel = InvalidOid;                   // whose invalidation means that places changed; see watch.cpp
    std::uint32_t places_channel_hash = 0;

    bool depends_on_relation(Aspect aspect, Oid relation) const
    {
        return std::binary_search(depends_on[aspect].begin(), depends_on[aspect].end(), relation);
    }
};
PolicyShape read_policy_shape(const PolicyName &name);
// What a column's type makes of names. May raise errors of the server, as may the next: to be called within call().
NameKind kind_of(Form_pg_attribute column);
// Fills in the tables of a view whose query is this, when it is plain.
void find_plain_tables(PolicyView &view, const Query *query, int columns);
// The tables that the views read, partitions and heirs included, as far as triggers can tell of their changes.
std::vector<Oid> tables_of(const PolicyName &name, Aspect aspect);

// What has become of what the views say.
struct Changes {
    std::uint64_t generation = 0;     // grows whenever an answer may be another than it was
    LocalTransactionId here_in = 0;   // the last transaction of this session that wrote to the tables,
    CommandId here_by = 0;            // and the last command of it that did
    LocalTransactionId heard_in = 0;  // the last transaction that learned of a change after its first snapshot
};

// What a view has answered.
struct Remembered {
    access::Memo answers;
    std::uint64_t generation = 0;        // of which this is true
    LocalTransactionId only_during = 0;  // true of one transaction alone, when not zero
};

// A policy that was asked for in this session.
struct Policy {
    explicit Policy(std::string_view name) : name(name) {}

    std::string name;
    PolicyShape shape;
    bool is_valid = false;
    std::array<Changes, aspects> changes;
    std::unordered_map<int, std::shared_ptr<Plan>> plans;  // by what they ask
    // The roles with a verb, the parents of an object, the groups of an actor.
    std::array<Remembered, parts> remembered;

    // Grows whenever any answer may be another than it was.
    std::uint64_t generation() const { return changes[rights].generation + changes[places].generation; }
};
using PolicyPointer = std::shared_ptr<Policy>;

// With everything that other sessions have committed by now taken notice of. Throws 42704 when there is no such policy.
PolicyPointer find_policy(std::string_view name);
// The same for one that was found before.
void refresh(Policy &policy);
// Tells of changes; to be called before anything is remembered of a policy.
void watch_policies();
// How much memory the answers of a view of this policy may take. Others' are forgotten when they leave little.
std::size_t room_to_remember(const Policy &policy, Part part);
// How much all that is remembered takes.
std::size_t remembered_bytes();
// Marks the policies that listen to a channel, and their aspect that it tells of, as changed by this session. Cannot
// fail.
void policies_changed_here(Aspect aspect, Oid channel);
}  // namespace quire::pg
