-- xpath_eval: expressions over documents, in both dialects.
BEGIN;
SELECT no_plan();

CREATE TEMP TABLE doc AS SELECT '<data xmlns:orx="http://openrosa.org/xforms"><a>5</a><b/><d>2024-05-01</d><s>a b c</s>'
    '<rep><n>1</n></rep><rep><n>2</n></rep><rep><n/></rep><orx:meta><orx:id>x</orx:id></orx:meta><at v="7"/></data>' AS xml;

-- What an expression comes to, as text: nodes in brackets; ERR when it comes to nothing.
CREATE FUNCTION pg_temp.comes_to(expression text, dialect text, place text DEFAULT '/data/b', options jsonb DEFAULT '{}') RETURNS text
LANGUAGE plpgsql AS $$
DECLARE answer jsonb;
BEGIN
    SELECT quire.xpath_eval(xml, expression, place, options || jsonb_build_object('dialect', dialect, 'timezone', 'Africa/Nairobi')) INTO answer FROM doc;
    RETURN CASE answer ->> 'type' WHEN 'nodeset' THEN (answer -> 'value')::text ELSE answer ->> 'value' END;
EXCEPTION WHEN data_exception OR syntax_error THEN
    RETURN 'ERR';
END $$;

-- Where both clients agree.
SELECT is(pg_temp.comes_to(expression, dialect), expected, dialect || ': ' || expression)
FROM (VALUES
    ('1 + 2 * 3', '7'), ('(1 + 2) * 3', '9'), ('7 mod 3', '1'), ('-7 mod 3', '-1'), ('5 div 2', '2.5'), ('2--1', '3'), ('4div 2', '2'),
    ('1 = 1 and not(1 = 2)', 'true'), ('''a'' = ''A''', 'false'), ('true() or nope', 'true'),
    ('/data/a', '["5"]'), ('../a + 1', '6'), ('count(../rep)', '3'), ('/data/rep[n = 2]/n', '["2"]'),
    ('../rep[position() = 2]/n', '["2"]'), ('/data/orx:meta/orx:id', '["x"]'), ('/data/meta/id', '["x"]'), ('../at/@v', '["7"]'),
    ('sum(/data/rep[n != '''']/n)', '3'), ('min(3, 1, 2)', '1'), ('max(3, 1, 2)', '3'), ('round(2.5)', '3'), ('int(5.7)', '5'), ('pow(2, 10)', '1024'),
    ('concat(''a'', 1, true())', 'a1true'), ('substr(''hello'', 1, 3)', 'el'), ('substr(''hello'', -3)', 'llo'),
    ('string-length(''héllo'')', '5'), ('normalize-space(''  a   b '')', 'a b'), ('translate(''abc'', ''ab'', ''x'')', 'xc'),
    ('substring-before(''a-b'', ''-'')', 'a'), ('substring-after(''a-b'', ''-'')', 'b'), ('ends-with(''abc'', ''bc'')', 'true'),
    ('selected(../s, ''b'')', 'true'), ('selected(../s, ''d'')', 'false'), ('selected-at(../s, 1)', 'b'), ('count-selected(../s)', '3'),
    ('coalesce(/data/b, ''x'')', 'x'), ('if(../a > 3, ''many'', ''few'')', 'many'), ('boolean-from-string(''1'')', 'true'),
    ('join('','', /data/rep/n)', '1,2,'), ('checklist(1, 2, true(), false())', 'true'), ('weighted-checklist(5, 9, true(), 6)', 'true'),
    ('regex(''abc'', ''^[a-c]+$'')', 'true'), ('regex(''abc'', ''^(?=.*d)'')', 'false'), ('count-non-empty(/data/rep/n)', '2'),
    ('format-date(''2024-05-01'', ''%d/%m/%Y %b %a'')', '01/05/2024 May Wed'), ('string(date(''2024-05-01''))', '2024-05-01'),
    ('date(''2024-05-02'') - date(''2024-05-01'')', '1'), ('indexed-repeat(/data/rep/n, /data/rep, 2)', '["2"]'),
    ('digest(''abc'', ''MD5'', ''hex'')', '900150983cd24fb0d6963f7d28e17f72'), ('base64-decode(''SGVsbG8='')', 'Hello'),
    ('geofence(''1 1'', ''0 0;0 2;2 2;2 0;0 0'')', 'true'), ('position(/data/rep[2])', NULL), ('randomize(/data/rep/n, 42)', '["1", "2", ""]'),
    ('substr(''😀b'', 2)', 'b'), ('string(0.1 + 0.2)', '0.30000000000000004')
) AS one(expression, expected), unnest(ARRAY['webforms', 'javarosa']) AS dialect
WHERE expected IS NOT NULL;

-- Where they differ: docs/logic.md lists these.
SELECT is(pg_temp.comes_to(expression, dialect), CASE dialect WHEN 'webforms' THEN webforms ELSE javarosa END, dialect || ': ' || expression)
FROM (VALUES
    ('boolean(/data/b)', 'true', 'false'), ('/data/none = ''''', 'false', 'true'), ('/data/d > ''2024-04-30''', 'true', 'false'),
    ('number(''2024-05-01'')', '19843.875', 'NaN'), ('regex(''abc1'', ''[0-9]'')', 'true', 'false'), ('round(-2.5)', '-3', '-2'),
    ('round(1.005, 2)', '1', '1.01'), ('string(number(''x''))', '', 'NaN'), ('number(''1e3'')', '1000', 'NaN'), ('number(''1,5'')', 'NaN', '1.5'),
    ('0.1 + 0.2 = 0.3', 'false', 'true'), ('sum(/data/rep/n)', 'NaN', '3'), ('min(/data/rep/n)', 'NaN', '1'), ('string(/data/rep/n)', '1', 'ERR'),
    ('/data/rep[2]/n', '["2"]', '[]'), ('string(100000000000000000000)', '100000000000000000000', '1.0E20'), ('weighted-checklist(-1, 3, true(), 2)', 'true', 'true'),
    ('distance(''0 0;0 1'')', '111318.85', '111318.84502143922'), ('jr:itext(''none'')', '', 'ERR'), ('decimal-time(''10:30:00.000Z'')', 'NaN', '0.5625'),
    ('date(''x'')', 'Invalid Date', 'ERR'), ('instance(''none'')/a', '[]', 'ERR')
) AS one(expression, webforms, javarosa), unnest(ARRAY['webforms', 'javarosa']) AS dialect;

