-- Beamtimes, files, live-stream images and the log of events.
-- Tables and columns have the platform's names; so times are UTC without a zone, and enumerations its words in capitals.
-- Every function is the schema's own and keeps the search_path that it was made under. What each run calls is in plpgsql,
-- which keeps its plans: a function in SQL that sets something is planned anew by every statement.

CREATE FUNCTION utc_now() RETURNS timestamp LANGUAGE sql VOLATILE RETURN clock_timestamp() AT TIME ZONE 'UTC';
COMMENT ON FUNCTION utc_now() IS 'This moment, as all columns hold moments: UTC without a zone.';

CREATE TABLE settings (
    only_row bool PRIMARY KEY DEFAULT true CHECK (only_row),
    time_zone text NOT NULL DEFAULT 'Europe/Berlin' CHECK (timestamptz 'epoch' AT TIME ZONE time_zone IS NOT NULL),
    compress_files_from int4 NOT NULL DEFAULT 1000 CHECK (compress_files_from >= 0)
);
COMMENT ON TABLE settings IS 'What the platform reads from its environment; one row.';
COMMENT ON COLUMN settings.time_zone IS 'Where the beamtimes are: of shifts, and of local times in the API. The platform''s AMARCORD_TZ.';
COMMENT ON COLUMN settings.compress_files_from IS 'Bytes from which create_file() compresses by itself.';
INSERT INTO settings DEFAULT VALUES;

-- Moments as the API gives and takes them -----------------------------------------------------------------------------

CREATE FUNCTION to_millis(moment timestamp) RETURNS int8 LANGUAGE sql IMMUTABLE STRICT SET search_path FROM CURRENT AS $$
    SELECT floor(extract(epoch FROM moment) * 1000)::int8
$$;
COMMENT ON FUNCTION to_millis(timestamp) IS 'Milliseconds since 1970 of a moment in UTC.';

CREATE FUNCTION from_millis(millis int8) RETURNS timestamp LANGUAGE sql IMMUTABLE STRICT SET search_path FROM CURRENT AS $$
    SELECT timestamp 'epoch' + millis * interval '1 millisecond'
$$;
COMMENT ON FUNCTION from_millis(int8) IS 'The moment in UTC of milliseconds since 1970.';

CREATE FUNCTION to_local_millis(moment timestamp) RETURNS int8 LANGUAGE sql STABLE STRICT SET search_path FROM CURRENT AS $$
    SELECT to_millis(moment AT TIME ZONE 'UTC' AT TIME ZONE time_zone) FROM settings
$$;
COMMENT ON FUNCTION to_local_millis(timestamp) IS 'The clock on the wall at a moment in UTC, as milliseconds, as if it were UTC.';

CREATE FUNCTION from_local_millis(millis int8) RETURNS timestamp LANGUAGE sql STABLE STRICT SET search_path FROM CURRENT AS $$
    -- When clocks are set back, a time comes twice, and the server takes the later: look for the earlier.
    SELECT coalesce(
        (SELECT t.later - ago FROM unnest(ARRAY[interval '2 hours', '1 hour', '30 minutes']) AS ago
         WHERE (t.later - ago) AT TIME ZONE time_zone = from_millis(millis) LIMIT 1), t.later) AT TIME ZONE 'UTC'
    FROM settings, LATERAL (SELECT from_millis(millis) AT TIME ZONE time_zone AS later) AS t
$$;
COMMENT ON FUNCTION from_local_millis(int8) IS 'The moment in UTC at which the clock on the wall showed this; of two, the first.';

-- Beamtimes -----------------------------------------------------------------------------------------------------------

CREATE TABLE "Beamtime" (
    id serial PRIMARY KEY,
    external_id varchar(255) NOT NULL,
    proposal varchar(255) NOT NULL,
    beamline varchar(255) NOT NULL,
    title varchar(255) NOT NULL,
    comment text NOT NULL DEFAULT '',
    start timestamp(3) NOT NULL,
    "end" timestamp(3) NOT NULL,
    analysis_output_path text NOT NULL DEFAULT '',
    CONSTRAINT ends_after_start CHECK ("end" >= start)
);
COMMENT ON TABLE "Beamtime" IS 'All experiment campaigns; everything else belongs to one.';
COMMENT ON COLUMN "Beamtime".external_id IS 'The number that the facility gave it.';
COMMENT ON COLUMN "Beamtime".analysis_output_path IS 'With placeholders, which analysis_path() fills in.';

