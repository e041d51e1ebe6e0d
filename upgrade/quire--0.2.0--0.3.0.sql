-- quire 0.2.0 to 0.3.0: logic, access, events, records, attributes, archive, secrets, models.

SET LOCAL search_path TO pg_catalog, pg_temp;

CREATE FUNCTION quire.xpath_eval(
    context_xml pg_catalog.text,
    expression pg_catalog.text,
    ref pg_catalog.text DEFAULT '/',
    options pg_catalog.jsonb DEFAULT '{}')
    RETURNS pg_catalog.jsonb
    LANGUAGE c VOLATILE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_xpath_eval';
COMMENT ON FUNCTION quire.xpath_eval(pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.jsonb) IS
    'Evaluates an ODK XPath expression over an XML document: {"type": ..., "value": ...}.';

CREATE FUNCTION quire.xform(xml pg_catalog.text, options pg_catalog.jsonb) RETURNS quire.xform
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_xform_with_options';
COMMENT ON FUNCTION quire.xform(pg_catalog.text, pg_catalog.jsonb) IS
    'Text as a form; with the option strict, an error when one of its rules cannot be evaluated.';

CREATE FUNCTION quire.validate(
    form quire.xform,
    submission pg_catalog.text,
    options pg_catalog.jsonb DEFAULT '{}',
    OUT path pg_catalog.text,
    OUT "position" pg_catalog.int4[],
    OUT rule pg_catalog.text,
    OUT message pg_catalog.jsonb,
    OUT expression pg_catalog.text,
    OUT disputed pg_catalog.bool)
    RETURNS SETOF pg_catalog.record
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 100 ROWS 2
    AS 'MODULE_PATHNAME', 'quire_validate';
COMMENT ON FUNCTION quire.validate(quire.xform, pg_catalog.text, pg_catalog.jsonb) IS
    'The rules of its form that a submission breaks; none when it is valid.';

CREATE FUNCTION quire.is_valid(
    form quire.xform,
    submission pg_catalog.text,
    options pg_catalog.jsonb DEFAULT '{}')
    RETURNS pg_catalog.bool
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 100
    AS 'MODULE_PATHNAME', 'quire_is_valid';
COMMENT ON FUNCTION quire.is_valid(quire.xform, pg_catalog.text, pg_catalog.jsonb) IS
    'Does a submission break no rule of its form?';

CREATE FUNCTION quire.recalculate(
    form quire.xform,
    submission pg_catalog.text,
    options pg_catalog.jsonb DEFAULT '{}')
    RETURNS pg_catalog.text
    LANGUAGE c VOLATILE STRICT PARALLEL SAFE COST 200
    AS 'MODULE_PATHNAME', 'quire_recalculate';
COMMENT ON FUNCTION quire.recalculate(quire.xform, pg_catalog.text, pg_catalog.jsonb) IS
    'The submission with its calculated values made anew and what is not relevant left out.';

CREATE FUNCTION quire.validate_submission() RETURNS pg_catalog.trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_validate_submission';
COMMENT ON FUNCTION quire.validate_submission() IS
    'Trigger validate_submission(column, form [, mode [, table [, options]]]), AFTER INSERT OR UPDATE, FOR EACH ROW: the column holds a submission that keeps to the rules of the form, which is SQL about the row r; what it breaks goes to the table (mode record), or turns the row away (mode reject).';

-- the actor -------------------------------------------------------------------------------------------------------

CREATE FUNCTION quire.become(actor pg_catalog.text, local pg_catalog.bool DEFAULT true) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_become';
COMMENT ON FUNCTION quire.become(pg_catalog.text, pg_catalog.bool) IS
    'Acts for this actor to the end of the transaction, or of the session unless local. Whoever may call it can be anybody: grant it to gateways only.';
REVOKE EXECUTE ON FUNCTION quire.become(pg_catalog.text, pg_catalog.bool) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION quire.become(pg_catalog.text, pg_catalog.bool) TO @extowner@ WITH GRANT OPTION;

CREATE FUNCTION quire.actor() RETURNS pg_catalog.text
    LANGUAGE c STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_actor';
COMMENT ON FUNCTION quire.actor() IS 'Who the session acts for; NULL when for nobody.';

CREATE FUNCTION quire.require_actor() RETURNS pg_catalog.text
    LANGUAGE c STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_require_actor';
COMMENT ON FUNCTION quire.require_actor() IS 'Who the session acts for; an error when for nobody.';

-- policies --------------------------------------------------------------------------------------------------------

CREATE FUNCTION quire.create_policy(
    policy pg_catalog.text,
    grants pg_catalog.text,
    roles pg_catalog.text,
    parents pg_catalog.text DEFAULT NULL,
    members pg_catalog.text DEFAULT NULL) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_create_policy';
