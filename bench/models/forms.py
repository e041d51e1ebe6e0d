# bench/models/forms.py: submissions that come in, beside a client that does what ODK Central's program and worker do.
import os
import pathlib
import time
import uuid
import xml.etree.ElementTree as ElementTree

import harness

FORM = (pathlib.Path(__file__).parents[2] / "examples" / "tree_registration.xml").read_text()
SUBMISSION = """<data id="tree_registration" version="1"><species>Quercus robur</species><height>21.5</height><uses>shade timber</uses>
<photo>oak.jpg</photo><meta><instanceID>uuid:{}</instanceID><audit>audit.csv</audit>
<entity dataset="trees" id="{}" create="1"><label>The oak at the mill</label></entity></meta></data>"""
STORED = int(os.environ.get("QUIRE_BENCH_ROWS", 100_000))


# What the platform's own triggers do at each submission: instance ids are counted, and at the commit the row is written
# again with a number from the one row that all have to lock.
PLATFORM = """
    CREATE TABLE current_event (event bigint NOT NULL);
    INSERT INTO current_event VALUES (0);
    ALTER TABLE submissions ALTER event DROP DEFAULT;
    CREATE FUNCTION count_instance_ids() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT count(*) FROM submission_defs AS d JOIN submissions AS s ON s.id = d."submissionId"
                JOIN submissions AS n ON n.id = NEW."submissionId" AND n."formId" = s."formId" AND n.draft = s.draft
            WHERE d."instanceId" = NEW."instanceId") > 1 THEN
            RAISE 'the instance id is used';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER count_instance_ids AFTER INSERT ON submission_defs FOR EACH ROW EXECUTE FUNCTION count_instance_ids();
    CREATE FUNCTION stamp_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        number bigint;
    BEGIN
        SELECT event INTO number FROM current_event FOR UPDATE;
        UPDATE current_event SET event = number + 1;
        UPDATE submissions SET event = number + 1 WHERE id = NEW.id;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER stamp_at_commit AFTER INSERT OR UPDATE ON submissions DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.event IS NULL) EXECUTE FUNCTION stamp_at_commit();"""


