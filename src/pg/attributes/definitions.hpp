// src/pg/attributes/definitions.hpp: the attributes that a jsonb object defines, as {name: type}.
#pragma once
#include <span>

#include "core/attributes/check.hpp"
#include "core/attributes/types.hpp"

#include "pg/attributes/values.hpp"
#include "pg/support/postgres.hpp"

namespace quire::pg {

using attributes::AttributeType;

// Reads a type; throws 22023 about `what`, as in "the type of attribute …".
AttributeType read_type(const Value &json, const std::string &what);
AttributeType read_type(Datum json, const std::string &what);

struct Definition {
    std::string name;
    AttributeType type;
};

class Definitions {
public:
    Definitions() = default;
    // Throws 22023 when it is no object, or a type is none.
    explicit Definitions(const Jsonb *document);

    void add(std::string_view name, AttributeType type);
    // To be called once all are added.
    void sort();

    // `hint` is where the last one was found: members of jsonb come in the order of these.
    const Definition *find(std::string_view name, std::size_t &hint) const;
    const Definition *find(std::string_view name) const
    {
        std::size_t hint = 0;
        return find(name, hint);
    }
    std::vector<std::string_view> names() const;

private:
    std::vector<Definition> sorted_;  // by length, then by bytes
};

// The definitions that a place in a statement got last; they are nearly always the same.
class DefinitionsMemo {
public:
    // Valid until the next call; says whether they are others than the last time.
    const Definitions &get(Datum value, bool *changed = nullptr);

private:
    std::string document_;
    std::optional<Definitions> definitions_;
};

// A type likewise.
class TypeMemo {
public:
    const AttributeType &get(Datum value, const char *what);

private:
    std::string document_;
    std::optional<AttributeType> type_;
};

struct BrokenRule {
    std::string_view name;
    const AttributeType *type;  // null when the attribute is not defined
    attributes::Rule rule;
};

std::string describe(const BrokenRule &broken);

// Calls report(BrokenRule) for each member of an object that breaks a rule; throws 22023 when it is no object.
template <class Report>
void check_members(const Definitions &definitions, const Jsonb *values, ValueMaker &maker, Report report);

// "There is no attribute … Perhaps … was meant."
[[noreturn]] void refuse_unknown(std::string_view name, std::span<const std::string_view> known);

void require_object(const Jsonb *document, const char *what);

template <class Report>
void check_members(const Definitions &definitions, const Jsonb *values, ValueMaker &maker, Report report)
{
    require_object(values, "values");
    MemberWalk walk(&values->root);
    std::string_view name;
    Value value;
    for (std::size_t hint = 0; walk.next(maker, name, value);) {
        const Definition *const definition = definitions.find(name, hint);
        if (!definition) {
            report(BrokenRule{name, nullptr, attributes::Rule::unknown});
            continue;
        }
        const auto rule = attributes::check_value(definition->type, value);
        if (rule != attributes::Rule::none) report(BrokenRule{name, &definition->type, rule});
    }
    maker.clear();
}

}  // namespace quire::pg
