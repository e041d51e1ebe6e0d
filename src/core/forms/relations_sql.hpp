// src/core/forms/relations_sql.hpp: the statements that make relations of a form's tables, and keep them.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/forms/relations.hpp"

namespace quire::forms {

// As SQL writes names and texts, whatever is in them.
std::string quote_identifier(std::string_view name);
std::string quote_literal(std::string_view text);

// Writes statements about the relations of one form. All names in them are qualified; what belongs to the server is
// looked up with a search_path of pg_catalog alone.
class RelationWriter {
public:
    struct Key {
        std::string column, type;
        std::string equals;  // the operator that tells whether two are the same, as SQL writes it
    };
    struct Source {
        std::string table;       // as SQL writes it
        std::string submission;  // the column with the submissions
        std::string condition;   // of the rows that count, in SQL about s; may be empty
        std::vector<Key> keys;
    };
    RelationWriter(std::string schema, std::string prefix, Source source);

    // "schema"."name"
    std::string qualified(std::string_view name) const;
    // The function that gives a version of the form.
    std::string form_function(int version) const;

    std::string create_view(const Relation &relation) const;
    // A table without rows.
    std::string create_table(const Relation &relation) const;
    std::string add_column(const Relation &relation, const RelationColumn &column) const;
    std::string truncate(const std::vector<Relation> &relations) const;
    // Fills a table from the source's rows in the blocks from $1 to before $2, as tids.
    std::string fill(const Relation &relation) const;
    std::vector<std::string> create_indexes(const Relation &relation) const;
    std::vector<std::string> comments(const Relation &relation, bool is_table) const;

    // Keeps tables as the source is: functions, and triggers that call them.
    std::vector<std::string> create_triggers(const std::vector<Relation> &relations) const;
    static constexpr std::string_view events[] = {"insert", "update", "delete", "truncate"};
    std::string trigger_function(std::string_view event) const;

    // The view that tells what each column stands for, and reads back as relations.
    std::string mapping_name() const { return qualified(prefix_ + "columns"); }
    std::string create_mapping(const std::vector<Relation> &relations) const;
    // What its first rows hold, of ordinal 0.
    static constexpr std::string_view mapping_submission = "submission", mapping_condition = "condition";
    static constexpr std::string_view mapping_columns =
        "relation name, ordinal integer, \"column\" name, type text, table_name text, path text, holds text, "
        "detail text, first_form integer, last_form integer, note text, labels jsonb";

private:
    std::string select(const Relation &relation, const std::string &from, const std::string &condition) const;
    std::string insert(const Relation &relation, const std::string &select) const;
    std::string rows(std::string_view of) const;
    std::string changed(std::string_view of, std::string_view against) const;
    std::string remember_gone(const std::string &rows) const;
    std::string remove(const Relation &relation) const;
    std::string remove_gone(const std::vector<Relation> &relations) const;
    std::string body(std::string_view event, const std::vector<Relation> &relations) const;
    void add_trigger(std::string_view event, const std::string &body, std::vector<std::string> &made) const;

    std::string schema_, prefix_;
    Source source_;
};

}  // namespace quire::forms
