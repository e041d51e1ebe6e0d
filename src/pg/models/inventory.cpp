// src/pg/models/inventory.cpp: reading the catalogs of a schema.
#include "pg/models/inventory.hpp"

#include "core/support/ascii.hpp"
#include "pg/models/query.hpp"
#include "pg/models/run.hpp"
#include "pg/support/encoding.hpp"

namespace quire::pg {
namespace {

// Each query gives object, parent and pairs of aspect and value; $1 is the schema's OID, $2 what naming_pattern()
// gives. They run with the search_path at pg_catalog and the schema, so that definitions name what is in it without its
// name, and compare equal.
constexpr const char *queries[] = {
    // Tables, views and what else is a relation, but for indexes and sequences.
    R"sql(
SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' WHEN 'f' THEN 'foreign table ' ELSE 'table ' END || quote_ident(c.relname), '',
    'partition key', pg_get_partkeydef(c.oid),
    'row security', CASE WHEN c.relrowsecurity THEN 'on' END || CASE WHEN c.relforcerowsecurity THEN ', forced' ELSE '' END,
    'persistence', c.relpersistence::text,
    'replica identity', c.relreplident::text,
    'options', array_to_string(c.reloptions, ', '),
    'definition', CASE WHEN c.relkind IN ('v', 'm') THEN regexp_replace(pg_get_viewdef(c.oid), $2, '\1', 'g') END,
    'parents', (SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_inherits AS i WHERE i.inhrelid = c.oid),
    'comment', obj_description(c.oid, 'pg_class')
FROM pg_class AS c WHERE c.relnamespace = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname <> 'quire_model_history')sql",
    R"sql(
SELECT 'column ' || quote_ident(c.relname) || '.' || quote_ident(a.attname),
    CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' WHEN 'f' THEN 'foreign table ' ELSE 'table ' END || quote_ident(c.relname),
    'type', format_type(a.atttypid, a.atttypmod),
    'place', a.attnum::text,
    'NOT NULL', CASE WHEN a.attnotnull THEN 'yes' END,
    'default', pg_get_expr(d.adbin, d.adrelid),
    'identity', nullif(a.attidentity, '')::text,
    'generated', nullif(a.attgenerated, '')::text,
    'collation', CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
    'comment', col_description(c.oid, a.attnum)
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type AS t ON t.oid = a.atttypid LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname <> 'quire_model_history')sql",
    R"sql(
SELECT 'constraint ' || quote_ident(c.relname) || '.' || quote_ident(n.conname), 'table ' || quote_ident(c.relname),
    'definition', pg_get_constraintdef(n.oid, true),
    'enforcement', CASE WHEN EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgconstraint = n.oid AND t.tgenabled <> 'O') THEN 'off' END,
    'comment', obj_description(n.oid, 'pg_constraint')
FROM pg_constraint AS n JOIN pg_class AS c ON c.oid = n.conrelid
WHERE c.relnamespace = $1 AND n.contype IN ('c', 'f', 'p', 'u', 'x') AND c.relname <> 'quire_model_history')sql",
    // Without those that constraints own.
    R"sql(
SELECT 'index ' || quote_ident(i.relname), 'table ' || quote_ident(c.relname),
    'definition', pg_get_indexdef(i.oid, 0, true),
    'validity', CASE WHEN NOT x.indisvalid THEN 'invalid' END,
    'comment', obj_description(i.oid, 'pg_class')
FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid JOIN pg_class AS c ON c.oid = x.indrelid
WHERE c.relnamespace = $1 AND c.relname <> 'quire_model_history'
    AND NOT EXISTS (SELECT FROM pg_constraint AS n WHERE n.conindid = i.oid AND n.contype IN ('p', 'u', 'x')))sql",
    R"sql(
