// src/pg/forms/relations.cpp: SQL entry points create_views and create_tables, and what their relations call.
//
// What there is, the catalogs and the mapping tell; what there is to be, the core says, in words of SQL. All of it runs
// with the rights of the caller, who owns what is made.
#include "core/forms/relations_sql.hpp"

#include "pg/forms/form_value.hpp"
#include "pg/forms/relation_catalog.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/json.hpp"
#include "pg/support/locks.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/results.hpp"

namespace forms = quire::forms;
namespace pg = quire::pg;

namespace {

using Names = std::vector<std::string>;

// A name in UTF-8, as messages show it.
std::string shown(std::string_view utf8)
{
    return pg::quoted(pg::to_database(utf8));
}

void need(pg::Args &args, int argument, const char *name)
{
    if (args.is_null(argument))
        throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "the argument " + pg::quoted(name) + " is NULL");
}

// What the caller asked for.
struct Request {
    const forms::Form *form = nullptr;
    Datum xform = 0;
    bool stored = false;  // tables, else views
    Oid source = InvalidOid;
    std::string source_name;  // in the database's encoding, as SQL writes it
    std::string submission;
    std::string schema;
    Oid schema_id = InvalidOid;
    forms::RelationOptions options;
    std::optional<std::string> condition;
    bool refill = false;
};

void read_options(pg::Args &args, Request &request)
{
    pg::Options options(args, 5);
    request.options.language = options.text("language");
    request.options.labels = options.flag("labels", true);
    request.options.split_choices = options.flag("split_choices", true);
    request.condition = options.text("where");
    if (request.stored) request.refill = options.flag("refill", false);
    options.finish();
    const auto &languages = request.form->languages;
    const auto &asked = request.options.language;
    if (!asked || std::find(languages.begin(), languages.end(), *asked) != languages.end()) return;
    Names known;
    for (const std::string &language : languages) known.emplace_back(pg::to_database(language));
    throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "the form has no language " + shown(*asked))
        .hint("Its languages are " + pg::quoted_list(known) + ".");
}

Request read_request(pg::Args &args, bool stored)
{
    static constexpr const char *names[] = {"form", "source", "submission_column", "schema", "prefix"};
    for (int i = 0; i < 5; ++i) need(args, i, names[i]);
    Request request;
    request.form = &pg::form_argument(args, 0);
    request.xform = args.datum(0);
    request.stored = stored;
    request.source = args.oid(1);
    if (!pg::call([&] { return get_rel_name(request.source); }))
        throw pg::Error(ERRCODE_UNDEFINED_TABLE, "there is no source of this id");
    request.source_name = pg::qualified_name(request.source);
    request.submission = pg::to_utf8(args.name(2));
    const std::string schema(args.name(3));
    request.schema = pg::to_utf8(schema);
    request.schema_id = pg::call([&] { return get_namespace_oid(schema.c_str(), true); });
    if (request.schema_id == InvalidOid)
        throw pg::Error(ERRCODE_INVALID_SCHEMA_NAME, "there is no schema " + pg::quoted(schema))
            .hint("CREATE SCHEMA " + pg::identifier(schema.c_str()));
    request.options.prefix = pg::to_utf8(args.text(4));
    constexpr std::size_t longest_prefix = 40;
    if (request.options.prefix.size() > longest_prefix)
        throw pg::Error(ERRCODE_NAME_TOO_LONG, "the prefix is longer than 40 bytes");
    request.options.stored = stored;
    read_options(args, request);
    return request;
}

