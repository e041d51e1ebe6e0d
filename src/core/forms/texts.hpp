// src/core/forms/texts.hpp: the words of a form, looked up by the ids that its body uses.
#pragma once
#include <libxml/tree.h>

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/forms/definition.hpp"
#include "core/forms/form.hpp"

namespace quire::forms {

// The itext of a form.
class Texts {
public:
    // Reads it, and with it the languages of the form.
    explicit Texts(Definition &definition);

    // What a label, hint or the like says, in all languages in which it says something: by its ref to an itext id, else
    // by what stands in it.
    Label of(const xmlNode *element, const std::string &path);
    // The text of this id; empty when there is none.
    Label find(std::string_view id) const;

private:
    void read_translation(const xmlNode *translation, std::uint16_t language);

    Definition &definition_;
    std::unordered_map<std::string, Label> by_id_;
};

// The id in jr:itext('id'), or nothing when the expression is another.
std::optional<std::string_view> itext_id(std::string_view expression);

// Text with each output element in it written as ${expression}, without white space at its ends.
std::string spoken_text(const xmlNode *element);

// The rules that binds and controls give to the nodes.
void read_rules(Definition &definition, const Texts &texts);

// The choices of a select, from its items or from the secondary instance that its itemset names, unfiltered.
std::vector<Choice> read_choices(const Definition &definition, Texts &texts, const Control &control);

}  // namespace quire::forms
