// src/pg/guards/check_email.cpp: the trigger check_email, which keeps addresses valid and unique among live rows.
//
// Two sessions that write the same address meet at a lock on it, held to the end of the transaction; the later one then
// looks with a snapshot taken after the wait, whatever its isolation level, as foreign-key checks do.
#include "core/guards/email.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/locks.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/spi.hpp"
#include "pg/support/trigger.hpp"

namespace pg = quire::pg;
namespace guards = quire::guards;

namespace {

constexpr pg::Wiring wiring = {
    .function = "check_email",
    .takes_insert = true,
    .takes_update = true,
    .takes_delete = false,
    .least_arguments = 1,
    .most_arguments = 2,
    .example = "'email'",
};

// Everything the check's SQL is made from; when one of these is another, the SQL is.
struct Subject {
    Oid table;      // whose rows are compared: the one that the trigger was created on
    Oid partition;  // whose rows the trigger sees; the same, or a partition of it
    Oid type;
    std::string column;
    std::string live;  // the live condition, or empty

    bool operator==(const Subject &) const = default;
};

std::string live_clause(const Subject &subject)
{
    return subject.live.empty() ? "" : " AND (" + subject.live + "\n)";
}

// $1 the address, folded; $2 and $3 the partition and place of the row's own present version. A column of type
// quire.email is compared by its own operator, which its indexes serve.
std::string duplicate_query(const Subject &subject)
{
    const std::string column = "r." + pg::identifier(subject.column.c_str());
    const bool is_email =
        pg::call([&] { return format_type_be_qualified(subject.type); }) == std::string_view("quire.email");
    return "SELECT 1 FROM " + pg::qualified_name(subject.table) + " r WHERE " +
           (is_email ? column : "pg_catalog.lower(" + column + "::pg_catalog.text COLLATE pg_catalog.\"C\")") +
           " OPERATOR(pg_catalog.=) $1 AND NOT (r.tableoid OPERATOR(pg_catalog.=) $2 AND r.ctid "
           "OPERATOR(pg_catalog.=) $3)" +
           live_clause(subject);
}

// $1 the new row.
std::string live_query(const Subject &subject)
{
    return "SELECT 1 FROM (SELECT ($1).*) r WHERE TRUE" + live_clause(subject);
}

// The statements of one trigger, kept over statements: preparing them costs more than running them.
class Prepared {
public:
    explicit Prepared(Subject subject) : subject_(std::move(subject)) {}

    const Subject &subject() const { return subject_; }

    bool has_duplicate(const pg::Spi &spi, std::string_view folded, ItemPointer self)
    {
        static constexpr Oid parameters[] = {TEXTOID, OIDOID, TIDOID};
        const auto plan = up_to_date(duplicate_, duplicate_query, parameters);
        const Datum values[] = {pg::make_varlena(folded), ObjectIdGetDatum(subject_.partition), PointerGetDatum(self)};
        pg::Plan::Options options{.limit = 1};
        if (IsolationUsesXactSnapshot())
            options.snapshot = pg::call([] {
                CommandCounterIncrement();
                return GetLatestSnapshot();
            });
        plan->run(values, options);
        return spi.rows() > 0;
    }

    bool is_live(const pg::Spi &spi, HeapTuple row, TupleDesc descriptor)
    {
        if (subject_.live.empty()) return true;
        const Oid parameters[] = {descriptor->tdtypeid};
        const auto plan = up_to_date(live_, live_query, parameters);
        const Datum values[] = {pg::call([&] { return heap_copy_tuple_as_datum(row, descriptor); })};
        plan->run(values, {.limit = 1});
        return spi.rows() > 0;
    }

private:
    using KeptPlan = std::shared_ptr<pg::Plan>;

    // A plan that the server holds for outdated is made anew, from the names that things have now. The caller's share
    // keeps it while it runs: a live condition may call what comes back here.
    KeptPlan up_to_date(KeptPlan &plan, std::string (*query)(const Subject &), std::span<const Oid> parameters) const
    {
        if (!plan || !plan->is_valid()) plan = std::make_shared<pg::Plan>(query(subject_).c_str(), parameters);
        return plan;
    }

