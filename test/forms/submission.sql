-- What is read from a submission: values, JSON, OData rows.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(45);

-- value, "values" -------------------------------------------------------------------------------------------------

SELECT is(quire.value(test.household(), test.visit(), '/name'), 'Ann & Bo', 'one answer by its path');
SELECT is(quire.value(test.household(), test.visit(), 'group/note'), 'x', 'with or without the first slash');
SELECT is(quire.value(test.household(), '<data/>', '/name'), NULL, 'NULL where there is none');
SELECT is(quire.value(test.household(), '<data><name>a<![CDATA[b]]>&#99;</name></data>', '/name'), 'abc', 'its pieces joined');
SELECT is(test.fault($$ SELECT quire.value(test.household(), test.visit(), '/nobody') $$, 'state message'),
    ARRAY['42703', 'the form has no question "/nobody"'], 'an error where there is no such question');
SELECT is((test.fault($$ SELECT quire.value(test.household(), test.visit(), '/member/who') $$, 'state'))[1], '22023', 'or when it has many answers');

SELECT results_eq($$ SELECT * FROM quire."values"(test.household(), test.visit()) OFFSET 10 $$, $$ VALUES
    ('/member/who', '{1}'::int[], 'Ann'), ('/member/age', '{1}', '40'), ('/member/pet/kind', '{1,1}', 'cat'), ('/member/pet/kind', '{1,2}', 'dog'),
    ('/member/who', '{2}', 'Bo'), ('/member/pet/kind', '{2,1}', 'emu'), ('/meta/instanceID', '{}', 'uuid:1') $$,
    'all answers, with the numbers of the repeats around them');

-- Submissions that are none ---------------------------------------------------------------------------------------

SELECT is(test.fault(format('SELECT quire.%s', call), 'state message detail'),
    ARRAY['2200N', 'the submission is not a well-formed XML document', 'Line 2: an end tag does not match the element that is open.'], call)
FROM unnest(ARRAY[
    $$value(test.household(), E'<data>\n</name>', '/name')$$, $$"values"(test.household(), E'<data>\n</name>')$$,
    $$extract(test.household(), E'<data>\n</name>')$$, $$rows(test.household(), E'<data>\n</name>')$$,
    $$select_values(test.household(), E'<data>\n</name>')$$, $$submission_attachments(test.household(), E'<data>\n</name>')$$,
    $$submission_meta(E'<data>\n</name>')$$, $$submission_diff(test.household(), E'<data>\n</name>', '<data/>')$$,
    $$submission_entities(test.household(), E'<data>\n</name>')$$, $$csv_row(test.household(), E'<data>\n</name>')$$]) AS call;
SELECT is(quire.extract(test.household(), E'<data>\n</name>', '{"on_error": "null"}'), '{"__problems": [{"path": null,
    "message": "The submission is not a well-formed XML document. Line 2: an end tag does not match the element that is open."}]}'::jsonb,
    'on_error null reports it instead');
SET LOCAL quire.max_submission_size = '1kB';
SELECT is((test.fault($$ SELECT quire.value(test.household(), test.visit() || repeat(' ', 1024), '/name') $$, 'state'))[1], '54000',
    'a submission may not be larger than quire.max_submission_size');
RESET quire.max_submission_size;

-- extract ---------------------------------------------------------------------------------------------------------

SELECT is(quire.extract(test.household(), test.visit()), '{"name": "Ann & Bo", "size": 2, "income": 1234.50, "since": "2020-02-29",
    "visited": "2024-05-17T10:11:12.500+02:00", "at": "08:30:00", "likes": ["tea", "coffee"],
    "spot": {"type": "Point", "coordinates": [13.4, 52.5, 30], "properties": {"accuracy": 5}}, "photo": "a.jpg", "group": {"note": "x"},
    "member": [{"who": "Ann", "age": 40, "pet": [{"kind": "cat"}, {"kind": "dog"}]}, {"who": "Bo", "age": null, "pet": [{"kind": "emu"}]}],
    "meta": {"instanceID": "uuid:1", "instanceName": null}}'::jsonb, 'a whole submission, typed');
