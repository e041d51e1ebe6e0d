// src/pg/events/hook.cpp: reads a trigger's options, and what of its table events are made of.
#include "pg/events/hook.hpp"

#include "core/events/message.hpp"

#include "pg/support/encoding.hpp"
#include "pg/support/plans.hpp"
#include "pg/support/results.hpp"

namespace quire::pg {
namespace {

std::vector<std::string> in_database(std::vector<std::string> texts)
{
    for (std::string &text : texts) text = std::string(to_database(text));
    return texts;
}

void read_option(HookOptions &options, std::string_view name, Datum value)
{
    const auto text = [&] { return std::string(to_database(scalar_text(value))); };
    if (name == "feed") {
        options.feed = text();
    } else if (name == "scope") {
        options.scope = text();
    } else if (name == "table") {
        options.table = text();
    } else if (name == "version") {
        options.version = text();
    } else if (name == "columns") {
        options.columns = in_database(texts_of(value));
    } else if (name == "except") {
        options.except = in_database(texts_of(value));
    } else if (name == "payload") {
        const auto found = std::find(payload_words.begin(), payload_words.end(), text());
        if (found == payload_words.end())
            throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "there is no such payload")
                .hint("A payload is key, row or diff.");
        options.payload = static_cast<Payload>(found - payload_words.begin());
    } else {
        throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "notify_change has no option " + quoted(to_database(name)))
            .hint("Its options are payload, columns, except, version, table, feed and scope.");
    }
}

// A feed in the schema of the table needs no other name when that is renamed, or in another schema of the same model.
std::string feed_of_table(Relation table, const std::string &name)
{
    return call([&]() -> const char * {
        const List *const names = textToQualifiedNameList(cstring_to_text(name.c_str()));
        if (list_length(names) > 1) return name.c_str();
        const Oid schema = RelationGetNamespace(table);
        return quote_qualified_identifier(get_namespace_name(schema), strVal(linitial(names)));
    });
}

std::string joined_arguments(const ::Trigger &trigger)
{
    std::string all;
    for (int i = 0; i < trigger.tgnargs; ++i) all.append(trigger.tgargs[i]).push_back('\0');
    return all;
}

}  // namespace

HookOptions read_hook_options(Relation table, const ::Trigger &trigger)
{
    HookOptions options;
    if (trigger.tgnargs > 0) options.channel = trigger.tgargs[0];
    if (trigger.tgnargs > 1 && trigger.tgargs[1][0] != '\0') {
        const char *const text = trigger.tgargs[1];
        const Datum object = call([text] { return DirectFunctionCall1(jsonb_in, CStringGetDatum(text)); });
        for_each_member(object, [&](std::string_view name, Datum value) { read_option(options, name, value); });
    }
    if (options.channel.size() >= NAMEDATALEN)
        throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "the name of a channel is too long")
            .detail("Trigger " + quoted(trigger.tgname) + " names one of more than 63 bytes.");
    if (options.channel.empty() && options.feed.empty())
        throw Error(ERRCODE_INVALID_PARAMETER_VALUE,
                    "trigger " + quoted(trigger.tgname) + " names neither a channel nor a feed")
            .hint("Use quire.watch, which creates the triggers.");
    if (!options.feed.empty()) options.feed = feed_of_table(table, options.feed);
    if (options.table.size() > quire::events::most_in_table)
        throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "the name that messages are to call a table is too long")
            .detail("Trigger " + quoted(trigger.tgname) + " names one of more than " +
                    std::to_string(quire::events::most_in_table) + " bytes.");
    return options;
}

std::shared_ptr<Hook> Hook::of(const TriggerData &data)
{
    static constexpr std::size_t most = 256;
    static auto &all = *new std::unordered_map<Oid, std::shared_ptr<Hook>>();
    const ::Trigger &trigger = *data.tg_trigger;
    const auto found = all.find(trigger.tgoid);
    if (found != all.end() && found->second->state_ == state_of_tables() &&
        found->second->relation_ == RelationGetRelid(data.tg_relation) &&
        found->second->arguments_ == joined_arguments(trigger))
        return found->second;
    auto hook = std::make_shared<Hook>(data);
    if (all.size() >= most) all.clear();
    return all[trigger.tgoid] = std::move(hook);
}

