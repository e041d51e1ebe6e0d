-- bench/guards.sql: the guards beside what people write without them. :rows is the size of the tables of triggers;
-- 500000 is what the goals are for.

-- Rows under triggers: seven columns, some 220 bytes.
CREATE TABLE bench.source AS
    SELECT n AS id, 1700000000000 + n AS version_id,
           timestamptz '2024-01-01' + n * interval '1 second' AS created_at,
           timestamptz '2024-01-01' + n * interval '1 second' AS updated_at,
           (ARRAY['open', 'closing', 'closed'])[n % 3 + 1] AS state, 'label ' || n AS label,
           repeat(md5(n::text), 4) AS note
    FROM generate_series(1, :rows::bigint) n;
ALTER TABLE bench.source ADD PRIMARY KEY (id);

-- Each variant of a subject has a table of its own, with its trigger on it; subjects take the same tables in turn.
CREATE TABLE bench.item_1 (
    id bigint PRIMARY KEY, version_id bigint, created_at timestamptz(3), updated_at timestamptz(3),
    state text, label text, note text
);
CREATE TABLE bench.item_2 (LIKE bench.item_1 INCLUDING ALL);
CREATE TABLE bench.item_3 (LIKE bench.item_1 INCLUDING ALL);
CREATE TABLE bench.item_4 (LIKE bench.item_1 INCLUDING ALL);
CREATE TABLE bench.item_5 (LIKE bench.item_1 INCLUDING ALL);

-- Statements that bring such a table where a round starts: filled or empty, then guarded. A truncated table has new
-- files, so that no round pays for the dead rows of another.
CREATE FUNCTION bench.prepare_item(number int, filled bool, trigger text) RETURNS text LANGUAGE sql AS $$
    SELECT format('TRUNCATE bench.item_%1$s; DROP TRIGGER IF EXISTS guard ON bench.item_%1$s;', number)
        || CASE WHEN filled THEN format('INSERT INTO bench.item_%s SELECT * FROM bench.source;', number) ELSE '' END
        || coalesce(format('CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON bench.item_%s FOR EACH ROW ', number)
            || 'EXECUTE FUNCTION ' || trigger, '')
$$;

-- version_id ----------------------------------------------------------------------------------------------------------

CREATE FUNCTION bench.version_id() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    present timestamptz := clock_timestamp();
    milliseconds bigint := date_part('epoch', present) * 1000;
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.version_id := coalesce(nullif(NEW.version_id, 0), milliseconds);
        NEW.created_at := present;
    ELSE
        IF NEW.version_id < OLD.version_id THEN
            RAISE EXCEPTION 'the row was changed since it was read' USING ERRCODE = '40001';
        END IF;
        IF NEW.version_id = OLD.version_id THEN
            NEW.version_id := greatest(OLD.version_id + 1, milliseconds);
        END IF;
        NEW.created_at := OLD.created_at;
    END IF;
    NEW.updated_at := present;
    RETURN NEW;
END $$;

