// src/pg/access/holdings.cpp: reading, remembering and forgetting what actors hold.
//
// What was read is true of the snapshot that it was read with. It is remembered only when no change of the policy can
// have escaped that snapshot: the session has taken notice of none between the snapshot and the end of reading, and is
// itself in the middle of none. From then on a change that anybody commits reaches it as an invalidation.
#include "pg/access/holdings.hpp"

#include "pg/access/reading.hpp"
#include "pg/access/watch.hpp"
#include "pg/support/compat.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/settings.hpp"

namespace quire::pg {

// The holdings used last, within quire.access_cache_size.
class Holdings {
public:
    // Null when there is nothing, and nobody has asked since the policy changed.
    HoldingPointer find_if_asked_again(const PolicyPointer &policy, std::string_view verb, std::string_view actor)
    {
        std::string key = key_of(policy, verb, actor);
        if (HoldingPointer holding = find_current(key)) return holding;
        const std::uint64_t generation = policy->generation();
        const std::string asker = key + std::string(reinterpret_cast<const char *>(&generation), sizeof generation);
        return askers_.note(asker) ? add(std::move(key), policy, verb, actor) : nullptr;
    }

    HoldingPointer find(const PolicyPointer &policy, std::string_view verb, std::string_view actor)
    {
        std::string key = key_of(policy, verb, actor);
        if (HoldingPointer holding = find_current(key)) return holding;
        return add(std::move(key), policy, verb, actor);
    }

    // After it has grown.
    void account(Holding &holding)
    {
        const std::string key = key_of(holding.policy_, holding.verb_, holding.actor_);
        const auto found = places_.find(key);
        if (found == places_.end() || found->second->get() != &holding) return;
        const std::size_t bytes = holding.bytes() + 2 * key.size();
        size_ += bytes - holding.accounted_;
        holding.accounted_ = bytes;
        if (!holding.is_trusted_) forget(found);
        const std::size_t others = remembered_bytes();
        while (size_ + others > access_cache_size() && !order_.empty()) {
            const Holding &last = *order_.back();
            forget(places_.find(key_of(last.policy_, last.verb_, last.actor_)));
        }
    }

private:
    using Order = std::list<HoldingPointer>;
    using Places = std::unordered_map<std::string, Order::iterator>;

    HoldingPointer find_current(const std::string &key)
    {
        const auto found = places_.find(key);
        if (found == places_.end()) return nullptr;
        HoldingPointer holding = *found->second;
        if (!holding->is_current()) {
            forget(found);
            return nullptr;
        }
        order_.splice(order_.begin(), order_, found->second);
        return holding;
    }

    HoldingPointer add(std::string key, const PolicyPointer &policy, std::string_view verb, std::string_view actor)
    {
        auto holding = std::make_shared<Holding>(policy, verb, actor);
        if (policy->shape.keep == Keep::statement || writes_under_way() > 0) {
            holding->is_trusted_ = false;
            return holding;
        }
        holding->generation_ = policy->generation();
        order_.push_front(holding);
        places_.emplace(std::move(key), order_.begin());
        account(*holding);
        return holding;
    }

    static std::string key_of(const PolicyPointer &policy, std::string_view verb, std::string_view actor)
    {
        const auto length = static_cast<std::uint32_t>(verb.size());
        const Policy *const address = policy.get();
        std::string key;
        key.reserve(sizeof address + sizeof length + verb.size() + actor.size());
        key.append(reinterpret_cast<const char *>(&address), sizeof address);
        key.append(reinterpret_cast<const char *>(&length), sizeof length);
        return key.append(verb).append(actor);
    }

    void forget(Places::iterator place)
    {
        size_ -= (*place->second)->accounted_;
        (*place->second)->accounted_ = 0;
        order_.erase(place->second);
        places_.erase(place);
    }

    Order order_;
    Places places_;
    std::size_t size_ = 0;
    access::Repeats askers_;
};

namespace {

Holdings &holdings()
{
    static auto &all = *new Holdings();
    return all;
}

}  // namespace

bool Holding::is_current() const
{
    return is_trusted_ && generation_ == policy_->generation() && writes_under_way() == 0 &&
           (only_during_ == 0 || only_during_ == local_transaction());
}

template <class Read>
void Holding::under_one_snapshot(Read read)
{
    refresh(*policy_);
    if (generation_ != policy_->generation()) {
        permits_.reset();
        integers_.reset();
        uuids_.reset();
        generation_ = policy_->generation();
    }
    if (!permits_) permits_ = std::make_shared<access::Permits>(actor_, verb_);
    // What is read in part, because the rest fails, is not to be trusted.
    const bool was_trusted = std::exchange(is_trusted_, false);
    {
        Reading reading(policy_);
        read(reading);
        const Keep keep = reading.keep();
        is_trusted_ = was_trusted && keep != Keep::statement;
        if (keep == Keep::transaction) only_during_ = local_transaction();
    }
    holdings().account(*this);
}

const access::Permits &Holding::read(std::size_t more)
{
    if (!is_complete() || generation_ != policy_->generation())
        under_one_snapshot([&](Reading &reading) { permits_->complete(reading, poll, more); });
    return *permits_;
}

bool Holding::allows(std::string_view object)
{
    if (permits_)
        if (const auto known = permits_->known(object)) return *known;
    bool allowed = false;
    under_one_snapshot([&](Reading &reading) { allowed = permits_->allows(reading, object, poll); });
    return allowed;
}

std::shared_ptr<const access::IntegerKeys> Holding::integers()
{
    if (!integers_) {
        integers_ = std::make_shared<const access::IntegerKeys>(permits_->found());
        holdings().account(*this);
    }
    return integers_;
}

std::shared_ptr<const access::UuidKeys> Holding::uuids()
{
    if (!uuids_) {
        uuids_ = std::make_shared<const access::UuidKeys>(permits_->found());
        holdings().account(*this);
    }
    return uuids_;
}

std::size_t Holding::bytes() const
{
    return sizeof *this + (permits_ ? permits_->bytes() : 0) + (integers_ ? integers_->bytes() : 0) +
           (uuids_ ? uuids_->bytes() : 0) + verb_.size() + actor_.size();
}

HoldingPointer find_holding(const PolicyPointer &policy, std::string_view verb, std::string_view actor)
{
    return holdings().find(policy, verb, actor);
}

bool allows_once(const PolicyPointer &policy, std::string_view verb, std::string_view actor, std::string_view object)
{
    if (const HoldingPointer holding = holdings().find_if_asked_again(policy, verb, actor))
        return holding->allows(object);
    Reading reading(policy);
    return access::judge(reading, actor, verb, object, poll);
}

}  // namespace quire::pg