Hook::Hook(const TriggerData &data)
    : options_(read_hook_options(data.tg_relation, *data.tg_trigger)),
      arguments_(joined_arguments(*data.tg_trigger)),
      state_(state_of_tables()),
      relation_(RelationGetRelid(data.tg_relation))
{
    const Relation relation = data.tg_relation;
    {
        const InMemory own(memory_.get());
        descriptor_ = call([&] { return CreateTupleDescCopy(RelationGetDescr(relation)); });
    }
    const char *const name = call([&] {
        return quote_qualified_identifier(get_namespace_name(RelationGetNamespace(relation)),
                                          RelationGetRelationName(relation));
    });
    table_name_ = options_.table.empty() ? name : options_.table;

    const auto has = [](const std::vector<std::string> &names, const std::string &name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    int version_rank = 0;
    for (int i = 0; i < descriptor_->natts; ++i) {
        const auto *const column = TupleDescAttr(descriptor_, i);
        columns_.emplace_back(column->attisdropped ? "" : NameStr(column->attname));
        excepted_.push_back(column->attisdropped || has(options_.except, columns_.back()));
        if (column->attisdropped) continue;
        if (has(options_.columns, columns_.back())) filter_.push_back(i);
        const int rank = !options_.version.empty()         ? options_.version == columns_.back()
                         : columns_.back() == "version_id" ? 2
                                                           : columns_.back() == "version";
        if (rank > version_rank && (column->atttypid == INT8OID || column->atttypid == INT4OID)) {
            version_rank = rank;
            version_column_ = i;
            version_type_ = column->atttypid;
        }
    }
    // A column that was renamed or dropped since: better an event too many than one too few.
    if (filter_.size() != options_.columns.size()) filter_.clear();
    find_key(relation);
}

// The primary key, or the replica identity.
void Hook::find_key(Relation relation)
{
    struct Found {
        int count;
        AttrNumber columns[INDEX_MAX_KEYS];
    };
    const Found found = call([relation] {
        Found result = {};
        RelationGetIndexList(relation);
        const Oid key = OidIsValid(relation->rd_pkindex) ? relation->rd_pkindex : relation->rd_replidindex;
        if (!OidIsValid(key)) return result;
        const HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(key));
        if (!HeapTupleIsValid(tuple)) return result;
        const auto *const index = reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple));
        result.count = index->indnkeyatts;
        for (int i = 0; i < result.count; ++i) result.columns[i] = index->indkey.values[i];
        ReleaseSysCache(tuple);
        return result;
    });
    for (int i = 0; i < found.count; ++i) key_columns_.push_back(found.columns[i] - 1);
}

RowWriter Hook::make_writer(HeapTuple row, const std::function<bool(int)> &takes) const
{
    std::vector<Text> ignored;
    for (std::size_t i = 0; i < columns_.size(); ++i)
        if (!columns_[i].empty() && !takes(static_cast<int>(i))) ignored.emplace_back(columns_[i]);
    return RowWriter(row->t_data, make_text_array(ignored), false);
}

RowWriter &Hook::key_writer(HeapTuple row)
{
    if (!key_writer_)
        key_writer_.emplace(make_writer(row, [this](int column) {
            return std::find(key_columns_.begin(), key_columns_.end(), column) != key_columns_.end();
        }));
    return *key_writer_;
}

std::optional<Datum> Hook::key_jsonb(HeapTuple row)
{
    if (key_columns_.empty()) return std::nullopt;
    return key_writer(row).jsonb(row->t_data);
}

std::optional<std::int64_t> Hook::version(HeapTuple row) const
{
    if (version_column_ < 0) return std::nullopt;
    bool is_null;
    const Datum value = heap_getattr(row, version_column_ + 1, descriptor_, &is_null);
    if (is_null) return std::nullopt;
    return version_type_ == INT8OID ? DatumGetInt64(value) : DatumGetInt32(value);
}

RowWriter &Hook::row_writer(HeapTuple row)
{
    if (!row_writer_)
        row_writer_.emplace(
            make_writer(row, [this](int column) { return !excepted_[static_cast<std::size_t>(column)]; }));
    return *row_writer_;
}

