-- Deleted rows out of sight, and names that are free again.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(24);

CREATE ROLE quire_owner;
CREATE ROLE quire_user;
GRANT CREATE, USAGE ON SCHEMA public TO quire_owner;
SET LOCAL ROLE quire_owner;
CREATE TABLE users (id int PRIMARY KEY, name text, owner text DEFAULT current_user, deleted_at timestamptz);
CREATE TABLE posts (id int PRIMARY KEY, author int REFERENCES users ON DELETE CASCADE, deleted_at timestamptz);
CREATE TRIGGER soft BEFORE INSERT OR UPDATE OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION quire.soft_delete();
CREATE TRIGGER soft BEFORE INSERT OR UPDATE OR DELETE ON posts FOR EACH ROW EXECUTE FUNCTION quire.soft_delete();
INSERT INTO users VALUES (1, 'ann'), (2, 'bo');
INSERT INTO posts VALUES (1, 1), (2, 2);
GRANT ALL ON users, posts TO quire_user;

-- Unique among the live.
SELECT is(quire.create_live_index('users', '{name}')::text, 'users_name_live', 'an index');
SELECT is(quire.create_live_index('users', '{name,id}')::text, 'users_name_id_live', 'of several columns');
SELECT throws_ok($$ SELECT quire.create_live_index('users', '{nam}') $$, '42703', 'table "users" has no column "nam"', 'of columns that there are');
SELECT throws_ok($$ SELECT quire.create_live_index('users', '{}') $$, '22023', NULL, 'at least one');
SELECT throws_ok($$ INSERT INTO users VALUES (3, 'ann') $$, '23505', NULL, 'a live name is taken');
DELETE FROM users WHERE id = 1;
SELECT lives_ok($$ INSERT INTO users VALUES (3, 'ann') $$, 'a deleted one is free');
SELECT throws_ok($$ SELECT quire.undelete('users', '1') $$, '23505', NULL, 'and cannot come back while it is taken');
SELECT is(quire.delete('users', '3') + quire.undelete('users', '1'), 3, 'but then');
DELETE FROM users WHERE id = 1;

-- Out of sight.
SELECT lives_ok($$ SELECT quire.hide_deleted('users'), quire.hide_deleted('posts') $$, 'the owner hides them');
SELECT lives_ok($$ SELECT quire.hide_deleted('users') $$, 'and may do so again');
SELECT is((SELECT array_agg(id ORDER BY id) FROM users), '{2}', 'from himself');
SELECT is(quire.get_count('users'), 1::bigint, 'counts are of what he sees');
SELECT is(quire.get_count('users', '{}', with_deleted => true), 3::bigint, 'unless he asks');
SET LOCAL ROLE quire_user;
SELECT is((SELECT array_agg(u.id) FROM users u WHERE EXISTS (SELECT FROM posts p WHERE p.author = u.id)), '{2}', 'from others, under whatever alias');
UPDATE users SET name = 'changed';
SELECT is(quire.get_count('users', '{}', with_deleted => true), 1::bigint, 'who cannot count them');
SELECT lives_ok('INSERT INTO users VALUES (4, ''di''); INSERT INTO posts VALUES (4, 4)', 'but write as ever');
SELECT is(quire.delete('users', '4'), 2, 'and delete');
SELECT is(quire.undelete('users', '4'), 2, 'and restore');
SELECT is(quire.delete('users', '1', hard => true), 0, 'for good only what they see');
RESET ROLE;
SELECT is((SELECT array_agg(name ORDER BY id) FROM users), '{ann,changed,ann,di}', 'a change passes hidden rows by');
SET LOCAL ROLE quire_owner;
SELECT is(quire.delete('users', '1', hard => true), 2, 'the owner removes them for good');
-- Beside policies that were there before.
CREATE TABLE own (id int PRIMARY KEY, who text, deleted_at timestamptz);
CREATE TRIGGER soft BEFORE INSERT OR UPDATE OR DELETE ON own FOR EACH ROW EXECUTE FUNCTION quire.soft_delete();
ALTER TABLE own ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON own USING (who = current_user);
INSERT INTO own VALUES (1, 'quire_user'), (2, 'quire_owner'), (3, 'quire_user');
GRANT ALL ON own TO quire_user;
DELETE FROM own WHERE id = 3;
SELECT quire.hide_deleted('own');
SET LOCAL ROLE quire_user;
SELECT is((SELECT array_agg(id) FROM own), '{1}', 'no policy is weaker than it was');
SELECT is(quire.undelete('own', '3'), 1, 'who may have the row may restore it');
RESET ROLE;
SELECT throws_ok($$ SELECT quire.hide_deleted('pg_class') $$, '42704', NULL, 'where nothing is deleted softly there is nothing to hide');

SELECT * FROM finish();
ROLLBACK;
