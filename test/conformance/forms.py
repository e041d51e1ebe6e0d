# The vectors of ODK Central about forms and submissions: for each file a function that gives its cases.
import json
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import quoteattr

from vectors import Case, Outcome

FORM = "($1 ->> 'form_xml')::quire.xform"
SUBMISSION = "$1 ->> 'submission_xml'"


def given(line, *more):
    """What a query is to see of a line."""
    return {key: line.get(key) for key in ("form_xml", "submission_xml", *more)}


def unless_error(line, expected):
    return Outcome.REFUSED if "error" in line else expected(line)


# --- forms ------------------------------------------------------------------------------------------------------------

FIELDS = f"""
    SELECT coalesce(jsonb_agg(jsonb_build_object('path', path, 'name', name, 'type', type, 'order', "order",
        'binary', is_binary, 'selectMultiple', select_multiple, 'propertyName', property_name)), '[]')
    FROM quire.fields({FORM})"""
HEADER = f"""
    SELECT jsonb_build_object('xmlFormId', quire.form_id(form), 'version', coalesce(quire.form_version(form), ''),
        'name', quire.form_title(form), 'hash', quire.form_hash(form),
        'publicKey', quire.form_info(form) -> 'public_key')
    FROM (SELECT {FORM}) AS f(form)"""


def fields(vectors):
    for line in vectors.lines("odk/fields.jsonl"):
        yield Case(line["name"], FIELDS, given(line), unless_error(line, expected_fields))
        yield Case(line["name"] + " meta", HEADER, given(line), expected_header(line))


def expected_fields(line):
    absent = {"binary": False, "selectMultiple": False, "propertyName": None}
    return [{**absent, **{key: value for key, value in field.items() if value is not None}}
            for field in line["fields"]]


def expected_header(line):
    if "meta_error" in line:
        return Outcome.REFUSED
    return {key: value for key, value in line["meta"].items() if key not in ("sha", "sha256")}


FORM_ATTACHMENTS = f"""
    SELECT coalesce(jsonb_agg(jsonb_build_array(name, type)), '[]') FROM quire.form_attachments({FORM})"""
SUBMISSION_ATTACHMENTS = f"""
    SELECT coalesce(jsonb_agg(name), '[]') FROM quire.submission_attachments({FORM}, {SUBMISSION}) AS name"""


def attachments(vectors):
    for line in vectors.lines("odk/attachments.jsonl"):
        if line["kind"] == "form":
            expected = unless_error(line, lambda line: [[file["name"], file["type"]] for file in line["expected"]])
            yield Case(line["name"], FORM_ATTACHMENTS, given(line), expected)
        else:
            expected = unless_error(line, lambda line: [file["name"] for file in line["expected"]])
            yield Case(line["name"], SUBMISSION_ATTACHMENTS, given(line), expected)


def datasets(vectors):
    for line in vectors.lines("odk/datasets.jsonl"):
        expected = unless_error(line, expected_datasets)
        yield Case(line["name"], f"SELECT quire.form_datasets({FORM})", given(line), expected)


def expected_datasets(line):
    return [{"dataset": dataset["name"], "path": dataset["path"], "repeat": bool(dataset.get("isRepeat")),
             "actions": dataset["actions"],
             "properties": [{"name": field["propertyName"], "path": field["path"]} for field in dataset["fields"]]}
            for dataset in line["expected"]]


def edmx(vectors):
    forms = {line["name"]: line["form_xml"] for line in vectors.lines("odk/fields.jsonl")}
    query = f"SELECT to_jsonb(quire.odata_metadata({FORM}))"
    for line in vectors.lines("odk/edmx.jsonl"):
        expected = canonical(line["edmx"]) if line["name"] in forms else Outcome.SKIPPED
        yield Case(line["name"], query, {"form_xml": forms.get(line["name"])}, expected, canonical)


