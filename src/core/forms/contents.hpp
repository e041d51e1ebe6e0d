// src/core/forms/contents.hpp: what a submission holds, as rows of the form's tables.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/forms/form.hpp"
#include "core/forms/submission.hpp"

namespace quire::forms {

// The answer to one question in one row.
struct Answer {
    std::string_view text;       // empty when there is none
    std::uint32_t times = 0;     // how often the submission holds the question; more than once is a fault of its writer
    std::string *own = nullptr;  // where the text is gathered, when it is not written in the submission as it is
};

// One submission, read along its form: a row for the root and for each instance of a repeat, in the order of the
// document, and in each row an answer for each of the table's questions. May be used for one submission after the
// other, to keep its memory.
class Contents {
public:
    static constexpr std::uint32_t none = 0xFFFFFFFF;

    struct Row {
        std::uint32_t node;    // the root or a repeat
        std::uint32_t parent;  // the row that it is in; none for the root
        std::uint32_t number;  // of its repeat's instances in that row, from 1
        std::uint32_t first;   // of its answers
        // The rows in it, in the order of the document; none at the end.
        std::uint32_t first_inner = none, last_inner = none, next = none;
    };

    // Reads `submission`, which must outlive the contents; answers of other tables than `only` are left out, unless
    // that is none. Nothing when it was a document.
    std::optional<xml::ScanFault> read(const Form &form, std::string_view submission, Poll poll,
                                       std::uint32_t only = none);

    const std::vector<Row> &rows() const { return rows_; }
    // Does it say that it is encrypted? Then what the form asks for is in another file.
    bool is_encrypted() const { return encrypted_; }
    const Answer &answer(const Row &row, const Node &leaf) const { return answer(row, leaf.slot); }
    const Answer &answer(const Row &row, std::uint32_t slot) const { return answers_[row.first + slot]; }

private:
    class Reader;

    bool encrypted_ = false;
    std::vector<Row> rows_;
    std::vector<Answer> answers_;
    std::vector<std::uint32_t> counts_;  // of each table: its instances so far in the open row around it
    std::deque<std::string> texts_;      // that are not written in the submission as they are
};

// The id that the submission itself says, or an empty one.
std::string_view instance_id(const Form &form, const Contents &contents);

// The numbers of all repeats around a row, its own included, from the outermost.
std::vector<std::uint32_t> position(const Contents &contents, const Contents::Row &row);

}  // namespace quire::forms
