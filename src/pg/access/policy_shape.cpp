// src/pg/access/policy_shape.cpp: what the views of a policy are made of, down to the tables, and who watches those.
#include "pg/access/policy.hpp"

#include "pg/access/watch.hpp"
#include "pg/support/compat.hpp"
#include "pg/support/error.hpp"

namespace quire::pg {
namespace {

// What a walk through the queries comes across. Plain, for the server's walkers run in call().
struct Contents {
    List *relations;  // OIDs
    bool uses_now, uses_more, calls_functions;
};

bool note_function(Oid function, void *context)
{
    auto *const contents = static_cast<Contents *>(context);
    if (function >= FirstNormalObjectId) contents->calls_functions = true;
    if (function == F_NOW || function == F_TRANSACTION_TIMESTAMP)
        contents->uses_now = true;
    else if (func_volatile(function) != PROVOLATILE_IMMUTABLE)
        contents->uses_more = true;
    return false;
}

bool note_node(Node *node, void *context)
{
    auto *const contents = static_cast<Contents *>(context);
    if (!node) return false;
    check_functions_in_node(node, note_function, context);
    if (IsA(node, SQLValueFunction)) {
        const auto *const value = reinterpret_cast<SQLValueFunction *>(node);
        (value->op == SVFOP_CURRENT_TIMESTAMP ? contents->uses_now : contents->uses_more) = true;
    }
    if (IsA(node, NextValueExpr)) contents->uses_more = true;
    const auto walker = tree_walker(note_node);
    if (!IsA(node, Query)) return expression_tree_walker(node, walker, context);
    auto *const query = reinterpret_cast<Query *>(node);
    ListCell *cell;
    foreach (cell, query->rtable) {
        const auto *const entry = static_cast<RangeTblEntry *>(lfirst(cell));
        if (entry->tablesample) contents->uses_more = true;
        if (entry->rtekind == RTE_RELATION)
            contents->relations = list_append_unique_oid(contents->relations, entry->relid);
    }
    return query_tree_walker(query, walker, context, 0);
}

// Views in it are opened and walked through, until only other relations are left to look at. `visit` is called with
// each of those, open.
template <class Visit>
void walk_down(Contents &contents, Visit visit)
{
    for (int i = 0; i < list_length(contents.relations); ++i) {
        const Oid oid = list_nth_oid(contents.relations, i);
        const Relation relation = relation_open(oid, AccessShareLock);
        if (relation->rd_rel->relkind == RELKIND_VIEW)
            note_node(reinterpret_cast<Node *>(get_view_query(relation)), &contents);
        else
            visit(relation);
        relation_close(relation, NoLock);
    }
}

// The partitions and heirs of those that are there belong to them.
void add_heirs(Contents &contents, Relation relation)
{
    if (!relation->rd_rel->relhassubclass) return;
    contents.relations =
        list_concat_unique_oid(contents.relations, find_all_inheritors(relation->rd_id, AccessShareLock, nullptr));
}

bool is_table(Relation relation)
{
    return (relation->rd_rel->relkind == RELKIND_RELATION || relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE) &&
           !IsCatalogRelation(relation);
}

// Rows come to a subscribed table without firing triggers of statements.
bool is_subscribed(Oid relation)
{
    CatCList *const found = SearchSysCacheList1(SUBSCRIPTIONRELMAP, ObjectIdGetDatum(relation));
    const bool any = found->n_members > 0;
    ReleaseSysCacheList(found);
    return any;
}

struct OpenView {
    PolicyView view;
    Oid owner;
    bool is_view, fits, never_a_row;
};

// A query without a table, under WHERE false, as create_policy makes it for a part that was left out.
bool gives_nothing(const Query *query)
{
    const Node *const condition = query->jointree ? query->jointree->quals : nullptr;
    if (!condition || !IsA(condition, Const)) return false;
    const auto *const constant = reinterpret_cast<const Const *>(condition);
    return constant->constisnull || !DatumGetBool(constant->constvalue);
}

OpenView look_at_view(Oid schema, const char *name, const PartNames &names)
{
    OpenView found = {};
    found.view.oid = get_relname_relid(name, schema);
    if (!OidIsValid(found.view.oid)) return found;
    const Relation relation = relation_open(found.view.oid, AccessShareLock);
    found.is_view = relation->rd_rel->relkind == RELKIND_VIEW;
    found.owner = relation->rd_rel->relowner;
    found.fits = true;
    int columns = 0;
    for (; columns < PolicyView::most_columns && names.columns[columns]; ++columns) {
        if (RelationGetNumberOfAttributes(relation) <= columns ||
            std::strcmp(NameStr(TupleDescAttr(RelationGetDescr(relation), columns)->attname), names.columns[columns]) !=
                0)
            found.fits = false;
        else
            found.view.kinds[columns] = kind_of(TupleDescAttr(RelationGetDescr(relation), columns));
    }
    if (found.is_view && found.fits) {
        const Query *const query = get_view_query(relation);
        found.never_a_row = gives_nothing(query);
        find_plain_tables(found.view, query, columns);
    }
    relation_close(relation, NoLock);
    return found;
}

[[noreturn]] void refuse_missing(const PolicyName &name, const std::string &view)
{
    throw Error(ERRCODE_UNDEFINED_OBJECT, "policy " + quoted(name.schema + "." + name.name) + " does not exist")
        .detail("There is no view " + quoted(view) + " in schema " + quoted(name.schema) + ".")
        .hint("Policies are made by quire.create_policy().");
}

// The four views, all there and of one owner.
void read_views(const PolicyName &name, PolicyShape &shape)
{
    shape.schema = call([&] { return get_namespace_oid(name.schema.c_str(), true); });
    for (int part = 0; part < parts; ++part) {
        const std::string view_name = name.view(static_cast<Part>(part));
        OpenView found = {};
        if (OidIsValid(shape.schema))
            found = call([&] { return look_at_view(shape.schema, view_name.c_str(), part_names[part]); });
        if (!OidIsValid(found.view.oid)) refuse_missing(name, view_name);
        const auto refuse = [&](const char *what) {
            throw Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "policy " + quoted(name.schema + "." + name.name) + " is not as quire.create_policy() makes it")
                .detail("Relation " + quoted(view_name) + " " + what + ".")
                .hint("Drop the policy with quire.drop_policy(), and create it again.");
        };
        if (!found.is_view) refuse("is no view");
        if (!found.fits) refuse("has other columns");
        if (part == grants) shape.owner = found.owner;
        if (found.owner != shape.owner) refuse("has another owner than the other views of the policy");
        shape.views[part] = found.view;
        if (part == parents) shape.has_parents = !found.never_a_row;
        if (part == members) shape.has_members = !found.never_a_row;
    }
}

List *views_of(const PolicyShape &shape, Aspect aspect)
{
    List *views = NIL;
    for (const Part part : {grants, roles, parents, members})
        if (aspect_of(part) == aspect) views = lappend_oid(views, shape.views[part].oid);
    return views;
}

std::vector<Oid> oids_of(const List *list)
{
    std::vector<Oid> oids;
    for (int i = 0; i < list_length(list); ++i) oids.push_back(list_nth_oid(list, i));
    return oids;
}

enum class Obstacle { none, now, more, kind, hidden, unwatched, subscribed };

struct Findings {
    std::array<Contents, aspects> contents;
    Obstacle obstacle;
    bool together;   // changes of rights and places are told of together
    const char *at;  // the relation that is in the way
};

void look_at_table(Findings &findings, Relation relation, Oid owner, const char *policy, Aspect aspect)
{
    const auto found = [&](Obstacle obstacle) {
        findings.obstacle = obstacle;
        findings.at = pstrdup(RelationGetRelationName(relation));
    };
    if (!is_table(relation)) return found(Obstacle::kind);
    if (check_enable_rls(relation->rd_id, owner, true) == RLS_ENABLED) return found(Obstacle::hidden);
    const Watch watch = watch_on(relation, policy, aspect);
    if (watch == Watch::none) return found(Obstacle::unwatched);
    if (watch == Watch::together) findings.together = true;
    if (is_subscribed(relation->rd_id)) return found(Obstacle::subscribed);
}

std::string describe(const Findings &findings)
{
    const std::string table = findings.at ? "table " + quoted(findings.at) : "";
    switch (findings.obstacle) {
        case Obstacle::none: return "";
        case Obstacle::now: return "a query of the policy compares with the time";
        case Obstacle::more: return "a query of the policy calls functions that are not immutable";
        case Obstacle::kind: return quoted(findings.at) + " is no table whose changes triggers can tell of";
        case Obstacle::hidden: return "row-level security hides rows of " + table + " from the owner of the policy";
        case Obstacle::unwatched: return table + " lacks the triggers of the policy";
        case Obstacle::subscribed: return table + " is filled by a subscription";
    }
    return "";
}

}  // namespace

