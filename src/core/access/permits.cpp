// src/core/access/permits.cpp: walks over the relations of a policy.
#include "core/access/permits.hpp"

#include <algorithm>
#include <set>

#include "core/support/tripwire.hpp"

namespace quire::access {
namespace {

// How many names one question holds: enough that its cost is in the names, and no more memory than that takes.
constexpr std::size_t batch = 32'768;
constexpr std::size_t most_judged = 4'096;

using Views = std::vector<std::string_view>;

// Copies, for a set moves its texts when it grows.
std::vector<std::string> copies(const Texts &texts, std::size_t begin, std::size_t end)
{
    std::vector<std::string> names;
    names.reserve(end - begin);
    for (std::size_t number = begin; number < end; ++number) names.emplace_back(texts[number]);
    return names;
}

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
    const auto names = copies(found, asked, end);
    const Views asking(names.begin(), names.end());
    (relations.*next)(asking, [&](std::string_view name) { found.add(name); });
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

Permits::Permits(Relations &relations, std::string_view actor, std::string_view verb, Poll poll)
{
    Texts roles;
    relations.roles_with(verb, [&](std::string_view role) { roles.add(role); });
    if (roles.size() == 0) return;
    const Texts actors = reach(relations, &Relations::groups_of, actor, poll);
    poll();
    relations.objects_granted(views(actors), views(roles), [&](std::string_view object) { found_.add(object); });
    of_everything_ = found_.contains(everything);
    if (!relations.has_parents()) expanded_ = found_.size();
}

void Permits::complete(Relations &relations, Poll poll, std::size_t limit)
{
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
    const bool allowed = lies_in_found(relations, object, poll);
    Texts &judged = allowed ? granted_ : denied_;
    if (judged.size() >= most_judged) judged = {};
    judged.add(object);
    return allowed;
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
    return sizeof *this + found_.bytes() + granted_.bytes() + denied_.bytes();
}

bool judge(Relations &relations, std::string_view actor, std::string_view verb, std::string_view object, Poll poll)
{
    Texts roles;
    relations.roles_with(verb, [&](std::string_view role) { roles.add(role); });
    if (roles.size() == 0) return false;
    const Texts actors = reach(relations, &Relations::groups_of, actor, poll);
    Texts objects = reach(relations, &Relations::parents_of, object, poll);
    objects.add(everything);
    const auto grants = relations.grants_on(views(actors), views(objects));
    return std::any_of(grants.begin(), grants.end(), [&](const Grant &grant) { return roles.contains(grant.role); });
}

std::vector<std::string> verbs_on(Relations &relations, std::string_view actor, std::string_view object, Poll poll)
{
    const Texts actors = reach(relations, &Relations::groups_of, actor, poll);
    Texts objects = reach(relations, &Relations::parents_of, object, poll);
    objects.add(everything);
    Texts roles;
    for (const Grant &grant : relations.grants_on(views(actors), views(objects))) roles.add(grant.role);
    std::set<std::string> verbs;
    if (roles.size() != 0) relations.verbs_of(views(roles), [&](std::string_view verb) { verbs.emplace(verb); });
    return {verbs.begin(), verbs.end()};
}

}  // namespace quire::access