def canonical(xml):
    """The XML with one way to write it, as far as it is XML."""
    try:
        return ElementTree.canonicalize(xml, strip_text=True)
    except ElementTree.ParseError:
        return xml


def corpus(vectors):
    query = f"SELECT to_jsonb(quire.form_info({FORM}))"
    for line in vectors.lines("xform-corpus/index.jsonl"):
        form = {"form_xml": vectors.text("xform-corpus/" + line["file"])}
        yield Case(line["file"], query, form, Outcome.TAKEN if line["expect"] == "ok" else Outcome.EITHER)


# --- submissions ------------------------------------------------------------------------------------------------------

def fieldstream(vectors):
    query = f"""
        SELECT coalesce(jsonb_agg(jsonb_build_array(path, value)), '[]') FROM quire."values"({FORM}, {SUBMISSION})"""
    for line in vectors.lines("odk/fieldstream.jsonl"):
        yield Case(line["name"], query, given(line), line["expected"])


def selectmultiple(vectors):
    query = f"""
        SELECT coalesce(jsonb_object_agg(path, chosen), '{{}}')
        FROM (SELECT path, jsonb_agg(value ORDER BY n) AS chosen
            FROM quire.select_values({FORM}, {SUBMISSION}) WITH ORDINALITY AS v(path, value, n)
            GROUP BY path) AS paths"""
    for line in vectors.lines("odk/selectmultiple.jsonl"):
        chosen = {path: values for path, values in line["expected"].items() if values}
        yield Case(line["name"], query, given(line), chosen)


ROWS = f"""
    SELECT coalesce(jsonb_agg(r), '[]')
    FROM quire.rows({FORM}, {SUBMISSION}, $1 ->> 'table', $1 -> 'options') AS r"""


def odata(vectors):
    for line in vectors.lines("odk/odata.jsonl"):
        yield rows_case(line, line["submission_xml"])


def odata_recorded(vectors):
    """Calls for all questions of a form, by a submission with an id; quire does not choose columns."""
    forms = {line["form_xml"]: paths(line) for line in vectors.lines("odk/fields.jsonl") if "fields" in line}
    for line in vectors.lines("odk/odata-recorded.jsonl"):
        case = rows_case(line, line["submission"]["xml"])
        if (forms.get(line["form_xml"]) != paths(line) or line["options"].get("metadata")
                or "instanceId" not in line["submission"]):
            case.expected = Outcome.SKIPPED
        yield case


def paths(line):
    return sorted((field["path"], field["type"]) for field in line["fields"])


def rows_case(line, submission):
    expected = [] if line.get("empty") else as_list(line["expected"])
    options = {key: line["options"][key] for key in ("expand", "wkt") if key in line["options"]}
    options["instance_id"] = line["submission"].get("instanceId")
    if expected and "__system" in expected[0]:
        options["system"] = expected[0]["__system"]
    seen = {"form_xml": line["form_xml"], "submission_xml": submission, "table": line["table"], "options": options}
    return Case(line["name"], ROWS, seen, expected)


def as_list(value):
    return value if isinstance(value, list) else [value]


CSV = f"""
    SELECT jsonb_agg(quire.csv_header(form, "table", $1 -> 'options') || e'\\n' || coalesce(lines, '') ORDER BY place)
    FROM (SELECT {FORM}) AS f(form),
        jsonb_array_elements_text(quire.form_info(form) -> 'tables') WITH ORDINALITY AS t("table", place),
        LATERAL (SELECT string_agg(line || e'\\n', '' ORDER BY s.n, l.n) AS lines
            FROM jsonb_array_elements($1 -> 'submissions') WITH ORDINALITY AS s(submission, n),
                quire.csv_row(form, submission ->> 'xml', "table", $1 -> 'options' || (submission -> 'options'))
                    WITH ORDINALITY AS l(line, n)) AS all_lines"""


