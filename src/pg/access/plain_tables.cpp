// src/pg/access/plain_tables.cpp: views that show the rows of tables as they are, so that one can be looked up by an
// index without running a query.
#include "pg/access/policy.hpp"

namespace quire::pg {
namespace {

using Columns = std::array<AttrNumber, PlainTable::most_columns>;

bool collect(PolicyView &view, const Query *query, const Columns &wanted, int count);

// Nothing but a list of columns and FROM. An order does not matter.
bool is_plain(const Query *query)
{
    return query->commandType == CMD_SELECT && !query->hasAggs && !query->hasWindowFuncs && !query->hasTargetSRFs &&
           !query->hasSubLinks && !query->distinctClause && !query->groupClause && !query->groupingSets &&
           !query->havingQual && !query->limitOffset && !query->limitCount && !query->cteList && !query->rowMarks;
}

// The best btree to look up rows in by this column: the one that has most of the others too, so that the table need not
// be looked at for rows that are not wanted.
Oid index_for(Relation table, AttrNumber column, const Columns &columns, int count)
{
    const Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(table), column - 1);
    const Oid default_class = GetDefaultOpClass(attribute->atttypid, BTREE_AM_OID);
    if (!OidIsValid(default_class)) return InvalidOid;
    Oid best = InvalidOid;
    int most = 0;
    ListCell *cell;
    foreach (cell, RelationGetIndexList(table)) {
        const Relation index = index_open(lfirst_oid(cell), AccessShareLock);
        const Form_pg_index form = index->rd_index;
        int covered = 0;
        for (int i = 0; i < count; ++i)
            for (int key = 0; key < form->indnatts; ++key)
                if (form->indkey.values[key] == columns[static_cast<std::size_t>(i)]) {
                    ++covered;
                    break;
                }
        if (covered > most && index->rd_rel->relam == BTREE_AM_OID && form->indisvalid && !form->indcheckxmin &&
            form->indkey.values[0] == column && index->rd_opfamily[0] == get_opclass_family(default_class) &&
            index->rd_indcollation[0] == attribute->attcollation && RelationGetIndexPredicate(index) == NIL) {
            best = index->rd_id;
            most = covered;
        }
        index_close(index, NoLock);
    }
    return best;
}

bool add_table(PolicyView &view, Oid oid, const Columns &columns, int count)
{
    if (view.table_count == PolicyView::most_tables) return false;
    PlainTable &table = view.tables[static_cast<std::size_t>(view.table_count++)];
    table = {oid, columns, {}};
    const Relation relation = relation_open(oid, AccessShareLock);
    bool is_alike = true;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count) && is_alike; ++i) {
        const Form_pg_attribute column = TupleDescAttr(RelationGetDescr(relation), columns[i] - 1);
        const NameKind kind = kind_of(column);
        // From PostgreSQL 18 on a table need not hold what it generates.
        const bool is_held = column->attgenerated == '\0' || column->attgenerated == ATTRIBUTE_GENERATED_STORED;
        is_alike = is_held && kind == view.kinds[i] && kind != NameKind::other;
        if (is_alike) table.indexes[i] = index_for(relation, columns[i], columns, count);
    }
    relation_close(relation, NoLock);
    return is_alike;
}

bool collect_union(PolicyView &view, const Query *query, const Node *node, const Columns &wanted, int count)
{
    if (IsA(node, RangeTblRef)) {
        const auto *const entry = rt_fetch(reinterpret_cast<const RangeTblRef *>(node)->rtindex, query->rtable);
        return entry->rtekind == RTE_SUBQUERY && collect(view, entry->subquery, wanted, count);
    }
    if (!IsA(node, SetOperationStmt)) return false;
    const auto *const operation = reinterpret_cast<const SetOperationStmt *>(node);
    return operation->op == SETOP_UNION && collect_union(view, query, operation->larg, wanted, count) &&
           collect_union(view, query, operation->rarg, wanted, count);
}

// The tables behind these columns of a query.
bool collect(PolicyView &view, const Query *query, const Columns &wanted, int count)
{
    if (!is_plain(query)) return false;
    if (query->setOperations) return collect_union(view, query, query->setOperations, wanted, count);
    if (query->jointree->quals || list_length(query->jointree->fromlist) != 1) return false;
    const auto *const from = static_cast<const Node *>(linitial(query->jointree->fromlist));
    if (!IsA(from, RangeTblRef)) return false;
    const int number = reinterpret_cast<const RangeTblRef *>(from)->rtindex;
    const auto *const entry = rt_fetch(number, query->rtable);
    Columns below = {};
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        const auto *const target = static_cast<const TargetEntry *>(list_nth(query->targetList, wanted[i] - 1));
        const Node *node = reinterpret_cast<const Node *>(target->expr);
        while (IsA(node, RelabelType))
            node = reinterpret_cast<const Node *>(reinterpret_cast<const RelabelType *>(node)->arg);
        if (!IsA(node, Var)) return false;
        const auto *const variable = reinterpret_cast<const Var *>(node);
        if (variable->varno != number || variable->varlevelsup != 0 || variable->varattno <= 0) return false;
        below[i] = variable->varattno;
    }
    if (entry->rtekind == RTE_SUBQUERY) return collect(view, entry->subquery, below, count);
    return entry->rtekind == RTE_RELATION && entry->relkind == RELKIND_RELATION && !entry->tablesample &&
           add_table(view, entry->relid, below, count);
}

}  // namespace

void find_plain_tables(PolicyView &view, const Query *query, int columns)
{
    Columns all;
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<AttrNumber>(i + 1);
    if (!collect(view, query, all, columns)) view.table_count = 0;
    // What is not counted is not to make a difference.
    for (auto i = static_cast<std::size_t>(view.table_count); i < view.tables.size(); ++i) view.tables[i] = {};
}

}  // namespace quire::pg
