// src/pg/access/plans.cpp: forgetting plans by the function that they all call.
//
// The planner picks index or scan by how much the actor holds, and an index condition cannot stand for everything. So a
// plan that is kept serves one actor, as long as that actor's access stays as it is. The server knows which plans call
// a function, and plans them again when it hears of a change to it; here the session tells so to itself.
#include "pg/access/plans.hpp"

#include "pg/access/actor.hpp"
#include "pg/support/call.hpp"

namespace quire::pg {
namespace {

constinit struct {
    bool any = false;  // were made since they were forgotten
    bool forgetting = false;
    std::uint32_t function = 0;  // the hash by which its invalidations go
} plans;

std::string &planned_for()
{
    static auto &actor = *new std::string();
    return actor;
}

}  // namespace

void note_planning(Oid function)
{
    planned_for() = current_actor();
    plans.function = call([&] { return GetSysCacheHashValue1(PROCOID, ObjectIdGetDatum(function)); });
    plans.any = true;
}

void forget_plans()
{
    if (!plans.any) return;
    plans.any = false;
    plans.forgetting = true;
    CallSyscacheCallbacks(PROCOID, plans.function);
    plans.forgetting = false;
}

void forget_plans_unless_for(const char *actor)
{
    if (plans.any && actor && *actor && planned_for() != actor) forget_plans();
}

bool is_forgetting_plans()
{
    return plans.forgetting;
}

}  // namespace quire::pg
