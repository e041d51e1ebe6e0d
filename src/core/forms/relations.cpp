// src/core/forms/relations.cpp: a version of a form after the other, laid over the relations that there are.
#include "core/forms/relations.hpp"

#include <algorithm>
#include <set>

#include "core/support/sha1.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

// PostgreSQL's limit is 1600, with those that were dropped, and users may have something to add.
constexpr std::size_t max_columns = 1500;
// A row must fit into a page of 8 kB, whatever people answer; less its header, and a bit for each column.
constexpr std::size_t max_row = 7900;

// The most that a value takes in a row, with what aligns it. Longer ones than this are moved out of the row.
std::size_t width(std::string_view type)
{
    struct Known {
        std::string_view type;
        std::size_t bytes;
    };
    static constexpr Known known[] = {{"boolean", 1}, {"smallint", 3}, {"integer", 7},
                                      {"date", 7},    {"bigint", 15},  {"timestamp with time zone", 15},
                                      {"time", 15},   {"name", 64},    {"interval", 23}};
    for (const Known &one : known)
        if (one.type == type) return one.bytes;
    return 24;
}

// What tells a column of another type apart from the one that it follows.
std::string_view tag_of_type(std::string_view type)
{
    if (type == "timestamp with time zone") return "timestamptz";
    return type == "text[]" ? "multiple" : type;
}

// "English (en)" is en; what else there is as a name may have it.
std::string tag_of_language(std::string_view language)
{
    const std::size_t open = language.rfind('(');
    if (open != std::string_view::npos && language.back() == ')' && language.size() > open + 2)
        language = language.substr(open + 1, language.size() - open - 2);
    std::string tag(language);
    std::replace(tag.begin(), tag.end(), ' ', '_');
    return tag;
}

std::string joined(std::string_view path)
{
    std::string name(path.substr(path.empty() ? 0 : 1));
    std::replace(name.begin(), name.end(), '/', '_');
    return name;
}

std::string quoted(std::string_view name)
{
    return std::string("\"").append(name).append("\"");
}

// Names that are taken, and others for those that cannot be had.
class Names {
public:
    void add(std::string name) { taken_.insert(std::move(name)); }
    bool has(const std::string &name) const { return taken_.count(name) != 0; }

    // `wanted`, or a name like it; then the note says which was wanted.
    std::string take(const std::string &wanted, std::string stands_for, std::string &note)
    {
        std::string name = wanted;
        constexpr std::size_t digits = 8;
        while (name.size() > max_identifier || has(name)) {
            std::size_t length = std::min(wanted.size(), max_identifier - digits - 1);
            while (length > 0 && length < wanted.size() && (wanted[length] & 0xC0) == 0x80) --length;
            name = wanted.substr(0, length) + '_' + sha1_hex(stands_for).substr(0, digits);
            stands_for += '\'';
            note = wanted;
        }
        add(name);
        return name;
    }

private:
    std::set<std::string> taken_;
};

class Author {
public:
    Author(std::vector<Relation> relations, const Form &form, int version, const RelationOptions &options);

    Evolution write();

private:
    static int newest(const std::vector<Relation> &relations);
    static std::vector<std::size_t> languages(const std::vector<Relation> &relations, const Form &form,
                                              const RelationOptions &options);
    std::size_t current(int version) const;
    void write_table(std::uint32_t table);

    Relation &part(std::size_t i) { return made_.relations[parts_[i]]; }
    void add_part();
    void frame_part(std::size_t i);
    RelationColumn *find_of_row(const RelationColumn &column);
    RelationColumn *find(const RelationColumn &column);
    const RelationColumn *find_other(const RelationColumn &column);
    void touch(RelationColumn &column);
    void keep_derived(const std::vector<Wanted> &all);
    void merge_labels(RelationColumn &old, const RelationColumn &now);
    void take_name(RelationColumn &column, const std::string &name);
    void name_values(std::vector<Wanted> &all);
    void name_derived(std::vector<Wanted> &all);
    void notice_retyped(const RelationColumn &column, const RelationColumn &other);
    void place(std::vector<Wanted> &all);
    bool fits(const std::vector<RelationColumn> &there, std::size_t columns, std::size_t bytes) const;
    void append(RelationColumn column);

