// src/core/forms/values.hpp: every answer of a submission, and the files and choices among them.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/forms/form.hpp"
#include "core/forms/submission.hpp"

namespace quire::forms {

// Calls emit(node, positions, text) for each question that is answered, in the order in which they end. The text is
// the question's own, without that of elements inside it.
template <class Emit>
std::optional<xml::ScanFault> for_each_value(const Form &form, std::string_view submission, Poll poll, Emit emit)
{
    struct Visitor : IgnoreRest {
        const Form &form;
        Emit &emit;
        Positions positions;

        Visitor(const Form &f, Emit &e) : form(f), emit(e), positions(f) {}
        void enter(std::uint32_t node, const xml::Tag &)
        {
            if (form[node].is_repeat()) positions.advance(node);
        }
        void leaf(std::uint32_t node, std::string_view text)
        {
            if (!text.empty()) emit(node, positions, text);
        }
    };
    Visitor visitor(form, emit);
    return read(form, submission, visitor, poll);
}

// The values chosen in the questions that allow several, each once for its question, in the order of appearance.
struct ChosenValue {
    std::uint32_t node;
    std::string value;
};
std::optional<xml::ScanFault> chosen_values(const Form &form, std::string_view submission, Poll poll,
                                            std::vector<ChosenValue> &values);

// The files that a submission names, each once: answers to questions that ask for files, or, when it is encrypted, its
// media and then the file that holds the rest.
std::optional<xml::ScanFault> submitted_files(const Form &form, std::string_view submission, Poll poll,
                                              std::vector<std::string> &names);

}  // namespace quire::forms