-- Absolute paths inside of a repeat: JavaRosa stays in the same instance.
SELECT is(pg_temp.comes_to('string(/data/rep/n)', 'javarosa', '/data/rep[2]/n'), '2', 'javarosa: an absolute path stays in the instance');
SELECT is(pg_temp.comes_to('string(/data/rep/n)', 'webforms', '/data/rep[2]/n'), '1', 'webforms: it leads to the first one');
SELECT is(pg_temp.comes_to('count(../../rep)', 'javarosa', '/data/rep[2]/n'), '3', 'javarosa: steps upwards leave it');
SELECT is(pg_temp.comes_to('position(..)', d, '/data/rep[2]/n'), '2', d || ': position(..) is the number of the instance') FROM unnest(ARRAY['javarosa', 'webforms']) d;
SELECT is(pg_temp.comes_to('/data/rep[n = current()/../n]/n', d, '/data/rep[2]/n'), '["2"]', d || ': current() is the node of the expression') FROM unnest(ARRAY['javarosa', 'webforms']) d;

-- Options.
SELECT is(pg_temp.comes_to('string(now())', 'webforms', '/', '{"now": "2024-05-01T10:00:00Z"}'), '2024-05-01T13:00:00.000+03:00', 'now and timezone');
SELECT is(pg_temp.comes_to('instance(''c'')/root/item[name = ''b'']/label', 'webforms', '/', '{"instances": {"c": "name,label\na,A\nb,B"}}'), '["B"]', 'an instance of CSV');
SELECT is(pg_temp.comes_to('instance(''x'')/r/@v', 'javarosa', '/', '{"instances": {"x": "<r v=\"1\"/>"}}'), '["1"]', 'an instance of XML');
SELECT is(pg_temp.comes_to('instance(''g'')/root/item/geometry', 'javarosa', '/',
    '{"instances": {"g": "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[102,0.5]},\"properties\":{\"n\":1}}]}"}}'),
    '["0.5 102 0 0"]', 'an instance of GeoJSON');
SELECT is(pg_temp.comes_to('pulldata(''c'', ''label'', ''name'', ''b'')', 'javarosa', '/', '{"instances": {"c": "name,label\na,A\nb,B"}}'), 'B', 'pulldata');
SELECT is(pg_temp.comes_to('property(''deviceid'')', 'javarosa', '/', '{"properties": {"deviceid": "collect:1"}}'), 'collect:1', 'a property of the client');
SELECT is(pg_temp.comes_to('/a', 'webforms', '/', '{"root": "/data"}'), '["5"]', 'absolute paths start at the root that is asked for');
SELECT is(quire.xpath_eval('<x xmlns:p="urn:1"><p:a>1</p:a><a>2</a></x>', '/x/q:a', '/', '{"namespaces": {"q": "urn:1"}}') ->> 'value', '["1"]', 'a prefix of the caller''s');
SELECT isnt(quire.xpath_eval('<x/>', 'uuid()') ->> 'value', quire.xpath_eval('<x/>', 'uuid()') ->> 'value', 'random texts differ');

