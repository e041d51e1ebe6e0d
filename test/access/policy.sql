-- Policies: what create_policy takes and makes, and what can, permitted, verbs and explain_access answer.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(75);

CREATE ROLE quire_test_owner;
CREATE ROLE quire_test_user;
CREATE SCHEMA clinic AUTHORIZATION quire_test_owner;
GRANT USAGE ON SCHEMA test TO quire_test_owner, quire_test_user;
SET LOCAL ROLE quire_test_owner;
CREATE TABLE clinic.assignment (actor text, role int, object text, expires timestamptz);
CREATE TABLE clinic.role (id int, verbs jsonb);
CREATE TABLE clinic.node (id text PRIMARY KEY, parent text);
CREATE TABLE clinic.team (person text, team text);
INSERT INTO clinic.role VALUES (1, '["read"]'), (2, '["read", "write"]'), (3, '[]'), (4, NULL);
INSERT INTO clinic.node VALUES ('project', NULL), ('form', 'project'), ('visit', 'form'), ('photo', 'visit');
INSERT INTO clinic.team VALUES ('ann', 'nurses'), ('nurses', 'staff'), ('staff', 'nurses');
INSERT INTO clinic.assignment VALUES ('staff', 1, 'project'), ('ann', 2, 'visit'), ('root', 2, '*'), ('idle', 3, 'project'), ('lost', 9, 'project'),
    (NULL, 1, 'project'), ('half', NULL, 'project'), ('void', 1, NULL);
SELECT lives_ok($$ SELECT quire.create_policy('clinic.access',
    grants => 'SELECT actor, role, object FROM clinic.assignment',
    roles => 'SELECT id, jsonb_array_elements_text(verbs) FROM clinic.role',
    parents => 'SELECT id, parent FROM clinic.node',
    members => 'SELECT person, team FROM clinic.team;  ') $$, 'four queries make a policy');
SELECT set_eq($$ SELECT relname::text || relkind::text FROM pg_class WHERE relnamespace = 'clinic'::regnamespace AND relkind = 'v' $$,
    ARRAY['access_grantsv', 'access_rolesv', 'access_parentsv', 'access_membersv'], 'which is four views');
SELECT columns_are('clinic', 'access_grants', ARRAY['actor', 'role', 'object']);
SELECT columns_are('clinic', 'access_roles', ARRAY['role', 'verb']);
SELECT columns_are('clinic', 'access_parents', ARRAY['object', 'parent']);
SELECT columns_are('clinic', 'access_members', ARRAY['member', 'group']);

-- can
SELECT ok(quire.can('clinic.access', 'write', 'visit', 'ann'), 'a role that is granted on an object has its verbs there');
SELECT ok(quire.can('clinic.access', 'write', 'photo', 'ann'), 'and on what lies in it');
SELECT ok(NOT quire.can('clinic.access', 'write', 'form', 'ann'), 'but not on what it lies in');
SELECT ok(quire.can('clinic.access', 'read', 'photo', 'ann'), 'groups of groups grant what they have');
SELECT ok(NOT quire.can('clinic.access', 'read', 'photo', 'bob'), 'an unknown actor has nothing');
SELECT ok(NOT quire.can('clinic.access', 'raed', 'photo', 'ann'), 'nobody has an unknown verb');
SELECT ok(NOT quire.can('clinic.access', 'read', 'nothing', 'ann'), 'nor anything on an unknown object');
SELECT ok(NOT quire.can('clinic.access', 'read', NULL, 'root'), 'nor on no object at all');
SELECT ok(quire.can('clinic.access', 'write', 'nothing', 'root'), 'but everything includes what nobody has heard of');
SELECT ok(quire.can('clinic.access', 'write', '*', 'root'), 'and everything itself');
SELECT ok(NOT quire.can('clinic.access', 'read', '*', 'ann'), 'which others do not have');
SELECT ok(NOT quire.can('clinic.access', 'read', 'project', 'idle'), 'a role without verbs gives nothing');
SELECT ok(NOT quire.can('clinic.access', 'read', 'project', 'lost'), 'nor does one that there is not');
SELECT ok(NOT quire.can('clinic.access', 'read', 'project', 'half'), 'nor a grant of no role');
SELECT ok(NOT quire.can('clinic.access', 'read', '', 'void'), 'nor one on no object');
SELECT ok(NOT quire.can('clinic.access', 'read', 'project', ''), 'nobody has no name');
SELECT is((SELECT count(*) FROM generate_series(1, 10) WHERE quire.can('clinic.access', 'read', 'photo', 'ann')), 10::bigint, 'the answer is the same every time');
SELECT is((SELECT count(*) FROM generate_series(1, 10) i WHERE quire.can('clinic.access', 'read', 'nothing' || i, 'ann')), 0::bigint, 'for many objects, too');

