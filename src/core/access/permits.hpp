// src/core/access/permits.hpp: the objects on which one actor may do one thing.
//
// Who is granted a role on an object has it on all that lies in the object, however deep, and who is member of a group
// has what the group has. Walks take each name once, so cycles and diamonds end like trees.
#pragma once
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/relations.hpp"
#include "core/access/texts.hpp"
#include "core/support/poll.hpp"

namespace quire::access {

// All that is reached from `start` by steps of `next`, itself included, nearest first.
using Step = void (Relations::*)(Relations::Names, const Relations::Take &);
Texts reach(Relations &relations, Step next, std::string_view start, Poll poll);

// Knows nothing at first. A few objects are judged one by one; then what is granted directly is read, which costs as
// much as there is of it. What lies in that is found by and by, as far as it is asked for: whoever asks about one
// object must not pay for a million others.
class Permits {
public:
    static constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

    Permits(std::string_view actor, std::string_view verb) : actor_(actor), verb_(verb) {}

    // Has what is granted directly been read?
    bool has_begun() const { return has_begun_; }
    // Does the actor hold the verb on `*`? All objects are permitted then, whether they exist or not.
    bool of_everything() const { return of_everything_; }
    // Objects known to be permitted; with `*` among them where it is granted.
    const Texts &found() const { return found_; }
    // Are these all, or is everything permitted, so that there is nothing more to be asked?
    bool is_complete() const { return has_begun_ && (of_everything_ || expanded_ == found_.size()); }

    // Walks on from what is found to what lies in it, until all is found, or `more` objects and some.
    void complete(Relations &relations, Poll poll, std::size_t more = no_limit);

    // May the actor do it on this object, as far as that is known without asking?
    std::optional<bool> known(std::string_view object) const;
    // The same, asked where it is not known yet.
    bool allows(Relations &relations, std::string_view object, Poll poll);

    std::size_t bytes() const;

private:
    void begin(Relations &relations, Poll poll);
    bool find_out(Relations &relations, std::string_view object, Poll poll);
    bool lies_in_found(Relations &relations, std::string_view object, Poll poll) const;

    std::string actor_, verb_;
    Texts found_;
    std::size_t expanded_ = 0;  // so many of them have been asked for what lies in them
    bool has_begun_ = false, of_everything_ = false;
    Texts granted_, denied_;  // what has been found out of single objects; bounded
};

// May the actor do it on this object? Asks for no more than that, however much else the actor may do.
bool judge(Relations &relations, std::string_view actor, std::string_view verb, std::string_view object, Poll poll);

// The verbs that an actor holds on an object, sorted.
std::vector<std::string> verbs_on(Relations &relations, std::string_view actor, std::string_view object, Poll poll);

}  // namespace quire::access
