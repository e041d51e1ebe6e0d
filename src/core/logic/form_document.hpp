// src/core/logic/form_document.hpp: an XForm as a document that expressions look into: its instances and its texts.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/logic/document.hpp"

namespace quire::logic {

// What the model of a form holds, by the places in its document. Elements count by their names without prefix.
class FormDocument {
public:
    // Looks through a document that lives longer than this. One that is no form has nothing to offer.
    explicit FormDocument(const Document &document);

    std::uint32_t model() const { return model_; }
    std::uint32_t body() const { return body_; }
    // The instance elements: the first is the primary one; 0 when there is none.
    std::uint32_t primary() const { return primary_; }
    std::uint32_t instance(std::string_view id) const;  // 0 when there is none
    // Where a secondary instance comes from, when it is not in the form.
    std::optional<std::string_view> source(std::uint32_t instance) const;

    const std::vector<std::string_view> &languages() const { return languages_; }
    std::size_t default_language() const { return default_language_; }
    // The element whose text is the translation; 0 when there is none.
    std::uint32_t itext(std::size_t language, std::string_view id) const;

private:
    void read_translations(std::uint32_t itext);

    const Document &document_;
    std::uint32_t model_ = 0, body_ = 0, primary_ = 0;
    std::unordered_map<std::string_view, std::uint32_t> instances_;
    std::vector<std::string_view> languages_;
    std::vector<std::unordered_map<std::string_view, std::uint32_t>> texts_;  // of each language
    std::size_t default_language_ = 0;
};

}  // namespace quire::logic