-- the session's actor
SELECT throws_ok($$ SELECT quire.can('clinic.access', 'read', 'photo') $$, '42501', 'no actor is set', 'without an actor nothing is judged');
SELECT throws_ok($$ SELECT quire.permitted('clinic.access', 'read') $$, '42501', 'no actor is set', 'in none of the functions');
SELECT throws_ok($$ SELECT quire.allowed('clinic.access', 'read', 'photo'::text) $$, '42501', 'no actor is set', 'nor in the predicate');
RESET ROLE;
SELECT quire.become('ann');
SELECT ok(quire.can('clinic.access', 'read', 'photo'), 'unless told, the session''s actor is meant');
SELECT ok(quire.can('clinic.access', 'read', 'photo', NULL), 'also by NULL');
SELECT ok(quire.allowed('clinic.access', 'read', 'photo'::text), 'and by the predicate');
SELECT is(quire.permitted('clinic.access', 'write'), ARRAY['visit', 'photo'], 'and in lists');

-- permitted, verbs
SELECT set_eq($$ SELECT unnest(quire.permitted('clinic.access', 'read', 'ann')) $$, ARRAY['project', 'form', 'visit', 'photo'], 'all permitted objects are listed');
SELECT is(quire.permitted('clinic.access', 'read', 'root'), ARRAY['*'], 'everything is listed as such');
SELECT is(quire.permitted('clinic.access', 'read', 'bob'), '{}', 'nothing as an empty list');
SELECT is(quire.verbs('clinic.access', 'photo', 'ann'), ARRAY['read', 'write'], 'verbs are listed in order');
SELECT is(quire.verbs('clinic.access', 'form', 'ann'), ARRAY['read'], 'as they are held on the object');
SELECT is(quire.verbs('clinic.access', 'nothing', 'root'), ARRAY['read', 'write'], 'or on everything');
SELECT is(quire.verbs('clinic.access', 'nothing', 'ann'), '{}', 'or not at all');

-- explain_access
SELECT results_eq($$ SELECT step, link, subject, target FROM quire.explain_access('clinic.access', 'read', 'form', 'ann') $$,
    $$ VALUES (1, 'member of', 'ann', 'nurses'), (2, 'member of', 'nurses', 'staff'), (3, 'holds role', 'staff', '1'),
        (4, 'with verb', '1', 'read'), (5, 'on', '1', 'project'), (6, 'contains', 'project', 'form') $$, 'the chain is told');
SELECT results_eq($$ SELECT link, subject, target, note FROM quire.explain_access('clinic.access', 'read', 'x', 'root') $$,
    $$ VALUES ('holds role', 'root', '2', NULL), ('with verb', '2', 'read', NULL), ('on', '2', '*', 'which stands for everything') $$, 'also of everything');
SELECT is((SELECT note FROM quire.explain_access('clinic.access', 'raed', 'form', 'ann') WHERE link = 'denied'), 'no role has the verb', 'an unknown verb is told');
SELECT is((SELECT note FROM quire.explain_access('clinic.access', 'write', 'form', 'ann') WHERE link = 'denied'), 'no role that is held there has the verb', 'so is a lesser role');
SELECT is((SELECT note FROM quire.explain_access('clinic.access', 'read', 'form', 'bob') WHERE link = 'denied'),
    'no role is held on the object or anything that it lies in', 'so is none at all');

-- changes
SET LOCAL ROLE quire_test_owner;
INSERT INTO clinic.assignment VALUES ('bob', 1, 'form');
SELECT is(quire.permitted('clinic.access', 'read', 'bob'), ARRAY['form', 'visit', 'photo'], 'a grant counts at once');
UPDATE clinic.node SET parent = NULL WHERE id = 'visit';
SELECT is(quire.permitted('clinic.access', 'read', 'bob'), ARRAY['form'], 'so does a move');
SAVEPOINT one;
DELETE FROM clinic.assignment WHERE actor = 'bob';
SELECT is(quire.permitted('clinic.access', 'read', 'bob'), '{}', 'and a revocation');
ROLLBACK TO one;
SELECT is(quire.permitted('clinic.access', 'read', 'bob'), ARRAY['form'], 'one that is rolled back does not');
SAVEPOINT two;
TRUNCATE clinic.role;
SELECT ok(NOT quire.can('clinic.access', 'read', 'form', 'bob'), 'TRUNCATE counts');
ROLLBACK TO two;
SELECT ok(quire.can('clinic.access', 'read', 'form', 'bob'), 'and is rolled back');
INSERT INTO clinic.team VALUES ('carl', 'staff');
SELECT ok(quire.can('clinic.access', 'read', 'form', 'carl'), 'a new member has what the group has');
-- An ordinary trigger that asks sees what its statement has written so far.
CREATE TABLE clinic.seen (who text, n bigint);
CREATE FUNCTION clinic.look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO clinic.seen VALUES (NEW.actor, cardinality(quire.permitted('clinic.access', 'read', NEW.actor)));
    RETURN NEW;
