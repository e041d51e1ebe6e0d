// src/core/logic/submission_document.hpp: a submission as a document that the rules of its form look into.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/logic/document.hpp"
#include "core/logic/rules.hpp"
#include "core/support/poll.hpp"
#include "core/xml/scanner.hpp"

namespace quire::logic {

// What a submission holds beside what its form has.
struct Stranger {
    std::uint32_t parent;  // the element of the document that it is in
    std::string name;      // without prefix; empty: the element itself is there once more
    std::uint32_t node;    // of the form, when it is there once more
};

// May be used for one submission after the other, to keep its memory.
struct SubmissionDocument {
    Document document;
    std::vector<Stranger> strangers;
    bool encrypted = false;  // what the form asks for is in another file
};

// Reads a submission, which must outlive the document. Questions and groups that the form has and the submission has
// not stand at the end of what they belong to, marked as absent; what the form does not have is left out. Nothing when
// it was a document.
std::optional<xml::ScanFault> read_submission(const Rules &rules, std::string_view submission, SubmissionDocument &made,
                                              Poll poll);

}  // namespace quire::logic
