// src/core/forms/relations_sql.cpp: which answers a relation asks quire.record() for, and the statements around that.
#include "core/forms/relations_sql.hpp"

#include <algorithm>

#include "core/support/ascii.hpp"
#include "core/support/sha1.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

std::string json_text(std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string json = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            json.append(1, '\\').append(1, c);
        else if (byte < 0x20)
            json.append("\\u00").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
        else
            json += c;
    }
    return json += '"';
}

std::string json_labels(const RelationColumn &column)
{
    std::string json;
    for (const auto &[choice, label] : column.labels)
        json.append(json.empty() ? "" : ", ").append(json_text(choice)).append(": ").append(json_text(label));
    return '{' + json + '}';
}

std::string joined(const std::vector<std::string> &parts, std::string_view separator)
{
    std::string text;
    for (const std::string &part : parts) text.append(text.empty() ? "" : separator).append(part);
    return text;
}

std::string quoted_names(const Relation &relation)
{
    std::vector<std::string> names;
    for (const RelationColumn &column : relation.columns) names.push_back(quote_identifier(column.name));
    return joined(names, ", ");
}

// What quire.record() is asked for to fill a column; a label is looked up in what was chosen.
std::string asked_for(const RelationColumn &column)
{
    switch (column.holds) {
        case Holds::id: return "__id";
        case Holds::parent_id: return "__parent_id";
        case Holds::position: return "__position";
        case Holds::problems: return "__problems";
        case Holds::offset: return column.path + "#offset";
        case Holds::geojson: return column.path + "#geojson";
        case Holds::choice: return column.path + "#=" + column.detail;
        default: return column.path;
    }
}

// The calls of quire.record() that a relation needs: one along the newest version of the form, and as few as can be
// along older ones, for what that no longer has. They give the same rows in the same order.
class Calls {
public:
    explicit Calls(const Relation &relation) : main_(relation.last())
    {
        calls_.push_back({main_, {}});
        std::vector<const RelationColumn *> columns;
        for (const RelationColumn &column : relation.columns)
            if (column.holds != Holds::key) columns.push_back(&column);
        // Of all sets of versions that meet every column's run, taking the ends of runs makes the smallest.
        std::stable_sort(columns.begin(), columns.end(), [](auto *a, auto *b) { return a->last < b->last; });
        for (const RelationColumn *const column : columns)
            if (!call_for(*column)) calls_.push_back({column->last, {}});
        for (const RelationColumn &column : relation.columns)
            if (column.holds != Holds::key && column.holds != Holds::label) ask(column, column.name);
    }

    // As SQL, what r gives for a column.
    std::string value(const RelationColumn &column)
    {
        std::string name = "r." + quote_identifier(ask(column, '#' + std::to_string(hidden_)));
        if (column.holds != Holds::label) return name;
        const std::string labels = quote_literal(json_labels(column)) + "::pg_catalog.jsonb";
        if (column.type == "text") return '(' + labels + " OPERATOR(pg_catalog.->>) " + name + ')';
        return "quire.choice_labels(" + name + ", " + labels + ')';
    }

    // All calls side by side, as an item of FROM; once all values have been asked for.
    std::string from(const RelationWriter &writer, const std::string &submission, const std::string &table) const
    {
        std::vector<std::string> functions;
        for (const Call &call : calls_) {
            std::vector<std::string> paths, columns;
            for (const Asked &asked : call.asked) {
                paths.push_back(json_text(asked.what));
                columns.push_back(quote_identifier(asked.name) + ' ' + asked.type);
            }
            const std::string options = R"({"on_error": "null", "columns": [)" + joined(paths, ", ") + "]}";
            functions.push_back("quire.record(" + writer.form_function(call.version) + "(), " + submission + ", " +
                                quote_literal(table.empty() ? "Submissions" : table) + ", " + quote_literal(options) +
                                ") AS " + (calls_.size() == 1 ? "r" : "") + '(' + joined(columns, ", ") + ')');
        }
        return functions.size() == 1 ? functions.front() : "ROWS FROM (" + joined(functions, ",\n    ") + ") AS r";
    }

private:
    struct Asked {
        std::string what, type, name;
    };
    struct Call {
        int version;
        std::vector<Asked> asked;
    };

    Call *call_for(const RelationColumn &column)
    {
        for (Call &call : calls_)
            if (call.version >= column.first && call.version <= column.last) return &call;
        return nullptr;
    }

    // The name under which it is given, which is `name` unless it was asked for before.
    const std::string &ask(const RelationColumn &column, const std::string &name)
    {
        const std::string what = asked_for(column);
        Call &call = *call_for(column);
        for (const Asked &asked : call.asked)
            if (asked.what == what && asked.type == column.type) return asked.name;
        ++hidden_;
        return call.asked.emplace_back(Asked{what, column.type, name}).name;
    }