void check_submission_column(const Request &request)
{
    const std::string column(pg::to_database(request.submission));
    const auto place = pg::call([&] { return get_attnum(request.source, column.c_str()); });
    if (place == InvalidAttrNumber)
        throw pg::Error(ERRCODE_UNDEFINED_COLUMN, request.source_name + " has no column " + pg::quoted(column));
    const bool is_text = pg::call([&] {
        const Oid type = getBaseType(get_atttype(request.source, place));
        char category;
        bool preferred;
        get_type_category_preferred(type, &category, &preferred);
        return category == TYPCATEGORY_STRING || type == XMLOID;
    });
    if (!is_text)
        throw pg::Error(ERRCODE_DATATYPE_MISMATCH,
                        "column " + pg::quoted(column) + " of " + request.source_name + " cannot hold submissions")
            .hint("Submissions are in a column of type text, varchar or xml.");
}

void check_source(const Request &request, const pg::SourceTable &source)
{
    const auto wrong_kind = [&](std::string detail) {
        return pg::Error(ERRCODE_WRONG_OBJECT_TYPE, "tables cannot be kept up to date from " + request.source_name)
            .detail(std::move(detail))
            .hint("create_views() can show it, or a table that is filled from it.");
    };
    if (source.kind == '\0') throw pg::Error(ERRCODE_UNDEFINED_TABLE, request.source_name + " is gone");
    if (!request.stored) return;
    if (source.kind != RELKIND_RELATION && source.kind != RELKIND_PARTITIONED_TABLE)
        throw wrong_kind("It is no table, so it has no triggers that see every change.");
    if (source.has_kin)
        throw wrong_kind(
            "It has partitions, is one, or inherits; a change of one's rows does not fire the triggers of all.");
    if (source.key.empty())
        throw pg::Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, request.source_name + " has no primary key")
            .detail("Rows of the tables are found by the primary key of the submission that they come from.")
            .hint("ALTER TABLE " + request.source_name + " ADD PRIMARY KEY (…)");
    for (const auto &key : source.key)
        if (key.is_array)
            throw pg::Error(ERRCODE_FEATURE_NOT_SUPPORTED, "the primary key of " + request.source_name + " is an array")
                .hint("create_views() can show it.");
    if (!source.may_read || !source.may_trigger)
        throw pg::Error(ERRCODE_INSUFFICIENT_PRIVILEGE, "permission denied for " + request.source_name)
            .hint("GRANT SELECT, TRIGGER ON " + request.source_name + " TO …");
    if (source.hides_rows)
        throw pg::Error(ERRCODE_INSUFFICIENT_PRIVILEGE, "row-level security hides rows of " + request.source_name)
            .hint("Call create_tables() as a role that it does not apply to.");
}

// Makes the relations of one request.
class Builder {
public:
    Builder(Request request, const pg::Spi &spi) : request_(std::move(request)), spi_(spi) {}

    // The names of all relations, the root's first.
    Names build();

private:
    std::string own(std::string_view name) const { return request_.options.prefix + std::string(name); }
    void lock(const pg::SourceTable &source) const;
    void read();
    void choose_version();
    void check_owner(int newest) const;
    void create_form_function() const;
    pg::Present check_relation(const forms::Relation &relation) const;
    void build_tables() const;
    void check_key() const;
    bool build_table(const forms::Relation &relation, const pg::Present &present) const;
    void fill() const;
    void comment(const forms::Relation &relation) const;

    Request request_;
    const pg::Spi &spi_;
    pg::Mapping before_;
    int version_ = 0;
    bool is_new_version_ = false;
    bool condition_changes_ = false;
    std::optional<forms::RelationWriter> writer_;
    forms::Evolution evolution_;
};

// Until the end of the transaction no other call makes the same relations, and nobody writes to the source of tables.
void Builder::lock(const pg::SourceTable &source) const
{
    check_source(request_, source);
    const std::string &prefix = request_.options.prefix;
    pg::lock_value(request_.schema_id,
                   hash_bytes(reinterpret_cast<const unsigned char *>(prefix.data()), static_cast<int>(prefix.size())));
    pg::call([&] { LockRelationOid(request_.source, request_.stored ? ShareRowExclusiveLock : AccessShareLock); });
}

