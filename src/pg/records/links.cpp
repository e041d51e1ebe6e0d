// src/pg/records/links.cpp: foreign keys out of the catalogs, and the conditions that join along them.
#include "pg/records/links.hpp"

#include "pg/records/table.hpp"
#include "pg/support/call.hpp"
#include "pg/support/plans.hpp"
#include "pg/support/spi.hpp"

namespace quire::pg {
namespace {

// A row of pg_constraint.
struct Constraint {
    bool found;
    NameData name;
    Oid parent_constraint, child, parent;
    char on_delete;
    int count;
    std::array<AttrNumber, INDEX_MAX_KEYS> child_columns, parent_columns;
    std::array<Oid, INDEX_MAX_KEYS> equalities;
};

Constraint read_constraint(Oid oid)
{
    return call([oid] {
        Constraint read = {};
        const HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(oid));
        if (!HeapTupleIsValid(tuple)) return read;
        const auto *const form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
        if (form->contype == CONSTRAINT_FOREIGN) {
            read.found = true;
            read.name = form->conname;
            read.parent_constraint = form->conparentid;
            read.child = form->conrelid;
            read.parent = form->confrelid;
            read.on_delete = form->confdeltype;
            DeconstructFkConstraintRow(tuple, &read.count, read.child_columns.data(), read.parent_columns.data(),
                                       read.equalities.data(), nullptr, nullptr, nullptr, nullptr);
        }
        ReleaseSysCache(tuple);
        return read;
    });
}

// The constraint that a partition has its own from.
Oid declared(Oid oid)
{
    for (;;) {
        const Constraint read = read_constraint(oid);
        if (!read.found || !OidIsValid(read.parent_constraint)) return oid;
        oid = read.parent_constraint;
    }
}

Link::End read_end(Oid oid, const AttrNumber *numbers, int count)
{
    const Table table = read_table(oid);
    Link::End end{oid, table.owner, table.name, table.sql, {}, {}, {}};
    if (call([oid] { return get_rel_relkind(oid); }) != RELKIND_PARTITIONED_TABLE) end.sql = "ONLY " + end.sql;
    if (!table.deleted.empty()) end.deleted = identifier(table.deleted.c_str());
    if (const TableColumn *const deleted = table.find(table.deleted)) end.grain = grain_of(deleted->modifier);
    for (int i = 0; i < count; ++i) {
        const TableColumn *const column = table.find(numbers[i]);
        end.columns.push_back(column->name);
        end.types.push_back(column->type);
    }
    return end;
}

std::vector<Link> read_links(std::vector<Oid> constraints)
{
    for (Oid &oid : constraints) oid = declared(oid);
    std::sort(constraints.begin(), constraints.end());
    constraints.erase(std::unique(constraints.begin(), constraints.end()), constraints.end());
    std::vector<Link> links;
    for (const Oid oid : constraints) {
        const Constraint read = read_constraint(oid);
        if (!read.found) continue;
        links.push_back({NameStr(read.name),
                         read.on_delete,
                         read_end(read.parent, read.parent_columns.data(), read.count),
                         read_end(read.child, read.child_columns.data(), read.count),
                         {read.equalities.begin(), read.equalities.begin() + read.count}});
    }
    return links;
}

// A plain array of OIDs, for use outside of call().
struct Oids {
    Oid *start;
    std::size_t count;
};

Oids constraints_to(Oid table)
{
    return call([table] {
        const Relation relation = table_open(table, AccessShareLock);
        const TriggerDesc *const triggers = relation->trigdesc;
        const int most = triggers ? triggers->numtriggers : 0;
        Oids oids = {static_cast<Oid *>(palloc((static_cast<std::size_t>(most) + 1) * sizeof(Oid))), 0};
        for (int i = 0; i < most; ++i)
            if (RI_FKey_trigger_type(triggers->triggers[i].tgfoid) == RI_TRIGGER_PK)
                oids.start[oids.count++] = triggers->triggers[i].tgconstraint;
        table_close(relation, NoLock);
        return oids;
    });
}

Oids constraints_from(Oid table)
{
    return call([table] {
        const Relation relation = table_open(table, AccessShareLock);
        List *const keys = RelationGetFKeyList(relation);
        Oids oids = {static_cast<Oid *>(palloc((static_cast<std::size_t>(list_length(keys)) + 1) * sizeof(Oid))), 0};
        for (int i = 0; i < list_length(keys); ++i)
            oids.start[oids.count++] = static_cast<ForeignKeyCacheInfo *>(list_nth(keys, i))->conoid;
        table_close(relation, NoLock);
        return oids;
    });
}

class LinkCache {
public:
    Links get(Oid table, Oids (*constraints)(Oid))
    {
        const std::uint64_t state = state_of_tables();
        if (state != state_ || kept_.size() >= most) kept_.clear();
        state_ = state;
        if (const auto found = kept_.find(table); found != kept_.end()) return found->second;
        const Oids oids = constraints(table);
        auto links = std::make_shared<const std::vector<Link>>(read_links({oids.start, oids.start + oids.count}));
        // Reading them may have brought news of more changes; then the next call reads again.
        return kept_[table] = std::move(links);
    }

private:
    static constexpr std::size_t most = 512;
    std::uint64_t state_ = 0;
    std::unordered_map<Oid, Links> kept_;
};

std::string conjunction(const Link &link, const char *parent, const char *child, bool names_of_parent)
{
    std::string text;
    for (std::size_t i = 0; i < link.equalities.size(); ++i) {
        const std::string key = "k" + std::to_string(i);
        const auto &columns = names_of_parent ? link.parent.columns : link.child.columns;
        const std::string own = identifier(columns[i].c_str());
        const std::string left = std::string(parent) + "." + (names_of_parent ? own : key);
        const std::string right = std::string(child) + "." + (names_of_parent ? key : own);
        const char *const clause = call([&] {
            StringInfoData buffer;
            initStringInfo(&buffer);
            generate_operator_clause(&buffer, left.c_str(), link.parent.types[i], link.equalities[i], right.c_str(),
                                     link.child.types[i]);
            return buffer.data;
        });
        text.append(i == 0 ? "" : " AND ").append(clause);
    }
    return text;
}

}  // namespace

std::string Link::keys_match_children() const
{
    return conjunction(*this, "p", "c", false);
}

std::string Link::parents_match_keys() const
{
    return conjunction(*this, "p", "c", true);
}

Links links_to(Oid table)
{
    static auto &cache = *new LinkCache;
    return cache.get(table, constraints_to);
}

Links links_from(Oid table)
{
    static auto &cache = *new LinkCache;
    return cache.get(table, constraints_from);
}

std::string keys_from(int parameter, std::size_t count, const char *alias)
{
    std::string sources, names;
    for (std::size_t i = 0; i < count; ++i) {
        const char *const comma = i == 0 ? "" : ", ";
        sources.append(comma).append("pg_catalog.unnest($").append(std::to_string(parameter + static_cast<int>(i))) +=
            ')';
        names.append(comma).append("k").append(std::to_string(i));
    }
    return "ROWS FROM (" + sources + ") WITH ORDINALITY AS " + alias + " (" + names + ", place)";
}

}  // namespace quire::pg
