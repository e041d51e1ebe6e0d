// src/core/forms/client_audit.hpp: audit.csv, in which ODK Collect tells how a form was filled in.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/support/poll.hpp"
#include "core/support/result.hpp"

namespace quire::forms {

// The columns that are known, as headers write them.
inline constexpr std::array<std::string_view, 11> audit_columns = {
    "event",    "node",      "start",     "end",  "latitude",     "longitude",
    "accuracy", "old-value", "new-value", "user", "change-reason"};

// What one line says; everything is text. Null is what the line does not reach.
struct AuditRow {
    std::array<std::optional<std::string>, audit_columns.size()> known;  // by audit_columns
    // Cells under other headers, in the order of the columns.
    std::vector<std::pair<std::string, std::string>> remainder;
};

// The first line is the header, whose names count with their case. Of columns with the same name the last one counts;
// cells beyond the header are left out. White space around cells is dropped. The fault is a quote that is not closed.
Result<std::vector<AuditRow>> read_client_audit(std::string_view csv, Poll poll);

}  // namespace quire::forms
