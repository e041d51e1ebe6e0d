// src/pg/access/allowed_support.cpp: what the planner is told of allowed(): how many rows it leaves, and the index
// condition that an index can take instead of it.
#include "pg/access/actor.hpp"
#include "pg/access/allowed.hpp"
#include "pg/access/holdings.hpp"
#include "pg/access/object_type.hpp"
#include "pg/access/plans.hpp"
#include "pg/access/reading.hpp"
#include "pg/support/guard.hpp"

namespace quire::pg {
namespace {

// To plan a statement, so many objects more are looked for than are granted directly: most actors' sets are known then,
// and a statement about one row does not wait for a million of them.
constexpr std::size_t most_looked_for = 10'000;

// What the present actor holds, as far as planning may find out; null when that cannot be told.
HoldingPointer holding_of(const List *arguments, Oid function)
{
    if (list_length(arguments) != 3 || !IsA(linitial(arguments), Const) || !IsA(lsecond(arguments), Const))
        return nullptr;
    const auto *const policy = static_cast<const Const *>(linitial(arguments));
    const auto *const verb = static_cast<const Const *>(lsecond(arguments));
    if (policy->constisnull || verb->constisnull) return nullptr;
    note_planning(function);
    if (current_actor().empty()) return nullptr;
    const PolicyPointer found = find_policy(text_of(policy->constvalue));
    // Where this would be an error, executing the statement will raise it.
    if (is_being_read(*found)) return nullptr;
    HoldingPointer holding = find_holding(found, text_of(verb->constvalue), current_actor());
    if (!holding->has_begun()) holding->read(most_looked_for);
    return holding;
}

struct Distinct {
    double values, nulls;
};

Distinct distinct_values(PlannerInfo *root, Node *column, int relation)
{
    return call([&] {
        VariableStatData data;
        bool is_default;
        examine_variable(root, column, relation, &data);
        Distinct distinct = {get_variable_numdistinct(&data, &is_default), 0};
        if (HeapTupleIsValid(data.statsTuple))
            distinct.nulls = reinterpret_cast<Form_pg_statistic>(GETSTRUCT(data.statsTuple))->stanullfrac;
        ReleaseVariableStats(data);
        return distinct;
    });
}

double selectivity_of(const Holding &holding, const Distinct &distinct)
{
    if (!holding.is_complete() || holding.of_everything()) return 1 - distinct.nulls;
    const double share = static_cast<double>(holding.permits()->found().size()) / std::max(distinct.values, 1.0);
    return std::min(share, 1.0) * (1 - distinct.nulls);
}

bool estimate(SupportRequestSelectivity *request)
{
    if (request->is_join) return false;
    const HoldingPointer holding = holding_of(request->args, request->funcid);
    if (!holding) return false;
    const auto distinct = distinct_values(request->root, static_cast<Node *>(lthird(request->args)), request->varRelid);
    request->selectivity = std::clamp(selectivity_of(*holding, distinct), 0.0, 1.0);
    return true;
}

// How much an index is asked for, and of how much.
struct Demand {
    double keys, rows_of_key;
};

// How many elements the planner thinks that an array has which it does not know.
constexpr double unknown_elements = 10;

// What fetching the rows of so many keys costs, by the server's own model of bitmap scans. Keys are looked up in their
// order, so most of a descent through the tree is where the last one went.
double index_cost(PlannerInfo *root, const IndexOptInfo *index, double keys, double rows)
{
    const double pages = std::max<double>(index->rel->pages, 1);
    const double fetched = std::min(index_pages_fetched(rows, index->rel->pages, index->pages, root), pages);
    const double page = random_page_cost - (random_page_cost - seq_page_cost) * std::sqrt(fetched / pages);
    const double descent = (std::log2(std::max(index->tuples, 2.0)) + 50) * cpu_operator_cost;
    return keys * descent + fetched * page + rows * (cpu_tuple_cost + 2 * cpu_operator_cost);
}

double scan_cost(const IndexOptInfo *index)
{
    return index->rel->pages * seq_page_cost + index->rel->tuples * (cpu_tuple_cost + cpu_operator_cost);
}

// What the scan costs beyond what the planner thinks; none when reading the whole table costs less.
std::optional<double> hidden_cost(PlannerInfo *root, const IndexOptInfo *index, Demand demand)
{
    return call([&]() -> std::optional<double> {
        const double cost = index_cost(root, index, demand.keys, demand.keys * demand.rows_of_key);
        if (cost >= scan_cost(index)) return std::nullopt;
        const double shown = std::min(demand.keys, static_cast<double>(keys_shown_to_planner));
        return std::max(cost - index_cost(root, index, unknown_elements, shown * demand.rows_of_key), 0.0);
    });
}

Oid keys_function()
{
    Oid types[] = {TEXTOID, TEXTOID, ANYELEMENTOID, FLOAT8OID};
    return LookupFuncName(list_make2(makeString(pstrdup("quire")), makeString(pstrdup("permitted_keys"))), 4, types,
                          true);
}

// object = ANY (quire.permitted_keys(policy, verb, NULL, cost))
List *key_condition(const SupportRequestIndexCondition *request, const List *arguments, const ObjectType &type,
                    double cost)
{
    const Oid element = type.kind == NameKind::text ? TEXTOID : type.oid;
    const Oid equal = get_opfamily_member(request->opfamily, element, element, BTEqualStrategyNumber);
    const Oid function = keys_function(), array = get_array_type(element);
    if (!OidIsValid(equal) || !OidIsValid(function)) return NIL;
    auto *column = static_cast<Node *>(lthird(const_cast<List *>(arguments)));
    if (type.oid == VARCHAROID)
        column = reinterpret_cast<Node *>(makeRelabelType(reinterpret_cast<Expr *>(column), TEXTOID, -1,
                                                          exprCollation(column), COERCE_IMPLICIT_CAST));
    Const *const price =
        makeConst(FLOAT8OID, -1, InvalidOid, sizeof(float8), Float8GetDatum(std::ceil(cost)), false, FLOAT8PASSBYVAL);
    List *const values = list_make4(copyObjectImpl(linitial(arguments)), copyObjectImpl(lsecond(arguments)),
                                    makeNullConst(element, -1, get_typcollation(element)), price);
    FuncExpr *const keys =
        makeFuncExpr(function, array, values, get_typcollation(array), get_typcollation(element), call_in_a_plan);
    auto *const condition = makeNode(ScalarArrayOpExpr);
    condition->opno = equal;
    condition->opfuncid = get_opcode(equal);
    condition->useOr = true;
    condition->inputcollid = request->indexcollation;
    condition->args = list_make2(copyObjectImpl(column), keys);
    condition->location = -1;
    return list_make1(condition);
}

List *offer_index(SupportRequestIndexCondition *request)
{
    if (!request->node || !IsA(request->node, FuncExpr) || request->indexarg != 2 || !request->index->amsearcharray ||
        request->index->relam != BTREE_AM_OID)
        return NIL;
    const List *const arguments = reinterpret_cast<FuncExpr *>(request->node)->args;
    auto *const column = static_cast<Node *>(lthird(const_cast<List *>(arguments)));
    const ObjectType type = object_type(call([&] { return exprType(column); }));
    if (type.kind == NameKind::other) return NIL;
    const HoldingPointer holding = holding_of(arguments, request->funcid);
    // A set whose end is not known is a large one, and everything is no list of keys.
    if (!holding || !holding->is_complete() || holding->of_everything()) return NIL;
    const auto distinct = distinct_values(request->root, column, 0);
    const double keys = static_cast<double>(holding->permits()->found().size()), tuples = request->index->rel->tuples;
    const Demand demand{keys, keys > 0 ? tuples * selectivity_of(*holding, distinct) / keys : 0};
    const auto cost = hidden_cost(request->root, request->index, demand);
    if (!cost) return NIL;
    // The condition is asked again of each row: an actor that changes meanwhile sees no row of the other's.
    request->lossy = true;
    return call([&] { return key_condition(request, arguments, type, *cost); });
}

// The planner takes the array for a short one; what the scan costs more is the price of making it.
bool tell_cost(SupportRequestCost *request)
{
    if (!request->node || !IsA(request->node, FuncExpr)) return false;
    const List *const arguments = reinterpret_cast<FuncExpr *>(request->node)->args;
    if (list_length(arguments) != 4 || !IsA(lfourth(arguments), Const)) return false;
    const auto *const cost = static_cast<const Const *>(lfourth(arguments));
    if (cost->constisnull) return false;
    request->startup = 0;
    request->per_tuple = DatumGetFloat8(cost->constvalue);
    return true;
}

}  // namespace
}  // namespace quire::pg

namespace pg = quire::pg;

// allowed_support(request) → answer, for the planner
QUIRE_FUNCTION(allowed_support)
{
    auto *const request = reinterpret_cast<Node *>(DatumGetPointer(args.datum(0)));
    const void *answer = nullptr;
    if (IsA(request, SupportRequestSelectivity) && pg::estimate(reinterpret_cast<SupportRequestSelectivity *>(request)))
        answer = request;
    if (IsA(request, SupportRequestIndexCondition))
        answer = pg::offer_index(reinterpret_cast<SupportRequestIndexCondition *>(request));
    return PointerGetDatum(answer);
}

// permitted_keys_support(request) → answer, for the planner
QUIRE_FUNCTION(permitted_keys_support)
{
    auto *const request = reinterpret_cast<Node *>(DatumGetPointer(args.datum(0)));
    const bool told =
        IsA(request, SupportRequestCost) && pg::tell_cost(reinterpret_cast<SupportRequestCost *>(request));
    return PointerGetDatum(told ? request : nullptr);
}
