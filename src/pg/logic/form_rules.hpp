// src/pg/logic/form_rules.hpp: the compiled rules of forms, kept as long as the session uses them.
#pragma once
#include "core/logic/rules.hpp"

#include "pg/forms/form_value.hpp"

namespace quire::pg {

using RulesPointer = std::shared_ptr<const logic::Rules>;

// The rules that a place in a statement asked for last.
class RulesMemo {
public:
    // Valid until the next call.
    const RulesPointer &get(Datum form);

private:
    FormMemo form_;
    RulesPointer rules_;
};

}  // namespace quire::pg