    int main_;
    int hidden_ = 0;
    std::vector<Call> calls_;
};

}  // namespace

std::string quote_identifier(std::string_view name)
{
    std::string quoted = "\"";
    for (const char c : name) quoted.append(c == '"' ? 2 : 1, c);
    return quoted += '"';
}

std::string quote_literal(std::string_view text)
{
    // An escape string, whatever standard_conforming_strings says.
    std::string quoted = text.find('\\') == std::string_view::npos ? "'" : " E'";
    for (const char c : text) quoted.append(c == '\'' || c == '\\' ? 2 : 1, c);
    return quoted += '\'';
}

RelationWriter::RelationWriter(std::string schema, std::string prefix, Source source)
    : schema_(std::move(schema)), prefix_(std::move(prefix)), source_(std::move(source))
{
}

std::string RelationWriter::qualified(std::string_view name) const
{
    return quote_identifier(schema_) + '.' + quote_identifier(name);
}

std::string RelationWriter::form_function(int version) const
{
    return qualified(prefix_ + "form_" + std::to_string(version));
}

std::string RelationWriter::trigger_function(std::string_view event) const
{
    return qualified(prefix_ + "on_" + std::string(event));
}

// A submission always has its row in the table of the root, even where there is nothing to read.
std::string RelationWriter::select(const Relation &relation, const std::string &from,
                                   const std::string &condition) const
{
    Calls calls(relation);
    std::vector<std::string> columns;
    for (const RelationColumn &column : relation.columns)
        columns.push_back((column.holds == Holds::key ? "s." + quote_identifier(column.detail) : calls.value(column)) +
                          " AS " + quote_identifier(column.name));
    const bool is_root = relation.table.empty();
    const std::string submission = "s." + quote_identifier(source_.submission) + "::pg_catalog.text";
    return "SELECT " + joined(columns, ",\n    ") + "\nFROM " + from + " AS s\n" +
           (is_root ? "LEFT JOIN LATERAL " : "CROSS JOIN LATERAL ") + calls.from(*this, submission, relation.table) +
           (is_root ? " ON true" : "") + (condition.empty() ? "" : "\nWHERE " + condition);
}

std::string RelationWriter::create_view(const Relation &relation) const
{
    return "CREATE OR REPLACE VIEW " + qualified(relation.name) + " WITH (security_invoker = true) AS\n" +
           select(relation, source_.table, source_.condition.empty() ? "" : '(' + source_.condition + "\n)");
}

std::string RelationWriter::create_table(const Relation &relation) const
{
    return "CREATE TABLE " + qualified(relation.name) + " AS\n" + select(relation, source_.table, "") +
           "\nWITH NO DATA";
}

std::string RelationWriter::add_column(const Relation &relation, const RelationColumn &column) const
{
    return "ALTER TABLE " + qualified(relation.name) + " ADD COLUMN " + quote_identifier(column.name) + ' ' +
           column.type;
}

std::string RelationWriter::truncate(const std::vector<Relation> &relations) const
{
    std::vector<std::string> names;
    names.reserve(relations.size());
    for (const Relation &relation : relations) names.push_back(qualified(relation.name));
    return "TRUNCATE " + joined(names, ", ");
}

std::string RelationWriter::insert(const Relation &relation, const std::string &select) const
{
    return "INSERT INTO " + qualified(relation.name) + " (" + quoted_names(relation) + ")\n" + select;
}

std::string RelationWriter::fill(const Relation &relation) const
{
    const std::string blocks = "s.ctid OPERATOR(pg_catalog.>=) $1 AND s.ctid OPERATOR(pg_catalog.<) $2";
    return insert(relation, select(relation, source_.table,
                                   blocks + (source_.condition.empty() ? "" : " AND (" + source_.condition + "\n)")));
}

std::vector<std::string> RelationWriter::create_indexes(const Relation &relation) const
{
    std::vector<std::string> key, made;
    for (const RelationColumn &column : relation.columns) {
        const std::string name = quote_identifier(column.name);
        if (column.holds == Holds::key || column.holds == Holds::position) key.push_back(name);
        if (column.holds == Holds::id || column.holds == Holds::parent_id)
            made.push_back("CREATE INDEX ON " + qualified(relation.name) + " (" + name + ')');
    }
    made.insert(made.begin(),
                "ALTER TABLE " + qualified(relation.name) + " ADD PRIMARY KEY (" + joined(key, ", ") + ')');
    return made;
}