INSERT INTO bench.subject (name, rows, parts) VALUES ('version_id, insert', :rows, 20), ('version_id, update', :rows, 20);
INSERT INTO bench.variant (subject, name, prepare, measured)
    SELECT subject, name, bench.prepare_item(number, filled, trigger), format(measured, number)
    FROM (VALUES
        ('version_id, insert', false, 'INSERT INTO bench.item_%s (id, state, label, note)
            SELECT id, state, label, note FROM bench.source WHERE id BETWEEN $1 AND $2'),
        ('version_id, update', true, 'UPDATE bench.item_%s SET label = ''changed'' WHERE id BETWEEN $1 AND $2')
    ) AS work (subject, filled, measured),
    (VALUES
        (1, 'no trigger', NULL),
        (2, 'empty C', 'bench.empty_trigger()'),
        (3, 'quire', 'quire.version_id(''version_id'', ''enforce'', ''created_at'', ''updated_at'')'),
        (4, 'PL/pgSQL', 'bench.version_id()')
    ) AS variant (number, name, trigger)
    ORDER BY subject, number;

INSERT INTO bench.goal (subject, measure, name, peer, at_most) VALUES
    ('version_id, insert', 'added', 'quire', 'PL/pgSQL', 0.5),
    ('version_id, update', 'added', 'quire', 'PL/pgSQL', 0.5),
    ('version_id, update', 'whole', 'quire', 'no trigger', 1.3);

-- check_state ---------------------------------------------------------------------------------------------------------

CREATE TABLE bench.transition (before text, after text, PRIMARY KEY (before, after));
INSERT INTO bench.transition VALUES ('open', 'closing'), ('closing', 'open'), ('closing', 'closed'), ('closed', 'open');

CREATE FUNCTION bench.check_state_by_table() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state IS DISTINCT FROM OLD.state
        AND NOT EXISTS (SELECT FROM bench.transition WHERE before = OLD.state AND after = NEW.state)
    THEN
        RAISE EXCEPTION 'state cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION bench.check_state_by_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state IS DISTINCT FROM OLD.state
        AND (OLD.state, NEW.state) NOT IN (('open', 'closing'), ('closing', 'open'), ('closing', 'closed'), ('closed', 'open'))
    THEN
        RAISE EXCEPTION 'state cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

INSERT INTO bench.subject (name, rows, parts) VALUES ('check_state, update', :rows, 20);
INSERT INTO bench.variant (subject, name, prepare, measured)
    SELECT 'check_state, update', name, bench.prepare_item(number, true, trigger), format('UPDATE bench.item_%s
        SET state = CASE state WHEN ''open'' THEN ''closing'' WHEN ''closing'' THEN ''closed'' ELSE ''open'' END
        WHERE id BETWEEN $1 AND $2', number)
    FROM (VALUES
        (1, 'no trigger', NULL),
        (2, 'empty C', 'bench.empty_trigger()'),
        (3, 'quire', 'quire.check_state(''state'', ''* -> open, open -> closing, closing -> open | closed, closed -> open'')'),
        (4, 'PL/pgSQL, literal list', 'bench.check_state_by_list()'),
        (5, 'PL/pgSQL, lookup table', 'bench.check_state_by_table()')
    ) AS variant (number, name, trigger)
    ORDER BY number;

INSERT INTO bench.goal (subject, measure, name, peer, at_most) VALUES
    ('check_state, update', 'added', 'quire', 'PL/pgSQL, lookup table', 0.25),
    ('check_state, update', 'added', 'quire', 'empty C', 1.2);

-- email ---------------------------------------------------------------------------------------------------------------

\set usual '''^[A-Z0-9._%+-]+@[A-Z0-9.-]+\\.[A-Z]{2,}$'''

-- Valid ones, which cost the most.
CREATE TABLE bench.address AS
    SELECT n AS id, (ARRAY['anna', 'jan.kowalski', 'm_schmidt', 'Field.Team-', 'lab+'])[n % 5 + 1] || n || '@'
        || (ARRAY['example.org', 'mail.example.com', 'uni-town.example.edu', 'Example.NET'])[n % 4 + 1] AS e
    FROM generate_series(1, :rows::bigint * 10) n;

ALTER TABLE bench.address ADD PRIMARY KEY (id);

CREATE TABLE bench.address_plain (id bigint, e text);
CREATE TABLE bench.address_checked (id bigint, e text CHECK (quire.is_email(e)));
CREATE TABLE bench.address_typed (id bigint, e quire.email);
CREATE TABLE bench.address_matched (id bigint, e text CHECK (e ~* :usual));

INSERT INTO bench.subject (name, rows, parts) VALUES ('email, scan', :rows * 10, 20);
INSERT INTO bench.variant (subject, name, measured)
    SELECT 'email, scan', name, format('SELECT %s FROM bench.address WHERE id BETWEEN $1 AND $2', counted)
    FROM (VALUES
        (1, 'count(e)', 'count(e)'),
        (2, 'quire.is_email', 'count(*) FILTER (WHERE quire.is_email(e))'),
        (3, '~*', format('count(*) FILTER (WHERE e ~* %L)', :usual))
    ) AS variant (number, name, counted)
    ORDER BY number;

INSERT INTO bench.subject (name, rows, parts) VALUES ('email, insert', :rows * 2, 20);
INSERT INTO bench.variant (subject, name, prepare, measured)
    SELECT 'email, insert', name, 'TRUNCATE bench.' || target,
           format('INSERT INTO bench.%s SELECT id, e FROM bench.address WHERE id BETWEEN $1 AND $2', target)
    FROM (VALUES
        (1, 'text', 'address_plain'),
        (2, 'text, CHECK (quire.is_email)', 'address_checked'),
        (3, 'quire.email', 'address_typed'),
        (4, 'text, CHECK (~*)', 'address_matched')
    ) AS variant (number, name, target)
    ORDER BY number;

INSERT INTO bench.goal (subject, measure, name, peer, at_most) VALUES
    ('email, scan', 'added', 'quire.is_email', '~*', 1 / 12.0);

VACUUM (FREEZE, ANALYZE) bench.source, bench.address, bench.transition;