CREATE FUNCTION analysis_path(beamtime_id int4) RETURNS text LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    b "Beamtime";
    path text;
    known text[];
    part text[];
BEGIN
    SELECT * INTO b FROM "Beamtime" WHERE id = beamtime_id;
    path := b.analysis_output_path;
    known := ARRAY[['external_id', b.external_id], ['proposal', b.proposal], ['beamline', b.beamline],
        ['beamline_lowercase', lower(b.beamline)], ['title', b.title], ['year', to_char(b.start, 'YYYY')]];
    FOREACH part SLICE 1 IN ARRAY known LOOP
        path := replace(path, '{beamtime.' || part[1] || '}', part[2]);
    END LOOP;
    RETURN path;
END $$;
COMMENT ON FUNCTION analysis_path(int4) IS
    'Where a beamtime''s results go: {beamtime.external_id}, .proposal, .beamline, .beamline_lowercase, .title and .year filled in.';

CREATE FUNCTION lock_beamtime(beamtime_id int4) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    -- The row is written, not only locked: at every isolation level, of two at once the second sees the first or fails.
    UPDATE "Beamtime" SET title = title WHERE id = beamtime_id;
    IF NOT FOUND THEN
        RAISE 'there is no beamtime with the id %', beamtime_id USING ERRCODE = 'P0002';
    END IF;
END $$;
COMMENT ON FUNCTION lock_beamtime(int4) IS 'Lets those take turns, to the end of their transactions, who go by what a beamtime has last.';

CREATE FUNCTION keep_beamtime() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE 'row % of "%" stays in its beamtime', OLD.id, TG_TABLE_NAME USING ERRCODE = '23514', HINT = 'Copy it to the other one.';
END $$;
COMMENT ON FUNCTION keep_beamtime() IS 'Trigger: what refers to a row of a beamtime is of the same beamtime, so it does not move.';

CREATE FUNCTION require_read_committed(what text) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE '% at this isolation level', what USING ERRCODE = '0A000',
            DETAIL = 'What others have written since the transaction began would not be seen.',
            HINT = 'Do it in a transaction at READ COMMITTED.';
    END IF;
END $$;
COMMENT ON FUNCTION require_read_committed(text) IS
    'An error unless the transaction sees what others have committed, which is for what looks at all rows that depend on one.';

-- Files ---------------------------------------------------------------------------------------------------------------

CREATE TABLE "File" (
    id serial PRIMARY KEY,
    type varchar(255) NOT NULL,
    file_name varchar(255) NOT NULL CHECK (file_name <> ''),
    size_in_bytes int4 NOT NULL,
    size_in_bytes_compressed int4,
    original_path text,
    sha256 char(64) NOT NULL,
    modified timestamp(3) NOT NULL DEFAULT utc_now(),
    contents bytea NOT NULL,
    description varchar(255) NOT NULL DEFAULT ''
);
ALTER TABLE "File" ALTER contents SET STORAGE EXTERNAL;
COMMENT ON TABLE "File" IS 'All files, with what is in them. Type, digest and sizes are found by themselves.';
COMMENT ON COLUMN "File".size_in_bytes_compressed IS 'NULL when contents are the file as it is; else they are compressed by zlib, or gzip.';
COMMENT ON COLUMN "File".sha256 IS 'Of the file as it is, in hex. One that a client gives must be right.';
CREATE UNIQUE INDEX one_live_stream_image ON "File" (file_name) WHERE file_name ~ '^live-stream-image-[0-9]+$';
CREATE INDEX "File_sha256" ON "File" (sha256, file_name);