    const Form &form_;
    const int version_;
    const RelationOptions &options_;
    const int previous_;  // the version that the relations were made for
    const Wishes wishes_;
    Evolution made_;
    Names relation_names_;
    std::size_t renamed_ = 0;

    // Of the table that is being written: its relations, and the names of all their columns.
    std::uint32_t table_ = 0;
    std::vector<std::size_t> parts_;
    Names names_;
};

Author::Author(std::vector<Relation> relations, const Form &form, int version, const RelationOptions &options)
    : form_(form),
      version_(version),
      options_(options),
      previous_(newest(relations)),
      wishes_(form, options, languages(relations, form, options))
{
    made_.relations = std::move(relations);
    relation_names_.add(options.prefix + "columns");
    for (Relation &relation : made_.relations) {
        relation_names_.add(relation.name);
        relation.comment.clear();
        for (RelationColumn &column : relation.columns) column.comment.clear();
        // PostGIS took its columns along when it was dropped.
        if (options.geometry.empty())
            std::erase_if(relation.columns, [](const RelationColumn &c) { return c.holds == Holds::geometry; });
    }
}

int Author::newest(const std::vector<Relation> &relations)
{
    int version = 0;
    for (const Relation &relation : relations)
        for (const RelationColumn &column : relation.columns) version = std::max(version, column.last);
    return version;
}

// Those of the labels that there are, in their order, and the one asked for; else the form's own.
std::vector<std::size_t> Author::languages(const std::vector<Relation> &relations, const Form &form,
                                           const RelationOptions &options)
{
    std::vector<std::size_t> chosen;
    const auto choose = [&](const std::string &name) {
        const auto found = std::find(form.languages.begin(), form.languages.end(), name);
        const auto place = static_cast<std::size_t>(found - form.languages.begin());
        if (found != form.languages.end() && std::find(chosen.begin(), chosen.end(), place) == chosen.end())
            chosen.push_back(place);
    };
    for (const Relation &relation : relations)
        for (const RelationColumn &column : relation.columns)
            if (column.holds == Holds::label) choose(column.detail);
    if (options.language) choose(*options.language);
    if (chosen.empty()) chosen.push_back(form.default_language);
    return chosen;
}

// How many columns are read with this version.
std::size_t Author::current(int version) const
{
    std::size_t count = 0;
    for (const Relation &relation : made_.relations)
        for (const RelationColumn &column : relation.columns)
            count += column.holds != Holds::key && column.last == version;
    return count;
}

Evolution Author::write()
{
    const std::size_t before = current(previous_);
    for (const std::uint32_t table : form_.tables) write_table(table);
    // Columns that are new or have come back said so themselves.
    made_.rereads |= current(version_) != before;
    if (renamed_ > 0)
        made_.notices.push_back(std::to_string(renamed_) + (renamed_ == 1 ? " name was" : " names were") +
                                " too long or taken; column \"note\" of " + quoted(options_.prefix + "columns") +
                                " tells what would have stood there");
    return std::move(made_);
}

void Author::write_table(std::uint32_t table)
{
    table_ = table;
    parts_.clear();
    names_ = {};
    // What a table has of its own accord.
    for (const char *const name : {"tableoid", "cmax", "xmax", "cmin", "xmin", "ctid"}) names_.add(name);
    for (std::size_t i = 0; i < made_.relations.size(); ++i)
        if (made_.relations[i].table == form_[table].path) parts_.push_back(i);
    for (const std::size_t i : parts_)
        for (const RelationColumn &column : made_.relations[i].columns) names_.add(column.name);
    if (parts_.empty()) add_part();
    for (std::size_t i = 0; i < parts_.size(); ++i) frame_part(i);

    std::vector<Wanted> all = wishes_.answers(table);
    for (Wanted &one : all) {
        RelationColumn *const old = find(one.column);
        if (!old) continue;
        touch(*old);
        old->comment = one.column.comment;
        merge_labels(*old, one.column);
        one.column.name = old->name;
        one.is_there = true;
    }
    keep_derived(all);
    name_values(all);
    name_derived(all);
    place(all);
}