NameKind kind_of(Form_pg_attribute column)
{
    switch (column->atttypid) {
        case TEXTOID:
        case VARCHAROID: return get_collation_isdeterministic(column->attcollation) ? NameKind::text : NameKind::other;
        case INT2OID:
        case INT4OID:
        case INT8OID: return NameKind::integer;
        case UUIDOID: return NameKind::uuid;
        default: return NameKind::other;
    }
}

PolicyShape read_policy_shape(const PolicyName &name)
{
    PolicyShape shape;
    shape.canonical = name.canonical();
    read_views(name, shape);

    // As the queries will be run, without forced row security.
    const AsRole owner(shape.owner);
    Findings findings = {};
    call([&] {
        for (const Aspect aspect : {rights, places}) {
            Contents &contents = findings.contents[aspect];
            contents.relations = views_of(shape, aspect);
            walk_down(contents, [&](Relation relation) {
                add_heirs(contents, relation);
                look_at_table(findings, relation, shape.owner, shape.canonical.c_str(), aspect);
            });
        }
    });
    bool uses_now = false, uses_more = false;
    for (const Aspect aspect : {rights, places}) {
        const Contents &contents = findings.contents[aspect];
        uses_now = uses_now || contents.uses_now;
        uses_more = uses_more || contents.uses_more;
        shape.calls_functions = shape.calls_functions || contents.calls_functions;
        shape.depends_on[aspect] = oids_of(contents.relations);
        if (findings.together) shape.depends_on[aspect].push_back(shape.views[roles].oid);
        std::sort(shape.depends_on[aspect].begin(), shape.depends_on[aspect].end());
    }
    call([&] {
        shape.places_channel = get_rel_type_id(shape.views[parents].oid);
        shape.places_channel_hash = GetSysCacheHashValue1(TYPEOID, ObjectIdGetDatum(shape.places_channel));
    });
    shape.keep = Keep::until_changed;
    if (uses_more) findings.obstacle = Obstacle::more;
    if (findings.obstacle != Obstacle::none) {
        shape.keep = Keep::statement;
    } else if (uses_now) {
        shape.keep = Keep::transaction;
        findings.obstacle = Obstacle::now;
    }
    shape.obstacle = describe(findings);
    return shape;
}

std::vector<Oid> tables_of(const PolicyName &name, Aspect aspect)
{
    PolicyShape shape;
    read_views(name, shape);
    const List *const tables = call([&] {
        Contents contents = {};
        List *found = NIL;
        contents.relations = views_of(shape, aspect);
        walk_down(contents, [&](Relation relation) {
            add_heirs(contents, relation);
            if (is_table(relation)) found = lappend_oid(found, relation->rd_id);
        });
        return found;
    });
    return oids_of(tables);
}

}  // namespace quire::pg