std::vector<std::string> RelationWriter::comments(const Relation &relation, bool is_table) const
{
    std::vector<std::string> made;
    const std::string name = qualified(relation.name);
    if (!relation.comment.empty())
        made.push_back((is_table ? "COMMENT ON TABLE " : "COMMENT ON VIEW ") + name + " IS " +
                       quote_literal(relation.comment));
    for (const RelationColumn &column : relation.columns)
        if (!column.comment.empty())
            made.push_back("COMMENT ON COLUMN " + name + '.' + quote_identifier(column.name) + " IS " +
                           quote_literal(column.comment));
    return made;
}

// The source's rows that count, among those of a transition table. Compared byte by byte, a text needs no collation.
std::string RelationWriter::rows(std::string_view of) const
{
    std::string columns;
    for (const Key &key : source_.keys) columns += "s." + quote_identifier(key.column) + ", ";
    const std::string submission = quote_identifier(source_.submission);
    return "(SELECT " + columns + "s." + submission + "::pg_catalog.text COLLATE pg_catalog.\"C\" AS " + submission +
           " FROM " + std::string(of) + " AS s" +
           (source_.condition.empty() ? "" : " WHERE (" + source_.condition + "\n)") + ")";
}

// Those of one transition table that the other does not hold as well: most updates change other columns.
std::string RelationWriter::changed(std::string_view of, std::string_view against) const
{
    const std::string submission = quote_identifier(source_.submission);
    std::string same;
    for (const Key &key : source_.keys) {
        const std::string column = quote_identifier(key.column);
        same.append("n.").append(column).append(" ").append(key.equals).append(" s.").append(column).append(" AND ");
    }
    same.append("n.").append(submission).append(" IS NOT DISTINCT FROM s.").append(submission);
    return "(SELECT s.* FROM " + rows(of) + " AS s WHERE NOT EXISTS (SELECT FROM " + rows(against) + " AS n WHERE " +
           same + "))";
}

// Puts the keys of rows into variables, an array for each column of the key.
std::string RelationWriter::remember_gone(const std::string &rows) const
{
    std::vector<std::string> keys, variables;
    for (const Key &key : source_.keys) {
        keys.push_back("array_agg(s." + quote_identifier(key.column) + ')');
        variables.push_back("changes.gone_" + std::to_string(keys.size()));
    }
    return "    SELECT " + joined(keys, ", ") + " INTO " + joined(variables, ", ") + " FROM " + rows + " AS s;\n";
}

std::string RelationWriter::remove(const Relation &relation) const
{
    std::vector<std::string> same, variables, names;
    for (std::size_t i = 0; i < source_.keys.size(); ++i) {
        const Key &key = source_.keys[i];
        names.push_back("key_" + std::to_string(i + 1));
        variables.push_back("changes.gone_" + std::to_string(i + 1));
        for (const RelationColumn &column : relation.columns)
            if (column.holds == Holds::key && column.detail == key.column)
                same.push_back("t." + quote_identifier(column.name) + ' ' + key.equals + ' ');
    }
    std::string condition = same.front() + "ANY (" + variables.front() + ')';
    if (same.size() > 1) {
        for (std::size_t i = 0; i < same.size(); ++i) same[i] += "g." + names[i];
        condition += " AND EXISTS (SELECT FROM unnest(" + joined(variables, ", ") + ") AS g(" + joined(names, ", ") +
                     ") WHERE " + joined(same, " AND ") + ')';
    }
    return "        DELETE FROM " + qualified(relation.name) + " AS t WHERE " + condition + ";\n";
}

// A transaction that reads by an old snapshot does not see rows that were filled in since; it must not leave them
// there.
std::string RelationWriter::remove_gone(const std::vector<Relation> &relations) const
{
    std::string text = "    IF changes.gone_1 IS NOT NULL THEN\n" + remove(relations.front()) +
                       "        GET DIAGNOSTICS removed = ROW_COUNT;\n"
                       "        IF changes.removed <> cardinality(changes.gone_1) AND\n"
                       "            current_setting('transaction_isolation') NOT LIKE 'read%' THEN\n"
                       "            RAISE EXCEPTION 'could not serialize access due to tables that were filled anew'\n"
                       "                USING ERRCODE = '40001', HINT = 'Retry the transaction.';\n"
                       "        END IF;\n";
    for (std::size_t i = 1; i < relations.size(); ++i) text += remove(relations[i]);
    return text + "    END IF;\n";
}