SELECT 'trigger ' || quote_ident(c.relname) || '.' || quote_ident(t.tgname), 'table ' || quote_ident(c.relname),
    'definition', regexp_replace(pg_get_triggerdef(t.oid, true), $2, '\1', 'g'),
    'enabled', CASE t.tgenabled WHEN 'O' THEN NULL WHEN 'D' THEN 'no' ELSE t.tgenabled::text END,
    'comment', obj_description(t.oid, 'pg_trigger')
FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid WHERE c.relnamespace = $1 AND NOT t.tgisinternal)sql",
    R"sql(
SELECT 'policy ' || quote_ident(c.relname) || '.' || quote_ident(p.polname), 'table ' || quote_ident(c.relname),
    'command', p.polcmd::text || CASE WHEN p.polpermissive THEN '' ELSE ', restrictive' END,
    'roles', (SELECT string_agg(CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r)::text END, ', ' ORDER BY r) FROM unnest(p.polroles) AS r),
    'USING', regexp_replace(pg_get_expr(p.polqual, p.polrelid), $2, '\1', 'g'),
    'WITH CHECK', regexp_replace(pg_get_expr(p.polwithcheck, p.polrelid), $2, '\1', 'g'),
    'comment', obj_description(p.oid, 'pg_policy')
FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid WHERE c.relnamespace = $1)sql",
    R"sql(
SELECT 'rule ' || quote_ident(c.relname) || '.' || quote_ident(r.rulename), 'table ' || quote_ident(c.relname),
    'definition', pg_get_ruledef(r.oid, true)
FROM pg_rewrite AS r JOIN pg_class AS c ON c.oid = r.ev_class WHERE c.relnamespace = $1 AND r.rulename <> '_RETURN')sql",
    // SET search_path FROM CURRENT keeps the schema's name in the function.
    R"sql(
SELECT CASE p.prokind WHEN 'p' THEN 'procedure ' WHEN 'a' THEN 'aggregate ' ELSE 'function ' END || quote_ident(p.proname)
        || '(' || pg_get_function_identity_arguments(p.oid) || ')', '',
    'arguments', pg_get_function_arguments(p.oid),
    'result', pg_get_function_result(p.oid),
    'language', (SELECT l.lanname::text FROM pg_language AS l WHERE l.oid = p.prolang),
    'volatility', p.provolatile::text,
    'parallel safety', p.proparallel::text,
    'strictness', CASE WHEN p.proisstrict THEN 'strict' END,
    'security', CASE WHEN p.prosecdef THEN 'definer' END,
    'settings', (SELECT string_agg(CASE WHEN s = 'search_path=' || quote_ident(n.nspname) || ', pg_temp' THEN 'its schema' ELSE s END, ', ')
        FROM unnest(p.proconfig) AS s),
    'body', coalesce(pg_get_function_sqlbody(p.oid), p.prosrc),
    'comment', obj_description(p.oid, 'pg_proc')
FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
WHERE p.pronamespace = $1 AND NOT (p.proname = 'quire_model' AND p.pronargs = 0))sql",
    R"sql(
SELECT 'sequence ' || quote_ident(c.relname), '',
    'type', format_type(s.seqtypid, NULL),
    'definition', concat_ws(' ', s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle),
    'owner', (SELECT d.refobjid::regclass || '.' || quote_ident(a.attname) FROM pg_depend AS d JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')),
    'comment', obj_description(c.oid, 'pg_class')
FROM pg_class AS c JOIN pg_sequence AS s ON s.seqrelid = c.oid WHERE c.relnamespace = $1 AND c.relname <> 'quire_model_history_id_seq')sql",
    // Enumerations, domains, composites and ranges; not the row types of relations, nor arrays.
    R"sql(
SELECT 'type ' || quote_ident(t.typname), '',
    'kind', t.typtype::text,
    'labels', (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE e.enumtypid = t.oid),
    'base type', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END END,
    'default', t.typdefault,
    'constraints', (SELECT string_agg(pg_get_constraintdef(n.oid, true), ', ' ORDER BY n.conname) FROM pg_constraint AS n WHERE n.contypid = t.oid),
    'columns', (SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)
        FROM pg_attribute AS a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped),
    'comment', obj_description(t.oid, 'pg_type')
