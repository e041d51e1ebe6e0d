// src/pg/access/reading.cpp: questions to the views of a policy.
//
// A few rows of plain tables are looked up by index; any other question is a statement of its own, kept prepared. Names
// are compared as texts; a column of integers or UUIDs is compared as what it is, for the sake of its indexes, with
// those names that are written as the server would write the value.
#include "pg/access/reading.hpp"

#include "core/access/keys.hpp"

#include "pg/access/watch.hpp"
#include "pg/support/compat.hpp"
#include "pg/support/error.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/settings.hpp"

namespace quire::pg {
namespace {

std::vector<const Policy *> &being_read()
{
    static auto &policies = *new std::vector<const Policy *>();
    return policies;
}

Datum make_array(const std::vector<Datum> &values, NameKind kind)
{
    return call([&] {
        auto *const data = const_cast<Datum *>(values.data());
        const int count = static_cast<int>(values.size());
        switch (kind) {
            case NameKind::integer:
                return PointerGetDatum(construct_array(data, count, INT8OID, 8, true, TYPALIGN_DOUBLE));
            case NameKind::uuid:
                return PointerGetDatum(construct_array(data, count, UUIDOID, UUID_LEN, false, TYPALIGN_CHAR));
            default: return PointerGetDatum(construct_array(data, count, TEXTOID, -1, false, TYPALIGN_INT));
        }
    });
}

// The value of a name in a column of this kind; none when no value of that kind is written so.
std::optional<Datum> value_of(std::string_view name, NameKind kind)
{
    if (kind == NameKind::integer) {
        const auto number = access::read_integer(name);
        return number ? std::optional(Int64GetDatum(*number)) : std::nullopt;
    }
    if (kind != NameKind::uuid) return make_varlena(name);
    const auto uuid = access::read_uuid(name);
    if (!uuid) return std::nullopt;
    void *const copy = allocate(CurrentMemoryContext, UUID_LEN);
    std::memcpy(copy, uuid->data(), UUID_LEN);
    return PointerGetDatum(copy);
}

std::vector<Datum> values_of(access::Relations::Names names, NameKind kind)
{
    std::vector<Datum> values;
    values.reserve(names.size());
    for (const std::string_view name : names)
        if (const auto value = value_of(name, kind)) values.push_back(*value);
    return values;
}

Oid type_of(NameKind kind)
{
    return kind == NameKind::integer ? INT8OID : kind == NameKind::uuid ? UUIDOID : TEXTOID;
}

Oid array_of(NameKind kind)
{
    return kind == NameKind::integer ? INT8ARRAYOID : kind == NameKind::uuid ? UUIDARRAYOID : TEXTARRAYOID;
}

// What a kept plan asks, beyond those that go from one column to the other.
enum Question { one_granted = 4 * parts, many_granted, grants_of_one, grants_of_many };

// So many names are asked about one by one, which is for the memory of answers; more at a time, for less.
constexpr std::size_t most_asked_singly = 8;

constexpr const char *is = " OPERATOR(pg_catalog.=) ";

}  // namespace

bool is_being_read(const Policy &policy)
{
    const auto &policies = being_read();
    return std::find(policies.begin(), policies.end(), &policy) != policies.end();
}

ReadingSnapshot::ReadingSnapshot()
{
    call([] { PushActiveSnapshot(is_new() ? GetLatestSnapshot() : GetActiveSnapshot()); });
}

ReadingSnapshot::~ReadingSnapshot()
{
    if (std::uncaught_exceptions() == unwinding_) PopActiveSnapshot();
}

Reading::Mark::Mark(const Policy &policy)
{
    if (is_being_read(policy))
        throw Error(ERRCODE_INVALID_OBJECT_DEFINITION, "policy " + policy.shape.canonical + " is judged by itself")
            .detail("Its queries read a table that it protects, and not as the table's owner.")
            .hint("Let the views of the policy and the tables that they read have the same owner.");
    being_read().push_back(&policy);
}

Reading::Mark::~Mark()
{
    being_read().pop_back();
}

Reading::Reading(PolicyPointer policy)
    : policy_(std::move(policy)),
      generations_{policy_->changes[rights].generation, policy_->changes[places].generation},
      mark_(*policy_),
      owner_(policy_->shape.owner)
{
    // What the queries call could look up names; it must not find the caller's.
    if (policy_->shape.calls_functions)
        path_.emplace(call([this] { return get_namespace_name(policy_->shape.schema); }));
    for (const Part part : {grants, roles, parents, members}) {
        Remembered &remembered = policy_->remembered[part];
        const std::uint64_t generation = generations_[aspect_of(part)];
        const bool is_over = remembered.only_during != 0 && remembered.only_during != local_transaction();
        if (remembered.generation == generation && !is_over && writes_under_way() == 0) continue;
        remembered.answers.clear();
        remembered.generation = generation;
        remembered.only_during = 0;
    }
}

Reading::~Reading()
{
    for (const Part part : {grants, roles, parents, members}) {
        Remembered &remembered = policy_->remembered[part];
        const Keep kept = keep(aspect_of(part));
        if (kept == Keep::statement) remembered.answers.clear();
        if (kept == Keep::transaction) remembered.only_during = local_transaction();
    }
}

Keep Reading::keep(Aspect aspect) const
{
    const LocalTransactionId transaction = local_transaction();
    const Changes &changes = policy_->changes[aspect];
    if (policy_->shape.keep == Keep::statement || generations_[aspect] != changes.generation || writes_under_way() > 0)
        return Keep::statement;
    // The snapshot may not see yet what a trigger of this command's statement has told of.
    if (changes.here_in == transaction && changes.here_by == GetCurrentCommandId(false)) return Keep::statement;
    if (changes.heard_in == transaction && !ReadingSnapshot::is_new())
        return IsolationUsesXactSnapshot() ? Keep::transaction : Keep::statement;
    return policy_->shape.keep;
}

std::string Reading::view(Part part) const
{
    return qualified_name(policy_->shape.views[part].oid);
}

std::string Reading::selected(Column column) const
{
    const std::string name = "v." + identifier(part_names[column.part].columns[column.number]);
    return kind(column) == NameKind::other ? name + "::pg_catalog.text COLLATE pg_catalog.\"C\"" : name;
}

template <class Sql>
void Reading::run(int question, std::span<const Oid> types, std::span<const Datum> values, Sql sql)
{
    if (!spi_) spi_.emplace();
    // Held while it runs: what a query calls may make the policy forget its plans.
    std::shared_ptr<Plan> plan = policy_->plans[question];
    // One plan for all names: making one for each list of them would cost more than running it.
    if (!plan) {
        plan = std::make_shared<Plan>(sql().c_str(), types, Plan::For::any_values);
        policy_->plans[question] = plan;
    }
    plan->run(values, {.read_only = true});
}

FoundRows *Reading::look_up(Column by, const std::vector<Datum> &values, int filter, std::span<const Datum> wanted)
{
    const PolicyView &view = policy_->shape.views[by.part];
    if (values.size() > most_asked_singly || !can_look_up(view, by.number)) return nullptr;
    int columns = 0;
    while (columns < PolicyView::most_columns && part_names[by.part].columns[columns]) ++columns;
    found_.count = 0;
    const bool is_all = call([&] {
        for (const Datum value : values)
            if (!pg::look_up(*policy_, {&view, columns, by.number, value, filter, wanted}, found_)) return false;
        return true;
    });
    return is_all ? &found_ : nullptr;
}

std::string Reading::text(std::uint64_t row, int place, Column column) const
{
    const auto value = spi_->value(row, place);
    if (!value) return "";
    switch (kind(column)) {
        case NameKind::uuid: return access::write_uuid(DatumGetUUIDP(*value)->data);
        case NameKind::integer: {
            const Oid type = TupleDescAttr(SPI_tuptable->tupdesc, place)->atttypid;
            return std::to_string(type == INT8OID   ? DatumGetInt64(*value)
                                  : type == INT4OID ? DatumGetInt32(*value)
                                                    : DatumGetInt16(*value));
        }
        default: return std::string(text_of(*value));
    }
}

std::string Reading::key_text(Datum value, Column column) const
{
    switch (kind(column)) {
        case NameKind::uuid: return access::write_uuid(DatumGetUUIDP(value)->data);
        case NameKind::integer: return std::to_string(DatumGetInt64(value));
        default: return std::string(text_of(value));
    }
}

void Reading::follow(Column from, Column to, Names names, const Take &take)
{
    const std::vector<Datum> values = values_of(names, kind(from));
    if (values.empty()) return;
    const FoundRows *const found = look_up(from, values);
    if (!found) return run_plan(from, to, values, take);
    for (int row = 0; row < found->count; ++row)
        take(key_text(found->rows[static_cast<std::size_t>(row)][static_cast<std::size_t>(to.number)], to));
}

void Reading::run_plan(Column from, Column to, const std::vector<Datum> &values, const Take &take)
{
    const NameKind by = kind(from);
    const int question = 4 * from.part + 2 * from.number;
    if (values.size() == 1) {
        const Oid types[] = {type_of(by)};
        run(question, types, values, [&] {
            return "SELECT " + selected(to) + " FROM " + view(from.part) + " AS v WHERE " + selected(from) + is + "$1";
        });
    } else {
        const Oid types[] = {array_of(by)};
        const Datum arrays[] = {make_array(values, by)};
        run(question + 1, types, arrays, [&] {
            return "SELECT " + selected(to) + " FROM pg_catalog.unnest($1) AS k(name) JOIN " + view(from.part) +
                   " AS v ON " + selected(from) + is + "k.name";
        });
    }
    take_all(to, take);
}

void Reading::take_all(Column column, const Take &take)
{
    for (std::uint64_t row = 0; row < spi_->rows(); ++row) {
        if (row % 1024 == 0) poll();
        if (spi_->value(row, 0)) take(text(row, 0, column));
    }
    spi_->forget();
}

void Reading::follow_remembered(Column from, Column to, std::string_view name, const Take &take)
{
    access::Memo &memo = policy_->remembered[from.part].answers;
    if (memo.tell(name, take)) return;
    access::Memo::Answer answer;
    const std::string_view names[] = {name};
    follow(from, to, Names(names), [&](std::string_view one) { answer.emplace_back(one); });
    for (const std::string &one : answer) take(one);
    memo.keep(name, answer, room_to_remember(*policy_, from.part));
}

void Reading::follow_some(Column from, Column to, Names names, const Take &take)
{
    if (names.size() > most_asked_singly) return follow(from, to, names, take);
    for (const std::string_view name : names) follow_remembered(from, to, name, take);
}

void Reading::groups_of(Names names, const Take &take)
{
    if (policy_->shape.has_members) follow_some({members, 0}, {members, 1}, names, take);
}

void Reading::parents_of(Names objects, const Take &take)
{
    if (policy_->shape.has_parents) follow_some({parents, 0}, {parents, 1}, objects, take);
}

void Reading::children_of(Names names, const Take &take)
{
    if (policy_->shape.has_parents) follow({parents, 1}, {parents, 0}, names, take);
}

void Reading::verbs_of(Names names, const Take &take)
{
    follow({roles, 0}, {roles, 1}, names, take);
}

void Reading::roles_with(std::string_view verb, const Take &take)
{
    follow_remembered({roles, 1}, {roles, 0}, verb, take);
}

void Reading::objects_granted(Names actors, Names held, const Take &take)
{
    const Column actor{grants, 0}, role{grants, 1}, object{grants, 2};
    const std::vector<Datum> actor_values = values_of(actors, kind(actor)), role_values = values_of(held, kind(role));
    if (actor_values.empty() || role_values.empty()) return;
    const Datum role_array = make_array(role_values, kind(role));
    const auto sql = [&](const std::string &from, const std::string &is_actor) {
        return "SELECT " + selected(object) + " FROM " + from + view(grants) + " AS v" + is_actor + " AND " +
               selected(role) + is + "ANY ($2)";
    };
    if (actor_values.size() == 1) {
        const Oid types[] = {type_of(kind(actor)), array_of(kind(role))};
        const Datum values[] = {actor_values.front(), role_array};
        run(one_granted, types, values, [&] { return sql("", " WHERE " + selected(actor) + is + "$1"); });
    } else {
        const Oid types[] = {array_of(kind(actor)), array_of(kind(role))};
        const Datum values[] = {make_array(actor_values, kind(actor)), role_array};
        run(many_granted, types, values,
            [&] { return sql("pg_catalog.unnest($1) AS k(name) JOIN ", " ON " + selected(actor) + is + "k.name"); });
    }
    take_all(object, take);
}

std::vector<access::Grant> Reading::grants_on(Names actors, Names objects)
{
    const Column actor{grants, 0}, role{grants, 1}, object{grants, 2};
    const std::vector<Datum> actor_values = values_of(actors, kind(actor)),
                             object_values = values_of(objects, kind(object));
    std::vector<access::Grant> found;
    if (actor_values.empty() || object_values.empty()) return found;
    if (const FoundRows *const rows = look_up(actor, actor_values, object.number, object_values)) {
        for (int i = 0; i < rows->count; ++i) {
            const auto &row = rows->rows[static_cast<std::size_t>(i)];
            found.push_back({key_text(row[0], actor), key_text(row[1], role), key_text(row[2], object)});
        }
        return found;
    }
    const bool one = actor_values.size() == 1;
    const Oid types[] = {one ? type_of(kind(actor)) : array_of(kind(actor)), array_of(kind(object))};
    const Datum values[] = {one ? actor_values.front() : make_array(actor_values, kind(actor)),
                            make_array(object_values, kind(object))};
    run(one ? grants_of_one : grants_of_many, types, values, [&] {
        return "SELECT " + selected(actor) + ", " + selected(role) + ", " + selected(object) + " FROM " +
               (one ? "" : "pg_catalog.unnest($1) AS k(name) JOIN ") + view(grants) + " AS v " +
               (one ? "WHERE " : "ON ") + selected(actor) + is + (one ? "$1 AND " : "k.name WHERE ") +
               selected(object) + is + "ANY ($2)";
    });
    for (std::uint64_t row = 0; row < spi_->rows(); ++row)
        if (spi_->value(row, 0) && spi_->value(row, 1) && spi_->value(row, 2))
            found.push_back({text(row, 0, actor), text(row, 1, role), text(row, 2, object)});
    spi_->forget();
    return found;
}

}  // namespace quire::pg