void Author::add_part()
{
    const std::string &path = form_[table_].path;
    std::string name = options_.prefix + (table_ == Form::root ? "submissions" : joined(path));
    if (!parts_.empty()) name += '_' + std::to_string(parts_.size() + 1);
    Relation relation;
    std::string note;
    relation.table = path;
    relation.name = relation_names_.take(name, path, note);
    if (!note.empty())
        made_.notices.push_back("the name " + quoted(note) + " is too long or taken: the rows of " + path + " are in " +
                                quoted(relation.name));
    if (!parts_.empty())
        made_.notices.push_back("what does not fit into " + quoted(part(0).name) + " is in " + quoted(relation.name) +
                                ", with the same key");
    parts_.push_back(made_.relations.size());
    made_.relations.push_back(std::move(relation));
    frame_part(parts_.size() - 1);
}

// Gives a relation the columns that all of its table have.
void Author::frame_part(std::size_t i)
{
    part(i).comment = wishes_.title(table_);
    for (RelationColumn &column : wishes_.frame(table_)) {
        const RelationColumn *const model = find_of_row(column);
        if (model)
            column.name = model->name;
        else
            take_name(column, std::string(column.name));
        auto &columns = part(i).columns;
        const auto found = std::find_if(columns.begin(), columns.end(),
                                        [&](const RelationColumn &there) { return there.name == column.name; });
        if (found != columns.end()) {
            touch(*found);
            found->comment = column.comment;
            continue;
        }
        if (column.holds != Holds::key) column.first = column.last = version_;
        made_.rereads = true;
        columns.push_back(std::move(column));
    }
}

// The column of any of the table's relations that tells the same of a row.
RelationColumn *Author::find_of_row(const RelationColumn &column)
{
    for (const std::size_t i : parts_)
        for (RelationColumn &there : made_.relations[i].columns)
            if (there.path.empty() && there.holds == column.holds && there.detail == column.detail) return &there;
    return nullptr;
}

RelationColumn *Author::find(const RelationColumn &column)
{
    for (const std::size_t i : parts_)
        for (RelationColumn &there : made_.relations[i].columns)
            if (is_same(there, column)) return &there;
    return nullptr;
}

// The newest column that holds the same in another type.
const RelationColumn *Author::find_other(const RelationColumn &column)
{
    const RelationColumn *found = nullptr;
    for (const std::size_t i : parts_)
        for (const RelationColumn &there : made_.relations[i].columns)
            if (there.holds == column.holds && there.path == column.path && (!found || found->last < there.last))
                found = &there;
    return found;
}

// This version of the form has the column.
void Author::touch(RelationColumn &column)
{
    if (column.holds == Holds::key) return;
    made_.rereads |= column.last != previous_;
    if (column.last < version_ - 1) column.first = version_;
    column.last = version_;
}

// Choices and labels that nobody asks for any more are still to be had from a question of the same type.
void Author::keep_derived(const std::vector<Wanted> &all)
{
    for (const Wanted &one : all) {
        if (one.column.holds != Holds::value) continue;
        for (const std::size_t i : parts_)
            for (RelationColumn &there : made_.relations[i].columns) {
                if (there.path != one.column.path || there.last == version_) continue;
                const bool is_choice = there.holds == Holds::choice && one.column.type == "text[]";
                if (is_choice || (there.holds == Holds::label && there.type == one.column.type)) touch(there);
            }
    }
}

// A choice that the form no longer offers keeps its label beside the submissions that have it.
void Author::merge_labels(RelationColumn &old, const RelationColumn &now)
{
    for (const auto &[choice, label] : now.labels) {
        const auto found = std::find_if(old.labels.begin(), old.labels.end(),
                                        [&choice = choice](const auto &known) { return known.first == choice; });
        if (found != old.labels.end() && found->second == label) continue;
        made_.rereads = true;
        if (found != old.labels.end())
            found->second = label;
        else
            old.labels.emplace_back(choice, label);
    }
}

