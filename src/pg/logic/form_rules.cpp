// src/pg/logic/form_rules.cpp: a cache of rules beside that of forms.
#include "pg/logic/form_rules.hpp"

#include "pg/support/encoding.hpp"
#include "pg/support/settings.hpp"

namespace quire::pg {
namespace {

// The rules used last, the latest first; within quire.form_cache_size, as the forms are.
class Cache {
public:
    RulesPointer find(const forms::Form &form)
    {
        for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
            if (&(*entry)->form() != &form) continue;
            entries_.splice(entries_.begin(), entries_, entry);
            return entries_.front();
        }
        return nullptr;
    }

    void keep(const RulesPointer &rules)
    {
        entries_.push_front(rules);
        size_ += rules->bytes();
        while (size_ > form_cache_size() && !entries_.empty()) {
            size_ -= entries_.back()->bytes();
            entries_.pop_back();
        }
    }

private:
    std::list<RulesPointer> entries_;
    std::size_t size_ = 0;
};

// Never destroyed: the backend's end is the end of it.
Cache &cache()
{
    static auto &rules = *new Cache();
    return rules;
}

}  // namespace

const RulesPointer &RulesMemo::get(Datum datum)
{
    const FormPointer &form = form_.get(datum);
    if (rules_ && &rules_->form() == form.get()) return rules_;
    rules_ = cache().find(*form);
    if (!rules_) {
        rules_ = std::make_shared<const logic::Rules>(form, std::string(to_utf8(form_xml(datum))));
        cache().keep(rules_);
    }
    return rules_;
}

}  // namespace quire::pg
