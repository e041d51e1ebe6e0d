-- validate, is_valid, recalculate: submissions held against the rules of their forms.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT no_plan();

-- A form of these nodes, binds and controls, and what a submission breaks of it: "path[position] rule", with ? when disputed.
CREATE FUNCTION pg_temp.form(instance text, binds text, body text DEFAULT '', model text DEFAULT '') RETURNS quire.xform LANGUAGE sql AS $$
    SELECT test.form_xml(instance, '', body, model || binds)::quire.xform
$$;
CREATE FUNCTION pg_temp.broken(form quire.xform, submission text, options jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(path || CASE WHEN position = '{}' THEN '' ELSE position::text END || ' ' || rule || CASE WHEN disputed THEN '?' ELSE '' END, ', ' ORDER BY n), 'none')
    FROM quire.validate(form, '<data id="test">' || submission || '</data>', options) WITH ORDINALITY AS v(path, position, rule, message, expression, disputed, n)
$$;

-- constraint ----------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE age AS SELECT pg_temp.form('<age/><limit/>', '<bind nodeset="/data/age" type="int" constraint=". &gt; 0 and . &lt; /data/limit"/>') AS form;
SELECT is(pg_temp.broken(form, '<age>5</age><limit>10</limit>'), 'none', 'a constraint that holds') FROM age;
SELECT is(pg_temp.broken(form, '<age>15</age><limit>10</limit>'), '/age constraint', 'a constraint that does not') FROM age;
SELECT is(pg_temp.broken(form, '<age/><limit>10</limit>'), 'none', 'nothing is asked of a blank answer') FROM age;
SELECT is(expression, '. > 0 and . < /data/limit', 'the expression is told') FROM age, quire.validate(form, '<data><age>15</age><limit>10</limit></data>');

-- required ------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE needs AS SELECT pg_temp.form('<a/><b/><g><c/></g>', '<bind nodeset="/data/a" required="true()"/><bind nodeset="/data/b" required="/data/a = ''x''"/><bind nodeset="/data/g/c" required="true()"/>') AS form;
SELECT is(pg_temp.broken(form, '<a>1</a><b/><g><c>1</c></g>'), 'none', 'required answers are there') FROM needs;
SELECT is(pg_temp.broken(form, '<a/><b/><g><c>1</c></g>'), '/a required', 'a blank one') FROM needs;
SELECT is(pg_temp.broken(form, '<a>x</a><b/><g><c>1</c></g>'), '/b required', 'one that is required because of another') FROM needs;
SELECT is(pg_temp.broken(form, '<b/><g><c>1</c></g>'), '/a required', 'one that is missing is required, and nothing else') FROM needs;
SELECT is(pg_temp.broken(form, '<a>1</a><b/>'), '/g structure, /g/c required', 'a missing group is one row, beside what is required in it') FROM needs;

-- type ----------------------------------------------------------------------------------------------------------------
SELECT is(pg_temp.broken(pg_temp.form('<v/>', format('<bind nodeset="/data/v" type="%s"/>', type)), format('<v>%s</v>', value)), CASE WHEN fits THEN 'none' ELSE '/v type' END, type || ' ' || value)
FROM (VALUES ('int', '5', true), ('int', '-5', true), ('int', 'x', false), ('int', '1.5', false), ('int', '3000000000', false), ('long', '3000000000', true),
    ('decimal', '1.5', true), ('decimal', '1.0E10', true), ('decimal', 'x', false), ('date', '2024-02-29', true), ('date', '2023-02-29', false),
    ('dateTime', '2024-02-29T10:00:00.000+02:00', true), ('dateTime', 'x', false), ('time', '10:30:00.000Z', true), ('time', '25:00', false), ('boolean', 'true', true),
    ('boolean', 'yes', false), ('geopoint', '1 2 3 4', true), ('geopoint', '91 2', false), ('geotrace', '1 2;3 4', true), ('geotrace', '1 2;x', false),
    ('geoshape', '1 2;3 4;5 6;1 2', true), ('geoshape', '1 2', false), ('string', 'x', true), ('anyURI', 'x', true)) AS one(type, value, fits);