def prepare(schema, bare):
    """A model with the form; a bare one without triggers, as the platform's tables are beside its program."""
    harness.run(f"SELECT quire.create_model('forms', '{schema}')")
    connection = harness.connect()
    with connection.cursor() as cursor:
        cursor.execute(f"SET search_path = {schema}, public")
        cursor.execute("""INSERT INTO actors ("displayName") VALUES ('device')""")
        cursor.execute("INSERT INTO projects (name) VALUES ('Trees')")
        cursor.execute("SELECT create_form(1, %s, true)", (FORM,))
        cursor.execute("""INSERT INTO assignments SELECT 1, 2, "acteeId" FROM forms""")
        cursor.execute("INSERT INTO sessions VALUES (1, %s, 'infinity')", ("0" * 64,))
        cursor.execute("UPDATE audits SET processed = now() WHERE processed IS NULL")
        if bare:
            cursor.execute("DROP VIEW current_event")
            cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r' AND relhastriggers", (schema,))
            for (table,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        if schema == "central":
            cursor.execute(PLATFORM)
    connection.close()


def submission():
    return SUBMISSION.format(uuid.uuid4(), uuid.uuid4())


def quire(cursor, client, first, count):
    cursor.execute("SET search_path = odk, public")
    for _ in range(count):
        cursor.execute('INSERT INTO submission_defs (xml, "submitterId") VALUES (%s, 1)', (submission(),))


# The same rows without anything that finds out what they are to be.
BARE = """
    WITH s AS (INSERT INTO submissions ("formId", "instanceId", draft, "submitterId") VALUES (1, %(instance)s, false, 1) RETURNING id),
    d AS (INSERT INTO submission_defs ("submissionId", xml, "formDefId", "submitterId", current, root, "instanceId", "formId", draft)
        SELECT id, %(xml)s, 1, 1, true, true, %(instance)s, 1, false FROM s RETURNING id, "submissionId"),
    v AS (INSERT INTO form_field_values SELECT 1, id, '/uses', value FROM d, (VALUES ('shade'), ('timber')) AS c(value)),
    f AS (INSERT INTO submission_attachments (name, "submissionDefId", "isClientAudit")
        SELECT name, id, name = 'audit.csv' FROM d, (VALUES ('oak.jpg'), ('audit.csv')) AS c(name)),
    a AS (INSERT INTO audits ("actorId", action, details, processed)
        SELECT 1, action, jsonb_build_object('submissionId', "submissionId", 'submissionDefId', id), now()
        FROM d, (VALUES ('submission.create'), ('entity.create')) AS c(action)),
    o AS (INSERT INTO entity_def_sources (type, "submissionDefId", details, "forceProcessed")
        SELECT 'submission', id, jsonb_build_object('submission', jsonb_build_object('instanceId', %(instance)s)), false FROM d RETURNING id),
    e AS (INSERT INTO entities (uuid, "datasetId", "creatorId") VALUES (%(entity)s, 1, 1) RETURNING id)
    INSERT INTO entity_defs ("entityId", current, data, "creatorId", label, root, "sourceId", "dataReceived")
    SELECT e.id, true, %(data)s, 1, 'The oak at the mill', true, o.id, %(data)s FROM e, o"""
DATA = '{"species": "Quercus robur", "height": "21.5", "label": "The oak at the mill"}'


def bare(cursor, client, first, count):
    cursor.execute("SET search_path = bare, public")
    for _ in range(count):
        instance, entity = str(uuid.uuid4()), str(uuid.uuid4())
        cursor.execute(BARE, {"instance": instance, "entity": entity, "xml": SUBMISSION.format(instance, entity), "data": DATA})


# What the program asks of the database for each request: who it is, which form, whether it may, whether the submission is
# there, then the rows, the binary fields, the files, the audit.
IMPLIED = """
    WITH RECURSIVE implied(id) AS (
        SELECT %s::varchar UNION SELECT unnest(ARRAY[a.parent, a.species]) FROM implied AS i JOIN actees AS a ON a.id = i.id)
    SELECT count(*) FROM assignments AS s JOIN implied AS i ON i.id = s."acteeId" JOIN roles AS r ON r.id = s."roleId"
    WHERE s."actorId" = %s AND r.verbs ? 'submission.create'"""
CREATE = """
    WITH s AS (INSERT INTO submissions ("formId", "instanceId", draft, "submitterId") VALUES (%s, %s, false, %s) RETURNING id)
    INSERT INTO submission_defs ("submissionId", xml, "formDefId", "submitterId", current, root, "instanceId", "formId", draft)
    SELECT id, %s, %s, %s, true, true, %s, 1, false FROM s RETURNING id, "submissionId" """


def receive(cursor, xml):
    root = ElementTree.fromstring(xml)
    instance = root.findtext("meta/instanceID")
    cursor.execute('SELECT a.* FROM sessions AS s JOIN actors AS a ON a.id = s."actorId" WHERE token = %s AND s."expiresAt" > now()', ("0" * 64,))
    actor = cursor.fetchone()[0]
    cursor.execute("BEGIN")
    cursor.execute("""SELECT f.id, d.id, f."acteeId", f.state FROM forms AS f JOIN form_defs AS d ON d."formId" = f.id
        WHERE f."projectId" = 1 AND f."xmlFormId" = %s AND d.version = %s AND d."publishedAt" IS NOT NULL AND f."deletedAt" IS NULL""",
                   (root.get("id"), root.get("version")))
    form, form_def, actee, _ = cursor.fetchone()
    cursor.execute(IMPLIED, (actee, actor))
    cursor.fetchone()
    cursor.execute('SELECT id, current, xml FROM submission_defs WHERE "formId" = %s AND "instanceId" = %s AND NOT draft', (form, instance))
    cursor.fetchone()
    cursor.execute(CREATE, (form, instance, actor, xml, form_def, actor, instance))
    submission_def, submission_id = cursor.fetchone()
    cursor.execute('SELECT path FROM form_fields AS f JOIN form_defs AS d ON d."schemaId" = f."schemaId" WHERE d.id = %s AND "binary"', (form_def,))
    files = [(text, path == "/meta/audit") for (path,) in cursor.fetchall() if (text := root.findtext(path[1:]))]
    cursor.execute('INSERT INTO submission_attachments (name, "isClientAudit", "submissionDefId") VALUES ' + ", ".join(["(%s, %s, %s)"] * len(files)),
                   [value for name, is_audit in files for value in (name, is_audit, submission_def)])
    cursor.execute('INSERT INTO audits ("actorId", action, "acteeId", details) VALUES (%s, %s, %s, jsonb_build_object(%s, %s, %s, %s, %s, %s))',
                   (actor, "submission.create", actee, "submissionId", submission_id, "instanceId", instance, "submissionDefId", submission_def))
    cursor.execute("COMMIT")


# What the worker asks for each audit that waits: the choices, then the entity.
CLAIM = """
    UPDATE audits SET claimed = clock_timestamp() WHERE id = (
        SELECT id FROM audits WHERE processed IS NULL AND failures < 5 AND (claimed IS NULL OR claimed < now() - interval '2 hours')
        ORDER BY "loggedAt" LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, "actorId", (details ->> 'submissionId')::int, (details ->> 'submissionDefId')::int"""


def work(cursor):
    cursor.execute(CLAIM)
    while not (claimed := cursor.fetchone()):  # another worker was quicker
        cursor.execute(CLAIM)
    audit, actor, submission_id, submission_def = claimed
    cursor.execute("BEGIN")
    cursor.execute("""SELECT f.path FROM submission_defs AS s JOIN form_defs AS d ON d.id = s."formDefId"
        JOIN form_fields AS f ON f."schemaId" = d."schemaId" WHERE s.id = %s AND "selectMultiple" """, (submission_def,))
    paths = [path for (path,) in cursor.fetchall()]
    cursor.execute('SELECT d.xml, d."formDefId", d."formId", s.draft FROM submission_defs AS d JOIN submissions AS s ON s.id = "submissionId" WHERE d.id = %s',
                   (submission_def,))
    xml, form_def, form, _ = cursor.fetchone()
    root = ElementTree.fromstring(xml)
    chosen = [(path, value) for path in paths for value in set(root.findtext(path[1:]).split())]
    cursor.execute('DELETE FROM form_field_values WHERE "submissionDefId" = %s', (submission_def,))
    cursor.execute('INSERT INTO form_field_values VALUES ' + ", ".join(["(%s, %s, %s, %s)"] * len(chosen)),
                   [value for path, code in chosen for value in (form, submission_def, path, code)])
    make_entity(cursor, submission_id, submission_def, actor, audit)
    cursor.execute("UPDATE audits SET processed = clock_timestamp() WHERE id = %s", (audit,))
    cursor.execute("COMMIT")


def make_entity(cursor, submission_id, submission_def, actor, audit):
    """The worker's other job, which looks for itself: whether form and submission are still there, and at the XML."""
    cursor.execute("""SELECT f.id, f."deletedAt", s."deletedAt", s.draft FROM submissions AS s JOIN forms AS f ON f.id = s."formId"
        WHERE s.id = %s""", (submission_id,))
    cursor.execute('SELECT xml, "formDefId" FROM submission_defs WHERE id = %s', (submission_def,))
    xml, form_def = cursor.fetchone()
    root = ElementTree.fromstring(xml)
    cursor.execute("""SELECT e.id FROM entity_defs AS e JOIN entity_def_sources AS s ON s.id = e."sourceId"
        JOIN submission_defs AS d ON d.id = s."submissionDefId" WHERE d."submissionId" = %s""", (submission_id,))
    cursor.execute('SELECT * FROM entity_submission_backlog WHERE "submissionId" = %s', (submission_id,))
    cursor.execute("""SELECT p.name, f.path FROM ds_property_fields AS f JOIN ds_properties AS p ON p.id = f."dsPropertyId"
        WHERE f."formDefId" = %s""", (form_def,))
    data = {name: root.findtext(path[1:]) for name, path in cursor.fetchall()}
    entity = root.find("meta/entity")
    cursor.execute("""SELECT d.id, d."approvalRequired", f.actions FROM datasets AS d JOIN dataset_form_defs AS f ON f."datasetId" = d.id
        WHERE d.name = %s AND f."formDefId" = %s AND d."publishedAt" IS NOT NULL""", (entity.get("dataset"), form_def))
    dataset = cursor.fetchone()[0]
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", (int(entity.get("id").replace("-", "")[:15], 16),))
    cursor.execute("""INSERT INTO entity_def_sources (type, "submissionDefId", "auditId", details, "forceProcessed")
        VALUES ('submission', %s, %s, '{}', false) RETURNING id""", (submission_def, audit))
    source = cursor.fetchone()[0]
    cursor.execute('SELECT FROM purged_entities WHERE "entityUuid" = %s UNION ALL SELECT FROM entities WHERE uuid = %s AND "deletedAt" IS NOT NULL',
                   (entity.get("id"), entity.get("id")))
    cursor.execute("""WITH e AS (INSERT INTO entities (uuid, "datasetId", "creatorId") VALUES (%s, %s, %s) RETURNING id)
        INSERT INTO entity_defs ("entityId", current, data, "creatorId", label, root, "sourceId", "dataReceived")
        SELECT e.id, true, %s, %s, %s, true, %s, %s FROM e RETURNING id, "entityId" """,
                   (entity.get("id"), dataset, actor, DATA, actor, entity.findtext("label"), source, DATA))
    def_id, entity_id = cursor.fetchone()
    cursor.execute("INSERT INTO audits (\"actorId\", action, details, processed) VALUES (%s, 'entity.create', jsonb_build_object('entityId', %s, 'entityDefId', %s), now())",
                   (actor, entity_id, def_id))
    cursor.execute('SELECT * FROM entity_submission_backlog WHERE "entityUuid" = %s AND "branchBaseVersion" = 1', (entity.get("id"),))
    assert data


def central(cursor, client, first, count):
    cursor.execute("SET search_path = central, public")
    for _ in range(count):
        receive(cursor, submission())
        work(cursor)


def store(cursor, client, first, count):
    for _ in range(0, count, 2500):
        cursor.execute("""INSERT INTO odk.submission_defs ("submitterId", xml)
            SELECT 1, format(%s, gen_random_uuid(), gen_random_uuid()) FROM generate_series(1, 2500)""", (SUBMISSION.replace("{}", "%s"),))


def fill(rows):
    """So many submissions that are there already."""
    harness.rate(store, 4, 0, rows // 4)
    harness.run("VACUUM ANALYZE")


def big_form(version, nodes=4000):
    names = [f"question_{n}" for n in range(nodes)]
    return "".join([
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>Big</h:title><model>',
        f'<instance><data id="big" version="{version}">', *(f"<{name}/>" for name in names), "<meta><instanceID/></meta></data></instance>",
        *(f'<bind nodeset="/data/{name}" type="string"/>' for name in names), "</model></h:head><h:body>",
        *(f'<input ref="/data/{name}"><label>Question {name}</label></input>' for name in names), "</h:body></h:html>"])


def publishing():
    """Seconds to publish a form of 4,000 fields that is new, the best of some."""
    times = []
    for turn in range(harness.ROUNDS):
        xml = big_form(1).replace('id="big"', f'id="big{turn}"')
        began = time.perf_counter()
        harness.run("SET search_path = odk, public; SELECT create_form(1, %s, true)", xml)
        times.append(time.perf_counter() - began)
    return sorted(times)[len(times) // 2]


for schema in ("odk", "bare", "central"):
    prepare(schema, bare=schema != "odk")
harness.heading()
for clients in (1, 4):
    harness.compare("a submission, beside Central's way", 5, quire, central, clients, count=500, peer_count=150)
for clients in (1, 4):
    harness.compare("the same, beside bare rows, triggers off", 0.1, quire, bare, clients, count=500)
fill(10_000)
early = max(harness.rate(quire, 1, 0, 1000) for _ in range(harness.ROUNDS))
fill(STORED)
late = max(harness.rate(quire, 1, 0, 1000) for _ in range(harness.ROUNDS))
harness.line(f"{STORED:,} stored, beside 10,000", 1, late, early, 0.8)
harness.line("publishing 4,000 fields, beside 100 ms", 1, 1 / publishing(), 10, 1)
raise SystemExit(f"bench: missed: {', '.join(harness.missed)}" if harness.missed else None)
