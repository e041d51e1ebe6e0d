// src/core/access/explain.hpp: why an actor may do something on an object, or why not.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/access/relations.hpp"
#include "core/support/poll.hpp"

namespace quire::access {

// A link of the chain from the actor to the object: "member of", "holds role", "with verb", "on", "contains". Where
// there is no chain, "denied", and then what there is instead of it: "member of", "lies in", "holds role", "has verb".
struct Reason {
    std::string link;
    std::string subject;
    std::string target;
    std::string note;  // in words; empty where the link says it all
};

// The shortest chain; without one, what is missing. At most a few hundred rows.
std::vector<Reason> explain(Relations &relations, std::string_view actor, std::string_view verb,
                            std::string_view object, Poll poll);

}  // namespace quire::access
