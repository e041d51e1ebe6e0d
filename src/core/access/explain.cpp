// src/core/access/explain.cpp: walks that remember where they came from.
#include "core/access/explain.hpp"

#include <algorithm>
#include <set>

#include "core/access/permits.hpp"
#include "core/access/texts.hpp"
#include "core/support/tripwire.hpp"

namespace quire::access {
namespace {

constexpr std::size_t most_rows = 100;  // of each kind

// All that is reached from a name, and from where each was reached first.
struct Walk {
    Texts names;
    std::vector<std::size_t> from;

    Walk(Relations &relations, Step next, std::string_view start, Poll poll)
    {
        names.add(start);
        from.push_back(0);
        for (std::size_t asked = 0; asked < names.size(); ++asked) {
            poll();
            const std::string name(names[asked]);
            const std::string_view asking[] = {name};
            (relations.*next)(Relations::Names(asking), [&](std::string_view reached) {
                if (names.add(reached)) from.push_back(asked);
            });
        }
    }

    std::size_t number_of(std::string_view name) const
    {
        std::size_t number = 0;
        while (number < names.size() && names[number] != name) ++number;
        return number;
    }
    // From the start to a name, both included.
    std::vector<std::string> path_to(std::string_view name) const
    {
        std::vector<std::string> path;
        std::size_t number = number_of(name);
        if (number == names.size()) return path;
        for (; number != 0; number = from[number]) path.emplace_back(names[number]);
        path.emplace_back(names[0]);
        std::reverse(path.begin(), path.end());
        return path;
    }
    std::vector<std::string_view> all() const
    {
        std::vector<std::string_view> views;
        for (std::size_t number = 0; number < names.size(); ++number) views.push_back(names[number]);
        return views;
    }
};

struct Question {
    std::string_view actor, verb, object;
    const Walk &actors, &objects;
    const std::vector<Grant> &grants;
    const std::set<std::string> &roles;  // with the verb
};

// The chain over the grant that is nearest to the actor and then to the object; null when there is none.
const Grant *best_grant(const Question &asked)
{
    const Grant *best = nullptr;
    std::pair<std::size_t, std::size_t> least;
    for (const Grant &grant : asked.grants) {
        if (!asked.roles.contains(grant.role)) continue;
        const std::size_t steps = asked.actors.path_to(grant.actor).size() + asked.objects.path_to(grant.object).size();
        const std::pair distance(steps, asked.objects.number_of(grant.object));
        if (best && distance >= least) continue;
        best = &grant;
        least = distance;
    }
    return best;
}

std::vector<Reason> chain(const Question &asked, const Grant &grant)
{
    std::vector<Reason> reasons;
    const auto groups = asked.actors.path_to(grant.actor);
    for (std::size_t i = 1; i < groups.size(); ++i) reasons.push_back({"member of", groups[i - 1], groups[i], ""});
    reasons.push_back({"holds role", grant.actor, grant.role, ""});
    reasons.push_back({"with verb", grant.role, std::string(asked.verb), ""});
    const bool of_all = grant.object == everything && asked.object != everything;
    const auto objects = asked.objects.path_to(grant.object);
    reasons.push_back({"on", grant.role, grant.object,
                       of_all               ? "which stands for everything"
                       : objects.size() > 1 ? "in which the object lies"
                                            : "which is the object"});
    for (std::size_t i = objects.size(); i > 1; --i)
        reasons.push_back({"contains", objects[i - 1], objects[i - 2], ""});
    return reasons;
}

std::vector<Reason> denial(const Question &asked)
{
    std::vector<Reason> reasons;
    reasons.push_back({"denied", std::string(asked.actor), std::string(asked.object),
                       asked.roles.empty()    ? "no role has the verb"
                       : asked.grants.empty() ? "no role is held on the object or anything that it lies in"
                                              : "no role that is held there has the verb"});
    const auto list = [&](std::size_t count, auto reason) {
        for (std::size_t i = 0; i < std::min(count, most_rows); ++i) reasons.push_back(reason(i));
    };
    list(asked.actors.names.size() - 1, [&](std::size_t i) {
        const std::size_t member = asked.actors.from[i + 1];
        return Reason{"member of", std::string(asked.actors.names[member]), std::string(asked.actors.names[i + 1]), ""};
    });
    list(asked.objects.names.size() - 1, [&](std::size_t i) {
        const std::size_t inner = asked.objects.from[i + 1];
        return Reason{"lies in", std::string(asked.objects.names[inner]), std::string(asked.objects.names[i + 1]), ""};
    });
    list(asked.grants.size(), [&](std::size_t i) {
        const Grant &grant = asked.grants[i];
        return Reason{"holds role", grant.actor, grant.role, "on " + grant.object + ", without the verb"};
    });
    std::vector<std::string> roles(asked.roles.begin(), asked.roles.end());
    list(roles.size(), [&](std::size_t i) {
        return Reason{"has verb", roles[i], std::string(asked.verb), "but is not held there"};
    });
    return reasons;
}

}  // namespace

std::vector<Reason> explain(Relations &relations, std::string_view actor, std::string_view verb,
                            std::string_view object, Poll poll)
{
    std::set<std::string> roles;
    relations.roles_with(verb, [&](std::string_view role) { roles.emplace(role); });
    const Walk actors(relations, &Relations::groups_of, actor, poll);
    const Walk objects(relations, &Relations::parents_of, object, poll);
    auto places = objects.all();
    if (objects.number_of(everything) == places.size()) places.push_back(everything);
    std::vector<Grant> grants = relations.grants_on(actors.all(), places);
    std::sort(grants.begin(), grants.end());
    grants.erase(std::unique(grants.begin(), grants.end()), grants.end());
    const Question asked{actor, verb, object, actors, objects, grants, roles};
    const Grant *const grant = best_grant(asked);
    return grant ? chain(asked, *grant) : denial(asked);
}

}  // namespace quire::access