void Builder::read()
{
    if (!pg::may_create(spi_, request_.schema_id))
        throw pg::Error(ERRCODE_INSUFFICIENT_PRIVILEGE, "permission denied for schema " + shown(request_.schema))
            .hint("GRANT CREATE ON SCHEMA " + std::string(pg::to_database(forms::quote_identifier(request_.schema))) +
                  " TO …");
    lock(pg::read_source(spi_, request_.source));
    const pg::SourceTable source = pg::read_source(spi_, request_.source);
    check_source(request_, source);
    check_submission_column(request_);
    forms::RelationWriter::Source from{
        std::string(pg::to_utf8(request_.source_name)), request_.submission, request_.condition.value_or(""), {}};
    for (const auto &key : source.key) {
        request_.options.keys.emplace_back(key.column, key.type);
        from.keys.push_back({key.column, key.type, key.equals});
    }
    request_.options.geometry = pg::geometry_type(spi_);
    writer_.emplace(request_.schema, request_.options.prefix, from);
    before_ = pg::read_mapping(spi_, request_.schema_id, own("columns"), writer_->mapping_name());
    if (!request_.condition) from.condition = before_.condition;
    condition_changes_ = from.condition != before_.condition || from.submission != before_.submission;
    writer_.emplace(request_.schema, request_.options.prefix, from);
}

// Also of what is only to be called.
void Builder::check_owner(int newest) const
{
    Names names = {own("columns")};
    for (const forms::Relation &relation : before_.relations) names.push_back(relation.name);
    for (int version = 1; version <= newest; ++version) names.push_back(own("form_" + std::to_string(version)));
    if (request_.stored)
        for (const std::string_view event : forms::RelationWriter::events)
            names.push_back(own("on_" + std::string(event)));
    pg::check_owner(spi_, request_.schema_id, names);
}

void Builder::choose_version()
{
    version_ = pg::newest_form(spi_, request_.schema_id, own("form_"));
    check_owner(version_);
    is_new_version_ = version_ == 0;
    if (version_ > 0) {
        pg::run_sql("SELECT " + writer_->form_function(version_) + "()");
        const auto there = spi_.value(0, 0);
        const auto digest = [](Datum form) { return pg::text_of(form).substr(0, sizeof(pg::FormDigest)); };
        is_new_version_ = !there || digest(*there) != digest(request_.xform);
    }
    version_ += is_new_version_;
}

void Builder::create_form_function() const
{
    // The XML is in the database's encoding already.
    const std::string function(pg::to_database(writer_->form_function(version_) + "()"));
    const std::string sql = "CREATE FUNCTION " + function +
                            " RETURNS quire.xform LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN " +
                            forms::quote_literal(pg::form_xml(request_.xform)) + "::quire.xform";
    pg::Plan(sql.c_str(), {}).run({}, {});
    const forms::Form &form = *request_.form;
    pg::run_sql("COMMENT ON FUNCTION " + writer_->form_function(version_) + "() IS " +
                forms::quote_literal("Form " + form.id.value_or("without an id") +
                                     (form.version ? ", version " + *form.version : "")));
}