CREATE FUNCTION media_type(contents bytea) RETURNS text LANGUAGE sql IMMUTABLE STRICT SET search_path FROM CURRENT AS $$
    SELECT coalesce(
        (SELECT t.type FROM (VALUES
            ('\x89504e470d0a1a0a'::bytea, 'image/png'), ('\xffd8ff', 'image/jpeg'), ('\x474946383761', 'image/gif'),
            ('\x474946383961', 'image/gif'), ('\x49492a00', 'image/tiff'), ('\x4d4d002a', 'image/tiff'),
            ('\x255044462d', 'application/pdf'), ('\x894844460d0a1a0a', 'application/x-hdf5'), ('\x504b0304', 'application/zip'),
            ('\x1f8b', 'application/gzip'), ('\x4d545a20', 'application/x-mtz')) AS t (magic, type)
         WHERE substr(contents, 1, length(t.magic)) = t.magic),
        CASE WHEN encode(substr(contents, 1, 4096), 'escape') ~ '^([^\\[:cntrl:]]|\\[2-3][0-7]{2}|\\\\|[\t\n\r])*$'
            THEN 'text/plain' ELSE 'application/octet-stream' END)
$$;
COMMENT ON FUNCTION media_type(bytea) IS 'What a file looks to be, by how it begins.';

CREATE FUNCTION file_contents(file "File") RETURNS bytea LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT CASE WHEN file.size_in_bytes_compressed IS NULL THEN file.contents ELSE quire.gunzip(file.contents) END
$$;
COMMENT ON FUNCTION file_contents("File") IS 'The file as it was, however it is stored.';

CREATE FUNCTION content_disposition(file "File") RETURNS text LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT CASE WHEN file.type ~ '^image/' OR file.type = 'application/pdf' OR (file.type ~ '^text/' AND file.file_name !~ '\.(pdb|cif)$')
        THEN 'inline' ELSE 'attachment' END
$$;
COMMENT ON FUNCTION content_disposition("File") IS 'Is the file shown when it is downloaded, or saved?';

CREATE FUNCTION live_stream_name(beamtime_id int4) RETURNS text LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT 'live-stream-image-' || beamtime_id
$$;
COMMENT ON FUNCTION live_stream_name(int4) IS 'The name of the file that is the beamtime''s live-stream image.';

CREATE FUNCTION live_stream_file(beamtime_id int4) RETURNS int4 LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
    -- The pattern is that of the index.
    RETURN (SELECT id FROM "File" WHERE file_name = live_stream_name(beamtime_id) AND file_name ~ '^live-stream-image-[0-9]+$');
END $$;
COMMENT ON FUNCTION live_stream_file(int4) IS 'The file that is the beamtime''s live-stream image; NULL when there is none.';

CREATE FUNCTION check_file() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    original bytea := CASE WHEN NEW.size_in_bytes_compressed IS NULL THEN NEW.contents ELSE quire.gunzip(NEW.contents) END;
    digest text := encode(sha256(original), 'hex');
    was_given bool := NEW.sha256 IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.sha256 IS DISTINCT FROM OLD.sha256);
BEGIN
    IF was_given AND NEW.sha256 <> digest THEN
        RAISE 'the file is not what its digest says' USING ERRCODE = '22000', HINT = 'Send it again, or leave sha256 out.';
    END IF;
    NEW.sha256 := digest;
    NEW.size_in_bytes := length(original);
    NEW.size_in_bytes_compressed := CASE WHEN NEW.size_in_bytes_compressed IS NOT NULL THEN length(NEW.contents) END;
    NEW.type := coalesce(NEW.type, media_type(original));
    IF TG_OP = 'UPDATE' THEN
        NEW.modified := utc_now();
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION check_file() IS 'Trigger: type, sizes and digest of a file are those of what is in it.';
CREATE TRIGGER check_file BEFORE INSERT OR UPDATE OF contents, sha256, size_in_bytes, size_in_bytes_compressed ON "File"
    FOR EACH ROW EXECUTE FUNCTION check_file();

CREATE FUNCTION check_live_stream() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM FROM "Beamtime" WHERE id::text = substr(NEW.file_name, length('live-stream-image-') + 1) FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE 'there is no beamtime for the file "%"', NEW.file_name USING ERRCODE = '23503';
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION check_live_stream() IS 'Trigger: a live-stream image is that of a beamtime.';
CREATE TRIGGER check_live_stream AFTER INSERT OR UPDATE OF file_name ON "File"
    FOR EACH ROW WHEN (NEW.file_name ~ '^live-stream-image-[0-9]+$') EXECUTE FUNCTION check_live_stream();

