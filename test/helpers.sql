-- What pgTAP tests share; scripts/test loads it beside pgTAP.
CREATE SCHEMA test;

-- The fields, by name, of the error that a statement ends in; NULL when it ends in none.
CREATE FUNCTION test.fault(sql text, wanted text DEFAULT 'state message detail hint context') RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    state text; message text; detail text; hint text; context text;
    schema text; "table" text; "column" text; "constraint" text;
    fields jsonb;
BEGIN
    EXECUTE sql;
    RETURN NULL;
EXCEPTION WHEN others THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
        hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT, schema = SCHEMA_NAME, "table" = TABLE_NAME,
        "column" = COLUMN_NAME, "constraint" = CONSTRAINT_NAME;
    fields := jsonb_build_object('state', state, 'message', message, 'detail', detail, 'hint', hint, 'context', context,
        'schema', schema, 'table', "table", 'column', "column", 'constraint', "constraint");
    RETURN ARRAY(SELECT fields ->> field FROM unnest(string_to_array(wanted, ' ')) WITH ORDINALITY AS w(field, n) ORDER BY n);
END $$;

-- A small form: what its primary instance holds, its binds as 'path type, path type', its body.
CREATE FUNCTION test.form_xml(instance text, binds text DEFAULT '', body text DEFAULT '', model text DEFAULT '') RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
        'xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" '
        'xmlns:entities="http://www.opendatakit.org/xforms/entities"><h:head><h:title>Test</h:title>'
        '<model entities:entities-version="2025.1.0"><instance><data id="test" version="1">'
        || instance || '</data></instance>' || model
        || coalesce((SELECT string_agg(format('<bind nodeset="/data/%s" type="%s"/>', split_part(bind, ' ', 1), split_part(bind, ' ', 2)), '')
                     FROM regexp_split_to_table(nullif(binds, ''), ',\s*') AS bind), '')
        || '</model></h:head><h:body>' || body || '</h:body></h:html>'
$$;
CREATE FUNCTION test.repeat(VARIADIC paths text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT string_agg(format('<group ref="/data/%1$s"><repeat nodeset="/data/%1$s"/></group>', path), '') FROM unnest(paths) AS path
$$;

-- A form with a bit of everything, and one submission to it.
CREATE FUNCTION test.household() RETURNS quire.xform LANGUAGE sql IMMUTABLE AS $$
    SELECT test.form_xml(
        '<name/><size/><income/><since/><visited/><at/><likes/><spot/><photo/><group><note/></group>'
        '<member jr:template=""><who/><age/><pet><kind/></pet></member><orx:meta><orx:instanceID/><orx:instanceName/></orx:meta>',
        'name string, size int, income decimal, since date, visited dateTime, at time, likes string, spot geopoint, photo binary, '
        'group/note string, member/who string, member/age int, member/pet/kind string, orx:meta/orx:instanceID string',
        '<input ref="/data/name"><label>Name?</label></input><select ref="/data/likes"><label>Likes?</label>'
        '<item><label>Tea</label><value>tea</value></item><item><label>Coffee</label><value>coffee</value></item></select>'
        || test.repeat('member', 'member/pet'))::quire.xform
$$;
CREATE FUNCTION test.visit(id text DEFAULT 'uuid:1') RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT '<data id="test" version="1"><name>Ann &amp; Bo</name><size>2</size><income>1234.50</income><since>2020-02-29</since>'
        '<visited>2024-05-17T10:11:12.500+02:00</visited><at>08:30:00</at><likes>tea coffee</likes><spot>52.5 13.4 30 5</spot>'
        '<photo>a.jpg</photo><group><note>x</note></group>'
        '<member><who>Ann</who><age>40</age><pet><kind>cat</kind></pet><pet><kind>dog</kind></pet></member>'
        '<member><who>Bo</who><age/><pet><kind>emu</kind></pet></member>'
        '<orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>' || id || '</orx:instanceID></orx:meta></data>'
$$;
