# bench/models/care.py: an application opened, a visit recorded, a project deleted and restored: by the model care, and from
# a client as the platform does it: what a user may is asked for role by role, objects are flushed, committed, read again and
# published one by one, integrity and cascades are queries of the client. Only who opens the application is guarded by row
# security: the other two are the server's own work, without questions of access on either side.
import json
import uuid

import harness
from harness import compare, run

PARTICIPANTS = 200
EVENTS = 10
ASSETS = 3

run("SELECT quire.create_model('care', 'care')")
run(
    """SET search_path = care;
    INSERT INTO t_sites (site_name) VALUES ('north');
    INSERT INTO t_projects (id_site, project_name) SELECT 1, 'p' || i FROM generate_series(1, 200) AS i;
    INSERT INTO t_participants (participant_name, id_project) SELECT 'x' || i, 1 FROM generate_series(1, %s) AS i;
    INSERT INTO t_participants (participant_name, id_project) SELECT 'y' || i, 2 + i %% 199 FROM generate_series(1, 199 * 20) AS i;
    INSERT INTO t_users (user_username, user_firstname, user_lastname, user_password)
    SELECT 'u' || i, 'U', 'N', '$2b$12$' || repeat('x', 53) FROM generate_series(1, 20) AS i;
    INSERT INTO t_devices_types (device_type_name, device_type_key) VALUES ('t', 't');
    INSERT INTO t_devices (device_name, id_device_type) SELECT 'd' || i, 1 FROM generate_series(1, 20) AS i;
    INSERT INTO t_sessions_types (session_type_name, session_type_online, session_type_color, session_type_category)
    VALUES ('data', false, '#ffffff', 2);
    INSERT INTO t_sessions_types_sites (id_session_type, id_site) VALUES (1, 1);
    INSERT INTO t_sessions_types_projects (id_session_type, id_project) VALUES (1, 1);
    INSERT INTO t_services (service_name, service_key, service_hostname, service_port, service_endpoint, service_clientendpoint, service_enabled)
    VALUES ('files', 'FileTransferService', 'localhost', 1, '/', '/', true);
    INSERT INTO t_services_sites (id_service, id_site) VALUES (2, 1);
    INSERT INTO t_services_projects (id_service, id_project) VALUES (2, 1);
    INSERT INTO t_devices_sites (id_device, id_site) SELECT id_device, 1 FROM t_devices;
    INSERT INTO t_devices_projects (id_device, id_project) SELECT id_device, 1 FROM t_devices;
    UPDATE t_users SET user_enabled = true;
    INSERT INTO t_users_groups (user_group_name) VALUES ('clinicians'), ('administrators');
    INSERT INTO t_users_users_groups (id_user, id_user_group) SELECT id_user, CASE WHEN id_user = 20 THEN 2 ELSE 1 END FROM t_users;
    INSERT INTO t_services_access (id_user_group, id_service_role)
    SELECT 1, id_service_role FROM t_services_roles WHERE id_project IS NOT NULL AND service_role_name = 'user'
    UNION ALL SELECT 2, id_service_role FROM t_services_roles WHERE id_site = 1 AND service_role_name = 'admin'""",
    PARTICIPANTS,
)
run("CREATE ROLE backend; SET search_path = care; SELECT admit('backend')")
users = {int(key): value for key, value in json.loads(run("SELECT json_object_agg(id_user, user_uuid)::text FROM care.t_users")).items()}
service = run("SELECT service_uuid::text FROM care.t_services WHERE id_service = 2")
# The same tables and rows for the platform, with its sequences and the model's indexes, without constraints or triggers.
run(
    """DO $$ DECLARE t name; key name; BEGIN
        CREATE SCHEMA platform;
        FOR t, key IN SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum = 1
            WHERE relnamespace = 'care'::regnamespace AND relkind = 'r' AND starts_with(relname, 't_') LOOP
            EXECUTE format('CREATE TABLE platform.%1$I (LIKE care.%1$I INCLUDING INDEXES)', t);
            EXECUTE format('INSERT INTO platform.%1$I SELECT * FROM care.%1$I', t);
            EXECUTE format('CREATE SEQUENCE platform.%I START 10000', key || '_seq');
        END LOOP;
    END $$"""
)
run("ANALYZE")


def open_by_quire(cursor, client, first, count):
    cursor.execute("SET search_path = care; SET ROLE backend")
    for number in range(first, first + count):
        this = dict(uuid=users[number % 4 + 1], project=number % 199 + 2, participant=number % PARTICIPANTS + 1)
        for query in (
            "SELECT * FROM t_projects",
            "SELECT * FROM t_participants WHERE id_project = %(project)s",
            "SELECT * FROM find_sessions(id_participant => %(participant)s, max => 20)",
        ):
            cursor.execute("SELECT act_as('user', %(uuid)s); " + query, this)
            cursor.fetchall()