void Author::take_name(RelationColumn &column, const std::string &name)
{
    std::string stands_for = column.path + '#' + std::string(spelled(column.holds)) + '=' + column.detail + ':';
    column.name = names_.take(name, stands_for + column.type, column.note);
    renamed_ += !column.note.empty();
    if (column.holds != Holds::key) column.first = column.last = version_;
}

void Author::notice_retyped(const RelationColumn &column, const RelationColumn &other)
{
    const auto kind = [](const RelationColumn &c) { return c.holds == Holds::value ? c.type : c.detail; };
    made_.notices.push_back("question " + quoted(column.path) + " has another type now: column " + quoted(other.name) +
                            " stays " + kind(other) + ", the new column " + quoted(column.name) + " is " +
                            kind(column));
}

// Questions are named before what is derived from them, so that they get the better names.
void Author::name_values(std::vector<Wanted> &all)
{
    const std::size_t above = form_[table_].path.size();
    for (Wanted &one : all) {
        RelationColumn &column = one.column;
        if (one.is_there || column.holds != Holds::value) continue;
        const RelationColumn *const other = find_other(column);
        std::string name = joined(std::string_view(column.path).substr(above));
        if (other) name.append("_").append(tag_of_type(column.type));
        take_name(column, name);
        if (other) notice_retyped(column, *other);
    }
}

void Author::name_derived(std::vector<Wanted> &all)
{
    for (Wanted &one : all) {
        RelationColumn &column = one.column;
        if (one.is_there || column.holds == Holds::value) continue;
        std::string name = all[one.value].column.name + '_';
        switch (column.holds) {
            case Holds::geometry: name += "geom"; break;
            case Holds::choice: name += column.detail; break;
            default: name += spelled(column.holds);
        }
        if (names_.has(name)) {
            if (column.holds == Holds::label) name += '_' + tag_of_language(column.detail);
            if (column.holds == Holds::geojson || column.holds == Holds::geometry) name += '_' + column.detail;
        }
        const RelationColumn *const other = find_other(column);
        take_name(column, name);
        if (other && column.holds == Holds::geojson) notice_retyped(column, *other);
    }
}

bool Author::fits(const std::vector<RelationColumn> &there, std::size_t columns, std::size_t bytes) const
{
    for (const RelationColumn &column : there) bytes += width(column.type);
    return there.size() + columns <= max_columns && (!options_.stored || bytes <= max_row);
}

// Keeps what belongs to one question together, as far as it fits.
void Author::place(std::vector<Wanted> &all)
{
    const std::vector<RelationColumn> empty = wishes_.frame(table_);
    for (std::size_t begin = 0, end = 0; begin < all.size(); begin = end) {
        std::size_t columns = 0, bytes = 0;
        for (end = begin; end < all.size() && all[end].value == all[begin].value; ++end) {
            if (all[end].is_there) continue;
            ++columns;
            bytes += width(all[end].column.type);
        }
        if (columns == 0) continue;
        if (fits(empty, columns, bytes) && !fits(part(parts_.size() - 1).columns, columns, bytes)) add_part();
        for (std::size_t i = begin; i < end; ++i)
            if (!all[i].is_there) append(std::move(all[i].column));
    }
}

void Author::append(RelationColumn column)
{
    if (!fits(part(parts_.size() - 1).columns, 1, width(column.type))) add_part();
    made_.rereads = true;
    part(parts_.size() - 1).columns.push_back(std::move(column));
}

}  // namespace

int Relation::last() const
{
    for (const RelationColumn &column : columns)
        if (column.holds == Holds::id) return column.last;
    return 0;
}

Evolution evolve(std::vector<Relation> relations, const Form &form, int version, const RelationOptions &options)
{
    return Author(std::move(relations), form, version, options).write();
}

}  // namespace quire::forms
