-- The models that come with quire, each with its example, in psql. scripts/demo runs it after the tour.

\echo
\echo '-- Five research platforms, each in a schema of its own, with an example in it.'
\echo
\set ECHO queries
SELECT model, quire.create_model(model, schema) AS version, quire.load_example(schema) > 0 AS filled FROM (VALUES
    ('forms', 'odk'), ('care', 'opentera'), ('beamtime', 'amarcord'), ('challenge', 'zerospeech'), ('simulation', 'yaptide')) AS m(model, schema);
SELECT * FROM quire.model_status();

\echo
\echo '-- forms: submissions have made a tree and changed it; two changes were made of the same version.'
\echo
SELECT d.version, d."baseVersion", d.data ->> 'height' AS height, d."conflictingProperties", e.conflict
FROM odk.entities AS e JOIN odk.entity_defs AS d ON d."entityId" = e.id WHERE d.label = 'The oak at the mill' OR e.conflict IS NOT NULL ORDER BY e.id, d.version;

\echo
\echo '-- care: what each user may do in each project, by all the groups that the user is in; the session with its people.'
\echo
SELECT u.user_username, p.project_name, r.role FROM opentera.t_users AS u, opentera.t_projects AS p,
    opentera.user_project_role(u.id_user, p.id_project) AS r WHERE r.role IS NOT NULL ORDER BY 1, 2;
SELECT s.session_name, t.session_type_name, string_agg(p.participant_name, ', ' ORDER BY p.participant_name) AS participants
FROM opentera.t_sessions AS s JOIN opentera.t_sessions_types AS t USING (id_session_type)
    LEFT JOIN opentera.t_sessions_participants USING (id_session) LEFT JOIN opentera.t_participants AS p USING (id_participant) GROUP BY 1, 2 ORDER BY 1;

\echo
\echo '-- beamtime: which runs belong to the data set, within the tolerance of its attributi?'
\echo
SELECT r.external_id AS run, r.attributi ->> 'energy' AS "energy/keV", d.attributi ->> 'energy' AS "of the data set"
FROM amarcord.data_set_runs AS m JOIN amarcord."Run" AS r ON r.id = m.run_id JOIN amarcord."DataSet" AS d ON d.id = m.data_set_id ORDER BY 1;

\echo
\echo '-- challenge: the leaderboard.'
\echo
SELECT index, submission_id, data #> '{scores,abx}' AS abx FROM zerospeech.leaderboard_entries ORDER BY 1;

\echo
\echo '-- simulation: jobs, whose state is what their tasks have reported.'
\echo
SELECT s.title, s.platform, s.job_state, count(*) AS tasks, sum(t.simulated_primaries) AS simulated, sum(t.requested_primaries) AS requested
FROM yaptide."Simulation" AS s JOIN yaptide."Task" AS t ON t.simulation_id = s.id GROUP BY s.id ORDER BY s.id;
\set ECHO none
