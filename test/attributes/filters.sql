-- Filters: what they mean, what is wrong with them, and that matches and filter_sql agree.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(141);

CREATE TEMP TABLE given (v jsonb);
INSERT INTO given VALUES ('{"n": 5, "zero": 0, "t": "abc", "yes": true, "no": false, "l": [1, "x", true, null, [2]], "none": null, "two words": 1, "e": [], "o": {"a": 1}, "not": 1, "and": 2, "3": 4, "q": "say \\\"hi\\\""}');

-- Each filter is evaluated both ways.
CREATE FUNCTION pg_temp.both(filter text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE evaluated bool; compiled bool;
BEGIN
    SELECT quire.matches(filter, v) INTO evaluated FROM given;
    EXECUTE format('SELECT %s FROM given', quire.filter_sql(filter, 'v')) INTO compiled;
    RETURN CASE WHEN evaluated = compiled THEN evaluated::text ELSE format('matches: %s, SQL: %s', evaluated, compiled) END;
END $$;
SELECT is(pg_temp.both(filter), wanted::text, filter) FROM (VALUES
    ('', true), ('   ', true),
    ('n == 5', true), ('n==5', true), ('n == 5.00', true), ('n == 50e-1', true), ('n != 5', false), ('n == "5"', false), ('n != "5"', true),
    ('n > 4', true), ('n > 5', false), ('n >= 5', true), ('n < 5', false), ('n <= +5', true), ('n < 1e3', true), ('n > -1', true), ('n > .5', true),
    ('t == "abc"', true), ('t == "ABC"', false), ('t < "b"', true), ('t > "abcd"', false), ('t >= "abc"', true), ('t < 5', false), ('n < "z"', false), ('n > "a"', false),
    ('"t" == "abc"', true), ('"two words" == 1', true), ('3 == 4', true), ('"3" == 4', true),
    ('yes == True', true), ('yes == 1', true), ('yes == 1.0', true), ('yes == 2', false), ('no == 0', true), ('no != 0', false), ('n == True', false), ('zero == False', true), ('zero == True', false),
    ('yes > 0', true), ('yes >= True', true), ('no < True', true), ('no < 0.5', true), ('yes < 0.5', false), ('no > -1', true), ('yes > 0.5', true), ('zero < True', true), ('yes > "a"', false),
    ('none == None', true), ('missing == None', true), ('missing != None', false), ('n == None', false), ('n != None', true), ('missing == 5', false), ('missing != 5', true),
    ('missing < 5', false), ('missing > 5', false), ('missing >= None', false), ('n < None', false), ('none <= None', false), ('e == None', false), ('o == None', false),
    ('l ? 1', true), ('l ? "x"', true), ('l ? True', true), ('l ? None', true), ('l ? [2]', true), ('l ? []', false), ('l ? 2', false), ('l ? "y"', false), ('l ? False', false),
    ('t ? "bc"', true), ('t ? ""', true), ('t ? "x"', false), ('t ? 1', false), ('n ? 5', false), ('missing ? 1', false), ('none ? None', false), ('e ? 1', false), ('o ? "a"', false),
    ('l == [1, "x", True, None, [2]]', true), ('l == ["x", 1, True, None, [2]]', false), ('l != [1]', true), ('e == []', true), ('l == [1,"x",1,None,[2]]', false),
    ('n == 5 and t == "abc"', true), ('n == 5 and t == "x"', false), ('n == 4 or t == "abc"', true),
    ('n == 5 or n == 4 and t == "x"', false), ('n == 5 or (n == 4 and t == "x")', true), ('(n == 5 or n == 4) and t == "x"', false), ('n == 4 and t == "x" or yes == True', true),
    ('n>3andn<9', true), ('n>3orn<1', true), ('n == 5and(t=="abc")', true),
    ('not n == 5', false), ('not n == 4', true), ('not not n == 5', true), ('not(n == 4)and not t == "x"', true), ('not n == 4 and t == "x"', false), ('not (n == 4 and t == "x")', true),
    ('not missing == 1', true), ('not missing < 1', true), ('not == 1', true), ('not not == 1', false), ('and == 2', true),
    ('e < 5', false), ('e > 5', false), ('o > 5', false), ('l > 5', false), ('q ? "say"', true), ('q == "say \"hi\""', true)
) AS f (filter, wanted);

SELECT is(quire.matches('n == 5', '[1]'), false, 'what is no object has no attributes');
SELECT is(quire.matches('n == None', '"n"'), true, 'all of which are missing');
SELECT is(quire.matches('n == 5', NULL), NULL, 'NULL is not known to match');
SELECT is((SELECT array_agg(quire.matches('n ' || op || ' 5', '{"n": 5}') ORDER BY op) FROM unnest(ARRAY['<', '<=', '==']) op), ARRAY[false, true, true], 'filters may be others from row to row');

-- What cannot be read.
SELECT is((test.fault(format('SELECT quire.matches(%L, %L)', filter, '{}'), 'state detail'))::text[], ARRAY['42601', 'At character ' || wanted || '.'], format('"%s" is refused', left(filter, 40))) FROM (VALUES
    ('n', '2 of the filter: expected one of == != < > <= >= ?'),
    ('n =', '3 of the filter: expected one of == != < > <= >= ?'),
    ('n == ', '6 of the filter: expected a number, a text in double quotes, None, True, False or a list'),
    ('n == m', '6 of the filter: expected a number, a text in double quotes, None, True, False or a list'),
    ('n == ''x''', '6 of the filter: expected a number, a text in double quotes, None, True, False or a list'),
    ('5 == 5 AND n == 3', '8 of the filter: expected "and", "or" or the end'),
    ('(n == 5', '8 of the filter: expected "and", "or" or ")"'),
    ('n == 5)', '7 of the filter: expected "and", "or" or the end'),
    ('n == "x', '8 of the filter: expected a closing double quote'),
    ('n == "x\"', '10 of the filter: expected a closing double quote'),
    (E'n\t== 5', '2 of the filter: expected one of == != < > <= >= ?'),
    ('n == [1 2]', '9 of the filter: expected "," or "]"'),
    ('n == [1,]', '9 of the filter: expected a number, a text in double quotes, None, True, False or a list'),
    ('n < [1]', '5 of the filter: expected no list'),
    ('"ä" == x', '8 of the filter: expected a number, a text in double quotes, None, True, False or a list'),
    ('n == 1e2000', '6 of the filter: expected a number of at most 1000 digits before and after its point'),
    ('n == nan', '6 of the filter: expected a number, a text in double quotes, None, True, False or a list'),
    (repeat('(', 65) || 'n == 1', '65 of the filter: expected at most 64 levels of parentheses'),
    ('not', '4 of the filter: expected the name of an attribute')
) AS wrong (filter, wanted);
SELECT is((test.fault(format('SELECT quire.filter_sql(%L, %L)', filter, 'v')))[4], hint, format('"%s" gets a hint', filter)) FROM (VALUES
    ('n = 5', 'Perhaps "==" was meant.'), ('n == true', 'Perhaps True was meant.'), ('n == null', 'Perhaps None was meant.'), ('n == abc', 'A text stands in double quotes.'),
    ('n == 5 AND n == 6', 'Perhaps "and" was meant.'), (E'n == 5\nand n == 6', 'Only blanks may stand between words, no tabs or line ends.')
) AS wrong (filter, hint);
SELECT is((test.fault(format('SELECT quire.matches(%L, %L)', repeat('n == 1 or ', 6553) || 'n == 1', '{}')))[1], '42601', 'a filter has its limits');

SELECT * FROM finish();
ROLLBACK;