RowWriter &Hook::diff_writer(HeapTuple row, const std::vector<bool> &changed)
{
    if (!diff_writer_ || diff_of_ != changed) {
        diff_writer_.emplace(make_writer(row, [&](int column) {
            const auto i = static_cast<std::size_t>(column);
            return changed[i] && !excepted_[i];
        }));
        diff_of_ = changed;
    }
    return *diff_writer_;
}

std::vector<std::string_view> Hook::names(const std::vector<bool> &changed) const
{
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < changed.size(); ++i)
        if (changed[i]) names.emplace_back(columns_[i]);
    return names;
}

bool Hook::matters(const std::vector<bool> &changed) const
{
    return filter_.empty() || std::any_of(filter_.begin(), filter_.end(),
                                          [&](int column) { return changed[static_cast<std::size_t>(column)]; });
}

bool Hook::changes_key(const std::vector<bool> &changed) const
{
    return std::any_of(key_columns_.begin(), key_columns_.end(),
                       [&](int column) { return changed[static_cast<std::size_t>(column)]; });
}

TransitionRows::TransitionRows(Tuplestorestate *rows, TupleDesc descriptor) : rows_(rows)
{
    if (!rows) return;
    call([&] {
        slot_ = MakeSingleTupleTableSlot(descriptor, &TTSOpsMinimalTuple);
        // A read pointer of our own: other triggers read the same rows.
        pointer_ = tuplestore_alloc_read_pointer(rows, EXEC_FLAG_REWIND);
        tuplestore_select_read_pointer(rows, pointer_);
        tuplestore_rescan(rows);
    });
}

// When an exception is on its way, the memory of the statement takes the slot along.
TransitionRows::~TransitionRows()
{
    if (slot_ && std::uncaught_exceptions() == unwinding_) ExecDropSingleTupleTableSlot(slot_);
}

bool TransitionRows::next()
{
    if (!rows_) return false;
    // A row that comes from a file is the slot's, and is freed by the next one.
    const InMemory lasting(memory_);
    return call([this] {
        tuplestore_select_read_pointer(rows_, pointer_);
        return tuplestore_gettupleslot(rows_, true, false, slot_);
    });
}

HeapTuple TransitionRows::copy() const
{
    return call([this] {
        const HeapTuple row = ExecCopySlotHeapTuple(slot_);
        HeapTupleHeaderSetDatumLength(row->t_data, row->t_len);
        HeapTupleHeaderSetTypeId(row->t_data, slot_->tts_tupleDescriptor->tdtypeid);
        HeapTupleHeaderSetTypMod(row->t_data, slot_->tts_tupleDescriptor->tdtypmod);
        return row;
    });
}

namespace {

// A large value that an UPDATE has left alone is the same one, stored elsewhere: nothing has to be fetched to see that.
bool is_same_image(Datum was, Datum is, const FormData_pg_attribute &column)
{
    if (column.attlen == -1) {
        const auto *const before = reinterpret_cast<const varlena *>(DatumGetPointer(was));
        const auto *const after = reinterpret_cast<const varlena *>(DatumGetPointer(is));
        if (VARATT_IS_EXTERNAL_ONDISK(before) && VARATT_IS_EXTERNAL_ONDISK(after) &&
            std::memcmp(before, after, VARSIZE_EXTERNAL(before)) == 0)
            return true;
    }
    return datum_image_eq(was, is, column.attbyval, column.attlen);
}

}  // namespace

std::vector<bool> changed_columns(const TransitionRows &before, const TransitionRows &after)
{
    const TupleTableSlot *const was = before.slot(), *const is = after.slot();
    const TupleDesc descriptor = is->tts_tupleDescriptor;
    std::vector<bool> changed(static_cast<std::size_t>(descriptor->natts));
    call([&] {
        slot_getallattrs(before.slot());
        slot_getallattrs(after.slot());
        for (int i = 0; i < descriptor->natts; ++i) {
            const auto *const column = TupleDescAttr(descriptor, i);
            if (column->attisdropped) continue;
            changed[static_cast<std::size_t>(i)] =
                was->tts_isnull[i] != is->tts_isnull[i] ||
                (!was->tts_isnull[i] && !is_same_image(was->tts_values[i], is->tts_values[i], *column));
        }
    });
    return changed;
}

}  // namespace quire::pg
