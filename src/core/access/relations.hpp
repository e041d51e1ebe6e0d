// src/core/access/relations.hpp: what a policy knows, as questions that are asked for many at a time.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quire::access {

// The object that stands for everything.
inline constexpr std::string_view everything = "*";

// That an actor holds a role on an object.
struct Grant {
    std::string actor, role, object;
    auto operator<=>(const Grant &) const = default;
};

// The four queries of a policy. All names are compared as texts; what they mean is the policy's business. Answers may
// come more than once and in any order.
class Relations {
public:
    using Names = std::span<const std::string_view>;
    using Take = std::function<void(std::string_view)>;

    virtual ~Relations() = default;

    // The groups that these actors or groups are members of directly.
    virtual void groups_of(Names members, const Take &take) = 0;
    // The roles with this verb.
    virtual void roles_with(std::string_view verb, const Take &take) = 0;
    // The verbs that one of these roles has.
    virtual void verbs_of(Names roles, const Take &take) = 0;
    // The objects on which one of these actors holds one of these roles.
    virtual void objects_granted(Names actors, Names roles, const Take &take) = 0;
    // The grants of these actors on these objects.
    virtual std::vector<Grant> grants_on(Names actors, Names objects) = 0;
    // The objects that these lie in directly.
    virtual void parents_of(Names objects, const Take &take) = 0;
    // The objects that lie in these directly.
    virtual void children_of(Names parents, const Take &take) = 0;
    // False when no object lies in another, so that nobody need ask.
    virtual bool has_parents() const = 0;
};

}  // namespace quire::access