def csv(vectors):
    for line in vectors.lines("odk/csv.jsonl"):
        options = {"group_paths": line["options"].get("groupPaths", True)}
        if line["selectValues"]:
            options["select_values"] = line["selectValues"]
        seen = {"form_xml": line["form_xml"], "options": options,
                "submissions": [export(submission) for submission in line["submissions"]]}
        yield Case(line["name"], CSV, seen, list(line["expected"].values()))


def export(submission):
    """A submission, and what the server that received it knows."""
    system = {key: value for key, value in submission.items() if key not in ("xml", "instanceId", "createdAt")}
    system["submissionDate"] = submission["createdAt"]
    return {"xml": submission["xml"], "options": {"instance_id": submission["instanceId"], "system": system}}


DIFFERENCES = f"""
    SELECT coalesce(jsonb_agg(jsonb_build_object('path', path)
        || CASE WHEN old IS NULL THEN '{{}}' ELSE jsonb_build_object('old', old) END
        || CASE WHEN new IS NULL THEN '{{}}' ELSE jsonb_build_object('new', new) END), '[]')
    FROM quire.submission_diff({FORM}, $1 ->> 'older', $1 ->> 'newer')"""


def diff(vectors):
    for line in vectors.lines("odk/diff.jsonl"):
        form = line.get("form_xml") or form_of(line["structural_fields"])
        for newer, older in zip(line["versions"], line["versions"][1:]):
            seen = {"form_xml": form, "older": older["xml"], "newer": newer["xml"]}
            yield Case(line["name"], DIFFERENCES, seen, line["expected"].get(newer["instanceId"], []))


def submission_meta(vectors):
    for line in vectors.lines("odk/submission-meta.jsonl"):
        expected = absent(line["error"]) if "error" in line else expected_meta(line["expected"])
        columns = ", ".join(f"'{column}', (meta).{column}" for column in expected)
        query = f"SELECT jsonb_build_object({columns}) FROM (SELECT quire.submission_meta({SUBMISSION})) AS s(meta)"
        yield Case(line["name"], query, given(line), expected)


def expected_meta(meta):
    return {"form_id": meta["xmlFormId"], "form_version": meta["version"] or None, "instance_id": meta["instanceId"],
            "deprecated_id": meta["deprecatedId"], "instance_name": meta["instanceName"], "enc_key": meta["localKey"],
            "enc_data_file": meta["encDataAttachmentName"], "signature": meta["signature"]}


def absent(error):
    """What the peer refuses to be without is NULL."""
    return {"form_id" if error["details"]["field"].startswith("form ID") else "instance_id": None}


def audits(vectors):
    query = "SELECT coalesce(jsonb_agg(to_jsonb(a)), '[]') FROM quire.client_audit($1 ->> 'csv') AS a"
    for line in vectors.lines("odk/audits.jsonl"):
        yield Case(line["name"], query, {"csv": line["csv"]}, unless_error(line, expected_audit))


def expected_audit(line):
    columns = ("event", "node", "start", "end", "latitude", "longitude", "accuracy", "old-value", "new-value", "user",
               "change-reason", "remainder")
    return [{column: row.get(column) for column in columns} for row in line["expected"]]


# --- entities ---------------------------------------------------------------------------------------------------------

ENTITIES = f"""
    SELECT coalesce(jsonb_agg(to_jsonb(e)), '[]') FROM quire.submission_entities({FORM}, {SUBMISSION}) AS e"""


def entity(vectors):
    for line in vectors.lines("odk/entity.jsonl"):
        asked = [entity for entity in line["expected"] if entity["wants_create"] or entity["wants_update"]]
        yield Case(line["name"], ENTITIES, given(line), list(map(expected_entity, asked)), without_details_of_errors)


