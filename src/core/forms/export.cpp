// src/core/forms/export.cpp: which cell an answer goes to, and the lines that cells make.
#include "core/forms/export.hpp"

#include <algorithm>
#include <utility>

#include "core/forms/meta.hpp"
#include "core/forms/scalars.hpp"
#include "core/forms/submission.hpp"
#include "core/support/ascii.hpp"
#include "core/support/csv.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

constexpr std::array<std::string_view, 4> point_parts = {"-Latitude", "-Longitude", "-Altitude", "-Accuracy"};

// Where the answers to one question go.
struct Column {
    std::uint32_t node = 0;
    std::size_t cell = 0;  // the first of its cells
    bool is_point = false;
    const std::vector<std::string> *values = nullptr;  // that have cells of their own, after the first

    std::size_t cells() const { return is_point ? point_parts.size() : 1 + (values ? values->size() : 0); }
};

// The cells of one table's questions.
struct Layout {
    std::vector<Column> columns;  // by Node::slot
    std::size_t cells = 0;
};

Layout lay_out(const Form &form, std::uint32_t table, const ExportOptions &options)
{
    Layout layout;
    for (std::uint32_t i = table + 1; i < form[table].end; ++i) {
        if (!form[i].is_leaf() || form[i].repeat != table) continue;
        Column column{i, layout.cells, form[i].exported == Value::geopoint, nullptr};
        const auto split = std::find_if(options.select_values.begin(), options.select_values.end(),
                                        [&](const auto &one) { return one.first == form[i].path; });
        if (!column.is_point && split != options.select_values.end()) column.values = &split->second;
        layout.cells += column.cells();
        layout.columns.push_back(column);
    }
    return layout;
}

std::string title(const Form &form, std::uint32_t table, const Node &leaf, const ExportOptions &options)
{
    if (!options.group_paths) return leaf.name;
    std::string path = leaf.path.substr(form[table].path.size() + 1);
    std::replace(path.begin(), path.end(), '/', '-');
    return path;
}

class Line {
public:
    void add(std::string_view cell)
    {
        if (!std::exchange(first_, false)) text_ += ',';
        append_csv_cell(text_, cell);
    }
    std::string take()
    {
        first_ = true;
        return std::exchange(text_, {});
    }

private:
    std::string text_;
    bool first_ = true;
};

class Rows : public IgnoreRest {
public:
    Rows(const Form &form, std::uint32_t table, const ExportOptions &options, std::string_view instance_id,
         const std::function<void(std::string)> &emit)
        : form_(form),
          table_(table),
          options_(options),
          instance_id_(instance_id),
          emit_(emit),
          layout_(lay_out(form, table, options)),
          cells_(layout_.cells),
          positions_(form)
    {
    }

    void enter(std::uint32_t node, const xml::Tag &)
    {
        if (form_[node].is_repeat()) positions_.advance(node);
        if (node == table_) start();
    }
    void leaf(std::uint32_t node, std::string_view text)
    {
        if (form_[node].repeat == table_ && !text.empty()) fill(layout_.columns[form_[node].slot], text);
    }
    void leave(std::uint32_t node)
    {
        if (node == table_) end();
    }

    void blank_row()
    {
        for (std::string &cell : cells_) cell.clear();
        end();
    }

private:
    void start()
    {
        for (const Column &column : layout_.columns)
            for (std::size_t i = 0; i < column.cells(); ++i)
                cells_[column.cell + i].assign(i > 0 && column.values ? "0" : "");
    }

    void fill(const Column &column, std::string_view text)
    {
        if (column.is_point) return fill_point(column.cell, text);
        cells_[column.cell] += text;
        if (!column.values) return;
        for_each_word(text, [&](std::string_view word) {
            for (std::size_t i = 0; i < column.values->size(); ++i)
                if ((*column.values)[i] == word) cells_[column.cell + 1 + i] = "1";
        });
    }
    // White space before the first part makes an empty one of it, as in ODK Central.
    void fill_point(std::size_t cell, std::string_view text)
    {
        for (std::size_t i = 0; i < point_parts.size(); ++i) {
            const auto end = std::find_if(text.begin(), text.end(), is_space);
            cells_[cell + i].assign(text.begin(), end);
            text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
            text.remove_prefix(
                static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_space) - text.begin()));
        }
    }

    void end()
    {
        const bool is_root = table_ == Form::root;
        if (is_root) line_.add(options_.system.front());
        for (const std::string &cell : cells_) line_.add(cell);
        if (!is_root) line_.add(key(form_[table_].repeat));
        line_.add(key(table_));
        if (is_root)
            for (std::size_t i = 1; i < options_.system.size(); ++i) line_.add(options_.system[i]);
        emit_(line_.take());
    }

    // uuid:…/group/repeat[1]
    std::string key(std::uint32_t node) const
    {
        if (node == Form::root) return std::string(instance_id_);
        std::string key = this->key(form_[node].parent);
        key.append("/").append(form_[node].name);
        if (form_[node].is_repeat()) key.append("[").append(std::to_string(positions_.of(node))).append("]");
        return key;
    }

    const Form &form_;
    const std::uint32_t table_;
    const ExportOptions &options_;
    const std::string_view instance_id_;
    const std::function<void(std::string)> &emit_;
    const Layout layout_;
    std::vector<std::string> cells_;
    Positions positions_;
    Line line_;
};

}  // namespace

std::string csv_header(const Form &form, std::uint32_t table, const ExportOptions &options)
{
    const bool is_root = table == Form::root;
    Line line;
    if (is_root) line.add(system_columns.front());
    for (const Column &column : lay_out(form, table, options).columns) {
        const std::string name = title(form, table, form[column.node], options);
        if (column.is_point)
            for (const std::string_view part : point_parts) line.add(std::string(name).append(part));
        else
            line.add(name);
        if (column.values)
            for (const std::string &value : *column.values) line.add(std::string(name).append("/").append(value));
    }
    if (!is_root) line.add("PARENT_KEY");
    line.add("KEY");
    if (is_root)
        for (std::size_t i = 1; i < system_columns.size(); ++i) line.add(system_columns[i]);
    return line.take();
}

std::optional<xml::ScanFault> csv_rows(const Form &form, std::string_view submission, std::uint32_t table,
                                       const ExportOptions &options, Poll poll,
                                       const std::function<void(std::string)> &emit)
{
    // The instance id may stand behind the repeats whose keys it starts.
    const auto meta = read_meta(submission, poll);
    if (!meta.ok()) return meta.fault();
    const std::string own_id = meta.value().instance_id.value_or("");
    Rows rows(form, table, options, options.instance_id.empty() ? own_id : options.instance_id, emit);
    if (!meta.value().encrypted) return read(form, submission, rows, poll);
    if (table == Form::root) rows.blank_row();
    return std::nullopt;
}

}  // namespace quire::forms