FROM pg_type AS t LEFT JOIN pg_class AS c ON c.oid = t.typrelid
WHERE t.typnamespace = $1 AND t.typtype IN ('e', 'd', 'c', 'r') AND (t.typrelid = 0 OR c.relkind = 'c'))sql",
};

// The statements, one a row; $1 is the schema's OID.
constexpr const char *definitions[] = {
    R"sql(
SELECT format('CREATE OR REPLACE VIEW %I AS %s', c.relname, pg_get_viewdef(c.oid))
FROM pg_class AS c WHERE c.relnamespace = $1 AND c.relkind = 'v')sql",
    R"sql(
SELECT format('ALTER TABLE %I DROP CONSTRAINT %I, ADD CONSTRAINT %2$I %s', c.relname, n.conname, pg_get_constraintdef(n.oid))
FROM pg_constraint AS n JOIN pg_class AS c ON c.oid = n.conrelid
WHERE c.relnamespace = $1 AND c.relkind IN ('r', 'p') AND n.contype = 'c' AND n.conislocal AND n.coninhcount = 0)sql",
    R"sql(
SELECT format('ALTER TABLE %I ALTER %I SET DEFAULT %s', c.relname, a.attname, pg_get_expr(d.adbin, d.adrelid))
FROM pg_attrdef AS d JOIN pg_class AS c ON c.oid = d.adrelid JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.adnum
WHERE c.relnamespace = $1 AND c.relkind IN ('r', 'p') AND a.attgenerated = '')sql",
    R"sql(
SELECT format('ALTER POLICY %I ON %I', p.polname, c.relname) || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
    || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid WHERE c.relnamespace = $1)sql",
    R"sql(
SELECT format('DROP INDEX %I; %s', i.relname, pg_get_indexdef(i.oid))
FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid
WHERE i.relnamespace = $1 AND (x.indexprs IS NOT NULL OR x.indpred IS NOT NULL) AND NOT i.relispartition
    AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.refobjid = i.oid OR (d.objid = i.oid AND d.deptype = 'i')))sql",
};

// Policies of access and feeds are named in texts, with their schema: a pattern of that, for texts to be compared
// without it. Quotes in the schema's name stand doubled there, in JSON behind backslashes.
std::string naming_pattern(std::string_view schema)
{
    std::string name;
    for (const char c : schema) {
        if (c == '"')
            name += R"((?:\\*"){2})";
        else if (c == '\'')
            name += "''";
        else if (is_alnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80)
            name += c;
        else
            name.append(1, '\\').append(1, c);
    }
    return R"((['"])(?:\\*")?)" + name + R"((?:\\*")?\.)";
}

}  // namespace

void define_again(const char *schema)
{
    std::string script;
    {
        const PinnedSearchPath path(schema);
        const Parameter parameters[] = {oid_parameter(call([&] { return get_namespace_oid(schema, false); }))};
        for (const char *const sql : definitions)
            for (const TextRow &row : query(sql, parameters)) script.append(*row[0]).append(";\n");
    }
    run_script(script, "a fresh install defined again", schema);
}

std::vector<models::Fact> inventory(const char *schema)
{
    const PinnedSearchPath path(schema);
    const Oid nsp = call([&] { return get_namespace_oid(schema, false); });
    const Parameter parameters[] = {oid_parameter(nsp), text_parameter(naming_pattern(to_utf8(schema)))};
    std::vector<models::Fact> facts;
    for (const char *const sql : queries)
        for (TextRow &row : query(sql, parameters))
            for (std::size_t i = 2; i + 1 < row.size(); i += 2)
                facts.push_back({*row[0], *row[1], *row[i], row[i + 1].value_or("")});
    return facts;
}

}  // namespace quire::pg
