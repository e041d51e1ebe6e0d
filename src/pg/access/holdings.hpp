// src/pg/access/holdings.hpp: what actors hold, remembered for as long as it is true.
#pragma once
#include "core/access/keys.hpp"
#include "core/access/permits.hpp"

#include "pg/access/policy.hpp"

namespace quire::pg {

// What one actor holds by one policy for one verb: nothing known at first, then as much as was asked for.
class Holding {
public:
    Holding(PolicyPointer policy, std::string_view verb, std::string_view actor)
        : policy_(std::move(policy)), verb_(verb), actor_(actor)
    {
    }

    // Has it been read what is granted?
    bool has_begun() const { return permits_ && permits_->has_begun(); }
    bool of_everything() const { return permits_ && permits_->of_everything(); }
    // Is nothing more to be learned by reading?
    bool is_complete() const { return permits_ && permits_->is_complete(); }

    // Reads what is granted, when it has not been read, and walks on until all is found, or so many objects more.
    const access::Permits &read(std::size_t more = access::Permits::no_limit);
    // Is the object permitted? Reads what it takes to know.
    bool allows(std::string_view object);

    // Only of one that is complete and not of everything. They stay as they are when the holding is read again.
    std::shared_ptr<const access::Permits> permits() const { return permits_; }
    std::shared_ptr<const access::IntegerKeys> integers();
    std::shared_ptr<const access::UuidKeys> uuids();

    std::size_t bytes() const;

private:
    friend class Holdings;
    template <class Read>
    void under_one_snapshot(Read read);
    bool is_current() const;

    PolicyPointer policy_;
    std::string verb_, actor_;
    std::shared_ptr<access::Permits> permits_;
    std::shared_ptr<const access::IntegerKeys> integers_;
    std::shared_ptr<const access::UuidKeys> uuids_;
    std::uint64_t generation_ = 0;        // of the policy, when it was read
    LocalTransactionId only_during_ = 0;  // true of one transaction alone, when not zero
    bool is_trusted_ = true;              // else true of one statement alone
    std::size_t accounted_ = 0;
};
using HoldingPointer = std::shared_ptr<Holding>;

// What is remembered, as far as it is still true; otherwise one that starts from nothing.
HoldingPointer find_holding(const PolicyPointer &policy, std::string_view verb, std::string_view actor);
// Is the object permitted to the actor? For callers that ask about one object and go: the first of them do not read all
// that is granted.
bool allows_once(const PolicyPointer &policy, std::string_view verb, std::string_view actor, std::string_view object);

}  // namespace quire::pg