-- relevant ------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE shows AS SELECT pg_temp.form('<a/><b/><g><c/><d/></g>',
    '<bind nodeset="/data/b" relevant="/data/a = ''yes''" required="true()"/><bind nodeset="/data/g" relevant="/data/b = ''yes''"/><bind nodeset="/data/g/c" required="true()" constraint=". = 1"/>') AS form;
SELECT is(pg_temp.broken(form, '<a>no</a>'), 'none', 'what is not relevant may be left out') FROM shows;
SELECT is(pg_temp.broken(form, '<a>no</a><b/><g><c/><d/></g>'), 'none', 'or blank') FROM shows;
SELECT is(pg_temp.broken(form, '<a>no</a><b>x</b>'), '/b relevant', 'but has no value') FROM shows;
SELECT is(pg_temp.broken(form, '<a>yes</a><b>no</b><g><c>2</c><d>1</d></g>'), '/g relevant', 'a group that must not be there is one row') FROM shows;
SELECT is(pg_temp.broken(form, '<a>no</a><b>yes</b><g><c>1</c><d/></g>'), '/b relevant', 'stored values are what is judged, so a fault is told once') FROM shows;
SELECT is(pg_temp.broken(form, '<a>yes</a><b>yes</b>'), '/g structure, /g/c required', 'what is relevant must be there') FROM shows;

-- calculate -----------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE sums AS SELECT pg_temp.form('<a/><b/><double/><twice/><when/><id/>',
    '<bind nodeset="/data/a" type="int"/><bind nodeset="/data/double" type="decimal" calculate="/data/a * 2"/><bind nodeset="/data/twice" type="int" calculate="/data/double * 2"/>'
    '<bind nodeset="/data/when" calculate="now()"/><bind nodeset="/data/id" calculate="uuid()"/>') AS form;
SELECT is(pg_temp.broken(form, '<a>2</a><b/><double>4.0</double><twice>8</twice><when>2020-01-01</when><id>x</id>'), 'none', 'notation does not count, nor what changes by itself') FROM sums;
SELECT is(pg_temp.broken(form, '<a>2</a><b/><double>5</double><twice>10</twice><when/><id/>'), '/double calculate', 'a wrong value is told once, at its source') FROM sums;
SELECT is(pg_temp.broken(form, '<a/><b/><double/><twice/><when/><id/>'), 'none', 'nothing comes of nothing') FROM sums;
SELECT is(pg_temp.broken(pg_temp.form('<a/><c/>', '<bind nodeset="/data/c" calculate="sum(/data/a)" /><setvalue ref="/data/c" event="odk-instance-first-load" value="7"/>'), '<a>1</a><c>7</c>'),
    'none', 'what an action sets is trusted');

-- choice --------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE picks AS SELECT pg_temp.form('<region/><district/><many/><rank/>', '',
    '<select1 ref="/data/region"><item><label>N</label><value>n</value></item><item><label>S</label><value>s</value></item></select1>'
    '<select1 ref="/data/district"><itemset nodeset="instance(''d'')/root/item[region = /data/region]"><value ref="name"/><label ref="name"/></itemset></select1>'
    '<select ref="/data/many"><item><label>A</label><value>a</value></item><item><label>B</label><value>b</value></item></select>'
    '<odk:rank xmlns:odk="http://www.opendatakit.org/xforms" ref="/data/rank"><itemset nodeset="instance(''d'')/root/item"><value ref="name"/><label ref="name"/></itemset></odk:rank>',
    '<instance id="d"><root><item><name>x</name><region>n</region></item><item><name>y</name><region>s</region></item></root></instance>') AS form;