COMMENT ON FUNCTION quire.create_policy(pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'Makes a policy schema.name of four queries, as views: grants (actor, role, object), roles (role, verb), parents (object, parent), members (member, group).';

CREATE FUNCTION quire.drop_policy(policy pg_catalog.text) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_drop_policy';
COMMENT ON FUNCTION quire.drop_policy(pg_catalog.text) IS
    'Drops the views of a policy, and its triggers on the tables that they read.';

CREATE FUNCTION quire.access_changed() RETURNS pg_catalog.trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_access_changed';
COMMENT ON FUNCTION quire.access_changed() IS
    'Trigger access_changed(policy), before and after each statement that writes to a table of the policy: sessions forget what they remember of it. Made by create_policy.';

CREATE FUNCTION quire.can(
    policy pg_catalog.text,
    verb pg_catalog.text,
    object pg_catalog.text,
    actor pg_catalog.text DEFAULT quire.actor()) RETURNS pg_catalog.bool
    LANGUAGE c STABLE PARALLEL SAFE COST 100
    AS 'MODULE_PATHNAME', 'quire_can';
COMMENT ON FUNCTION quire.can(pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'May the actor do this on the object?';

CREATE FUNCTION quire.permitted(
    policy pg_catalog.text,
    verb pg_catalog.text,
    actor pg_catalog.text DEFAULT quire.actor()) RETURNS pg_catalog.text[]
    LANGUAGE c STABLE PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_permitted';
COMMENT ON FUNCTION quire.permitted(pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'All objects on which the actor may do this; * stands for everything.';

CREATE FUNCTION quire.verbs(
    policy pg_catalog.text,
    object pg_catalog.text,
    actor pg_catalog.text DEFAULT quire.actor()) RETURNS pg_catalog.text[]
    LANGUAGE c STABLE PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_verbs';
COMMENT ON FUNCTION quire.verbs(pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'All that the actor may do on the object, sorted.';

CREATE FUNCTION quire.explain_access(
    policy pg_catalog.text,
    verb pg_catalog.text,
    object pg_catalog.text,
    actor pg_catalog.text DEFAULT quire.actor())
    RETURNS TABLE (
        step pg_catalog.int4,
        link pg_catalog.text,
        subject pg_catalog.text,
        target pg_catalog.text,
        note pg_catalog.text)
    LANGUAGE c STABLE PARALLEL SAFE COST 1000 ROWS 10
    AS 'MODULE_PATHNAME', 'quire_explain_access';
COMMENT ON FUNCTION quire.explain_access(pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'Why the actor may do this on the object: member of, holds role, with verb, on, contains; or why not.';

-- protected tables ------------------------------------------------------------------------------------------------

CREATE FUNCTION quire.allowed_support(request pg_catalog.internal) RETURNS pg_catalog.internal
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_allowed_support';
COMMENT ON FUNCTION quire.allowed_support(pg_catalog.internal) IS
    'Tells the planner how many rows quire.allowed() leaves, and which index condition can stand for it.';

CREATE FUNCTION quire.permitted_keys_support(request pg_catalog.internal) RETURNS pg_catalog.internal
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_permitted_keys_support';
COMMENT ON FUNCTION quire.permitted_keys_support(pg_catalog.internal) IS
    'Tells the planner what looking up the keys of quire.permitted_keys() in an index costs.';

CREATE FUNCTION quire.allowed(policy pg_catalog.text, verb pg_catalog.text, object pg_catalog.anyelement) RETURNS pg_catalog.bool
    LANGUAGE c STABLE STRICT PARALLEL SAFE SUPPORT quire.allowed_support
    AS 'MODULE_PATHNAME', 'quire_allowed';
COMMENT ON FUNCTION quire.allowed(pg_catalog.text, pg_catalog.text, pg_catalog.anyelement) IS
    'May the session''s actor do this on the object? The condition of protected tables, made to be asked for each row.';

CREATE FUNCTION quire.permitted_keys(
    policy pg_catalog.text,
    verb pg_catalog.text,
    example pg_catalog.anyelement,
    cost pg_catalog.float8 DEFAULT 0) RETURNS pg_catalog.anyarray
    LANGUAGE c STABLE PARALLEL SAFE SUPPORT quire.permitted_keys_support
    AS 'MODULE_PATHNAME', 'quire_permitted_keys';
COMMENT ON FUNCTION quire.permitted_keys(pg_catalog.text, pg_catalog.text, pg_catalog.anyelement, pg_catalog.float8) IS
    'The objects on which the session''s actor may do this, as keys of the example''s type: what the planner asks an index for in the place of quire.allowed().';

CREATE FUNCTION quire.protect(
    "table" pg_catalog.regclass,
    policy pg_catalog.text,
    object_column pg_catalog.name,
    on_select pg_catalog.text,
    on_insert pg_catalog.text,
    on_update pg_catalog.text,
    on_delete pg_catalog.text) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_protect';
COMMENT ON FUNCTION quire.protect(pg_catalog.regclass, pg_catalog.text, pg_catalog.name, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'Puts a table under a policy by forced row-level security: who reads or writes a row needs the verb for that on the object that the column holds. NULL in the place of a verb: nobody.';

CREATE FUNCTION quire.unprotect("table" pg_catalog.regclass) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_unprotect';
COMMENT ON FUNCTION quire.unprotect(pg_catalog.regclass) IS
    'Takes the table out of its policy; without policies of others, row-level security is switched off.';

CREATE FUNCTION quire.notify_change() RETURNS pg_catalog.trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_notify_change';
COMMENT ON FUNCTION quire.notify_change() IS
    'Trigger notify_change(channel [, options]), AFTER INSERT, UPDATE, DELETE or TRUNCATE, FOR EACH STATEMENT, with its transition tables: tells a channel or a feed what has changed. quire.watch creates it.';

CREATE FUNCTION quire.watch(
    "table" pg_catalog.regclass,
    channel pg_catalog.text DEFAULT NULL,
    columns pg_catalog.name[] DEFAULT NULL,
    payload pg_catalog.text DEFAULT 'key',
    feed pg_catalog.text DEFAULT NULL,
    scope pg_catalog.text DEFAULT NULL,
    "except" pg_catalog.name[] DEFAULT NULL)
    RETURNS pg_catalog.text
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_watch';
COMMENT ON FUNCTION quire.watch(pg_catalog.regclass, pg_catalog.text, pg_catalog.name[], pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.name[]) IS
    'From now on, changes of the table are told to a channel (with the table''s name unless another is given), or written to a feed; the payload is key, row or diff.';

CREATE FUNCTION quire.unwatch(
    "table" pg_catalog.regclass,
    channel pg_catalog.text DEFAULT NULL,
    feed pg_catalog.text DEFAULT NULL)
    RETURNS pg_catalog.int4
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_unwatch';
COMMENT ON FUNCTION quire.unwatch(pg_catalog.regclass, pg_catalog.text, pg_catalog.text) IS
    'Takes back what watch did, for one channel or feed or for all; gives back how many triggers were dropped.';

CREATE FUNCTION quire.create_feed(
    feed pg_catalog.text,
    policy pg_catalog.text DEFAULT NULL,
    verb pg_catalog.text DEFAULT NULL)
    RETURNS pg_catalog.text
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_create_feed';
COMMENT ON FUNCTION quire.create_feed(pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'Creates a feed: a table for events with this name, and one for consumers, owned by the caller. With a policy and a verb, who reads it sees the events of objects on which it has the verb.';

CREATE FUNCTION quire.drop_feed(feed pg_catalog.text) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_drop_feed';
COMMENT ON FUNCTION quire.drop_feed(pg_catalog.text) IS
    'Drops the tables of a feed. Unwatch its tables first, for they cannot be written without it.';

CREATE FUNCTION quire.read_feed(
    feed pg_catalog.text,
    after pg_catalog.text DEFAULT NULL,
    max pg_catalog.int4 DEFAULT 1000,
    OUT cursor pg_catalog.text,
    OUT type pg_catalog.text,
    OUT "table" pg_catalog.text,
    OUT key pg_catalog.jsonb,
    OUT version pg_catalog.int8,
    OUT changed pg_catalog.text[],
    OUT old pg_catalog.jsonb,
    OUT new pg_catalog.jsonb,
    OUT actor pg_catalog.text,
    OUT scope pg_catalog.text[],
    OUT txid pg_catalog.xid8,
    OUT at pg_catalog.timestamptz)
    RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000 ROWS 1000
    AS 'MODULE_PATHNAME', 'quire_read_feed';
COMMENT ON FUNCTION quire.read_feed(pg_catalog.text, pg_catalog.text, pg_catalog.int4) IS
    'The events of a feed after a cursor, in their order and without gaps; those that one may still come before are not given out yet.';

CREATE FUNCTION quire.subscribe(
    feed pg_catalog.text,
    consumer pg_catalog.text,
    after pg_catalog.text DEFAULT NULL)
    RETURNS pg_catalog.text
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_subscribe';
COMMENT ON FUNCTION quire.subscribe(pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'Makes a consumer of the feed known, which begins after a cursor or with the oldest event; gives back where it is. One that is known already stays where it is.';

CREATE FUNCTION quire.unsubscribe(feed pg_catalog.text, consumer pg_catalog.text) RETURNS pg_catalog.bool
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_unsubscribe';
COMMENT ON FUNCTION quire.unsubscribe(pg_catalog.text, pg_catalog.text) IS
    'Forgets a consumer of the feed; false when there was none.';

CREATE FUNCTION quire.next_events(
    feed pg_catalog.text,
    consumer pg_catalog.text,
    max pg_catalog.int4 DEFAULT 1000,
    OUT cursor pg_catalog.text,
    OUT type pg_catalog.text,
    OUT "table" pg_catalog.text,
    OUT key pg_catalog.jsonb,
    OUT version pg_catalog.int8,
    OUT changed pg_catalog.text[],
    OUT old pg_catalog.jsonb,
    OUT new pg_catalog.jsonb,
    OUT actor pg_catalog.text,
    OUT scope pg_catalog.text[],
    OUT txid pg_catalog.xid8,
    OUT at pg_catalog.timestamptz)
    RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000 ROWS 1000
    AS 'MODULE_PATHNAME', 'quire_next_events';
COMMENT ON FUNCTION quire.next_events(pg_catalog.text, pg_catalog.text, pg_catalog.int4) IS
    'The events that a consumer has not acknowledged yet; none while another transaction is at them for the same consumer.';

CREATE FUNCTION quire.ack(feed pg_catalog.text, consumer pg_catalog.text, cursor pg_catalog.text)
    RETURNS pg_catalog.text
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_ack';
COMMENT ON FUNCTION quire.ack(pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'The consumer has done with all events up to this cursor; gives back where it is now, which is never earlier than before.';

CREATE FUNCTION quire.feed_lag(
    feed pg_catalog.text,
    OUT consumer pg_catalog.text,
    OUT cursor pg_catalog.text,
    OUT events pg_catalog.int8,
    OUT behind pg_catalog.interval,
    OUT held_by pg_catalog.int4,
    OUT held_since pg_catalog.timestamptz,
    OUT holder pg_catalog.text)
    RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000 ROWS 10
    AS 'MODULE_PATHNAME', 'quire_feed_lag';
COMMENT ON FUNCTION quire.feed_lag(pg_catalog.text) IS
    'How far each consumer is behind, in events and in time, and which transaction holds up the latest events.';

CREATE FUNCTION quire.trim_feed(
    feed pg_catalog.text,
    older_than pg_catalog.interval DEFAULT NULL,
    force pg_catalog.bool DEFAULT false)
    RETURNS pg_catalog.int8
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_trim_feed';
COMMENT ON FUNCTION quire.trim_feed(pg_catalog.text, pg_catalog.interval, pg_catalog.bool) IS
    'Deletes events that all consumers have acknowledged, or with force, that are older than an interval, whoever has read them; gives back how many.';

-- Rows and JSON ---------------------------------------------------------------------------------------------------

CREATE FUNCTION quire.to_json("row" pg_catalog.anyelement, ignore pg_catalog.text[] DEFAULT '{}', minimal pg_catalog.bool DEFAULT false)
    RETURNS pg_catalog.jsonb
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 20
    AS 'MODULE_PATHNAME', 'quire_to_json';
COMMENT ON FUNCTION quire.to_json(pg_catalog.anyelement, pg_catalog.text[], pg_catalog.bool) IS
    'A row as to_jsonb gives it, without the columns to ignore, which are not looked at; minimal leaves out what is NULL.';

CREATE FUNCTION quire.to_json_text("row" pg_catalog.anyelement, ignore pg_catalog.text[] DEFAULT '{}', minimal pg_catalog.bool DEFAULT false)
    RETURNS pg_catalog.text
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10
    AS 'MODULE_PATHNAME', 'quire_to_json_text';
COMMENT ON FUNCTION quire.to_json_text(pg_catalog.anyelement, pg_catalog.text[], pg_catalog.bool) IS
    'A row as row_to_json writes it, byte for byte, without the columns to ignore, which are not looked at; minimal leaves out what is NULL.';

CREATE FUNCTION quire.from_json("row" pg_catalog.anyelement, "values" pg_catalog.jsonb, ignore pg_catalog.text[] DEFAULT '{}')
    RETURNS pg_catalog.anyelement
    LANGUAGE c STABLE PARALLEL SAFE COST 20
    AS 'MODULE_PATHNAME', 'quire_from_json';
COMMENT ON FUNCTION quire.from_json(pg_catalog.anyelement, pg_catalog.jsonb, pg_catalog.text[]) IS
    'The row with the values that a JSON object has for its columns; from NULL::table, a new one. A key that is no column is an error, unless it is one to ignore.';

CREATE FUNCTION quire.clean_values("table" pg_catalog.regclass, "values" pg_catalog.jsonb) RETURNS pg_catalog.jsonb
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 20
    AS 'MODULE_PATHNAME', 'quire_clean_values';
COMMENT ON FUNCTION quire.clean_values(pg_catalog.regclass, pg_catalog.jsonb) IS
    'The object without the keys that insert and update would refuse: those that are no column, or one that clients do not write.';

-- Any table that the caller may read or write, by JSON --------------------------------------------------------------

CREATE FUNCTION quire.get_count("table" pg_catalog.regclass, filter pg_catalog.jsonb DEFAULT '{}', with_deleted pg_catalog.bool DEFAULT false)
    RETURNS pg_catalog.int8
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_get_count';
COMMENT ON FUNCTION quire.get_count(pg_catalog.regclass, pg_catalog.jsonb, pg_catalog.bool) IS
    'How many rows hold the values that the filter has for their columns, null for NULL; without those that soft_delete deleted, unless told.';

CREATE FUNCTION quire.insert("table" pg_catalog.regclass, "values" pg_catalog.jsonb) RETURNS pg_catalog.jsonb
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_insert';
COMMENT ON FUNCTION quire.insert(pg_catalog.regclass, pg_catalog.jsonb) IS
    'Inserts a row with the values of a JSON object, defaults for the rest, and gives back the row as stored.';

CREATE FUNCTION quire.update("table" pg_catalog.regclass, "values" pg_catalog.jsonb) RETURNS pg_catalog.jsonb
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_update';
COMMENT ON FUNCTION quire.update(pg_catalog.regclass, pg_catalog.jsonb) IS
    'Updates the row that the primary key in a JSON object tells with the other values of the object, and gives back the row as stored; an error when there is none.';

-- Deleting what can be undone -----------------------------------------------------------------------------------------

CREATE FUNCTION quire.soft_delete() RETURNS pg_catalog.trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_soft_delete';
COMMENT ON FUNCTION quire.soft_delete() IS
    'Trigger soft_delete([column]), BEFORE INSERT OR UPDATE OR DELETE, FOR EACH ROW: DELETE stamps the column, deleted_at unless told, in place of removing the row, and in what refers to it by foreign keys ON DELETE CASCADE; no live row refers to a deleted one.';

CREATE FUNCTION quire.delete("table" pg_catalog.regclass, key pg_catalog.jsonb, hard pg_catalog.bool DEFAULT false)
    RETURNS pg_catalog.int4
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_delete';
COMMENT ON FUNCTION quire.delete(pg_catalog.regclass, pg_catalog.jsonb, pg_catalog.bool) IS
    'Deletes the row that the key tells, for good when hard or when no soft_delete guards it, and gives back how many rows went, with those that soft_delete took along.';

CREATE FUNCTION quire.undelete("table" pg_catalog.regclass, key pg_catalog.jsonb) RETURNS pg_catalog.int4
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_undelete';
COMMENT ON FUNCTION quire.undelete(pg_catalog.regclass, pg_catalog.jsonb) IS
    'Restores a row that soft_delete deleted, and what went with it; gives back how many rows came back. An error while a parent is still deleted.';

CREATE FUNCTION quire.hide_deleted("table" pg_catalog.regclass) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_hide_deleted';
COMMENT ON FUNCTION quire.hide_deleted(pg_catalog.regclass) IS
    'Hides the rows that soft_delete deleted from everyone whom row-level security binds, the table''s owner included.';

CREATE FUNCTION quire.create_live_index("table" pg_catalog.regclass, columns pg_catalog.name[]) RETURNS pg_catalog.regclass
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_create_live_index';
COMMENT ON FUNCTION quire.create_live_index(pg_catalog.regclass, pg_catalog.name[]) IS
    'A unique index of the columns among the rows that are not deleted.';

-- attributes: typed columns that users define, in a jsonb column; units; filters.

-- Types and values ------------------------------------------------------------------------------------------------

CREATE FUNCTION quire.check_attribute_type(type pg_catalog.jsonb) RETURNS pg_catalog.void
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_check_attribute_type';
COMMENT ON FUNCTION quire.check_attribute_type(pg_catalog.jsonb) IS
    'An error when this is no type for an attribute, like {"type": "number", "minimum": 0, "suffix": "mm", "format": "standard-unit"}.';

CREATE FUNCTION quire.check_attributes(definitions pg_catalog.jsonb, "values" pg_catalog.jsonb,
    OUT name pg_catalog.text, OUT rule pg_catalog.text, OUT message pg_catalog.text) RETURNS SETOF pg_catalog.record
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 2
    AS 'MODULE_PATHNAME', 'quire_check_attributes';
COMMENT ON FUNCTION quire.check_attributes(pg_catalog.jsonb, pg_catalog.jsonb) IS
    'The values {name: value} that break a rule of their definitions {name: type}: a row for each, none when all is well. Null breaks no rule.';

CREATE FUNCTION quire.attributes_valid(definitions pg_catalog.jsonb, "values" pg_catalog.jsonb) RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
    AS 'MODULE_PATHNAME', 'quire_attributes_valid';
COMMENT ON FUNCTION quire.attributes_valid(pg_catalog.jsonb, pg_catalog.jsonb) IS
    'Do the values {name: value} keep all rules of their definitions {name: type}?';

CREATE FUNCTION quire.attributes_match(definitions pg_catalog.jsonb, wanted pg_catalog.jsonb, "values" pg_catalog.jsonb)
    RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
    AS 'MODULE_PATHNAME', 'quire_attributes_match';
COMMENT ON FUNCTION quire.attributes_match(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.jsonb) IS
    'Are these the values that are wanted? Decimals within their tolerance, a missing boolean is false, a missing value equals null; values that nobody wants do not matter.';

-- Conversion ------------------------------------------------------------------------------------------------------

CREATE FUNCTION quire.convert_attribute(value pg_catalog.jsonb, "from" pg_catalog.jsonb, "to" pg_catalog.jsonb,
    options pg_catalog.jsonb DEFAULT '{}') RETURNS pg_catalog.jsonb
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
    AS 'MODULE_PATHNAME', 'quire_convert_attribute';
COMMENT ON FUNCTION quire.convert_attribute(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.jsonb) IS
    'What the value becomes when its attribute goes from one type to another; an error when it cannot. Option ignore_units keeps numbers as they are.';

CREATE FUNCTION quire.convert_unit(magnitude pg_catalog.numeric, "from" pg_catalog.text, "to" pg_catalog.text)
    RETURNS pg_catalog.numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_convert_unit_numeric';
COMMENT ON FUNCTION quire.convert_unit(pg_catalog.numeric, pg_catalog.text, pg_catalog.text) IS
    'The magnitude in another unit, as convert_unit(12, ''mm'', ''inch''), in 15 digits.';

CREATE FUNCTION quire.convert_unit(magnitude pg_catalog.float8, "from" pg_catalog.text, "to" pg_catalog.text)
    RETURNS pg_catalog.float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_convert_unit_float8';
COMMENT ON FUNCTION quire.convert_unit(pg_catalog.float8, pg_catalog.text, pg_catalog.text) IS
    'The magnitude in another unit, as convert_unit(12, ''mm'', ''inch'').';

CREATE FUNCTION quire.normalize_unit(unit pg_catalog.text) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_normalize_unit';
COMMENT ON FUNCTION quire.normalize_unit(pg_catalog.text) IS
    'One name for all ways to write a unit: 0.001 meter-second^-1 for mm/s. An error when it is no unit.';

-- Filters ---------------------------------------------------------------------------------------------------------

CREATE FUNCTION quire.matches(filter pg_catalog.text, "values" pg_catalog.jsonb) RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
    AS 'MODULE_PATHNAME', 'quire_matches';
COMMENT ON FUNCTION quire.matches(pg_catalog.text, pg_catalog.jsonb) IS
    'Do the values {name: value} fulfil a filter like: energy > 12 and (state == "done" or not tags ? "test")? A missing value is None.';

CREATE FUNCTION quire.matches(filter pg_catalog.text, "values" pg_catalog.jsonb, definitions pg_catalog.jsonb)
    RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
    AS 'MODULE_PATHNAME', 'quire_matches';
COMMENT ON FUNCTION quire.matches(pg_catalog.text, pg_catalog.jsonb, pg_catalog.jsonb) IS
    'The same; an error when the filter names no attribute of the definitions {name: type}, or compares one with what it never is.';

CREATE FUNCTION quire.filter_sql(filter pg_catalog.text, "column" pg_catalog.name) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_filter_sql';
COMMENT ON FUNCTION quire.filter_sql(pg_catalog.text, pg_catalog.name) IS
    'The filter as an SQL condition on a jsonb column, true for the rows that matches() is true for; made of nothing but the server''s own functions, and served by the indexes of create_attribute_index.';

CREATE FUNCTION quire.filter_sql(filter pg_catalog.text, "column" pg_catalog.name, definitions pg_catalog.jsonb)
    RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_filter_sql';
COMMENT ON FUNCTION quire.filter_sql(pg_catalog.text, pg_catalog.name, pg_catalog.jsonb) IS
    'The same; an error when the filter names no attribute of the definitions {name: type}, or compares one with what it never is.';

-- Tables of definitions -------------------------------------------------------------------------------------------

CREATE FUNCTION quire.check_attributes() RETURNS pg_catalog.trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_check_attributes_trigger';
COMMENT ON FUNCTION quire.check_attributes() IS
    'Trigger check_attributes(column, definitions [, name_column [, type_column [, scope]]]), BEFORE INSERT OR UPDATE, FOR EACH ROW: the jsonb column keeps the rules that a table of definitions has for its attributes; of those, when scope names a column that both tables have, the ones of the row''s own scope.';

CREATE FUNCTION quire.add_attribute(definitions pg_catalog.regclass, name pg_catalog.text, type pg_catalog.jsonb,
    columns pg_catalog.jsonb DEFAULT '{}', scope pg_catalog.text DEFAULT NULL, dry_run pg_catalog.bool DEFAULT false,
    OUT relation pg_catalog.regclass, OUT key pg_catalog.jsonb, OUT rule pg_catalog.text, OUT message pg_catalog.text)
    RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_add_attribute';
COMMENT ON FUNCTION quire.add_attribute(pg_catalog.regclass, pg_catalog.text, pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.text, pg_catalog.bool) IS
    'Adds an attribute to a table of definitions that triggers check_attributes go by, with values for the table''s other columns; an error when values of that name do not fit it, which a dry run lists instead.';

CREATE FUNCTION quire.alter_attribute(definitions pg_catalog.regclass, name pg_catalog.text,
    new_type pg_catalog.jsonb DEFAULT NULL, new_name pg_catalog.text DEFAULT NULL, options pg_catalog.jsonb DEFAULT '{}',
    scope pg_catalog.text DEFAULT NULL, dry_run pg_catalog.bool DEFAULT false,
    OUT relation pg_catalog.regclass, OUT key pg_catalog.jsonb, OUT rule pg_catalog.text, OUT message pg_catalog.text)
    RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_alter_attribute';
COMMENT ON FUNCTION quire.alter_attribute(pg_catalog.regclass, pg_catalog.text, pg_catalog.jsonb, pg_catalog.text, pg_catalog.jsonb, pg_catalog.text, pg_catalog.bool) IS
    'Gives an attribute another type, another name or both, and converts and moves all values under it; all or nothing. A dry run lists what would fail. Option ignore_units, as of convert_attribute.';

CREATE FUNCTION quire.drop_attribute(definitions pg_catalog.regclass, name pg_catalog.text,
    scope pg_catalog.text DEFAULT NULL, dry_run pg_catalog.bool DEFAULT false,
    OUT relation pg_catalog.regclass, OUT key pg_catalog.jsonb, OUT rule pg_catalog.text, OUT message pg_catalog.text)
    RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_drop_attribute';
COMMENT ON FUNCTION quire.drop_attribute(pg_catalog.regclass, pg_catalog.text, pg_catalog.text, pg_catalog.bool) IS
    'Removes an attribute from a table of definitions, and all values under it. A dry run lists the rows that have one.';

CREATE FUNCTION quire.create_attribute_index("table" pg_catalog.regclass, "column" pg_catalog.name,
    attribute pg_catalog.text, type pg_catalog.jsonb DEFAULT NULL) RETURNS pg_catalog.text
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_create_attribute_index';
COMMENT ON FUNCTION quire.create_attribute_index(pg_catalog.regclass, pg_catalog.name, pg_catalog.text, pg_catalog.jsonb) IS
    'Makes an index on one attribute of a jsonb column, with the statistics that let the planner choose it for what filter_sql writes; its kind follows the attribute''s type. Gives its name.';

CREATE FUNCTION quire.gzip(content pg_catalog.bytea, level pg_catalog.int4 DEFAULT 6) RETURNS pg_catalog.bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_gzip';
COMMENT ON FUNCTION quire.gzip(pg_catalog.bytea, pg_catalog.int4) IS
    'The bytes compressed as gzip, at a level from 0 (stored) to 9 (smallest). Equal content gives equal bytes.';

CREATE FUNCTION quire.gzip(content pg_catalog.text, level pg_catalog.int4 DEFAULT 6) RETURNS pg_catalog.bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_gzip_text';
COMMENT ON FUNCTION quire.gzip(pg_catalog.text, pg_catalog.int4) IS 'The text, in UTF-8, compressed as gzip.';

CREATE FUNCTION quire.gzip(content pg_catalog.jsonb, level pg_catalog.int4 DEFAULT 6) RETURNS pg_catalog.bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_gzip_json';
COMMENT ON FUNCTION quire.gzip(pg_catalog.jsonb, pg_catalog.int4) IS 'The JSON text, in UTF-8, compressed as gzip.';

CREATE FUNCTION quire.gunzip(compressed pg_catalog.bytea, max_bytes pg_catalog.int8 DEFAULT NULL) RETURNS pg_catalog.bytea
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 200
    AS 'MODULE_PATHNAME', 'quire_gunzip';
COMMENT ON FUNCTION quire.gunzip(pg_catalog.bytea, pg_catalog.int8) IS
    'What gzip or zlib compressed; an error when it inflates to more than max_bytes, or quire.max_inflate, or is damaged.';

CREATE FUNCTION quire.gunzip_text(compressed pg_catalog.bytea, max_bytes pg_catalog.int8 DEFAULT NULL) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 200
    AS 'MODULE_PATHNAME', 'quire_gunzip_text';
COMMENT ON FUNCTION quire.gunzip_text(pg_catalog.bytea, pg_catalog.int8) IS
    'The text of UTF-8 that gzip or zlib compressed; limited as gunzip is.';

CREATE FUNCTION quire.gunzip_json(compressed pg_catalog.bytea, max_bytes pg_catalog.int8 DEFAULT NULL) RETURNS pg_catalog.jsonb
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 300
    AS 'MODULE_PATHNAME', 'quire_gunzip_json';
COMMENT ON FUNCTION quire.gunzip_json(pg_catalog.bytea, pg_catalog.int8) IS
    'The JSON of UTF-8 that gzip or zlib compressed; limited as gunzip is.';

-- secrets: passwords and tokens, of which only hashes are stored.

-- All that take a secret are PARALLEL RESTRICTED: an error of a parallel worker is logged by its leader, with the
-- statement, which the functions themselves keep out of the log. The costs let cheaper conditions go first.

CREATE FUNCTION quire.hash_password(password pg_catalog.text) RETURNS pg_catalog.text
    LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED COST 1000000
    AS 'MODULE_PATHNAME', 'quire_hash_password';
COMMENT ON FUNCTION quire.hash_password(pg_catalog.text) IS
    'A new hash of a password, to be stored: argon2id with a random salt, as strong as the settings quire.argon2_memory, quire.argon2_iterations and quire.argon2_parallelism say.';

CREATE FUNCTION quire.verify_password(password pg_catalog.text, hash pg_catalog.text) RETURNS pg_catalog.bool
    LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000
    AS 'MODULE_PATHNAME', 'quire_verify_password';
COMMENT ON FUNCTION quire.verify_password(pg_catalog.text, pg_catalog.text) IS
    'Is this the password of the hash? Reads hashes of argon2, bcrypt, scrypt and PBKDF2 as the PHC, passlib, Werkzeug and Django write them; an error when it is none.';

CREATE FUNCTION quire.verify_password(
    password pg_catalog.text,
    hash pg_catalog.bytea,
    salt pg_catalog.bytea,
    scheme pg_catalog.text) RETURNS pg_catalog.bool
    LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000
    AS 'MODULE_PATHNAME', 'quire_verify_password_raw';
COMMENT ON FUNCTION quire.verify_password(pg_catalog.text, pg_catalog.bytea, pg_catalog.bytea, pg_catalog.text) IS
    'The same where hash and salt are columns of bytes; the scheme is pbkdf2:sha256:100000 or the like, or scrypt:N:r:p.';

CREATE FUNCTION quire.needs_rehash(hash pg_catalog.text) RETURNS pg_catalog.bool
    LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 10
    AS 'MODULE_PATHNAME', 'quire_needs_rehash';
COMMENT ON FUNCTION quire.needs_rehash(pg_catalog.text) IS
    'Would hash_password() make a stronger hash: is this one of another algorithm than argon2id, or weaker than the settings say?';

CREATE FUNCTION quire.new_token(bytes pg_catalog.int4 DEFAULT 32) RETURNS pg_catalog.text
    LANGUAGE c VOLATILE STRICT PARALLEL SAFE COST 20
    AS 'MODULE_PATHNAME', 'quire_new_token';
COMMENT ON FUNCTION quire.new_token(pg_catalog.int4) IS
    'A random token of so many bytes, 16 to 1024, in the characters A-Z a-z 0-9 - _: base64 for URLs, without padding.';

CREATE FUNCTION quire.token_digest(token pg_catalog.text) RETURNS pg_catalog.bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL RESTRICTED COST 20
    AS 'MODULE_PATHNAME', 'quire_token_digest';
COMMENT ON FUNCTION quire.token_digest(pg_catalog.text) IS
    'What to store of a token, and to look it up by: its SHA-256.';

-- models: table sets in a schema of the user's, made and kept up to date by numbered steps.

-- What each schema keeps as its stamp: a function quire_model() that returns this. Being of this type, it keeps
-- DROP EXTENSION from pulling the ground from under a model.
CREATE TYPE quire.model_stamp AS (
    model pg_catalog.text,
    version pg_catalog.int4,
    digests pg_catalog.text[]
);
COMMENT ON TYPE quire.model_stamp IS
    'Which version of which model a schema holds, with a digest of each step that led there; what its function quire_model() returns.';

-- The steps that ship with quire are in its library: no dump carries them, no restore or update can miss one.
CREATE FUNCTION quire.shipped_model_steps(
    OUT model pg_catalog.text,
    OUT version pg_catalog.int4,
    OUT name pg_catalog.text,
    OUT up pg_catalog.text,
    OUT down pg_catalog.text) RETURNS SETOF pg_catalog.record
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 20
    AS 'MODULE_PATHNAME', 'quire_shipped_model_steps';
COMMENT ON FUNCTION quire.shipped_model_steps() IS 'The steps of the models that come with quire, as the view quire.model_step shows them.';

-- A member of the extension whose rows are dumped, since all of them are the users'. It has no foreign key and no
-- trigger, which a restore would stumble over.
CREATE TABLE quire.own_model_step (
    model pg_catalog.text NOT NULL,
    version pg_catalog.int4 NOT NULL,
    name pg_catalog.text NOT NULL,
    up pg_catalog.text NOT NULL,
    down pg_catalog.text,
    PRIMARY KEY (model, version)
);
COMMENT ON TABLE quire.own_model_step IS
    'The steps of models of the users'' own, as add_model_step wrote them. Who may write here decides what runs when others install these models.';
SELECT pg_catalog.pg_extension_config_dump('quire.own_model_step', '');
GRANT SELECT ON quire.own_model_step TO PUBLIC;
GRANT INSERT, DELETE ON quire.own_model_step TO @extowner@ WITH GRANT OPTION;

CREATE VIEW quire.model_step AS
    SELECT shipped.model, shipped.version, shipped.name, shipped.up, shipped.down
    FROM quire.shipped_model_steps() AS shipped
    WHERE NOT EXISTS (SELECT FROM quire.own_model_step AS own WHERE own.model OPERATOR(pg_catalog.=) shipped.model)
    UNION ALL
    SELECT own.model, own.version, own.name, own.up, own.down FROM quire.own_model_step AS own;
COMMENT ON VIEW quire.model_step IS
    'Every step of every model: SQL with unqualified names that leads from the version before to this one, and back.';
GRANT SELECT ON quire.model_step TO PUBLIC;

CREATE FUNCTION quire.add_model_step(
    model pg_catalog.text,
    version pg_catalog.int4,
    name pg_catalog.text,
    up pg_catalog.text,
    down pg_catalog.text DEFAULT NULL) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_add_model_step';
COMMENT ON FUNCTION quire.add_model_step(pg_catalog.text, pg_catalog.int4, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'Adds the next step to a model of one''s own; the same step again does nothing, another in its place is refused.';

CREATE FUNCTION quire.create_model(
    model pg_catalog.text,
    schema pg_catalog.name,
    version pg_catalog.int4 DEFAULT NULL) RETURNS pg_catalog.int4
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_create_model';
COMMENT ON FUNCTION quire.create_model(pg_catalog.text, pg_catalog.name, pg_catalog.int4) IS
    'Creates a model in a schema, which is made when there is none, at its latest version or the one told; the version. All of it belongs to the caller.';

CREATE FUNCTION quire.ensure_model(model pg_catalog.text, schema pg_catalog.name) RETURNS pg_catalog.int4
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_ensure_model';
COMMENT ON FUNCTION quire.ensure_model(pg_catalog.text, pg_catalog.name) IS
    'Creates the model where it is not, upgrades it where it is behind, does nothing where it is current: what a service calls when it starts. The version.';

CREATE FUNCTION quire.upgrade_model(schema pg_catalog.name, version pg_catalog.int4 DEFAULT NULL) RETURNS pg_catalog.int4
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_upgrade_model';
COMMENT ON FUNCTION quire.upgrade_model(pg_catalog.name, pg_catalog.int4) IS
    'Takes the steps from the version of the schema''s model to the latest or the one told, in the transaction of the caller; the version.';

CREATE FUNCTION quire.downgrade_model(schema pg_catalog.name, version pg_catalog.int4) RETURNS pg_catalog.int4
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_downgrade_model';
COMMENT ON FUNCTION quire.downgrade_model(pg_catalog.name, pg_catalog.int4) IS
    'Takes the steps back to an earlier version; version 0 is before the first step, without the model.';

CREATE FUNCTION quire.stamp_model(schema pg_catalog.name, model pg_catalog.text, version pg_catalog.int4) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_stamp_model';
COMMENT ON FUNCTION quire.stamp_model(pg_catalog.name, pg_catalog.text, pg_catalog.int4) IS
    'Says that a schema is at a version of a model, without running a step: for tables that another tool has made.';

CREATE FUNCTION quire.model_status(
    OUT schema pg_catalog.name,
    OUT model pg_catalog.text,
    OUT version pg_catalog.int4,
    OUT latest pg_catalog.int4,
    OUT drifted pg_catalog.bool) RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 100000 ROWS 10
    AS 'MODULE_PATHNAME', 'quire_model_status';
COMMENT ON FUNCTION quire.model_status() IS
    'Every schema that holds a model: its version, the latest there is, and whether verify_model has a fault to tell; drifted is NULL where that cannot be found out, on a replica or without the right to create a schema.';

CREATE FUNCTION quire.model_history(
    schema pg_catalog.name,
    OUT version pg_catalog.int4,
    OUT name pg_catalog.text,
    OUT direction pg_catalog.text,
    OUT digest pg_catalog.text,
    OUT at pg_catalog.timestamptz,
    OUT role pg_catalog.name) RETURNS SETOF pg_catalog.record
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 1000 ROWS 20
    AS 'MODULE_PATHNAME', 'quire_model_history';
COMMENT ON FUNCTION quire.model_history(pg_catalog.name) IS
    'The steps that a schema''s model has taken, up, down or stamped, in their order.';

CREATE FUNCTION quire.verify_model(
    schema pg_catalog.name,
    OUT object pg_catalog.text,
    OUT problem pg_catalog.text,
    OUT is_fault pg_catalog.bool) RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 100000 ROWS 10
    AS 'MODULE_PATHNAME', 'quire_verify_model';
COMMENT ON FUNCTION quire.verify_model(pg_catalog.name) IS
    'How the schema differs from a fresh install of its model at its version, which is made for the comparison and rolled back. What the site has added is told, and is no fault.';

CREATE FUNCTION quire.model_sql(
    model pg_catalog.text,
    from_version pg_catalog.int4 DEFAULT 0,
    to_version pg_catalog.int4 DEFAULT NULL) RETURNS pg_catalog.text
    LANGUAGE c STABLE PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_model_sql';
COMMENT ON FUNCTION quire.model_sql(pg_catalog.text, pg_catalog.int4, pg_catalog.int4) IS
    'The SQL that leads from one version of a model to another, up or down, for review and for other tools; it needs the search_path at the model''s schema.';

CREATE FUNCTION quire.diagram(
    schema pg_catalog.name,
    format pg_catalog.text DEFAULT 'mermaid',
    focus pg_catalog.text[] DEFAULT NULL,
    columns pg_catalog.text DEFAULT 'all',
    comments pg_catalog.bool DEFAULT false) RETURNS pg_catalog.text
    LANGUAGE c STABLE PARALLEL UNSAFE COST 10000
    AS 'MODULE_PATHNAME', 'quire_diagram';
COMMENT ON FUNCTION quire.diagram(pg_catalog.name, pg_catalog.text, pg_catalog.text[], pg_catalog.text, pg_catalog.bool) IS
    'The tables of any schema and their references as an entity-relationship diagram for Mermaid; all tables, or those in focus with their neighbours; columns all, keys or none.';

CREATE FUNCTION quire.load_example(schema pg_catalog.name) RETURNS pg_catalog.int4
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_load_example';
COMMENT ON FUNCTION quire.load_example(pg_catalog.name) IS
    'Fills a schema''s model with the small example that comes with it; how many statements that took.';