    Subject subject_;
    KeptPlan duplicate_, live_;
};

// By trigger; one whose arguments or table are others than they were has another subject, and starts anew. Never
// destroyed: the backend's end is the end of its plans.
std::shared_ptr<Prepared> prepared_for(Oid trigger, Subject subject)
{
    static constexpr std::size_t most = 128;
    static auto &kept = *new std::unordered_map<Oid, std::shared_ptr<Prepared>>();
    auto found = kept.find(trigger);
    if (found != kept.end() && found->second->subject() == subject) return found->second;
    if (kept.size() >= most) kept.clear();
    return kept[trigger] = std::make_shared<Prepared>(std::move(subject));
}

struct EmailCheck {
    pg::Column column;
    Subject subject;
    Oid owner;           // of the table compared with, in whose name the others are looked at
    std::string schema;  // of that table, where the live condition's names are looked up
};

Oid owner_of(Oid table)
{
    return pg::call([table] {
        const Relation relation = table_open(table, AccessShareLock);
        const Oid owner = relation->rd_rel->relowner;
        table_close(relation, AccessShareLock);
        return owner;
    });
}

EmailCheck read_check(const pg::Trigger &trigger)
{
    pg::Column column = trigger.column(0);
    const char *const table = RelationGetRelationName(trigger.relation());
    if (!column.is_text)
        throw pg::Error(ERRCODE_DATATYPE_MISMATCH, "column " + pg::quoted(column.name) + " of table " +
                                                       pg::quoted(table) + " cannot hold an e-mail address")
            .detail("Trigger " + pg::quoted(trigger.name()) +
                    " checks columns of text, varchar, citext or quire.email.");
    const Oid defining = trigger.defining_table();
    Subject subject{defining, RelationGetRelid(trigger.relation()), column.type, column.name,
                    std::string(trigger.argument(1))};
    const char *const schema = pg::call([&] { return get_namespace_name(get_rel_namespace(defining)); });
    return {std::move(column), std::move(subject), owner_of(defining), schema};
}

void check_syntax(const pg::Trigger &trigger, const EmailCheck &check, std::string_view address)
{
    const auto verdict = guards::check_email(address);
    if (verdict.ok()) return;
    throw pg::Error(ERRCODE_CHECK_VIOLATION, "column " + pg::quoted(check.column.name) + " of table " +
                                                 pg::quoted(RelationGetRelationName(trigger.relation())) +
                                                 " must hold an e-mail address")
        .detail("The text " + guards::describe(verdict) + ".")
        .hint("An address looks like name@example.org.")
        .about(trigger.relation(), check.column.name, trigger.name());
}

void check_unique(const pg::Trigger &trigger, const EmailCheck &check, std::string_view address)
{
    std::string folded(address.size(), '\0');
    guards::fold_email(address, folded.data());

    const pg::AsRole owner(check.owner);
    const pg::PinnedSearchPath path(check.schema.c_str());
    const auto prepared = prepared_for(trigger.oid(), check.subject);
    const pg::Spi spi;
    if (!prepared->is_live(spi, trigger.new_row(), trigger.descriptor())) return;

    pg::lock_value(check.subject.table,
                   hash_bytes(reinterpret_cast<const unsigned char *>(folded.data()), static_cast<int>(folded.size())));
    ItemPointerData nowhere;
    ItemPointerSetInvalid(&nowhere);
    const ItemPointer self = trigger.updates() ? &trigger.old_row()->t_self : &nowhere;
    if (prepared->has_duplicate(spi, folded, self))
        throw pg::Error(ERRCODE_UNIQUE_VIOLATION, "the e-mail address is already in use")
            .detail("Another live row of table " + pg::quoted(RelationGetRelationName(trigger.relation())) +
                    " holds it in column " + pg::quoted(check.column.name) + ", perhaps with other capitals.")
            .about(trigger.relation(), check.column.name, trigger.name());
}

// May the row keep its address without a look at the others? Not when a live condition may have changed.
bool is_settled(const pg::Trigger &trigger, const EmailCheck &check, std::string_view address)
{
    if (!trigger.updates() || !check.subject.live.empty()) return false;
    const auto before = trigger.value(trigger.old_row(), check.column.number);
    return before && guards::equal_email(pg::text_of(*before), address);
}

}  // namespace

QUIRE_FUNCTION(check_email)
{
    const pg::Trigger trigger(args, wiring);
    const auto &check = pg::per_call_site<EmailCheck>(args.fcinfo(), [&] { return read_check(trigger); });
    const auto value = trigger.value(trigger.new_row(), check.column.number);
    if (!value) return trigger.proceed();
    const std::string_view address = pg::text_of(*value);
    check_syntax(trigger, check, address);
    if (!is_settled(trigger, check, address)) check_unique(trigger, check, address);
    return trigger.proceed();
}