SELECT is(quire.extract(test.household(), test.visit(), '{"names": "flat", "geo": "wkt", "repeats": "links"}') - 'member',
    '{"name": "Ann & Bo", "size": 2, "income": 1234.50, "since": "2020-02-29", "visited": "2024-05-17T10:11:12.500+02:00", "at": "08:30:00",
    "likes": ["tea", "coffee"], "spot": "POINT (13.4 52.5 30)", "photo": "a.jpg", "group/note": "x",
    "meta/instanceID": "uuid:1", "meta/instanceName": null}'::jsonb, 'flat, with WKT');
SELECT is(quire.extract(test.household(), test.visit(), '{"geo": "text"}') -> 'spot', '"52.5 13.4 30 5"', 'or geometries as they are');
SELECT is(quire.extract(test.household(), test.visit(), '{"repeats": "links"}') -> 'member',
    (SELECT jsonb_agg(r -> '__id') FROM quire.rows(test.household(), test.visit(), 'Submissions.member') r), 'links are the ids of the rows');
SELECT is(test.fault($$ SELECT quire.extract(test.household(), '<data><size>two</size></data>') $$, 'state message detail'),
    ARRAY['22P02', 'an answer does not fit its question', 'The question is /size. The answer is not an integer.'], 'an answer of the wrong type is an error');
SELECT is(quire.extract(test.household(), '<data><size>two</size><member><age>x</age></member><since>2023-02-29</since></data>', '{"on_error": "null"}') -> '__problems',
    '[{"path": "/size", "position": [], "message": "The answer is not an integer."},
      {"path": "/since", "position": [], "message": "The answer is not a date."},
      {"path": "/member/age", "position": [1], "message": "The answer is not an integer."}]'::jsonb, 'or null, and reported');
SELECT is(quire.extract(test.household(), '<data><size>1</size><size>2</size></data>', '{"on_error": "null"}') #> '{__problems,0,message}',
    '"The question is answered more than once."', 'so are questions that are answered twice');
SELECT is(test.fault($$ SELECT quire.extract(test.household(), '<data/>', '{"shape": "flat"}') $$, 'state message'),
    ARRAY['22023', 'there is no option "shape"'], 'an unknown option is an error');
SELECT is((test.fault($$ SELECT quire.extract(test.household(), '<data/>', '{"geo": "kml"}') $$, 'state hint'))::text[],
    ARRAY['22023', 'It may be one of "geojson", "wkt", "text".'], 'so is an unknown value of one');

-- jsonb as the server would write it, whatever is in it: many members, long keys, many items, numbers of all sizes.
CREATE TEMP VIEW written AS
    SELECT quire.extract(form, xml, '{"names": "flat"}') AS e
    FROM (SELECT test.form_xml(
              string_agg(format('<%s/>', name), '') || '<r><x/><y/></r><s/>', string_agg(name || ' ' || (ARRAY['int', 'decimal', 'string', 'boolean'])[n % 4 + 1], ', '),
              test.repeat('r') || '<select ref="/data/s"/>')::quire.xform AS form,
              '<data>' || string_agg(format('<%s>%s</%1$s>', name, (ARRAY['-' || repeat('9', n), n || '.' || repeat('50', n % 9 + 1), repeat('ü', n), 'true'])[n % 4 + 1]), '')
              || repeat('<r><x>1</x></r><r/>', 50) || '<s>' || repeat(' a b', 60) || '</s></data>' AS xml
          FROM (SELECT n, 'q' || repeat('x', n % 7) || n AS name FROM generate_series(1, 150) n) AS names) AS given;
SELECT is(e, e::text::jsonb, 'what extract writes is what the server reads') FROM written;
SELECT is(pg_column_size(e), pg_column_size(e::text::jsonb), 'in the same bytes') FROM written;
SELECT is_empty($$ SELECT key FROM written, jsonb_each(e) WHERE e -> key IS DISTINCT FROM value OR (e::text::jsonb) -> key IS DISTINCT FROM value $$,
    'where each member is found');

-- rows ------------------------------------------------------------------------------------------------------------

