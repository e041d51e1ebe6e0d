// src/core/support/csv.cpp: one pass over the text, cell by cell.
#include "core/support/csv.hpp"

#include <algorithm>

#include "core/support/ascii.hpp"

#include "core/support/tripwire.hpp"

namespace quire {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t steps_between_polls = 4096;

int count_line_ends(std::string_view text)
{
    int count = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        count += text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'));
    return count;
}

}  // namespace

CsvReader::CsvReader(std::string_view text, CsvFormat format, Poll poll) : text_(text), format_(format), poll_(poll)
{
    if (text.substr(0, byte_order_mark.size()) == byte_order_mark) at_ = byte_order_mark.size();
}

Result<bool> CsvReader::next(std::vector<std::string> &cells)
{
    skip_empty_lines();
    if (at_end()) return false;
    row_line_ = line_;
    for (std::size_t count = 0;;) {
        if (++steps_ % steps_between_polls == 0) poll_();
        if (count == cells.size()) cells.emplace_back();
        const int line = line_;
        const std::size_t start = at_;
        if (!read_cell(cells[count++])) {
            at_ = text_.size();
            return Fault{text_.find('"', start),
                         "the quoted cell that starts in line " + std::to_string(line) + " does not end"};
        }
        if (at_end() || at_line_end()) {
            cells.resize(count);
            if (!at_end()) skip_line_end();
            return true;
        }
        ++at_;
    }
}

bool CsvReader::read_cell(std::string &cell)
{
    cell.clear();
    if (format_.trim) skip_blanks();
    if (!at_end() && text_[at_] == '"') return read_quoted(cell);
    read_plain(cell);
    return true;
}

bool CsvReader::read_quoted(std::string &cell)
{
    for (bool closed = false; !closed;) {
        const std::size_t start = at_ + 1;
        const std::size_t quote = text_.find('"', start);
        if (quote == std::string_view::npos) return false;
        const std::string_view piece = text_.substr(start, quote - start);
        line_ += count_line_ends(piece);
        cell += piece;
        at_ = quote + 1;
        closed = at_end() || text_[at_] != '"';
        if (!closed) cell += '"';
    }
    const std::size_t after = at_;
    if (format_.trim) skip_blanks();
    if (at_end() || at_line_end() || text_[at_] == format_.delimiter) return true;
    // Then the quotes did not stand for the ends of the cell.
    at_ = after;
    cell.insert(cell.begin(), '"');
    cell += '"';
    read_plain(cell);
    return true;
}

void CsvReader::read_plain(std::string &cell)
{
    const char ends[] = {format_.delimiter, '\n', '\r'};
    const std::size_t end = std::min(text_.find_first_of({ends, sizeof ends}, at_), text_.size());
    cell += text_.substr(at_, end - at_);
    at_ = end;
    if (format_.trim)
        while (!cell.empty() && is_blank(cell.back())) cell.pop_back();
}

bool CsvReader::is_blank(char c) const
{
    return is_space(c) && c != '\n' && c != '\r' && c != format_.delimiter;
}

void CsvReader::skip_blanks()
{
    while (!at_end() && is_blank(text_[at_])) ++at_;
}

void CsvReader::skip_empty_lines()
{
    for (;;) {
        if (++steps_ % steps_between_polls == 0) poll_();
        const std::size_t start = at_;
        if (format_.trim) skip_blanks();
        if (at_end()) return;
        if (!at_line_end()) {
            at_ = start;
            return;
        }
        skip_line_end();
    }
}

void CsvReader::skip_line_end()
{
    at_ += text_.substr(at_, 2) == "\r\n" ? 2 : 1;
    ++line_;
}

void append_csv_cell(std::string &line, std::string_view cell)
{
    if (cell.find_first_of(",\"\n") == std::string_view::npos) {
        line += cell;
        return;
    }
    line += '"';
    for (const char c : cell) {
        if (c == '"') line += '"';
        line += c;
    }
    line += '"';
}

}  // namespace quire