def expected_entity(entity):
    action = action_of(entity["wants_create"], entity["wants_update"])
    tried = [entity[key] for key in ("as_update", "as_create") if key in entity]
    good = next((one for one in tried if "error" not in one), None)
    if good is None:
        return {"action": action, "error": True}
    return {"action": action, "error": None, "dataset": good["dataset"], "id": good["uuid"], "label": good["label"],
            "data": good["data"], "base_version": good["baseVersion"], "trunk_version": good["trunkVersion"],
            "branch_id": good["branchId"]}


def action_of(creates, updates):
    return "upsert" if creates and updates else "create" if creates else "update"


def without_details_of_errors(entities):
    return [{"action": entity["action"], "error": True} if entity["error"] else entity for entity in entities]


def entity_recorded(vectors):
    """Not all rules can be broken here: the form is made up from the list of its questions."""
    for line in vectors.lines("odk/entity-recorded.jsonl"):
        form = form_of(line["structural_fields"] + line["entity_fields"])
        seen = {"form_xml": form, "submission_xml": line["submission_xml"]}
        asked = [recorded_entity(entity["system"], entity["data"]) for entity in line["expected"]]
        yield Case(line["name"], ENTITIES, seen, in_order(filter(None, asked)), what_is_asked)


def recorded_entity(system, data):
    creates, updates = (system.get(key) in ("1", "true") for key in ("create", "update"))
    if not creates and not updates:
        return None
    return {"action": action_of(creates, updates), "dataset": filled(system.get("dataset")),
            "label": filled(system.get("label")), "data": data}


def what_is_asked(entities):
    return in_order({"action": entity["action"], "dataset": entity["dataset"], "label": filled(entity["label"]),
                     "data": entity["data"]} for entity in entities)


def filled(text):
    return text if text and text.strip() else None


def in_order(entities):
    return sorted(entities, key=lambda entity: json.dumps(entity, sort_keys=True))


# --- forms that are not told ------------------------------------------------------------------------------------------

def form_of(fields):
    """A form with these groups, repeats, questions and entities."""
    by_path = {}
    for field in fields:
        by_path.setdefault(field["path"], {}).update({key: value for key, value in field.items() if value is not None})
    ordered = sorted(by_path.values(), key=lambda field: field["order"])
    binds = "".join(f'<bind nodeset="/data{field["path"]}" type="string" saveto={quoteattr(field["propertyName"])}/>'
                    for field in ordered if "propertyName" in field)
    repeats = "".join(f'<repeat nodeset="/data{field["path"]}"/>' for field in ordered if field["type"] == "repeat")
    return (f'<html><head><model entities-version="2025.1.0"><instance><data id="x">{nodes_below("", ordered)}</data>'
            f"</instance>{binds}</model></head><body>{repeats}</body></html>")


def nodes_below(parent, ordered):
    return "".join(node(field, ordered) for field in ordered if field["path"].rpartition("/")[0] == parent)


def node(field, ordered):
    path = field["path"]
    name = path.rpartition("/")[2]
    inner = nodes_below(path, ordered)
    if path.endswith("/meta/entity"):
        return f'<entity dataset="d{field["order"]}" create="" update="" id="">{inner}</entity>'
    # A group is one because something is in it.
    return f"<{name}>{inner or '<none/>'}</{name}>" if field["type"] in ("structure", "repeat") else f"<{name}/>"


FILES = {
    "odk/fields.jsonl": fields,
    "odk/attachments.jsonl": attachments,
    "odk/datasets.jsonl": datasets,
    "odk/edmx.jsonl": edmx,
    "odk/fieldstream.jsonl": fieldstream,
    "odk/selectmultiple.jsonl": selectmultiple,
    "odk/odata.jsonl": odata,
    "odk/odata-recorded.jsonl": odata_recorded,
    "odk/csv.jsonl": csv,
    "odk/diff.jsonl": diff,
    "odk/entity.jsonl": entity,
    "odk/entity-recorded.jsonl": entity_recorded,
    "odk/submission-meta.jsonl": submission_meta,
    "odk/audits.jsonl": audits,
    "xform-corpus/index.jsonl": corpus,
}
