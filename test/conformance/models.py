# The vectors of ODK Central about its database, replayed through the model forms; models.pgsql has the replays.
import collections
import pathlib

from deviations import Deviation
from vectors import Case

PRELUDE = pathlib.Path(__file__).with_name("models.pgsql").read_text(encoding="utf-8")
VERSION = ("uuid", "dataset", "conflict", "version", "current", "root", "label", "data", "dataReceived", "baseVersion", "branchId",
           "trunkVersion", "branchBaseVersion", "conflictingProperties", "sourceType", "submissionDefId")
CONFLICT = ("version", "conflict", "resolved", "lastGoodVersion", "relevantToConflict")
HELD = ("submissionDefId", "entityUuid", "branchId", "branchBaseVersion")


def version_of(row):
    # A set, which jsonb keeps in another order than JavaScript.
    names = row["conflictingProperties"]
    return {**of(row, VERSION), "conflictingProperties": names and sorted(names)}


def of(row, keys):
    return {key: row.get(key) for key in keys}


def entity_flow(vectors):
    for line in vectors.lines("odk/entity-flow.jsonl"):
        versions = sorted((version_of(row) for row in line["expected_entity_versions"] if not row["deleted"]),
                          key=lambda row: (row["uuid"], row["version"]))
        backlog = sorted((of(row, HELD) for row in line["expected_backlog"]),
                         key=lambda row: (row["entityUuid"], row["branchBaseVersion"]))
        given = {**of(line, ("forms", "datasets", "expected_entity_versions")),
                 "events": list(events(line)), "submissions": list(submissions(line))}
        yield Case(line["name"], "SELECT pg_temp.replay_entities($1)", given, {"versions": versions, "backlog": backlog}, prelude=PRELUDE)


def events(line):
    """What happened, with what the API was told where it was the API."""
    made = collections.Counter()
    for event in line["events_in_order"]:
        if event["action"] in ("entity.create", "entity.update.version"):
            entity = event["details"]["entityId"]
            made[entity] += 1
            found = [row for row in line["expected_entity_versions"] if row["entityId"] == entity and row["version"] == made[entity]]
            if found and found[0]["sourceType"] == "api":
                yield {**event, "api": found[0]}
        elif event["action"] != "entity.error":
            yield event


def submissions(line):
    """Each version, with the one before."""
    latest = {}
    for row in line["submissions"]:
        yield {**row, "former": latest.get(row["submissionId"])}
        latest[row["submissionId"]] = row["submissionDefId"]


def entity_conflicts(vectors):
    for line in vectors.lines("odk/entity-conflicts.jsonl"):
        history = [{**row, "createdAt": row.get("createdAt") or "epoch"} for row in line["defs"]]
        given = {"versions": history, "resolved": [event["loggedAt"] for event in line["audits"] if event["action"] == "entity.update.resolve"],
                 "relevant": line["relevantToConflict"]}
        expected = [{**of(row, CONFLICT), "baseDiff": sorted(row["baseDiff"]), "serverDiff": sorted(row["serverDiff"])} for row in line["expected"]]
        yield Case(line["name"], "SELECT pg_temp.replay_history($1)", given, expected, prelude=PRELUDE)


def schema_versions(vectors):
    for line in vectors.lines("odk/schema-versions.jsonl"):
        given = {side: [field_of(field) for field in line[side]] for side in ("old_fields", "new_fields")}
        conflict = line["downcast_error"]
        expected = {"compare": line["compare"], "downcast": conflict and conflict["details"]["path"],
                    "merged": [of(field, ("path", "type", "order")) for field in line["merged"]]}
        yield Case(line["name"], "SELECT pg_temp.compare_schemas($1)", given, expected, prelude=PRELUDE)


def field_of(field):
    return {"formId": 0, "schemaId": 0, **field}


def auth(vectors):
    lines = list(vectors.lines("odk/auth.jsonl"))
    actees = next(line["actees"] for line in lines if line["kind"] == "fixture")
    for line in lines:
        if line["kind"] == "fixture":
            continue
        name = " ".join(str(line[key]) for key in ("kind", "system", "actee", "assigned_actee", "checked_actee") if key in line)
        if line["kind"] == "role":
            expected = {"name": line["name"], "verbs": sorted(line["verbs"])}
        elif line["kind"] == "implied_actees":
            expected = sorted(actee for actee in line["expected"] if actee != "<null>")
        else:
            expected = line["expected"]
        yield Case(name, "SELECT pg_temp.replay_access($1)", {**line, "actees": actees}, expected, prelude=PRELUDE)


FILES = {"odk/auth.jsonl": auth, "odk/entity-conflicts.jsonl": entity_conflicts, "odk/entity-flow.jsonl": entity_flow, "odk/schema-versions.jsonl": schema_versions}

UNRECORDED = "the test sets approvalRequired in between, or deletes, of which the recording has the last state alone"
MODEL_DEVIATIONS = [Deviation("odk/entity-flow.jsonl", name, UNRECORDED) for name in (
    "worker: * should not create entity when review status is rejected",
    "worker: * should never process submission.update for entity update even if submission.create gets skipped",
    "datasets and entities updating dataset settings via PATCH * should not convert deleted submissions",
    "datasets and entities updating dataset settings via PATCH * should use latest version of submission *",
    "datasets and entities updating dataset settings via PATCH * central issue #547, *",
    "datasets and entities api: DELETE * should not create entities from a submission in a deleted dataset",
)]

MODEL_DEVIATIONS.append(Deviation("odk/entity-conflicts.jsonl", "* should fill in correct information for HARD conflict",
    "made by hand: a version that was made of the one before it has conflicting properties, if none; what is stored then has NULL"))

ALL_SPECIES = "every species is an actee: a grant on * reaches what is of the species dataset, public_link and singleUse, too"
MODEL_DEVIATIONS += [Deviation("odk/auth.jsonl", name, ALL_SPECIES) for name in (
    "implied_actees dataset", "implied_actees A_su1", "can [*] dataset", "can [*] A_su1")]