std::string RelationWriter::body(std::string_view event, const std::vector<Relation> &relations) const
{
    std::string variables, text, added;
    for (std::size_t i = 0; i < source_.keys.size(); ++i)
        variables += " gone_" + std::to_string(i + 1) + ' ' + source_.keys[i].type + "[];";
    if (event == "insert") added = rows("new_rows");
    if (event == "truncate") text = "    " + truncate(relations) + ";\n";
    if (event == "delete") text = remember_gone(rows("old_rows")) + remove_gone(relations);
    if (event == "update") {
        added = changed("new_rows", "old_rows");
        text = remember_gone(changed("old_rows", "new_rows"));
        // Rows neither come nor go but by a condition.
        if (source_.condition.empty()) text += "    IF changes.gone_1 IS NULL THEN RETURN NULL; END IF;\n";
        text += remove_gone(relations);
    }
    if (!added.empty())
        for (const Relation &relation : relations) text += insert(relation, select(relation, added, "")) + ";\n";
    return "<<changes>>\nDECLARE removed bigint;" + variables + "\nBEGIN\n" + text + "    RETURN NULL;\nEND";
}

std::vector<std::string> RelationWriter::create_triggers(const std::vector<Relation> &relations) const
{
    std::vector<std::string> made;
    for (const std::string_view event : events) add_trigger(event, body(event, relations), made);
    return made;
}

void RelationWriter::add_trigger(std::string_view event, const std::string &body, std::vector<std::string> &made) const
{
    const std::string function = trigger_function(event) + "()";
    const bool removes = event == "update" || event == "delete";
    // What is stored must not depend on who writes: a time without a zone is in UTC.
    // Plans are kept for the session, whose first statement may have changed many rows or few: let them always find
    // rows to delete by the key.
    made.push_back("CREATE OR REPLACE FUNCTION " + function +
                   " RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER\n"
                   "SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off" +
                   (removes ? " SET enable_nestloop = off SET enable_seqscan = off" : "") + " AS " +
                   quote_literal(body));
    made.push_back("REVOKE ALL ON FUNCTION " + function + " FROM PUBLIC");
    made.push_back("ALTER FUNCTION " + function + " DEPENDS ON EXTENSION quire");
    made.push_back("COMMENT ON FUNCTION " + function + " IS 'Keeps the tables of submissions as the submissions are.'");
    std::string name = "quire_" + schema_ + '_' + prefix_ + std::string(event);
    if (name.size() > max_identifier) name = "quire_" + sha1_hex(name) + '_' + std::string(event);
    const bool has_old = removes, has_new = event == "insert" || event == "update";
    std::string upper(event);
    std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    made.push_back("CREATE OR REPLACE TRIGGER " + quote_identifier(name) + " AFTER " + upper + " ON " + source_.table +
                   (has_old || has_new ? " REFERENCING" : "") + (has_old ? " OLD TABLE AS old_rows" : "") +
                   (has_new ? " NEW TABLE AS new_rows" : "") + " FOR EACH STATEMENT EXECUTE FUNCTION " + function);
}

std::string RelationWriter::create_mapping(const std::vector<Relation> &relations) const
{
    std::vector<std::string> rows;
    const auto add = [&](const Relation &relation, int ordinal, std::string_view holds, const RelationColumn &column) {
        const auto text = [](const std::string &value) { return value.empty() ? "null" : json_text(value); };
        const auto number = [](int value) { return value == 0 ? "null" : std::to_string(value); };
        const std::pair<std::string_view, std::string> members[] = {
            {"relation", text(relation.name)},
            {"ordinal", std::to_string(ordinal)},
            {"column", text(column.name)},
            {"type", text(column.type)},
            {"table_name", text(relation.table.empty() ? "Submissions" : relation.table)},
            {"path", text(column.path)},
            {"holds", json_text(holds)},
            {"detail", text(column.detail)},
            {"first_form", number(column.first)},
            {"last_form", number(column.last)},
            {"note", text(column.note)},
            {"labels", column.labels.empty() ? "null" : json_labels(column)}};
        std::vector<std::string> pairs;
        for (const auto &[name, value] : members) pairs.push_back(json_text(name) + ": " + value);
        rows.push_back('{' + joined(pairs, ", ") + '}');
    };
    // Before the first column: where the submissions come from.
    RelationColumn source;
    source.detail = source_.submission;
    add(relations.front(), 0, mapping_submission, source);
    source.detail = source_.condition;
    if (!source.detail.empty()) add(relations.front(), 0, mapping_condition, source);
    for (const Relation &relation : relations) {
        int ordinal = 0;
        for (const RelationColumn &column : relation.columns) add(relation, ++ordinal, spelled(column.holds), column);
    }
    return "CREATE OR REPLACE VIEW " + mapping_name() + " AS SELECT c.* FROM pg_catalog.jsonb_to_recordset(" +
           quote_literal('[' + joined(rows, ",\n") + ']') + ") AS c(" + std::string(mapping_columns) + ')';
}

}  // namespace quire::forms
