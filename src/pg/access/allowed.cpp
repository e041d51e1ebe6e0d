// src/pg/access/allowed.cpp: the condition of protected tables, asked once a row, and the keys that indexes are asked
// for.
#include "pg/access/allowed.hpp"

#include "pg/access/actor.hpp"
#include "pg/access/holdings.hpp"
#include "pg/access/object_type.hpp"
#include "pg/access/watch.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"

namespace quire::pg {
namespace {

// What tells one snapshot of a session from another: of two that agree in all of this, neither sees more.
struct SnapshotIdentity {
    TransactionId xmin, xmax;
    std::uint32_t running, running_subtransactions;
    CommandId command;

    static SnapshotIdentity of(Snapshot snapshot)
    {
        return {snapshot->xmin, snapshot->xmax, snapshot->xcnt, static_cast<std::uint32_t>(snapshot->subxcnt),
                snapshot->curcid};
    }
    bool operator==(const SnapshotIdentity &) const = default;
};

// One place in a statement that asks row by row. What the actor holds is looked up once for a snapshot, and with it
// once for a statement; expressions of procedural languages live longer than a statement, and notice its end so.
class Site {
public:
    explicit Site(FunctionCallInfo fcinfo) : type_(object_type(argument_type(fcinfo))) { note_constants(fcinfo); }

    bool allows(Args &args)
    {
        if (!is_current(args)) [[unlikely]]
            look_up(args);
        return probe(args.datum(2));
    }

private:
    // Few rows are judged one by one, for a statement about one row must not pay for all that its actor may see.
    static constexpr int most_judged = 32;

    enum class Mode { reading, everything, integers, uuids, texts };

    static Oid argument_type(FunctionCallInfo fcinfo)
    {
        return call([&] { return get_fn_expr_argtype(fcinfo->flinfo, 2); });
    }

    void note_constants(FunctionCallInfo fcinfo)
    {
        const Node *const node = fcinfo->flinfo->fn_expr;
        if (!node || !IsA(node, FuncExpr)) return;
        const List *const arguments = reinterpret_cast<const FuncExpr *>(node)->args;
        are_constant_ = IsA(linitial(arguments), Const) && IsA(lsecond(arguments), Const);
    }

    bool is_current(const Args &args) const
    {
        return holding_ && actor_changes_ == actor_changes && write_changes_ == write_changes && !is_writing_ &&
               snapshot_ == SnapshotIdentity::of(GetActiveSnapshot()) &&
               (are_constant_ || (args.text(0) == policy_ && args.text(1) == verb_));
    }

    void look_up(const Args &args)
    {
        if (!ActiveSnapshotSet())
            throw Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, "access is judged within statements only");
        policy_ = args.text(0);
        verb_ = args.text(1);
        holding_ = find_holding(find_policy(policy_), verb_, need_actor());
        actor_changes_ = actor_changes;
        write_changes_ = write_changes;
        is_writing_ = writes_under_way() > 0;
        snapshot_ = SnapshotIdentity::of(GetActiveSnapshot());
        judged_ = 0;
        choose_mode();
    }

    void choose_mode()
    {
        permits_.reset();
        integers_.reset();
        uuids_.reset();
        mode_ = Mode::reading;
        if (!holding_->is_complete()) return;
        permits_ = holding_->permits();
        if (holding_->of_everything())
            mode_ = Mode::everything;
        else if (type_.kind == NameKind::integer)
            mode_ = Mode::integers, integers_ = holding_->integers();
        else if (type_.kind == NameKind::uuid)
            mode_ = Mode::uuids, uuids_ = holding_->uuids();
        else
            mode_ = Mode::texts;
    }

    bool probe(Datum object)
    {
        switch (mode_) {
            case Mode::everything: return true;
            case Mode::integers: return integers_->contains(integer_of(type_, object));
            case Mode::uuids: return uuids_->contains(DatumGetUUIDP(object)->data);
            case Mode::texts: return permits_->found().contains(name_of(type_, object, name_));
            case Mode::reading: break;
        }
        return read(object);
    }

