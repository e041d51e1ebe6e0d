-- The probe's entry points, in a schema of their own. psql variable: probe, the path of probe.so.
SET client_min_messages = warning;
CREATE SCHEMA probe;
CREATE FUNCTION probe.live() RETURNS int LANGUAGE c AS :'probe', 'quire_probe_live';
CREATE FUNCTION probe.heap() RETURNS bigint LANGUAGE c AS :'probe', 'quire_probe_heap';
CREATE FUNCTION probe.throw(text) RETURNS int LANGUAGE c STRICT AS :'probe', 'quire_probe_throw';
CREATE FUNCTION probe.sql(text) RETURNS bigint LANGUAGE c STRICT AS :'probe', 'quire_probe_sql';
CREATE FUNCTION probe.loop() RETURNS int LANGUAGE c AS :'probe', 'quire_probe_loop';
CREATE FUNCTION probe.fail_allocation(wait int, count int) RETURNS bool LANGUAGE c STRICT AS :'probe', 'quire_probe_fail_allocation';
CREATE FUNCTION probe.xml_root(text) RETURNS text LANGUAGE c STRICT AS :'probe', 'quire_probe_xml_root';
CREATE FUNCTION probe.texts(text[]) RETURNS text[] LANGUAGE c STRICT AS :'probe', 'quire_probe_texts';
CREATE FUNCTION probe.jsonb(text) RETURNS jsonb LANGUAGE c STRICT AS :'probe', 'quire_probe_jsonb';
CREATE FUNCTION probe.scalar(text) RETURNS jsonb LANGUAGE c STRICT AS :'probe', 'quire_probe_scalar';
CREATE FUNCTION probe.rows(int) RETURNS TABLE (n int, name text) LANGUAGE c STRICT AS :'probe', 'quire_probe_rows';
CREATE FUNCTION probe.record(OUT n int, OUT name text) LANGUAGE c STRICT AS :'probe', 'quire_probe_record';
CREATE FUNCTION probe.resource(int) RETURNS bigint LANGUAGE c STRICT AS :'probe', 'quire_probe_resource';
CREATE FUNCTION probe.call_site(int) RETURNS int LANGUAGE c STRICT AS :'probe', 'quire_probe_call_site';
