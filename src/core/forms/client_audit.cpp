// src/core/forms/client_audit.cpp: lines of audit.csv by the names in its header.
#include "core/forms/client_audit.hpp"

#include <algorithm>
#include <unordered_map>

#include "core/support/csv.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

class Header {
public:
    explicit Header(std::vector<std::string> names) : names_(std::move(names)), places_(names_.size())
    {
        std::unordered_map<std::string_view, std::size_t> first;
        for (std::size_t column = 0; column < names_.size(); ++column) {
            const auto known = std::find(audit_columns.begin(), audit_columns.end(), names_[column]);
            known_.push_back(static_cast<std::size_t>(known - audit_columns.begin()));
            first_.push_back(first.try_emplace(names_[column], column).first->second);
        }
    }

    AuditRow row(std::vector<std::string> &cells)
    {
        AuditRow row;
        for (std::size_t column = 0; column < std::min(cells.size(), names_.size()); ++column) {
            if (known_[column] < audit_columns.size()) {
                row.known[known_[column]] = std::move(cells[column]);
            } else if (first_[column] == column) {
                places_[column] = row.remainder.size();
                row.remainder.emplace_back(names_[column], std::move(cells[column]));
            } else {
                row.remainder[places_[first_[column]]].second = std::move(cells[column]);
            }
        }
        return row;
    }

private:
    std::vector<std::string> names_;
    std::vector<std::size_t> known_;   // of each column: which of audit_columns it is
    std::vector<std::size_t> first_;   // the first column of the same name
    std::vector<std::size_t> places_;  // where in the remainder of the row it stands
};

}  // namespace

Result<std::vector<AuditRow>> read_client_audit(std::string_view csv, Poll poll)
{
    CsvReader reader(csv, {',', true}, poll);
    std::vector<std::string> cells;
    std::vector<AuditRow> rows;
    auto more = reader.next(cells);
    if (more.ok() && more.value()) {
        Header header(cells);
        while ((more = reader.next(cells)).ok() && more.value()) rows.push_back(header.row(cells));
    }
    if (!more.ok()) return more.fault();
    return rows;
}

}  // namespace quire::forms
