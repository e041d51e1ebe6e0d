// src/core/forms/relation_columns.hpp: the columns that show the rows of a form's table, one version of it at a time.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/forms/form.hpp"

namespace quire::forms {

// What a column holds: something of the row, or of the answer to a question.
enum class Holds : std::uint8_t {
    key,        // a column of the source that tells its rows apart
    id,         // the row's id
    parent_id,  // that of the row around it
    position,   // the numbers of the repeats around it
    problems,   // what of the submission is not as the form wants it
    value,
    offset,    // of a date and time from UTC
    geojson,   // of a geometry
    geometry,  // the same as a value of PostGIS
    choice,    // 1 where this choice is chosen, else 0
    label      // of what is chosen
};

// As the mapping spells it: "parent_id".
std::string_view spelled(Holds holds);
std::optional<Holds> holds_of(std::string_view word);

struct RelationColumn {
    std::string name;
    Holds holds = Holds::value;
    std::string type;    // as SQL writes it
    std::string path;    // of the question; empty when the column holds something of the row
    std::string detail;  // of a key the source's column, of a choice its value, of a label its language, of a geometry
                         // its kind
    // The versions of the form that have the column, from the first to the last of the newest run; any of them can be
    // used to read it. None for a key.
    int first = 0, last = 0;
    std::string note;                                         // the name that it would have, were that free
    std::vector<std::pair<std::string, std::string>> labels;  // of a label: those of the choices
    std::string comment;                                      // empty when this version of the form has nothing to say
};

// Do they hold the same, in the same type?
inline bool is_same(const RelationColumn &a, const RelationColumn &b)
{
    return a.holds == b.holds && a.path == b.path && a.detail == b.detail && a.type == b.type;
}

struct RelationOptions {
    std::string prefix;
    std::optional<std::string> language;  // of labels; one of the form's. Else the one of the labels that there are
    bool labels = true;
    bool split_choices = true;
    bool stored = false;                                    // tables, whose rows must fit into a page; else views
    std::string geometry;                                   // PostGIS's type; empty where there is none
    std::vector<std::pair<std::string, std::string>> keys;  // the source's columns that tell its rows apart; types
};

// A column that a version of the form asks for, on its way to have a name.
struct Wanted {
    RelationColumn column;
    std::size_t value;  // which of those that are wanted holds the answer itself
    bool is_there = false;
};

// What a form wants to show of its tables, with labels in these of its languages.
class Wishes {
public:
    Wishes(const Form &form, const RelationOptions &options, std::vector<std::size_t> languages);

    // What tells of the row itself; these have their names.
    std::vector<RelationColumn> frame(std::uint32_t table) const;
    // What tells of its answers, question by question.
    std::vector<Wanted> answers(std::uint32_t table) const;
    // What a comment says of a relation.
    std::string title(std::uint32_t table) const;

private:
    std::string text_of(const Label &label, std::size_t language) const;
    std::string title_of(const Node &node) const;
    void want_labels(const Node &node, std::size_t value, std::vector<Wanted> &all) const;
    void want_choices(const Node &node, std::size_t value, std::vector<Wanted> &all) const;

    const Form &form_;
    const RelationOptions &options_;
    std::vector<std::size_t> languages_;
    std::size_t title_language_;
};

}  // namespace quire::forms
