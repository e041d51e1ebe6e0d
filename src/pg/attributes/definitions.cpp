// src/pg/attributes/definitions.cpp: reading definitions, and keeping what was read.
#include "pg/attributes/definitions.hpp"

#include "core/attributes/near.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/error.hpp"

namespace quire::pg {
namespace {

bool comes_before(std::string_view a, std::string_view b)
{
    return a.size() != b.size() ? a.size() < b.size() : a < b;
}

}  // namespace

AttributeType read_type(const Value &json, const std::string &what)
{
    auto type = attributes::read_type(json);
    if (type.ok()) return std::move(type).value();
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, std::string(to_database(what + " " + type.fault().message)))
        .hint(std::string(to_database(type.fault().hint)));
}

AttributeType read_type(Datum json, const std::string &what)
{
    ValueMaker maker;
    return read_type(maker.document(jsonb_of(json)), what);
}

Definitions::Definitions(const Jsonb *document)
{
    require_object(document, "definitions");
    ValueMaker maker;
    for (const Member &member : maker.document(document).members)
        add(member.key, read_type(member.value, "the type of attribute " + quoted(member.key)));
    sort();
}

void Definitions::add(std::string_view name, AttributeType type)
{
    sorted_.push_back({std::string(name), std::move(type)});
}

void Definitions::sort()
{
    std::sort(sorted_.begin(), sorted_.end(),
              [](const Definition &a, const Definition &b) { return comes_before(a.name, b.name); });
}

const Definition *Definitions::find(std::string_view name, std::size_t &hint) const
{
    if (hint < sorted_.size() && sorted_[hint].name == name) return &sorted_[hint++];
    const auto found = std::lower_bound(
        sorted_.begin(), sorted_.end(), name,
        [](const Definition &known, std::string_view wanted) { return comes_before(known.name, wanted); });
    if (found == sorted_.end() || found->name != name) return nullptr;
    hint = static_cast<std::size_t>(found - sorted_.begin()) + 1;
    return &*found;
}

std::vector<std::string_view> Definitions::names() const
{
    std::vector<std::string_view> names;
    for (const Definition &definition : sorted_) names.push_back(definition.name);
    return names;
}

const Definitions &DefinitionsMemo::get(Datum value, bool *changed)
{
    const Jsonb *const document = jsonb_of(value);
    if (!definitions_ || document_ != bytes_of(document)) {
        definitions_.emplace(document);
        document_ = bytes_of(document);
        if (changed) *changed = true;
    }
    return *definitions_;
}

const AttributeType &TypeMemo::get(Datum value, const char *what)
{
    const Jsonb *const document = jsonb_of(value);
    if (!type_ || document_ != bytes_of(document)) {
        type_.reset();
        type_ = read_type(value, what);
        document_ = bytes_of(document);
    }
    return *type_;
}

std::string describe(const BrokenRule &broken)
{
    return attributes::describe_fault(broken.name, broken.type ? *broken.type : AttributeType(), broken.rule);
}

void refuse_unknown(std::string_view name, std::span<const std::string_view> known)
{
    const std::string_view meant = attributes::nearest(name, known);
    throw Error(ERRCODE_UNDEFINED_OBJECT, std::string(to_database("there is no attribute " + quoted(name))))
        .hint(meant.empty() ? "" : std::string(to_database("Perhaps " + quoted(meant) + " was meant.")));
}

void require_object(const Jsonb *document, const char *what)
{
    if ((document->root.header & JB_FOBJECT) != 0) return;
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, std::string("the ") + what + " are not a JSON object")
        .hint(std::string("They look like '{\"energy\": ") + (*what == 'd' ? "{\"type\": \"number\"}" : "12.5") +
              "}'.");
}

}  // namespace quire::pg