-- Faults.
SELECT is(test.fault($$SELECT quire.xpath_eval('<x/>', 'nopes()')$$, 'state message detail'),
    ARRAY['42601', 'the expression is not well-formed', 'Character 1: there is no function ''nopes''.'], 'a function that there is not');
SELECT is(test.fault($$SELECT quire.xpath_eval('<x/>', 'selectd(1, 2)')$$, 'detail'), ARRAY['Character 1: there is no function ''selectd''; ''selected'' is near.'], 'a near one is named');
SELECT is(test.fault($$SELECT quire.xpath_eval('<x/>', 'round()')$$, 'detail'), ARRAY['Character 1: round() takes 1 to 2 arguments, and not 0.'], 'too few arguments');
SELECT is(test.fault($$SELECT quire.xpath_eval('<x/>', '1 +')$$, 'detail'), ARRAY['Character 4: the expression ends too early.'], 'half an expression');
SELECT is(test.fault($$SELECT quire.xpath_eval('<x/>', 'a[')$$, 'state'), ARRAY['42601'], 'half a condition');
SELECT is(test.fault($$SELECT quire.xpath_eval('<x>', '1')$$, 'state message detail'),
    ARRAY['2200N', 'the context is not a well-formed XML document', 'Line 1: the document ends before its root element does.'], 'an ill-formed document');
SELECT is(test.fault($$SELECT quire.xpath_eval('<x/>', '1', '/y')$$, 'state message'), ARRAY['22023', 'ref leads to no node'], 'no such place');
SELECT is(test.fault($$SELECT quire.xpath_eval('<x/>', '1', '/', '{"dialct": "x"}')$$, 'state'), ARRAY['22023'], 'an option that there is not');
SELECT is(test.fault($$SELECT quire.xpath_eval('<x/>', '1', '/', '{"timezone": "Nowhere/Land"}')$$, 'state message'), ARRAY['22023', 'there is no such time zone'], 'a zone that there is not');
SELECT is(test.fault($$SELECT quire.xpath_eval('<x/>', '1', '/', '{"instances": {"c": "{1}"}}')$$, 'state message'),
    ARRAY['22023', 'the data of an instance cannot be read'], 'an instance that nobody can read');
SELECT is(test.fault($$SELECT quire.xpath_eval('<x/>', 'date(''secret'') + 1', '/', '{"dialect": "javarosa"}')$$, 'state message detail'),
    ARRAY['22000', 'the expression cannot be evaluated', 'a text is no date.'], 'a fault tells no value');
SELECT is(test.fault($$SELECT quire.xpath_eval('<x><!DOCTYPE y></x>', '1')$$, 'state'), ARRAY['2200N'], 'no document type inside');
SELECT is(test.fault($$SELECT quire.xpath_eval('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', '1')$$, 'state'), ARRAY['2200N'], 'no entities');

-- Limits.
SET LOCAL quire.max_evaluation_steps = 1000;
SELECT is(test.fault($$SELECT quire.xpath_eval('<x>' || repeat('<y/>', 100) || '</x>', 'count(//y[count(//y) > 0])')$$, 'state message'),
    ARRAY['54000', 'an expression takes too many steps'], 'steps are limited');
RESET quire.max_evaluation_steps;
SET LOCAL quire.max_evaluation_memory = '64kB';
SELECT is(test.fault($$SELECT quire.xpath_eval('<x>' || repeat('<y>abcdefghij</y>', 3000) || '</x>', 'string-length(concat(/x, /x, /x, /x, //y, //y, //y))')$$, 'state'),
    ARRAY['54000'], 'memory is limited');
RESET quire.max_evaluation_memory;
SELECT is(test.fault(format('SELECT quire.xpath_eval(''<x/>'', %L)', repeat('(', 300) || '1' || repeat(')', 300)), 'state detail'),
    ARRAY['42601', 'Character 201: the expression is nested too deep.'], 'nesting is limited');
SELECT is(test.fault(format('SELECT quire.xpath_eval(''<x/>'', %L)', '1' || repeat('+1', 5000)), 'state'), ARRAY['42601'], 'long chains are limited');
SELECT is(quire.xpath_eval('<x/>', 'regex(''' || repeat('a', 20000) || 'b'', ''^(a+)+$'')') ->> 'value', 'false', 'no pattern takes exponential time');

SELECT * FROM finish();
ROLLBACK;