SELECT is(pg_temp.broken(form, '<region>n</region><district>x</district><many>b a</many><rank>y x</rank>'), 'none', 'choices that there are') FROM picks;
SELECT is(pg_temp.broken(form, '<region>w</region><district>x</district><many>a c</many><rank>y</rank>'), '/region choice, /district choice, /many choice, /rank choice', 'choices that there are not') FROM picks;
SELECT is(pg_temp.broken(form, '<region>n</region><district>y</district><many/><rank/>'), '/district choice', 'a choice of another region') FROM picks;
SELECT is(pg_temp.broken(pg_temp.form('<f/>', '', '<select1 ref="/data/f"><itemset nodeset="instance(''e'')/root/item"><value ref="name"/><label ref="label"/></itemset></select1>',
    '<instance id="e" src="jr://file-csv/e.csv"/>'), '<f>q</f>', options), expected, what)
FROM (VALUES ('{}'::jsonb, 'none', 'nobody knows choices that are not at hand'), ('{"instances": {"e": "name,label\np,P"}}', '/f choice', 'data of the caller''s'),
    ('{"instances": {"e.csv": "name,label\nq,Q"}}', 'none', 'by the name of the file')) AS one(options, expected, what);
SELECT is(pg_temp.broken(pg_temp.form('<f/>', '', '<select1 ref="/data/f" appearance="minimal search(''x'')"><item><label>a</label><value>a</value></item></select1>'), '<f>q</f>'), 'none', 'nor those of search()');

-- structure -----------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE plain AS SELECT pg_temp.form('<a/><g><b/></g><meta><instanceID/></meta>', '') AS form;
SELECT is(pg_temp.broken(form, '<a/><g><b/></g><meta><instanceID>x</instanceID><deviceID>y</deviceID></meta>'), 'none', 'clients may tell more about a submission') FROM plain;
SELECT is(pg_temp.broken(form, '<a/><g><b/><c/></g><z><y/></z>'), '/z structure, /g/c structure', 'elements that the form does not have') FROM plain;
SELECT is(pg_temp.broken(form, '<g><b/></g>'), '/a structure', 'one that is missing') FROM plain;
SELECT is(pg_temp.broken(form, '<a>1</a><a>2</a><g><b/></g>'), '/a structure', 'one that is there twice') FROM plain;

-- repeats -------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE family AS SELECT pg_temp.form('<n/><child jr:template=""><age/><pet jr:template=""><kind/></pet></child>',
    '<bind nodeset="/data/n" type="int"/><bind nodeset="/data/child/age" type="int" constraint=". &lt; 20"/><bind nodeset="/data/child/pet/kind" required="../../age &gt; 5"/>',
    '<input ref="/data/n"/><group ref="/data/child"><repeat nodeset="/data/child" jr:count="/data/n"><input ref="/data/child/age"/><group ref="/data/child/pet"><repeat nodeset="/data/child/pet"><input ref="/data/child/pet/kind"/></repeat></group></repeat></group>') AS form;
SELECT is(pg_temp.broken(form, '<n>2</n><child><age>3</age></child><child><age>30</age><pet><kind>cat</kind></pet><pet><kind/></pet></child>'),
    '/child/age{2} constraint, /child/pet/kind{2,2} required', 'positions of all repeats around') FROM family;
SELECT is(pg_temp.broken(form, '<n>3</n><child><age>3</age></child>'), '/child repeat_count', 'as many instances as the form asks for') FROM family;
SELECT is(pg_temp.broken(form, '<n>0</n>'), 'none', 'none of them, too') FROM family;

