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
