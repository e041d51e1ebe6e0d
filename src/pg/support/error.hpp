// src/pg/support/error.hpp: the two kinds of exception that cross the glue, and how a fault is put in words.
#pragma once
#include "pg/support/postgres.hpp"

namespace quire::pg {

// A fault that quire reports: SQLSTATE, what was wrong, where, and what to do about it. It becomes an ereport at the
// guard. Texts follow the server's style guide and carry names of columns, paths and rules, never a person's values.
class Error {
public:
    Error(int sqlstate, std::string message) : sqlstate_(sqlstate), message_(std::move(message)) {}

    // Whole sentences: where and why.
    Error &&detail(std::string text) && { return std::move((detail_ = std::move(text), *this)); }
    // Whole sentences: what to do.
    Error &&hint(std::string text) && { return std::move((hint_ = std::move(text), *this)); }
    // For clients that read the fields of an error instead of its text.
    Error &&about(Relation relation, std::string column, std::string constraint = {}) &&;
    // The input was at fault, not the call: callers of input functions may ask for such faults as values.
    Error &&of_input() && { return std::move((of_input_ = true, *this)); }

    int sqlstate() const { return sqlstate_; }
    const std::string &message() const { return message_; }
    const std::string &detail() const { return detail_; }
    const std::string &hint() const { return hint_; }
    const std::string &schema() const { return schema_; }
    const std::string &table() const { return table_; }
    const std::string &column() const { return column_; }
    const std::string &constraint() const { return constraint_; }
    bool is_of_input() const { return of_input_; }

private:
    int sqlstate_;
    bool of_input_ = false;
    std::string message_, detail_, hint_, schema_, table_, column_, constraint_;
};

// An error that the server raised below C++ frames, on its way to the guard. Only the guard may catch it: without a
// subtransaction, nothing but the abort of the transaction cleans up after it. Null data stands for an error that
// there was no memory left to copy.
struct ServerError {
    ErrorData *data;
};

// "name", as messages show identifiers and states.
std::string quoted(std::string_view name);

// "a", "b", "c"
std::string quoted_list(std::span<const std::string> names);

// Sends the fault to the client and the log as a WARNING and goes on.
void warn(const Error &error);

// Tells the client, who may not want to hear it.
void notice(std::string message);

}  // namespace quire::pg
