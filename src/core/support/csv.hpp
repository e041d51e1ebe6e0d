// src/core/support/csv.hpp: comma-separated values, as RFC 4180 has them and as people write them.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/support/poll.hpp"
#include "core/support/result.hpp"

namespace quire {

struct CsvFormat {
    char delimiter = ',';
    bool trim = false;  // drops white space around cells, but not inside of quotes
};

// Reads a text row by row. A line ends with LF, CR or CRLF, or where the text does; an empty one is no row. A row has
// the cells that are written, however many other rows have. A cell that starts with a double quote ends with the next
// one; in between, a quote is written twice, and line ends and delimiters are text. A quote elsewhere stands for
// itself. A byte order mark at the start is dropped.
class CsvReader {
public:
    // `text` outlives the reader.
    explicit CsvReader(std::string_view text, CsvFormat format = {}, Poll poll = never);

    // Reads the next row into `cells`; false when there is none. The one fault is a quote that is not closed; it ends
    // the reading.
    Result<bool> next(std::vector<std::string> &cells);

    // That the row starts in which was read last, from 1.
    int line() const { return row_line_; }

private:
    // Each leaves the reader at what ends the cell: a delimiter, a line end or the end of the text. False when its
    // quote is not closed.
    bool read_cell(std::string &cell);
    bool read_quoted(std::string &cell);
    void read_plain(std::string &cell);

    bool at_end() const { return at_ == text_.size(); }
    bool at_line_end() const { return text_[at_] == '\n' || text_[at_] == '\r'; }
    bool is_blank(char c) const;
    void skip_blanks();
    void skip_empty_lines();
    void skip_line_end();

    std::string_view text_;
    CsvFormat format_;
    Poll poll_;
    std::size_t at_ = 0, steps_ = 0;
    int line_ = 1, row_line_ = 1;
};

// Appends a cell of a line whose delimiter is a comma: in quotes when it holds a comma, a double quote or a line feed.
void append_csv_cell(std::string &line, std::string_view cell);

}  // namespace quire