-- dialects ------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE code AS SELECT pg_temp.form('<c/><meta><deviceID/></meta>', '<bind nodeset="/data/c" constraint="regex(., ''[0-9]+'')"/>') AS form;
SELECT is(pg_temp.broken(form, '<c>a1</c><meta><deviceID/></meta>'), '/c constraint?', 'what only one dialect sees is disputed') FROM code;
SELECT is(pg_temp.broken(form, '<c>a</c><meta><deviceID/></meta>'), '/c constraint', 'what both see is not') FROM code;
SELECT is(pg_temp.broken(form, '<c>a1</c><meta><deviceID/></meta>', jsonb_build_object('dialect', dialect)), expected, dialect)
FROM code, (VALUES ('javarosa', '/c constraint'), ('webforms', 'none'), ('both', '/c constraint?')) AS one(dialect, expected);
SELECT is(pg_temp.broken(form, format('<c>a1</c><meta><deviceID>%s</deviceID></meta>', device), '{"dialect": "auto"}'), expected, 'auto: ' || device)
FROM code, (VALUES ('collect:abc', '/c constraint'), ('getodk.org:webforms:abc', 'none'), ('other', '/c constraint?')) AS one(device, expected);

-- time ----------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE past AS SELECT pg_temp.form('<d/><end/>', '<bind nodeset="/data/d" type="date" constraint=". &lt;= today()"/><bind nodeset="/data/end" type="dateTime" jr:preload="timestamp" jr:preloadParams="end"/>') AS form;
SELECT is(pg_temp.broken(form, '<d>2999-01-01</d><end/>'), 'none', 'a submission that tells no time breaks no rule about it') FROM past;
SELECT is(pg_temp.broken(form, '<d>2024-05-02</d><end>2024-05-01T10:00:00.000Z</end>'), '/d constraint', 'its own time counts') FROM past;
SELECT is(pg_temp.broken(form, '<d>2024-05-02</d><end/>', '{"now": "2024-05-01T12:00:00Z"}'), '/d constraint', 'or the caller''s') FROM past;
SELECT is(pg_temp.broken(form, '<d>2024-05-02</d><end/>', '{"now": "2024-05-01T23:00:00Z", "timezone": "Africa/Nairobi"}'), 'none', 'in the caller''s zone') FROM past;

-- messages, languages -------------------------------------------------------------------------------------------------
CREATE TEMP TABLE clinic AS SELECT pg_temp.form('<a/>', '<bind nodeset="/data/a" constraint=". &lt; 5" jr:constraintMsg="jr:itext(''m'')" required="true()" jr:requiredMsg="Say it."/>', '',
    '<itext><translation lang="en"><text id="m"><value>Less than 5</value></text></translation><translation lang="fr"><text id="m"><value>Moins de 5</value></text></translation></itext>') AS form;
SELECT is(message, '{"en": "Less than 5", "fr": "Moins de 5"}', 'messages in all languages') FROM clinic, quire.validate(form, '<data><a>9</a></data>');
SELECT is(message, '{"en": "Say it."}', 'or in the one that they are written in') FROM clinic, quire.validate(form, '<data><a/></data>');

-- faults and odd submissions ------------------------------------------------------------------------------------------
SELECT is(test.fault($$SELECT quire.validate(form, '<data>') FROM clinic$$, 'state message'), ARRAY['2200N', 'the submission is not a well-formed XML document'], 'an ill-formed submission is an error');
SELECT is(path || rule, 'structure', 'or a row') FROM clinic, quire.validate(form, '<data>', '{"on_error": "row"}');
SELECT ok(NOT quire.is_valid(form, '<data>', '{"on_error": "row"}'), 'and not valid') FROM clinic;
SELECT is(pg_temp.broken(form, '<base64EncryptedKey>x</base64EncryptedKey>'), 'none', 'nobody can judge what is encrypted') FROM clinic;
SELECT ok(quire.is_valid(form, '<data><a>1</a></data>') AND NOT quire.is_valid(form, '<data><a>9</a></data>'), 'is_valid') FROM clinic;
SELECT is(pg_temp.broken(pg_temp.form('<a/>', '<bind nodeset="/data/a" constraint="nope(.)"/>'), '<a>1</a>'), 'none', 'a rule that nobody can evaluate is told of the form, not of its submissions');

