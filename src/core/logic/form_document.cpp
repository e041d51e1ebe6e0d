// src/core/logic/form_document.cpp: finding the parts of a form in its document.
#include "core/logic/form_document.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {
namespace {

template <class Visit>
void for_each_child(const Document &document, std::uint32_t parent, std::string_view name, Visit visit)
{
    for (std::uint32_t child = document.child(parent, name); child != 0; child = document.next(child, name))
        visit(child);
}

std::optional<std::string_view> attribute(const Document &document, std::uint32_t element, std::string_view name)
{
    const std::uint32_t found = document.attribute(element, name);
    if (found == 0) return std::nullopt;
    return document[found].text;
}

}  // namespace

FormDocument::FormDocument(const Document &document) : document_(document)
{
    const std::uint32_t html = document.root_element();
    if (html == 0 || xml::local_name(document[html].tag) != "html") return;
    body_ = document.child(html, "body");
    const std::uint32_t head = document.child(html, "head");
    model_ = head == 0 ? 0 : document.child(head, "model");
    if (model_ == 0) return;
    for_each_child(document, model_, "instance", [&](std::uint32_t instance) {
        if (primary_ == 0) primary_ = instance;
        if (const auto id = attribute(document, instance, "id")) instances_.emplace(*id, instance);
    });
    if (const std::uint32_t itext = document.child(model_, "itext")) read_translations(itext);
}

void FormDocument::read_translations(std::uint32_t itext)
{
    bool chosen = false;
    for_each_child(document_, itext, "translation", [&](std::uint32_t translation) {
        if (!chosen && document_.attribute(translation, "default") != 0) {
            default_language_ = languages_.size();
            chosen = true;
        }
        languages_.push_back(attribute(document_, translation, "lang").value_or(std::string_view()));
        auto &texts = texts_.emplace_back();
        for_each_child(document_, translation, "text", [&](std::uint32_t text) {
            const auto id = attribute(document_, text, "id");
            if (!id) return;
            for_each_child(document_, text, "value", [&](std::uint32_t value) {
                if (document_.attribute(value, "form") == 0) texts.emplace(*id, value);
            });
        });
    });
}

std::uint32_t FormDocument::instance(std::string_view id) const
{
    const auto found = instances_.find(id);
    return found == instances_.end() ? 0 : found->second;
}

std::optional<std::string_view> FormDocument::source(std::uint32_t instance) const
{
    return attribute(document_, instance, "src");
}

std::uint32_t FormDocument::itext(std::size_t language, std::string_view id) const
{
    if (language >= texts_.size()) return 0;
    const auto found = texts_[language].find(id);
    return found == texts_[language].end() ? 0 : found->second;
}

}  // namespace quire::logic