    bool read(Datum object)
    {
        if (++judged_ > most_judged) {
            holding_->read();
            choose_mode();
            return probe(object);
        }
        const bool allowed = holding_->allows(name_of(type_, object, name_));
        if (holding_->is_complete()) choose_mode();
        return allowed;
    }

    ObjectType type_;
    bool are_constant_ = false, is_writing_ = false;
    Mode mode_ = Mode::reading;
    int judged_ = 0;
    std::uint64_t actor_changes_ = 0, write_changes_ = 0;
    SnapshotIdentity snapshot_ = {};
    HoldingPointer holding_;
    std::shared_ptr<const access::Permits> permits_;
    std::shared_ptr<const access::IntegerKeys> integers_;
    std::shared_ptr<const access::UuidKeys> uuids_;
    std::string policy_, verb_, name_;
};

template <class Number>
bool fits(std::int64_t key)
{
    return key >= std::numeric_limits<Number>::min() && key <= std::numeric_limits<Number>::max();
}

Datum integer_array(const std::vector<std::int64_t> &keys, Oid type, std::size_t most)
{
    std::vector<Datum> values;
    values.reserve(std::min(keys.size(), most));
    for (const std::int64_t key : keys) {
        if (values.size() == most) break;
        if (type == INT8OID) values.push_back(Int64GetDatum(key));
        if (type == INT4OID && fits<std::int32_t>(key)) values.push_back(Int32GetDatum(static_cast<std::int32_t>(key)));
        if (type == INT2OID && fits<std::int16_t>(key)) values.push_back(Int16GetDatum(static_cast<std::int16_t>(key)));
    }
    return make_array_of(values, type);
}

Datum key_array(Holding &holding, Oid type, std::size_t most)
{
    const ObjectType object = object_type(type);
    if (object.kind == NameKind::integer) return integer_array(holding.integers()->all(), object.oid, most);
    std::vector<Datum> values;
    if (object.kind == NameKind::uuid) {
        const auto uuids = holding.uuids();
        for (const access::Uuid &uuid : std::span(uuids->all()).first(std::min(uuids->all().size(), most)))
            values.push_back(PointerGetDatum(uuid.data()));
        return make_array_of(values, UUIDOID);
    }
    const access::Texts &texts = holding.permits()->found();
    for (std::size_t number = 0; number < std::min(texts.size(), most); ++number)
        values.push_back(make_varlena(texts[number]));
    return make_array_of(values, TEXTOID);
}

// Is this the planner, which wants to know what the keys are like, and has been told what they cost?
bool is_an_estimate(const Args &args)
{
    const Node *const node = args.fcinfo()->flinfo->fn_expr;
    return node && IsA(node, FuncExpr) && reinterpret_cast<const FuncExpr *>(node)->funcformat != call_in_a_plan &&
           !args.is_null(3) && DatumGetFloat8(args.datum(3)) > 0;
}

}  // namespace
}  // namespace quire::pg

namespace pg = quire::pg;

// allowed(policy, verb, object) → bool
QUIRE_FUNCTION(allowed)
{
    auto &site = pg::per_call_site<pg::Site>(args.fcinfo(), [&] { return pg::Site(args.fcinfo()); });
    return BoolGetDatum(site.allows(args));
}

// permitted_keys(policy, verb, example, cost) → array of the example's type
QUIRE_FUNCTION(permitted_keys)
{
    if (args.is_null(0) || args.is_null(1)) return args.null();
    const pg::HoldingPointer holding = pg::find_holding(pg::find_policy(args.text(0)), args.text(1), pg::need_actor());
    holding->read();
    if (holding->of_everything())
        throw pg::Error(ERRCODE_T_R_SERIALIZATION_FAILURE, "the actor's access has changed since the query was planned")
            .detail("It was planned for less than everything.")
            .hint("Repeat the transaction.");
    const Oid type = pg::call([&] { return get_fn_expr_argtype(args.fcinfo()->flinfo, 2); });
    return pg::key_array(*holding, type, pg::is_an_estimate(args) ? pg::keys_shown_to_planner : SIZE_MAX);
}