// What is in the relation's place must be what is replaced.
pg::Present Builder::check_relation(const forms::Relation &relation) const
{
    const auto is_it = [&](const forms::Relation &known) { return known.name == relation.name; };
    const bool is_known = std::any_of(before_.relations.begin(), before_.relations.end(), is_it);
    pg::Present present = pg::read_relation(spi_, request_.schema_id, relation.name);
    if (present.kind == '\0') return present;
    if (!is_known)
        throw pg::Error(ERRCODE_DUPLICATE_TABLE, "relation " + shown(relation.name) + " is in the way")
            .hint("Choose another prefix or schema.");
    const char kind = request_.stored ? RELKIND_RELATION : RELKIND_VIEW;
    if (present.kind != kind)
        throw pg::Error(ERRCODE_WRONG_OBJECT_TYPE,
                        "relation " + shown(relation.name) + (request_.stored ? " is no table" : " is no view"))
            .hint("Tables and views of a form need different prefixes or schemas.");
    std::size_t same = 0;
    Names others;
    for (const std::string &column : present.columns) {
        const auto found = [&](const forms::RelationColumn &c) { return c.name == column; };
        if (same < relation.columns.size() && relation.columns[same].name == column)
            ++same;
        else if (!request_.stored || std::none_of(relation.columns.begin(), relation.columns.end(), found))
            others.push_back(column);
    }
    if (request_.stored)
        std::erase_if(others, [&](const std::string &name) {
            return std::find(present.computed.begin(), present.computed.end(), name) != present.computed.end();
        });
    if (others.empty()) return present;
    throw pg::Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "relation " + shown(relation.name) + " is not as quire left it")
        .detail("Quire does not know its column " + shown(others.front()) + ", or not in this place.")
        .hint(request_.stored ? "Columns of your own belong into a table of your own, unless they are generated."
                              : "DROP VIEW " + std::string(pg::to_database(writer_->qualified(relation.name))) +
                                    ": it is made anew.");
}

void Builder::comment(const forms::Relation &relation) const
{
    for (const std::string &sql : writer_->comments(relation, request_.stored)) pg::run_sql(sql);
}

// Rows are told apart by the primary key that the source had when the tables were made.
void Builder::check_key() const
{
    for (const forms::Relation &relation : before_.relations) {
        std::vector<std::pair<std::string, std::string>> key;
        for (const forms::RelationColumn &column : relation.columns)
            if (column.holds == forms::Holds::key) key.emplace_back(column.detail, column.type);
        if (key == request_.options.keys) continue;
        throw pg::Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "the primary key of " + request_.source_name + " is another than it was")
            .hint("Drop the tables that were made of it, and " + shown(own("columns")) + ".");
    }
}

// Has it no rows yet that it should have?
bool Builder::build_table(const forms::Relation &relation, const pg::Present &present) const
{
    if (present.kind == '\0') {
        pg::run_sql(writer_->create_table(relation));
        return true;
    }
    bool is_new = false;
    for (const forms::RelationColumn &column : relation.columns) {
        if (std::find(present.columns.begin(), present.columns.end(), column.name) != present.columns.end()) continue;
        pg::run_sql(writer_->add_column(relation, column));
        is_new = true;
    }
    return is_new;
}

void Builder::build_tables() const
{
    Names functions;
    for (const std::string_view event : forms::RelationWriter::events)
        functions.push_back(own("on_" + std::string(event)));
    const auto triggers = pg::read_triggers(spi_, request_.schema_id, functions, request_.source);
    if (!triggers.elsewhere.empty())
        throw pg::Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "the tables are filled from " + shown(triggers.elsewhere))
            .hint("Choose another prefix or schema.");
    check_key();
    std::vector<forms::Relation> there, fresh;
    bool refill = request_.refill || evolution_.rereads || condition_changes_ ||
                  triggers.count != static_cast<int>(functions.size());
    for (const forms::Relation &relation : evolution_.relations) {
        const pg::Present present = check_relation(relation);
        (present.kind == '\0' ? fresh : there).push_back(relation);
        refill |= build_table(relation, present);
    }
    if (refill) {
        if (!there.empty()) pg::run_sql(writer_->truncate(there));
        fill();
    }
    for (const forms::Relation &relation : fresh)
        for (const std::string &sql : writer_->create_indexes(relation)) pg::run_sql(sql);
    for (const std::string &sql : writer_->create_triggers(evolution_.relations)) pg::run_sql(sql);
}