END $$;
CREATE TRIGGER look AFTER INSERT ON clinic.assignment FOR EACH ROW EXECUTE FUNCTION clinic.look();
CREATE TRIGGER look_first BEFORE INSERT ON clinic.assignment FOR EACH ROW EXECUTE FUNCTION clinic.look();
INSERT INTO clinic.assignment VALUES ('dora', 1, 'photo'), ('dora', 1, 'visit'), ('dora', 1, 'project');
SELECT results_eq('SELECT n FROM clinic.seen', 'VALUES (0::bigint), (1), (2), (4), (4), (4)', 'triggers in the middle of a change see it grow');
SELECT is(cardinality(quire.permitted('clinic.access', 'read', 'dora')), 4, 'and what was seen then is not kept');

-- Who may ask.
RESET ROLE;
SET LOCAL ROLE quire_test_user;
SELECT ok(quire.can('clinic.access', 'read', 'photo'), 'about oneself everybody may ask');
SELECT throws_ok($$ SELECT quire.can('clinic.access', 'read', 'photo', 'root') $$, '42501', NULL, 'about others it takes USAGE on the schema');
SELECT throws_ok($$ SELECT * FROM clinic.access_grants $$, '42501', NULL, 'the views themselves are their owner''s');
RESET ROLE;
GRANT USAGE ON SCHEMA clinic TO quire_test_user;
SET LOCAL ROLE quire_test_user;
SELECT ok(quire.can('clinic.access', 'read', 'photo', 'root'), 'which is enough');
SELECT throws_ok($$ SELECT * FROM clinic.access_grants $$, '42501', NULL, 'and gives no look at the views');
SELECT throws_ok($$ SELECT quire.drop_policy('clinic.access') $$, '42501', NULL, 'nor leave to drop them');
RESET ROLE;

-- Names and queries that will not do.
SELECT throws_ok($$ SELECT quire.can('clinic.acess', 'read', 'x', 'ann') $$, '42704', 'policy "clinic.acess" does not exist', 'an unknown policy is told');
SELECT alike((test.fault($$ SELECT quire.can('clinic.acess', 'read', 'x', 'ann') $$))[4], '%create_policy%', 'with the way to make one');
SELECT throws_ok($$ SELECT quire.can('nowhere.access', 'read', 'x', 'ann') $$, '42704', NULL, 'so is an unknown schema');
SELECT throws_ok($$ SELECT quire.can('access', 'read', 'x', 'ann') $$, '42602', NULL, 'a name must have its schema');
SELECT throws_ok($$ SELECT quire.create_policy('clinic.other', 'SELECT 1', 'SELECT 1, 2') $$, '22023', NULL, 'a query needs its columns');
SELECT throws_ok($$ SELECT quire.create_policy('clinic.other', 'SELECT 1, 2, 3; SELECT 1, 2, 3', 'SELECT 1, 2') $$, '22023', NULL, 'and must be one');
SELECT throws_ok($$ SELECT quire.create_policy('clinic.other', 'DELETE FROM clinic.team RETURNING 1, 2, 3', 'SELECT 1, 2') $$, '22023', NULL, 'that reads');
SELECT throws_ok($$ SELECT quire.create_policy('clinic.other', NULL, 'SELECT 1, 2') $$, '22004', NULL, 'and be there');
SELECT throws_ok($$ SELECT quire.create_policy('clinic.access', 'SELECT 1, 2, 3', 'SELECT 1, 2') $$, '42P07', NULL, 'a policy is not made twice');
SELECT lives_ok($$ SELECT quire.create_policy('clinic."Other one"', 'SELECT 1 AS object, 7 AS actor, 2 AS role -- a comment', 'VALUES (2, ''go'')') $$,
    'columns may come by name in any order, and a policy may have any name');
SELECT is(quire.permitted('clinic."Other one"', 'go', '7'), ARRAY['1'], 'and works');
SELECT lives_ok($$ SELECT quire.drop_policy('clinic."Other one"') $$, 'and goes');

-- Nothing stays of a policy.
SELECT isnt_empty($$ SELECT 1 FROM pg_trigger WHERE tgname LIKE 'quire\_access\_%' AND tgrelid::regclass::text LIKE 'clinic.%' $$, 'its tables are watched');
SELECT lives_ok($$ SELECT quire.drop_policy('clinic.access') $$, 'a policy is dropped');
SELECT is_empty($$ SELECT 1 FROM pg_trigger WHERE tgname LIKE 'quire\_access\_%' AND tgrelid::regclass::text LIKE 'clinic.%' $$, 'with its triggers');
SELECT is_empty($$ SELECT 1 FROM pg_class WHERE relname LIKE 'access\_%' AND relnamespace = 'clinic'::regnamespace $$, 'and its views');
SELECT throws_ok($$ SELECT quire.can('clinic.access', 'read', 'photo', 'ann') $$, '42704', NULL, 'and is unknown');

SELECT * FROM finish();
ROLLBACK;