SELECT is(r, '{"name": "Ann & Bo", "size": 2, "income": 1234.5, "since": "2020-02-29", "visited": "2024-05-17T10:11:12.500+02:00",
    "at": "08:30:00", "likes": "tea coffee", "spot": {"type": "Point", "coordinates": [13.4, 52.5, 30], "properties": {"accuracy": 5}},
    "photo": "a.jpg", "group": {"note": "x"}, "member@odata.navigationLink": "Submissions(''uuid%3A1'')/member",
    "meta": {"instanceID": "uuid:1", "instanceName": null}, "__id": "uuid:1"}'::jsonb, 'the row of the root')
FROM quire.rows(test.household(), test.visit()) AS r;
SELECT results_eq($$ SELECT r -> 'who', r -> '__Submissions-id' FROM quire.rows(test.household(), test.visit(), 'Submissions.member') AS r $$,
    $$ VALUES ('"Ann"'::jsonb, '"uuid:1"'::jsonb), ('"Bo"', '"uuid:1"') $$, 'rows of a repeat know their parent');
SELECT is((SELECT count(*) FROM quire.rows(test.household(), test.visit(), 'Submissions.member.pet') p
           JOIN quire.rows(test.household(), test.visit(), 'Submissions.member') m ON p ->> '__Submissions-member-id' = m ->> '__id'), 3::bigint,
    'and join to it');
SELECT is(jsonb_array_length(r #> '{member,0,pet}'), 2, 'expand holds them in arrays')
FROM quire.rows(test.household(), test.visit(), options => '{"expand": "*"}') AS r;
SELECT is(r -> '__system', '{"status": null, "edits": 0}'::jsonb, '__system is what was handed in')
FROM quire.rows(test.household(), test.visit(), options => '{"system": {"status": null, "edits": 0}, "instance_id": "x"}') AS r;
SELECT is(r ->> '__id', 'x', 'so is the id')
FROM quire.rows(test.household(), test.visit(), options => '{"instance_id": "x"}') AS r;
SELECT is(test.fault($$ SELECT quire.rows(test.household(), test.visit(), 'Submissions.cat') $$, 'state hint'),
    ARRAY['42P01', 'Its tables are "Submissions", "Submissions.member", "Submissions.member.pet".'], 'a table that is none is an error that names them');
SELECT is_empty($$ SELECT quire.rows(test.household(), '<data encrypted="yes"><member><who>x</who></member></data>', 'Submissions.member') $$,
    'what is encrypted has no rows but the root');

-- Choices and files -----------------------------------------------------------------------------------------------

SELECT results_eq($$ SELECT * FROM quire.select_values(test.household(), '<data><likes>tea</likes><likes> milk tea</likes></data>') $$,
    $$ VALUES ('/likes', 'tea'), ('/likes', 'milk') $$, 'chosen values, each once');
SELECT results_eq($$ SELECT quire.submission_attachments(test.household(), test.visit()) $$, $$ VALUES ('a.jpg') $$, 'files that are named');
SELECT results_eq($$ SELECT quire.submission_attachments(test.household(), '<data encrypted="yes"><encryptedXmlFile>s.xml.enc</encryptedXmlFile>'
    '<media><file>b.enc</file></media><media><file>a.enc</file></media></data>') $$, $$ VALUES ('b.enc'), ('a.enc'), ('s.xml.enc') $$,
    'or, encrypted, media and then the rest');

-- Size ------------------------------------------------------------------------------------------------------------

SELECT is((SELECT count(*) FROM quire."values"(test.household(), '<data>' || repeat('<member><who>x</who></member>', 100000) || '</data>')),
    100000::bigint, 'a hundred thousand instances of a repeat');
SELECT is(length(quire.value(test.household(), '<data><name>' || repeat('long ', 400000) || '</name></data>', '/name')), 2000000, 'two megabytes of text');
SELECT is((test.fault($$ SELECT quire.value(test.household(), repeat('<a>', 100000), '/name') $$, 'state detail'))::text[],
    ARRAY['2200N', 'Line 1: elements are nested too deep.'], 'nesting has a limit');

SELECT * FROM finish();
ROLLBACK;