-- warnings and strict -------------------------------------------------------------------------------------------------
CREATE FUNCTION pg_temp.warns(binds text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg((w ->> 'path') || ': ' || (w ->> 'message'), '; ') FROM jsonb_array_elements(quire.form_info(pg_temp.form('<a/><b/><g><c/></g>', binds)) -> 'warnings') w
$$;
SELECT is(pg_temp.warns(format('<bind nodeset="/data/a" calculate="%s"/>', expression)), '/a: ' || expected, expression)
FROM (VALUES ('1 +', 'the expression ends too early (character 4)'), ('nope(1)', 'there is no function ''nope'' (character 1)'),
    ('round()', 'round() takes 1 to 2 arguments, and not 0 (character 1)'), ('/data/x', 'there is no node ''x'' at that place (character 7)'),
    ('../g/d + 1', 'there is no node ''d'' at that place (character 6)'), ('instance(''z'')/root', 'there is no instance ''z'' (character 1)'), ('../a + 1', 'the value depends on itself'),
    ('count(/data/g[x = 1])', 'there is no node ''x'' at that place (character 15)')) AS one(expression, expected);
SELECT is(pg_temp.warns('<bind nodeset="/data/a" calculate="/data/b + 1"/><bind nodeset="/data/b" calculate="/data/a + 1"/>'), '/a: the value depends on itself', 'a cycle');
SELECT is(pg_temp.warns('<bind nodeset="/data/g" relevant="/data/b = 1"/><bind nodeset="/data/g/c" calculate="1"/><bind nodeset="/data/b" calculate="/data/g/c"/>'),
    '/b: the value depends on itself', 'through what is around it');
SELECT is(pg_temp.warns('<bind nodeset="/data/a" calculate="/data/b * 2" constraint=". &gt; 1" relevant="true()"/>'), NULL, 'rules in order');
SELECT is(test.fault(format('SELECT quire.xform(%L, ''{"strict": true}'')', pg_temp.form('<a/>', '<bind nodeset="/data/a" calculate="nope()"/>')), 'state message detail'),
    ARRAY['22P02', 'a rule of the form is not in order', 'Line 1, /a: there is no function ''nope'' (character 1).'], 'strict makes them errors');
SELECT lives_ok(format('SELECT quire.xform(%L, ''{"strict": true}'')', pg_temp.form('<a/>', '<bind nodeset="/data/a" calculate="1"/>')), 'strict takes a form in order');

-- recalculate ---------------------------------------------------------------------------------------------------------
SELECT is(quire.recalculate(form, '<?xml version="1.0"?><data><a>3</a> <b/><double/><twice>1</twice><when>t</when><id>i</id><z>&amp;<!-- kept --></z></data>'),
    '<?xml version="1.0"?><data><a>3</a> <b/><double>6</double><twice>12</twice><when>t</when><id>i</id><z>&amp;<!-- kept --></z></data>',
    'values are calculated in their order; what changes by itself, white space and strangers stay') FROM sums;
SELECT is(quire.recalculate(form, '<data><a>no</a><b>x</b><g><c>1</c><d/></g></data>'), '<data><a>no</a></data>', 'what is not relevant goes') FROM shows;
SELECT is(quire.recalculate(form, '<data><a>yes</a></data>'), '<data><a>yes</a><b/></data>', 'what is relevant comes') FROM shows;
SELECT is(quire.recalculate(pg_temp.form('<a/><b/>', '<bind nodeset="/data/b" calculate="/data/a * 2"/>'), '<d:data xmlns:d="urn:x"><d:a>3</d:a></d:data>'),
    '<d:data xmlns:d="urn:x"><d:a>3</d:a><d:b>6</d:b></d:data>', 'in the namespace around it');
SELECT is((SELECT count(*) FROM quire.validate(form, quire.recalculate(form, '<data><a>7</a><b/><double>1</double><twice/><when>t</when><id>i</id></data>'))), 0::bigint, 'what is recalculated is valid') FROM sums;

SELECT * FROM finish();
ROLLBACK;