// In up to a hundred steps. Nobody writes to the source meanwhile, so its blocks stay where they are.
void Builder::fill() const
{
    const std::uint64_t blocks = pg::count_blocks(spi_, request_.source);
    static constexpr Oid types[] = {TIDOID, TIDOID};
    std::vector<pg::Plan> plans;
    for (const forms::Relation &relation : evolution_.relations)
        plans.emplace_back(std::string(pg::to_database(writer_->fill(relation))).c_str(), types);
    constexpr std::uint64_t steps = 100;
    for (std::uint64_t step = 0; step < steps; ++step) {
        const std::uint64_t begin = blocks * step / steps, end = blocks * (step + 1) / steps;
        if (begin == end) continue;
        ItemPointerData from, to;
        ItemPointerSet(&from, static_cast<BlockNumber>(begin), 0);
        ItemPointerSet(&to, static_cast<BlockNumber>(end), 0);
        const Datum values[] = {PointerGetDatum(&from), PointerGetDatum(&to)};
        for (const pg::Plan &plan : plans) {
            pg::Plan::Options options;
            if (IsolationUsesXactSnapshot()) options.snapshot = pg::call([] { return GetLatestSnapshot(); });
            plan.run(values, options);
        }
        pg::notice("quire: " + std::to_string((step + 1) * 100 / steps) + " % of " + request_.source_name + " read");
    }
}

Names Builder::build()
{
    read();
    choose_version();
    evolution_ = forms::evolve(before_.relations, *request_.form, version_, request_.options);
    for (const std::string &notice : evolution_.notices) pg::notice(std::string(pg::to_database(notice)));
    if (is_new_version_) create_form_function();
    if (request_.stored)
        build_tables();
    else
        for (const forms::Relation &relation : evolution_.relations) {
            check_relation(relation);
            pg::run_sql(writer_->create_view(relation));
        }
    for (const forms::Relation &relation : evolution_.relations) comment(relation);
    pg::run_sql(writer_->create_mapping(evolution_.relations));
    pg::run_sql("COMMENT ON VIEW " + writer_->mapping_name() + " IS 'What the columns made by quire stand for.'");
    Names names;
    for (const forms::Relation &relation : evolution_.relations) names.push_back(writer_->qualified(relation.name));
    return names;
}

// Until the PinnedSearchPath around it is left.
void set(const char *setting, const char *value)
{
    pg::call([&] { set_config_option(setting, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false); });
}

Datum create(pg::Args &args, bool stored)
{
    Request request = read_request(args, stored);
    pg::RowSet rows(args, pg::RowSet::Of::scalars);
    Names names;
    {
        const pg::PinnedSearchPath path("pg_catalog");
        // Columns in their hundreds would be compiled for minutes, and are read in milliseconds. What is stored must
        // not depend on the caller: a time without a zone is in UTC.
        set("jit", "off");
        if (stored) set("timezone", "UTC");
        const pg::Spi spi;
        names = Builder(std::move(request), spi).build();
    }
    for (const std::string &name : names) rows.add(pg::Row().text(name));
    return rows.finish();
}

}  // namespace

QUIRE_FUNCTION(create_views)
{
    return create(args, false);
}

QUIRE_FUNCTION(create_tables)
{
    return create(args, true);
}

// An ARRAY(SELECT … FROM unnest(…)) would do the same in ten times the time.
QUIRE_FUNCTION(choice_labels)
{
    Jsonb *const labels = pg::call([&] { return DatumGetJsonbP(args.datum(1)); });
    if (!JB_ROOT_IS_OBJECT(labels))
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "the labels are not a JSON object")
            .hint("Labels look like '{\"choice\": \"label\"}'.");
    std::vector<pg::Text> texts = pg::read_text_array(args.datum(0));
    for (pg::Text &text : texts) {
        if (!text) continue;
        JsonbValue value;
        const bool found = pg::call([&] {
            return getKeyJsonValueFromContainer(&labels->root, text->data(), static_cast<int>(text->size()), &value);
        });
        text = found && value.type == jbvString
                   ? pg::Text({value.val.string.val, static_cast<std::size_t>(value.val.string.len)})
                   : std::nullopt;
    }
    return pg::make_text_array(texts);
}