def visit_by_quire(cursor, client, first, count):
    cursor.execute("SET search_path = care")
    for number in range(first, first + count):
        cursor.execute(
            """WITH session AS MATERIALIZED (
                SELECT create_session(1, %(name)s, %(participants)s, %(users)s, %(devices)s, creator_user => %(user)s) AS id_session
            ), events AS (
                INSERT INTO t_sessions_events (id_session, id_session_event_type, session_event_text)
                SELECT id_session, 10, 'event ' || i FROM session, generate_series(1, %(events)s) AS i
            )
            INSERT INTO t_assets (id_session, asset_name, asset_service_uuid, asset_type)
            SELECT id_session, 'asset ' || i, %(service)s, 'text/plain' FROM session, generate_series(1, %(assets)s) AS i""",
            visit(number),
        )


def visit(number):
    user = number % 19 + 1
    participant = number % (PARTICIPANTS - 1) + 1
    return dict(
        name=f"visit {number}", participants=[participant, participant + 1], users=[user], devices=[user], user=user,
        events=EVENTS, assets=ASSETS, service=service,
    )


def rights(cursor, user):
    """The user by uuid, the user's groups, their roles, and what these lead to: a query each."""
    cursor.execute("SELECT * FROM t_users WHERE user_uuid = %s AND deleted_at IS NULL", (users[user],))
    cursor.execute(
        "SELECT g.* FROM t_users_groups g JOIN t_users_users_groups m USING (id_user_group) WHERE m.id_user = %s AND m.deleted_at IS NULL",
        (user,),
    )
    group = cursor.fetchone()[0]
    cursor.execute(
        "SELECT r.* FROM t_services_roles r JOIN t_services_access a USING (id_service_role) WHERE a.id_user_group = %s AND a.deleted_at IS NULL",
        (group,),
    )
    for role in cursor.fetchall():
        if role[3] is None:
            cursor.execute("SELECT * FROM t_projects WHERE id_project = %s AND deleted_at IS NULL", (role[2],))
        else:
            cursor.execute("SELECT * FROM t_projects WHERE id_site = %s AND deleted_at IS NULL", (role[3],))


def open_by_client(cursor, client, first, count):
    cursor.execute("SET search_path = platform")
    for number in range(first, first + count):
        user, project, participant = number % 4 + 1, number % 199 + 2, number % PARTICIPANTS + 1
        rights(cursor, user)
        rights(cursor, user)
        cursor.execute("SELECT * FROM t_participants WHERE id_project = %s AND deleted_at IS NULL", (project,))
        cursor.fetchall()
        rights(cursor, user)
        cursor.execute("SELECT * FROM t_participants WHERE id_participant = %s AND deleted_at IS NULL", (participant,))
        cursor.execute(
            """SELECT s.* FROM t_sessions s JOIN t_sessions_participants i USING (id_session) WHERE i.id_participant = %s
            AND s.deleted_at IS NULL ORDER BY session_start_datetime DESC, id_session DESC LIMIT 20""",
            (participant,),
        )
        found = [row[0] for row in cursor.fetchall()]
        for kind in ("user", "device", "participant"):
            cursor.execute(f"SELECT x.* FROM t_{kind}s x JOIN t_sessions_{kind}s i USING (id_{kind}) WHERE i.id_session = ANY (%s)", (found,))


def publish(cursor, kind, number):
    """In the place of Redis."""
    cursor.execute("SELECT pg_notify(%s, %s)", (f"module.TeraServer.DatabaseModule.events.{kind}", f'{{"id_{kind}": {number}}}'))


def insert(cursor, table, key, **values):
    """What a flush of one new object and the next look at it are: its key, the row, a commit, the row again."""
    cursor.execute(f"SELECT nextval('{key}_seq')")
    number = cursor.fetchone()[0]
    names = ", ".join(values)
    cursor.execute("BEGIN")
    cursor.execute(
        f"INSERT INTO {table} ({key}, {names}, version_id) VALUES (%s, {', '.join(['%s'] * len(values))}, 1)",
        [number, *values.values()],
    )
    cursor.execute("COMMIT")
    cursor.execute(f"SELECT * FROM {table} WHERE {key} = %s AND deleted_at IS NULL", (number,))
    cursor.fetchone()
    return number


def invite(cursor, session, kind, people):
    table, key, source = f"t_sessions_{kind}s", f"id_session_{kind}", f"t_{kind}s"
    for person in people:
        cursor.execute(f"SELECT * FROM {source} WHERE id_{kind} = %s AND deleted_at IS NULL", (person,))
        cursor.execute(f"SELECT * FROM {table} WHERE id_session = %s AND id_{kind} = %s", (session, person))
        insert(cursor, table, key, **{"id_session": session, f"id_{kind}": person})


