// src/core/logic/form_world.hpp: what the rules of a form see.
#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/logic/evaluator.hpp"
#include "core/logic/rules.hpp"

namespace quire::logic {

// A submission (the first document), the form's own definition, and data from beside it.
class FormWorld : public World {
public:
    FormWorld(const Rules &rules, const Document &submission);

    // Data for an instance, named by its id, by its src or by the file's name in that; the text must outlive the world.
    Result<bool> add_instance(const std::string &id, std::string_view text, Poll poll);
    // Frees what itext() has put together; values of evaluations before it end here.
    void forget() { scratch_.clear(); }
    // The language of labels and texts: an index of forms::Form::languages.
    void speak(std::size_t language) { language_ = language; }
    std::size_t language() const { return language_; }

    std::optional<Ref> instance(std::string_view id) const override;
    std::optional<std::string_view> itext(std::string_view id) const override;
    std::optional<std::string_view> choice_label(Evaluator &evaluator, std::string_view value, std::string_view path,
                                                 const Context &context) const override;

    const Rules &rules() const { return rules_; }

private:
    std::optional<Ref> external(std::string_view name) const;
    std::optional<std::string_view> listed_label(const forms::Node &node, std::string_view value) const;

    static constexpr std::uint32_t definition = 1;  // its place among the documents

    const Rules &rules_;
    std::size_t language_;
    std::deque<Document> externals_;
    std::unordered_map<std::string, std::uint32_t> instances_;
    mutable Arena scratch_;
};

// The choices that a question has in one place: calls visit(value, item) for each; false when nobody can tell them.
template <class Visit>
bool for_each_choice(Evaluator &evaluator, const NodeRules &rules, const Context &context, Visit visit)
{
    if (!rules.choices || !rules.choice_value) return false;
    const Value items = evaluator.evaluate(rules.choices->expression, context);
    if (!items.is(Value::Type::nodes)) return false;
    for (const Ref ref : items.nodes) {
        Context item(ref);
        visit(evaluator.text(evaluator.evaluate(rules.choice_value->expression, item)), ref);
    }
    return true;
}

}  // namespace quire::logic
