// src/pg/forms/definition.cpp: SQL entry points that tell what a form says.
#include "core/forms/edmx.hpp"
#include "core/forms/entities.hpp"
#include "core/forms/names.hpp"

#include "pg/forms/form_value.hpp"
#include "pg/logic/form_rules.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/json.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/results.hpp"

namespace forms = quire::forms;
namespace pg = quire::pg;

namespace {

Datum text_or_null(pg::Args &args, const std::optional<std::string> &text)
{
    return text ? pg::make_varlena(pg::to_database(*text)) : args.null();
}

void write_label(const forms::Form &form, const forms::Label &label, pg::JsonbWriter &json)
{
    json.begin_object();
    for (const auto &[language, text] : label) {
        json.key(form.languages[language]);
        json.string(text);
    }
    json.end();
}

// {"English (en)": "Name", …}; none where the form says nothing.
std::optional<Datum> label_of(const forms::Form &form, const forms::Label &label, pg::JsonbWriter &json)
{
    if (label.empty()) return std::nullopt;
    write_label(form, label, json);
    return json.finish();
}

void write_text(pg::JsonbWriter &json, std::string_view key, const std::optional<std::string> &text)
{
    json.key(key);
    text ? json.string(*text) : json.null();
}

// Those of the form, and those of its rules.
void write_warnings(const forms::Form &form, const quire::logic::Rules &rules, pg::JsonbWriter &json)
{
    std::vector<forms::Warning> warnings = form.warnings;
    warnings.insert(warnings.end(), rules.warnings().begin(), rules.warnings().end());
    std::stable_sort(warnings.begin(), warnings.end(),
                     [](const forms::Warning &a, const forms::Warning &b) { return a.line < b.line; });
    json.begin_array();
    for (const forms::Warning &warning : warnings) {
        json.begin_object();
        json.key("line");
        json.number(std::to_string(warning.line));
        write_text(json, "path", warning.path.empty() ? std::nullopt : std::optional(warning.path));
        write_text(json, "expression", warning.expression.empty() ? std::nullopt : std::optional(warning.expression));
        write_text(json, "message", warning.message);
        json.end();
    }
    json.end();
}

}  // namespace

QUIRE_FUNCTION(form_id)
{
    return text_or_null(args, pg::form_argument(args, 0).id);
}

QUIRE_FUNCTION(form_version)
{
    return text_or_null(args, pg::form_argument(args, 0).version);
}

QUIRE_FUNCTION(form_title)
{
    return text_or_null(args, pg::form_argument(args, 0).title);
}

QUIRE_FUNCTION(form_public_key)
{
    return text_or_null(args, pg::form_argument(args, 0).public_key);
}

QUIRE_FUNCTION(form_info)
{
    const auto &rules =
        pg::per_call_site<pg::RulesMemo>(args.fcinfo(), [] { return pg::RulesMemo(); }).get(args.datum(0));
    const forms::Form &form = rules->form();
    pg::JsonbWriter json;
    json.begin_object();
    write_text(json, "id", form.id);
    write_text(json, "version", form.version);
    write_text(json, "title", form.title);
    json.key("encrypted");
    json.boolean(form.is_encrypted());
    write_text(json, "public_key", form.public_key);
    json.key("submission");
    json.begin_object();
    for (const auto &[name, value] : form.submission) {
        json.key(name);
        json.string(value);
    }
    json.end();
    json.key("languages");
    json.begin_array();
    for (const std::string &language : form.languages) json.string(language);
    json.end();
    write_text(json, "default_language", form.languages[form.default_language]);
    write_text(json, "entities_version", form.entities_version);
    write_text(json, "xforms_version", form.xforms_version);
    json.key("tables");
    json.begin_array();
    for (const std::uint32_t table : form.tables) json.string(forms::odata_table_name(form, table));
    json.end();
    json.key("warnings");
    write_warnings(form, *rules, json);
    json.end();
    return json.finish();
}

QUIRE_FUNCTION(fields)
{
    const forms::Form &form = pg::form_argument(args, 0);
    pg::RowSet rows(args);
    pg::JsonbWriter json;
    const auto unless_empty = [](const std::string &text) { return text.empty() ? pg::Text() : pg::Text(text); };
    for (std::uint32_t i = 1; i < form.nodes.size(); ++i) {
        const forms::Node &node = form[i];
        pg::poll();
        rows.add(pg::Row()
                     .text(node.path)
                     .text(node.name)
                     .text(node.type)
                     .integer(i - 1)
                     .boolean(node.binary)
                     .boolean(node.select_multiple)
                     .text(node.property)
                     .boolean(node.is_repeat())
                     .integer(node.depth)
                     .datum(label_of(form, node.label, json))
                     .datum(label_of(form, node.hint, json))
                     .text(unless_empty(node.control))
                     .text(unless_empty(node.appearance)));
    }
    return rows.finish();
}

QUIRE_FUNCTION(choices)
{
    const forms::Form &form = pg::form_argument(args, 0);
    pg::RowSet rows(args);
    pg::JsonbWriter json;
    for (const forms::Node &node : form.nodes) {
        int place = 0;
        for (const forms::Choice &choice : node.choices) {
            pg::poll();
            rows.add(pg::Row()
                         .text(node.path)
                         .text(node.name)
                         .text(choice.value)
                         .datum(label_of(form, choice.label, json))
                         .integer(++place));
        }
    }
    return rows.finish();
}

QUIRE_FUNCTION(form_attachments)
{
    const forms::Form &form = pg::form_argument(args, 0);
    if (form.attachments_fault)
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "the files that the form expects cannot be told")
            .detail("It is that " + std::string(pg::to_database(*form.attachments_fault)) + ".");
    pg::RowSet rows(args);
    for (const forms::Attachment &attachment : form.attachments)
        rows.add(pg::Row().text(attachment.name).text(attachment.type));
    return rows.finish();
}

QUIRE_FUNCTION(form_datasets)
{
    const forms::Form &form = pg::form_argument(args, 0);
    const auto datasets = forms::datasets_of(form);
    if (!datasets.ok())
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "the entities that the form declares are not valid")
            .detail("It is that " + std::string(pg::to_database(datasets.fault().message)) + ".");
    pg::JsonbWriter json;
    json.begin_array();
    for (const forms::Dataset &dataset : datasets.value()) {
        json.begin_object();
        json.key("dataset");
        json.string(dataset.name);
        json.key("path");
        json.string(forms::dataset_path(form, dataset));
        json.key("repeat");
        json.boolean(dataset.repeats);
        json.key("actions");
        json.begin_array();
        if (dataset.create) json.string("create");
        if (dataset.update) json.string("update");
        json.end();
        json.key("properties");
        json.begin_array();
        for (const std::uint32_t property : dataset.properties) {
            json.begin_object();
            json.key("name");
            json.string(*form[property].property);
            json.key("path");
            json.string(form[property].path);
            json.end();
        }
        json.end();
        json.end();
    }
    json.end();
    return json.finish();
}

QUIRE_FUNCTION(odata_metadata)
{
    return pg::make_varlena(pg::to_database(forms::edmx_of(pg::form_argument(args, 0))));
}
