-- The border between C++ and the server: every way to fail ends in a proper error, with nothing left behind.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(35);

-- C++ exceptions become errors ------------------------------------------------------------------------------------

SELECT throws_ok($$ SELECT probe.throw('bad_alloc') $$, '53200', 'out of memory', 'bad_alloc is out of memory');
SELECT throws_ok($$ SELECT probe.throw('exception') $$, 'XX000', 'thrown in C++', 'a standard exception keeps its text');
SELECT throws_ok($$ SELECT probe.throw('number') $$, 'XX000', 'unexpected failure', 'anything thrown is caught');
SELECT throws_ok($$ SELECT probe.throw('huge') $$, '53200', 'out of memory', 'a string beyond all memory is out of memory');

SELECT is((test.fault($$ SELECT probe.throw('error') $$))[1:4],
    ARRAY['22000', 'a fault', 'Its detail, 100 %s.', 'Its hint.'], 'a fault arrives with SQLSTATE, detail and hint');
SELECT is((test.fault($$ SELECT probe.throw('foreign') $$))[2], 'not in this encoding: ??? ?',
    'a message that the encoding cannot show is sent all the same');

-- Server errors pass through C++ frames unchanged -------------------------------------------------------------------

SELECT throws_ok($$ SELECT probe.sql('SELECT 1/0') $$, '22012', 'division by zero', 'a server error keeps its SQLSTATE and text');
SELECT matches((test.fault($$ SELECT probe.sql('SELECT 1/x FROM generate_series(0, 1) x') $$))[5],
    'SQL statement "SELECT 1/x FROM', 'a server error keeps the context of where it was raised');
SELECT is((test.fault($$ SELECT probe.sql('DO $d$ BEGIN RAISE EXCEPTION ''own'' USING errcode = ''QU123'', detail = ''D'', hint = ''H''; END $d$') $$))[1:4],
    ARRAY['QU123', 'own', 'D', 'H'], 'an error with all its fields comes through');
SELECT is((test.fault($$ SELECT probe.sql('SELECT probe.sql(''SELECT probe.throw(''''error'''')'')') $$))[1:3],
    ARRAY['22000', 'a fault', 'Its detail, 100 %s.'], 'an error passes through several borders');
SELECT is(probe.sql('SELECT generate_series(1, 10)'), 10::bigint, 'SQL below C++ frames works');
SELECT is(probe.live(), 0, 'every destructor ran');

-- Interrupts --------------------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.cancelled(sql text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE sql;
EXCEPTION WHEN query_canceled THEN
    RETURN sqlerrm;
END $$;
SET LOCAL statement_timeout = '50ms';
SELECT is(pg_temp.cancelled('SELECT probe.loop()'), 'canceling statement due to statement timeout', 'a C++ loop is cancelled');
SET LOCAL statement_timeout = 0;
SELECT is(probe.live(), 0, 'and every destructor ran');

-- Nothing leaks -----------------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.growth(sql text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE before bigint;
BEGIN
    FOR i IN 1..200 LOOP
        BEGIN EXECUTE sql; EXCEPTION WHEN others THEN END;
        IF i = 100 THEN before := probe.heap(); END IF;
    END LOOP;
    RETURN probe.heap() - before;
END $$;
SELECT cmp_ok(pg_temp.growth($$ SELECT probe.throw('exception') $$), '<', 100000::bigint, 'a hundred exceptions leak nothing');
SELECT cmp_ok(pg_temp.growth($$ SELECT probe.sql('SELECT 1/0') $$), '<', 100000::bigint, 'a hundred server errors leak nothing');
SELECT cmp_ok(pg_temp.growth($$ SELECT probe.xml_root('<a><b></a>') $$), '<', 100000::bigint, 'a hundred bad documents leak nothing');
SELECT cmp_ok(pg_temp.growth($$ SELECT 'no address'::quire.email $$), '<', 100000::bigint, 'a hundred bad addresses leak nothing');

-- libxml2 is shared with the server's own xml type --------------------------------------------------------------------

SELECT is(probe.xml_root('<héllo/>'), 'héllo', 'a document is read');
SELECT throws_ok($$ SELECT probe.xml_root(E'<a>\n<b></a>') $$, '2200M', 'not read', 'an ill-formed one is refused');
SELECT throws_ok($$ SELECT '<a><b></a>'::xml $$, '2200N', NULL, 'the server''s xml type still reports its own errors');
SELECT matches((test.fault($$ SELECT '<a><b></a>'::xml $$))[3], 'mismatch', 'with libxml2''s own words');
SELECT is((test.fault($$ SELECT probe.xml_root(E'\n\n<a>&nope;</a>') $$))[3], 'Line 3.', 'and ours its line, after the server''s');
SELECT is((xpath('/a/text()', '<a>x</a>'::xml))[1]::text, 'x', 'xpath works between the two');
SELECT is((test.fault($$ SELECT probe.xml_root('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>') $$))[1],
    '2200M', 'a document type declaration is refused');
SELECT is(probe.xml_root('<after/>'), 'after', 'and the next document is read');

-- Values ------------------------------------------------------------------------------------------------------------

SELECT is(probe.texts(ARRAY['a', NULL, 'c']), ARRAY['c', NULL, 'a'], 'text[] goes both ways, NULL included');
SELECT is(probe.texts('{}'), '{}'::text[], 'so does an empty one');
SELECT is(probe.jsonb('é"'), '{"list": [true, null, 7, {}], "text": "é\""}'::jsonb, 'jsonb is built');
SELECT is(probe.scalar('x'), '"x"'::jsonb, 'and a bare string');
SELECT results_eq('SELECT * FROM probe.rows(3)', $$ VALUES (1, 'row 1'), (2, NULL), (3, 'row 3') $$, 'sets of rows are given back');
SELECT results_eq('SELECT * FROM probe.record()', $$ VALUES (1, 'one') $$, 'so is one row');
SELECT is(probe.resource(1000), 34000::bigint, 'C++ containers live in the server''s memory');
SELECT is((SELECT max(probe.call_site(i)) FROM generate_series(1, 10) i), 10, 'a call site remembers within one statement');
SELECT is(probe.live(), 0, 'and forgets with it');

SELECT * FROM finish();
ROLLBACK;