CREATE FUNCTION drop_live_stream() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM "File" WHERE id = live_stream_file(OLD.id);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION drop_live_stream() IS 'Trigger: with a beamtime goes its live-stream image.';
CREATE TRIGGER drop_live_stream AFTER DELETE ON "Beamtime" FOR EACH ROW EXECUTE FUNCTION drop_live_stream();

CREATE FUNCTION compressed_or_null(contents bytea, compress text) RETURNS bytea
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    packed bytea;
BEGIN
    IF compress NOT IN ('auto', 'on', 'off') THEN
        RAISE 'there is no compression "%"', compress USING ERRCODE = '22023', HINT = 'It is auto, on or off.';
    ELSIF compress = 'off' OR (compress = 'auto' AND (length(contents) < (SELECT compress_files_from FROM settings)
            OR length(contents) > pg_size_bytes(current_setting('quire.max_inflate')))) THEN
        RETURN NULL;
    END IF;
    packed := quire.zlib(contents);
    RETURN CASE WHEN compress = 'on' OR length(packed) < length(contents) THEN packed END;
END $$;
COMMENT ON FUNCTION compressed_or_null(bytea, text) IS
    'The contents by zlib, NULL when they are to stay as they are: auto is where it makes them smaller, and they could be read again.';

CREATE FUNCTION create_file(file_name text, contents bytea, type text DEFAULT NULL, description text DEFAULT '',
    original_path text DEFAULT NULL, compress text DEFAULT 'auto', deduplicate bool DEFAULT false) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    digest text := encode(sha256(contents), 'hex');
    packed bytea;
    file_id int4;
BEGIN
    IF deduplicate THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || digest, 0));
        SELECT min(f.id) INTO file_id FROM "File" AS f WHERE f.sha256 = digest AND f.file_name = create_file.file_name;
        IF file_id IS NOT NULL THEN
            RETURN file_id;
        END IF;
    END IF;
    packed := compressed_or_null(contents, compress);
    INSERT INTO "File" (type, file_name, contents, size_in_bytes_compressed, original_path, description)
    VALUES (coalesce(create_file.type, media_type(create_file.contents)), create_file.file_name, coalesce(packed, create_file.contents),
        length(packed), create_file.original_path, create_file.description)
    RETURNING id INTO file_id;
    RETURN file_id;
END $$;
COMMENT ON FUNCTION create_file(text, bytea, text, text, text, text, bool) IS
    'A new file; its id. With deduplicate that of one of the same name and contents, if there is one. Compression is auto, on or off.';

-- Live-stream images --------------------------------------------------------------------------------------------------

CREATE FUNCTION update_live_stream(beamtime_id int4, contents bytea, type text DEFAULT NULL, compress text DEFAULT 'auto')
RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    packed bytea := compressed_or_null(contents, compress);
    file_id int4;
BEGIN
    INSERT INTO "File" AS f (type, file_name, contents, size_in_bytes_compressed, description)
    VALUES (coalesce(update_live_stream.type, media_type(update_live_stream.contents)), live_stream_name(beamtime_id),
        coalesce(packed, update_live_stream.contents), length(packed), 'Live stream image')
    ON CONFLICT (file_name) WHERE file_name ~ '^live-stream-image-[0-9]+$' DO UPDATE
        SET type = excluded.type, contents = excluded.contents, size_in_bytes_compressed = excluded.size_in_bytes_compressed
    RETURNING f.id INTO file_id;
    RETURN file_id;
END $$;
COMMENT ON FUNCTION update_live_stream(int4, bytea, text, text) IS
    'The latest image of a beamtime''s live stream, in the place of the one before; the id of its file, always the same.';

CREATE FUNCTION copy_live_stream(beamtime_id int4) RETURNS int4 LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO "File" (type, file_name, contents, size_in_bytes_compressed, original_path, description)
    SELECT type, file_name || '-copy', contents, size_in_bytes_compressed, original_path, description
    FROM "File" WHERE id = live_stream_file(beamtime_id)
    RETURNING id
