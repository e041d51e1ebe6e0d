// src/core/logic/form_world.cpp: instances, texts and labels of a form.
#include "core/logic/form_world.hpp"

#include "core/forms/lookup.hpp"
#include "core/logic/external.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {
namespace {

std::optional<std::string_view> spoken(const forms::Label &label, std::size_t language)
{
    for (const auto &[in, text] : label)
        if (in == language) return std::string_view(text);
    return std::nullopt;
}

}  // namespace

FormWorld::FormWorld(const Rules &rules, const Document &submission)
    : rules_(rules), language_(rules.form().default_language)
{
    documents.push_back(&submission);
    documents.push_back(&rules.definition());
    form = &rules.form();
    names = &rules.names();
    if (form->version) form_version = *form->version;
}

Result<bool> FormWorld::add_instance(const std::string &id, std::string_view text, Poll poll)
{
    Document &external = externals_.emplace_back();
    auto read = read_external(text, rules_.names(), external, poll);
    if (!read.ok()) return read;
    instances_[id] = static_cast<std::uint32_t>(documents.size());
    documents.push_back(&external);
    return read;
}

std::optional<Ref> FormWorld::external(std::string_view name) const
{
    const auto found = instances_.find(std::string(name));
    return found == instances_.end() ? std::nullopt : std::optional(Ref(found->second, Document::root));
}

std::optional<Ref> FormWorld::instance(std::string_view id) const
{
    if (const auto found = external(id)) return found;
    const std::uint32_t inner = rules_.parts().instance(id);
    if (inner == 0) return std::nullopt;
    // The primary instance by its id is what was submitted.
    if (inner == rules_.parts().primary()) return Ref(0, Document::root);
    if (const auto source = rules_.parts().source(inner)) {
        if (const auto found = external(*source)) return found;
        if (const auto found = external(source->substr(source->rfind('/') + 1))) return found;
        throw EvaluationFault{EvaluationFault::Kind::failed, "the data of an external instance is not at hand"};
    }
    return Ref(definition, inner);
}

std::optional<std::string_view> FormWorld::itext(std::string_view id) const
{
    const FormDocument &parts = rules_.parts();
    for (std::size_t i = 0; i < parts.languages().size(); ++i) {
        if (parts.languages()[i] != rules_.form().languages[language_]) continue;
        const std::uint32_t found = parts.itext(i, id);
        if (found == 0) return std::nullopt;
        return rules_.definition().text_of(found, scratch_);
    }
    return std::nullopt;
}

std::optional<std::string_view> FormWorld::listed_label(const forms::Node &node, std::string_view value) const
{
    for (const forms::Choice &choice : node.choices)
        if (choice.value == value) return spoken(choice.label, language_).value_or(std::string_view());
    return std::nullopt;
}

std::optional<std::string_view> FormWorld::choice_label(Evaluator &evaluator, std::string_view value,
                                                        std::string_view path, const Context &context) const
{
    const bool is_here = context.node.document() == 0;
    const std::uint32_t around = is_here ? (*documents[0])[context.node.node()].form : 0;
    const std::string place = forms::path_of(path, rules_.form()[around].path);
    const std::uint32_t node = place.empty() ? 0 : rules_.form().find(place);
    if (node == 0) return std::nullopt;
    if (const auto label = listed_label(rules_.form()[node], value)) return label;
    const NodeRules &question = rules_.of(node);
    if (!question.choice_label) return std::nullopt;
    std::optional<Ref> chosen;
    for_each_choice(evaluator, question, context, [&](std::string_view one, Ref item) {
        if (!chosen && one == value) chosen = item;
    });
    if (!chosen) return std::nullopt;
    return evaluator.text(evaluator.evaluate(question.choice_label->expression, Context(*chosen)));
}

}  // namespace quire::logic