def visit_by_client(cursor, client, first, count):
    cursor.execute("SET search_path = platform")
    for number in range(first, first + count):
        this = visit(number)
        session = insert(
            cursor, "t_sessions", "id_session", session_uuid=str(uuid.uuid4()), id_session_type=1,
            id_creator_user=this["user"], session_name=this["name"], session_start_datetime="now", session_duration=0,
            session_status=1,
        )
        publish(cursor, "session", session)
        invite(cursor, session, "participant", this["participants"])
        invite(cursor, session, "user", this["users"])
        invite(cursor, session, "device", this["devices"])
        for i in range(EVENTS):
            insert(
                cursor, "t_sessions_events", "id_session_event", id_session=session, id_session_event_type=10,
                session_event_datetime="now", session_event_text=f"event {i}",
            )
        for i in range(ASSETS):
            asset = insert(
                cursor, "t_assets", "id_asset", id_session=session, asset_name=f"asset {i}", asset_type="text/plain",
                asset_uuid=str(uuid.uuid4()), asset_service_uuid=service,
            )
            publish(cursor, "asset", asset)


def delete_by_quire(cursor, client, first, count):
    cursor.execute("SET search_path = care")
    for number in range(first, first + count):
        project = number % 199 + 2
        cursor.execute("SELECT quire.delete('t_projects', to_jsonb(%s::int))", (project,))
        cursor.execute("SELECT quire.undelete('t_projects', to_jsonb(%s::int))", (project,))


def used_by_client(cursor, participant):
    """delete_check_integrity of a participant."""
    for query in (
        "t_sessions_participants WHERE id_participant = %s", "t_sessions WHERE id_creator_participant = %s",
        "t_assets WHERE id_participant = %s", "t_tests WHERE id_participant = %s",
    ):
        cursor.execute(f"SELECT count(*) FROM {query} AND deleted_at IS NULL", (participant,))
        if cursor.fetchone()[0]:
            return True
    return False


def stamp(cursor, table, key, number, deleted):
    cursor.execute(f"UPDATE {table} SET deleted_at = {deleted}, version_id = version_id + 1 WHERE {key} = %s", (number,))
    if table in ("t_projects", "t_participants"):
        publish(cursor, table[2:-1], number)


def below(cursor, table, key, column, number, deleted):
    """The rows of a relationship, loaded and then marked one by one."""
    cursor.execute(f"SELECT {key} FROM {table} WHERE {column} = %s", (number,))
    found = [row[0] for row in cursor.fetchall()]
    for row in found:
        stamp(cursor, table, key, row, deleted)
    return found


def mark_by_client(cursor, project, deleted):
    stamp(cursor, "t_projects", "id_project", project, deleted)
    for participant in below(cursor, "t_participants", "id_participant", "id_project", project, deleted):
        for table, key, column in (
            ("t_sessions", "id_session", "id_creator_participant"), ("t_services_configs", "id_service_config", "id_participant"),
            ("t_assets", "id_asset", "id_participant"), ("t_tests", "id_test", "id_participant"),
            ("t_devices_participants", "id_device_participant", "id_participant"),
            ("t_sessions_participants", "id_session_participant", "id_participant"),
        ):
            below(cursor, table, key, column, participant, deleted)
    for table, key in (
        ("t_participants_groups", "id_participant_group"), ("t_services_roles", "id_service_role"),
        ("t_devices_projects", "id_device_project"), ("t_sessions_types_projects", "id_session_type_project"),
        ("t_services_projects", "id_service_project"), ("t_tests_types_projects", "id_test_type_project"),
    ):
        below(cursor, table, key, "id_project", project, deleted)


def delete_by_client(cursor, client, first, count):
    cursor.execute("SET search_path = platform")
    for number in range(first, first + count):
        project = number % 199 + 2
        cursor.execute("SELECT id_participant FROM t_participants WHERE id_project = %s AND deleted_at IS NULL", (project,))
        if any(used_by_client(cursor, row[0]) for row in cursor.fetchall()):
            raise SystemExit("bench: the project is in use")
        for deleted in ("now()", "NULL"):
            cursor.execute("BEGIN")
            mark_by_client(cursor, project, deleted)
            cursor.execute("COMMIT")


harness.heading()
compare("application opened by a user with 200 roles", 5, open_by_quire, open_by_client, count=50)
# What remains beside the round trips is the same rows, with constraints, versions and a feed on the side of quire.
compare(f"visit: session, 4 invited, {EVENTS} events, {ASSETS} assets", 5, visit_by_quire, visit_by_client, count=100)
compare("project of 20 participants deleted and restored", 1.5, delete_by_quire, delete_by_client, count=100)
