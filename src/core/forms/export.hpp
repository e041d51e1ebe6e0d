// src/core/forms/export.hpp: submissions as lines of CSV, as ODK Briefcase wrote them and ODK Central does.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/forms/form.hpp"
#include "core/support/poll.hpp"
#include "core/xml/scanner.hpp"

namespace quire::forms {

// What a server knows of a submission: columns of the root table. The first stands before the questions, the others
// after them and KEY.
inline constexpr std::array<std::string_view, 10> system_columns = {
    "SubmissionDate", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status",
    "ReviewState",    "DeviceID",    "Edits",         "FormVersion"};

struct ExportOptions {
    bool group_paths = true;  // columns by the path below their table, "group-question", not by the name alone
    // Questions that allow several choices, by path, each with the values that get a column: 1 where the value is
    // chosen, else 0.
    std::vector<std::pair<std::string, std::vector<std::string>>> select_values;
    std::string instance_id;                                // the submission's own when empty
    std::array<std::string, system_columns.size()> system;  // by system_columns
};

// The columns of a table, which is the root or a repeat; no line end.
std::string csv_header(const Form &form, std::uint32_t table, const ExportOptions &options);

// Calls emit(line) for the rows of a submission in this table: one of the root, one of each instance of a repeat.
// Answers stand there as they were written, those that were given twice one after the other; a geopoint takes four
// columns, for its parts between white space, and of two the last counts. Of an encrypted submission only the root has
// a row, with what the server knows. Nothing is emitted when the submission is no document.
std::optional<xml::ScanFault> csv_rows(const Form &form, std::string_view submission, std::uint32_t table,
                                       const ExportOptions &options, Poll poll,
                                       const std::function<void(std::string)> &emit);

}  // namespace quire::forms
