// src/core/access/permits.cpp: walks over the relations of a policy.
#include "core/access/permits.hpp"

#include <algorithm>
#include <set>

#include "core/support/tripwire.hpp"

namespace quire::access {
namespace {

// How many names one question holds: enough that its cost is in the names, and no more memory than that takes.
constexpr std::size_t batch = 32'768;
// How many objects are judged alone, and how many are remembered.
constexpr std::size_t most_judged_alone = 16, most_judged = 4'096;

using Views = std::vector<std::string_view>;

Views views(const Texts &texts)
{
    Views names;
    names.reserve(texts.size());
    for (std::size_t number = 0; number < texts.size(); ++number) names.push_back(texts[number]);
    return names;
}

// Asks for the next names of a set that have not been asked for yet, and adds the answers to it.
void step(Relations &relations, Step next, Texts &found, std::size_t &asked, Poll poll)
{
    poll();
    const std::size_t end = std::min(found.size(), asked + batch);
    // A copy, for a set moves its texts when it grows.
    const Texts::Slice asking = found.slice(asked, end);
    (relations.*next)(asking.names, [&](std::string_view name) { found.add(name); });
    asked = end;
}

}  // namespace

Texts reach(Relations &relations, Step next, std::string_view start, Poll poll)
{
    Texts found;
    found.add(start);
    for (std::size_t asked = 0; asked < found.size();) step(relations, next, found, asked, poll);
    return found;
}

void Permits::begin(Relations &relations, Poll poll)
{
    if (has_begun_) return;
    Texts roles;
    relations.roles_with(verb_, [&](std::string_view role) { roles.add(role); });
    if (roles.size() != 0) {
        const Texts actors = reach(relations, &Relations::groups_of, actor_, poll);
        poll();
        relations.objects_granted(views(actors), views(roles), [&](std::string_view object) { found_.add(object); });
    }
    has_begun_ = true;
    of_everything_ = found_.contains(everything);
    if (!relations.has_parents()) expanded_ = found_.size();
}

void Permits::complete(Relations &relations, Poll poll, std::size_t more)
{
    begin(relations, poll);
    const std::size_t limit = more < no_limit - found_.size() ? found_.size() + more : no_limit;
    while (!is_complete() && found_.size() < limit) step(relations, &Relations::children_of, found_, expanded_, poll);
    if (is_complete()) granted_ = denied_ = {};
}

std::optional<bool> Permits::known(std::string_view object) const
{
    if (of_everything_ || found_.contains(object)) return true;
    if (is_complete() || denied_.contains(object)) return false;
    return granted_.contains(object) ? std::optional(true) : std::nullopt;
}

bool Permits::allows(Relations &relations, std::string_view object, Poll poll)
{
    if (const auto answer = known(object)) return *answer;
    const bool allowed = find_out(relations, object, poll);
    Texts &judged = allowed ? granted_ : denied_;
    if (judged.size() >= most_judged) judged = {};
    judged.add(object);
    return allowed;
}

bool Permits::find_out(Relations &relations, std::string_view object, Poll poll)
{
    if (!has_begun_ && granted_.size() + denied_.size() < most_judged_alone)
        return judge(relations, actor_, verb_, object, poll);
    begin(relations, poll);
    const auto answer = known(object);
    return answer ? *answer : lies_in_found(relations, object, poll);
}

bool Permits::lies_in_found(Relations &relations, std::string_view object, Poll poll) const
{
    Texts above;
    above.add(object);
    bool met = false;
    for (std::size_t asked = 0, seen = 1; asked < above.size() && !met; seen = above.size()) {
        step(relations, &Relations::parents_of, above, asked, poll);
        for (std::size_t number = seen; number < above.size() && !met; ++number) met = found_.contains(above[number]);
    }
    return met;
}

std::size_t Permits::bytes() const
{
    return sizeof *this + actor_.capacity() + verb_.capacity() + found_.bytes() + granted_.bytes() + denied_.bytes();
}

namespace {

// What is granted to an actor on an object, wherever it is granted.
std::vector<Grant> grants_for(Relations &relations, std::string_view actor, std::string_view object, Poll poll)
{
    const Texts actors = reach(relations, &Relations::groups_of, actor, poll);
    Texts objects = reach(relations, &Relations::parents_of, object, poll);
    objects.add(everything);
    return relations.grants_on(views(actors), views(objects));
}

}  // namespace

bool judge(Relations &relations, std::string_view actor, std::string_view verb, std::string_view object, Poll poll)
{
    const std::vector<Grant> grants = grants_for(relations, actor, object, poll);
    bool allowed = false;
    if (!grants.empty())
        relations.roles_with(verb, [&](std::string_view role) {
            allowed = allowed ||
                      std::any_of(grants.begin(), grants.end(), [&](const Grant &grant) { return grant.role == role; });
        });
    return allowed;
}

std::vector<std::string> verbs_on(Relations &relations, std::string_view actor, std::string_view object, Poll poll)
{
    Texts roles;
    for (const Grant &grant : grants_for(relations, actor, object, poll)) roles.add(grant.role);
    std::set<std::string> verbs;
    if (roles.size() != 0) relations.verbs_of(views(roles), [&](std::string_view verb) { verbs.emplace(verb); });
    return {verbs.begin(), verbs.end()};
}

}  // namespace quire::access
