// src/pg/records/table.cpp: columns, keys and the trigger of a table.
#include "pg/records/table.hpp"

#include "pg/support/call.hpp"
#include "pg/support/spi.hpp"

namespace quire::pg {
namespace {

// A relation, open for as long as this lives; the lock stays to the end of the transaction.
class OpenRelation {
public:
    explicit OpenRelation(Oid oid) : relation_(call([oid] { return try_relation_open(oid, AccessShareLock); })) {}
    ~OpenRelation()
    {
        // When an error is on its way, the abort closes it.
        if (relation_ && std::uncaught_exceptions() == unwinding_) relation_close(relation_, NoLock);
    }
    OpenRelation(const OpenRelation &) = delete;
    OpenRelation &operator=(const OpenRelation &) = delete;
    Relation get() const { return relation_; }

private:
    int unwinding_ = std::uncaught_exceptions();
    Relation relation_;
};

// The columns of a unique index over all rows; none of another.
std::vector<int> columns_of(Oid oid, bool &is_primary)
{
    struct {
        int count;
        bool primary;
        std::array<int, INDEX_MAX_KEYS> numbers;
    } found = {};
    call([&] {
        const Relation index = index_open(oid, AccessShareLock);
        const auto *const form = index->rd_index;
        const bool fits = form->indisunique && form->indisvalid && RelationGetIndexPredicate(index) == NIL &&
                          RelationGetIndexExpressions(index) == NIL;
        found.primary = form->indisprimary;
        for (int i = 0; fits && i < form->indnkeyatts; ++i)
            found.numbers[static_cast<std::size_t>(found.count++)] = form->indkey.values[i];
        index_close(index, NoLock);
    });
    is_primary = found.primary;
    return {found.numbers.begin(), found.numbers.begin() + found.count};
}

void read_keys(Relation relation, Table &table)
{
    List *const indexes = call([relation] { return RelationGetIndexList(relation); });
    for (int i = 0; i < list_length(indexes); ++i) {
        bool is_primary;
        auto columns = columns_of(list_nth_oid(indexes, i), is_primary);
        if (columns.empty()) continue;
        if (is_primary) table.key = columns;
        table.keys.push_back(std::move(columns));
    }
}

}  // namespace

const TableColumn *Table::find(int number) const
{
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto &c) { return c.number == number; });
    return found == columns.end() ? nullptr : &*found;
}

const TableColumn *Table::find(std::string_view name) const
{
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto &c) { return c.name == name; });
    return found == columns.end() ? nullptr : &*found;
}

Table read_table(Oid oid)
{
    const OpenRelation open(oid);
    const Relation relation = open.get();
    if (!relation) throw Error(ERRCODE_UNDEFINED_TABLE, "there is no table with OID " + std::to_string(oid));
    const auto *const form = relation->rd_rel;
    Table table{oid, form->reltype, form->relowner, RelationGetRelationName(relation), qualified_name(oid), {}, {}, {},
                {}};
    switch (form->relkind) {
        case RELKIND_RELATION:
        case RELKIND_PARTITIONED_TABLE:
        case RELKIND_FOREIGN_TABLE:
        case RELKIND_VIEW: break;
        default: throw Error(ERRCODE_WRONG_OBJECT_TYPE, quoted(table.name) + " is neither a table nor a view");
    }
    const TupleDesc descriptor = RelationGetDescr(relation);
    for (int i = 0; i < descriptor->natts; ++i) {
        const auto &attribute = *TupleDescAttr(descriptor, i);
        if (attribute.attisdropped) continue;
        table.columns.push_back({.number = i + 1,
                                 .name = NameStr(attribute.attname),
                                 .sql = identifier(NameStr(attribute.attname)),
                                 .type = attribute.atttypid,
                                 .modifier = attribute.atttypmod,
                                 .is_identity = attribute.attidentity != '\0',
                                 .is_always = attribute.attidentity == ATTRIBUTE_IDENTITY_ALWAYS,
                                 .is_generated = attribute.attgenerated != '\0'});
    }
    read_keys(relation, table);
    table.deleted = soft_delete_column(relation);
    return table;
}

TimestampTz grain_of(std::int32_t modifier)
{
    TimestampTz grain = 1;
    for (std::int32_t digits = modifier < 0 ? MAX_TIMESTAMP_PRECISION : modifier; digits < MAX_TIMESTAMP_PRECISION;
         ++digits)
        grain *= 10;
    return grain;
}

std::string soft_delete_column(Relation relation)
{
    const TriggerDesc *const triggers = relation->trigdesc;
    if (!triggers) return {};
    const Oid function = call([] {
        return LookupFuncName(list_make2(makeString(pstrdup("quire")), makeString(pstrdup("soft_delete"))), 0, nullptr,
                              true);
    });
    for (int i = 0; i < triggers->numtriggers; ++i) {
        const ::Trigger &trigger = triggers->triggers[i];
        if (trigger.tgfoid == function && OidIsValid(function) && trigger.tgenabled != TRIGGER_DISABLED &&
            TRIGGER_FOR_DELETE(trigger.tgtype))
            return trigger.tgnargs > 0 ? trigger.tgargs[0] : "deleted_at";
    }
    return {};
}

std::string equals(const TableColumn &column, const std::string &value)
{
    const char *const clause = call([&]() -> const char * {
        const Oid base = getBaseType(column.type);
        const Oid equality = lookup_type_cache(base, TYPECACHE_EQ_OPR)->eq_opr;
        if (!OidIsValid(equality)) return nullptr;
        StringInfoData text;
        initStringInfo(&text);
        generate_operator_clause(&text, column.sql.c_str(), column.type, equality, value.c_str(), column.type);
        return text.data;
    });
    if (!clause)
        throw Error(ERRCODE_UNDEFINED_FUNCTION,
                    "values of column " + quoted(column.name) + " cannot be compared: their type has no equality");
    return clause;
}

}  // namespace quire::pg