$$;
COMMENT ON FUNCTION copy_live_stream(int4) IS
    'Keeps the live-stream image of this moment; the id of the copy, NULL when there is no image.';

-- The log of events ---------------------------------------------------------------------------------------------------

CREATE TABLE "EventLog" (
    id serial PRIMARY KEY,
    beamtime_id int4 NOT NULL REFERENCES "Beamtime" ON DELETE CASCADE,
    created timestamp(3) NOT NULL DEFAULT utc_now(),
    level varchar(7) NOT NULL DEFAULT 'INFO' CHECK (level IN ('INFO', 'WARNING', 'ERROR', 'USER')),
    source varchar(255) NOT NULL,
    text text NOT NULL
);
COMMENT ON TABLE "EventLog" IS 'What happened, said by people (USER) and programs.';
CREATE INDEX "EventLog_beamtime_id" ON "EventLog" (beamtime_id, id);

CREATE TABLE "EventHasFile" (
    event_id int4 REFERENCES "EventLog" ON DELETE CASCADE,
    file_id int4 REFERENCES "File" ON DELETE CASCADE,
    PRIMARY KEY (event_id, file_id)
);
COMMENT ON TABLE "EventHasFile" IS 'The files of events.';
CREATE INDEX "EventHasFile_file_id" ON "EventHasFile" (file_id);

CREATE FUNCTION create_event(beamtime_id int4, source text, text text, level text DEFAULT 'info', file_ids int4[] DEFAULT '{}',
    with_live_stream bool DEFAULT false) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    event_id int4;
BEGIN
    INSERT INTO "EventLog" (beamtime_id, level, source, text)
    VALUES (create_event.beamtime_id, upper(create_event.level), create_event.source, create_event.text)
    RETURNING id INTO event_id;
    IF with_live_stream THEN
        file_ids := array_remove(file_ids || copy_live_stream(beamtime_id), NULL);
    END IF;
    INSERT INTO "EventHasFile" SELECT DISTINCT event_id, f FROM unnest(file_ids) AS f;
    RETURN event_id;
END $$;
COMMENT ON FUNCTION create_event(int4, text, text, text, int4[], bool) IS
    'A new event with its files; its id. The level is info, warning, error or user; with_live_stream adds a copy of the image of this '
    'moment.';

CREATE FUNCTION delete_unused_files(older_than interval DEFAULT '1 day') RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    unused text;
    found int4[];
    deleted int4;
BEGIN
    -- Every foreign key that leads to files, also those of tables that a site has added.
    SELECT string_agg(format('NOT EXISTS (SELECT FROM %s AS u WHERE u.%I = f.id)', c.conrelid::regclass, a.attname), ' AND ') INTO unused
    FROM pg_constraint AS c JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = '"File"'::regclass;
    -- Locked, and looked at again: a file that somebody was about to attach is used by then.
    EXECUTE format('SELECT array_agg(id)
        FROM (SELECT f.id FROM "File" AS f WHERE f.file_name !~ %L AND f.modified < $1 AND %s FOR UPDATE) AS l',
        '^live-stream-image-[0-9]+$', unused) INTO found USING utc_now() - older_than;
    EXECUTE format('DELETE FROM "File" AS f WHERE f.id = ANY ($1) AND %s', unused) USING found;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END $$;
COMMENT ON FUNCTION delete_unused_files(interval) IS 'Removes the files that nothing has anymore; how many.';
-- down
DROP FUNCTION delete_unused_files(interval), create_event(int4, text, text, text, int4[], bool), copy_live_stream(int4),
    update_live_stream(int4, bytea, text, text), create_file(text, bytea, text, text, text, text, bool), compressed_or_null(bytea, text),
    content_disposition("File"), file_contents("File"), analysis_path(int4), lock_beamtime(int4);
DROP TABLE "EventHasFile", "EventLog", "File", "Beamtime";
DROP FUNCTION drop_live_stream(), check_live_stream(), check_file(), live_stream_file(int4), live_stream_name(int4), media_type(bytea),
    require_read_committed(text), keep_beamtime(),
    from_local_millis(int8), to_local_millis(timestamp), from_millis(int8), to_millis(timestamp);
DROP TABLE settings;
DROP FUNCTION utc_now();
