-- The session's actor, and every way in which an ordinary role may try to be somebody else. What needs sessions of its
-- own is in test/tap/actor.t.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(40);

CREATE ROLE quire_test_user;
CREATE ROLE quire_test_gateway;
GRANT EXECUTE ON FUNCTION quire.become(text, bool) TO quire_test_gateway;
GRANT quire_test_user TO quire_test_gateway;
GRANT CREATE ON SCHEMA public TO quire_test_user;
GRANT USAGE ON SCHEMA test TO quire_test_user;

SELECT is(quire.actor(), NULL, 'at first the session acts for nobody');
SELECT throws_ok('SELECT quire.require_actor()', '42501', 'no actor is set', 'and whoever needs an actor is told so');
SELECT alike((test.fault('SELECT quire.require_actor()'))[4], '%quire.become(%', 'with the way to set one');

SELECT quire.become('ann');
SELECT is(quire.actor(), 'ann', 'become sets the actor');
SELECT is(quire.require_actor(), 'ann', 'who then is there');
SELECT is(current_setting('quire.actor'), 'ann', 'and is a setting like others');
SELECT quire.become(actor => 'Ünal ''"\', local => true);
SELECT is(quire.actor(), 'Ünal ''"\', 'any text is a name');

SAVEPOINT before;
SELECT quire.become('bob');
ROLLBACK TO before;
SELECT is(quire.actor(), 'Ünal ''"\', 'a savepoint that is rolled back takes its actor along');
SAVEPOINT before;
SELECT quire.become('bob');
RELEASE before;
SELECT is(quire.actor(), 'bob', 'one that is released does not');

SELECT throws_ok('SELECT quire.become(NULL)', '22004', NULL, 'nobody becomes NULL');
SELECT throws_ok($$ SELECT quire.become('') $$, '22004', NULL, 'nor somebody without a name');
SELECT throws_ok($$ SELECT quire.become('a', NULL) $$, '22004', NULL, 'nor for a time unknown');
SELECT throws_ok($$ SELECT quire.become(repeat('a', 2000)) $$, '42622', NULL, 'nor with an endless name');
SELECT is(quire.actor(), 'bob', 'and a refusal changes nothing');

-- As an ordinary role.
SET LOCAL ROLE quire_test_user;
SELECT is(quire.actor(), 'bob', 'everybody can see who the actor is');
SELECT throws_ok($$ SELECT quire.become('eve') $$, '42501', NULL, 'become() is not for everybody');
SELECT throws_ok($$ SET quire.actor = 'eve' $$, '42501', NULL, 'SET is refused');
SELECT throws_ok($$ SET LOCAL quire.actor = 'eve' $$, '42501', NULL, 'SET LOCAL is refused');
SELECT throws_ok($$ SET SESSION quire.actor TO eve $$, '42501', NULL, 'SET SESSION is refused');
SELECT throws_ok($$ SET quire.actor TO DEFAULT $$, '42501', NULL, 'SET TO DEFAULT is refused');
SELECT throws_ok($$ RESET quire.actor $$, '42501', NULL, 'RESET is refused');
SELECT throws_ok($$ SELECT set_config('quire.actor', 'eve', true) $$, '42501', NULL, 'set_config is refused');
SELECT throws_ok($$ SELECT set_config('QUIRE.Actor', 'eve', false) $$, '42501', NULL, 'however it is spelled');
SELECT throws_ok($$ UPDATE pg_settings SET setting = 'eve' WHERE name = 'quire.actor' $$, '42501', NULL, 'pg_settings cannot be written');
SELECT throws_ok($$ ALTER ROLE quire_test_user SET quire.actor = 'eve' $$, '42501', NULL, 'ALTER ROLE ... SET is refused');
SELECT throws_ok(format('ALTER DATABASE %I SET quire.actor = ''eve''', current_database()), '42501', NULL, 'ALTER DATABASE ... SET is refused');
SELECT throws_ok($$ CREATE FUNCTION public.eve() RETURNS text LANGUAGE sql SET quire.actor = 'eve' AS 'SELECT quire.actor()' $$, '42501', NULL,
    'a function cannot set it');
CREATE FUNCTION public.plain() RETURNS text LANGUAGE sql AS 'SELECT quire.actor()';
SELECT throws_ok($$ ALTER FUNCTION public.plain() SET quire.actor = 'eve' $$, '42501', NULL, 'not by being altered either');
SELECT throws_ok($$ ALTER FUNCTION public.plain() SET quire.actor FROM CURRENT $$, '42501', NULL, 'not even to what it is');
SELECT throws_ok($$ GRANT SET ON PARAMETER quire.actor TO quire_test_user $$, '42501', NULL, 'nor can the right to set it be had');
SELECT throws_ok($$ GRANT EXECUTE ON FUNCTION quire.become(text, bool) TO quire_test_user $$, '42501', NULL, 'nor that to call become()');
SELECT throws_ok($$ CREATE FUNCTION public.mine(text, bool) RETURNS void LANGUAGE c AS '$libdir/quire', 'quire_become' $$, '42501', NULL,
    'nor can the C function be declared once more');

-- Things with tempting names in front of the real ones.
SET LOCAL search_path = pg_temp, public, pg_catalog, quire;
CREATE FUNCTION pg_temp.set_config(text, text, bool) RETURNS text LANGUAGE sql AS $$ SELECT 'eve'::text $$;
CREATE FUNCTION pg_temp.current_setting(text) RETURNS text LANGUAGE sql AS $$ SELECT 'eve'::text $$;
CREATE FUNCTION public.current_setting(text) RETURNS text LANGUAGE sql AS $$ SELECT 'eve'::text $$;
CREATE FUNCTION pg_temp.actor() RETURNS text LANGUAGE sql AS $$ SELECT 'eve'::text $$;
SELECT public.is(quire.actor(), 'bob', 'a search_path with traps changes nothing');
SELECT public.is(quire.require_actor(), 'bob', 'for neither function');

-- The gateway may; and stops being able to once it acts as somebody else.
RESET ROLE;
SET LOCAL search_path = public;
SET LOCAL ROLE quire_test_gateway;
SELECT lives_ok($$ SELECT quire.become('carl') $$, 'a role that was granted become() may call it');
SELECT throws_ok($$ SET LOCAL quire.actor = 'dora' $$, '42501', NULL, 'and still not set the parameter');
SET LOCAL ROLE quire_test_user;
SELECT throws_ok($$ SELECT quire.become('eve') $$, '42501', NULL, 'what it hands over to may not');
SELECT is(quire.actor(), 'carl', 'and works for the actor that it set');
RESET ROLE;
GRANT SET ON PARAMETER quire.actor TO quire_test_gateway;
SET LOCAL ROLE quire_test_gateway;
SELECT lives_ok($$ SET LOCAL quire.actor = 'dora' $$, 'unless it was granted the parameter');
RESET ROLE;

-- RESET ALL leads to nobody, which is no gain.
SELECT quire.become('frida', false);
SET LOCAL ROLE quire_test_user;
RESET ALL;
SELECT is(quire.actor(), NULL, 'RESET ALL leaves the session acting for nobody');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
