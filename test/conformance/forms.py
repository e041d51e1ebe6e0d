# The noun forms beside ODK Central: one function for each file of vectors, giving its reports.
import glob
import os
import xml.etree.ElementTree as ElementTree

from deviations import DEVIATIONS
from vectors import REFUSED, Report, read_lines, run

FORM = "($1 ->> 'form_xml')::quire.xform"
SUBMISSION = "$1 ->> 'submission_xml'"


def compare_all(name, cases, query, given, expected):
    """A report on one query over cases: what it is given, and what should come back."""
    report = Report(name, DEVIATIONS)
    for case, answer in zip(cases, run(query, [given(case) for case in cases])):
        report.compare(case["name"], expected(case), answer)
    return report


def texts(case):
    return {key: case.get(key) for key in ("form_xml", "submission_xml")}


def fields(folder):
    cases = read_lines(f"{folder}/odk/fields.jsonl")

    def expected(case):
        if "error" in case:
            return REFUSED
        return [{"path": f["path"], "name": f["name"], "type": f["type"], "order": f["order"],
                 "binary": bool(f.get("binary")), "select_multiple": bool(f.get("selectMultiple")),
                 "property": f.get("propertyName")} for f in case["fields"]]

    yield compare_all("fields", cases, f"""
        SELECT coalesce(jsonb_agg(jsonb_build_object('path', path, 'name', name, 'type', type, 'order', "order",
            'binary', is_binary, 'select_multiple', select_multiple, 'property', property_name)), '[]')
        FROM quire.fields({FORM})""", texts, expected)

    def header(case):
        if "meta_error" in case:
            return REFUSED
        meta = case["meta"]
        return [meta["xmlFormId"], meta["version"], meta["name"], meta.get("hash") or meta.get("md5")]

    yield compare_all("meta", cases, f"""
        SELECT jsonb_build_array(quire.form_id(form), coalesce(quire.form_version(form), ''), quire.form_title(form),
            quire.form_hash(form)) FROM (SELECT {FORM}) AS f(form)""", texts, header)


def fieldstream(folder):
    yield compare_all("fieldstream", read_lines(f"{folder}/odk/fieldstream.jsonl"), f"""
        SELECT coalesce(jsonb_agg(jsonb_build_array(path, value)), '[]') FROM quire."values"({FORM}, {SUBMISSION})""",
        texts, lambda case: case["expected"])


def selectmultiple(folder):
    yield compare_all("selectmultiple", read_lines(f"{folder}/odk/selectmultiple.jsonl"), f"""
        SELECT coalesce(jsonb_object_agg(path, chosen), '{{}}') FROM (
            SELECT path, jsonb_agg(value ORDER BY n) AS chosen
            FROM quire.select_values({FORM}, {SUBMISSION}) WITH ORDINALITY AS v(path, value, n) GROUP BY path) AS p""",
        texts, lambda case: {path: values for path, values in case["expected"].items() if values})


def attachments(folder):
    cases = read_lines(f"{folder}/odk/attachments.jsonl")

    def expected(case):
        if "error" in case:
            return REFUSED
        if case["kind"] == "form":
            return [[file["name"], file["type"]] for file in case["expected"]]
        return [file["name"] for file in case["expected"]]

    yield compare_all("attachments", cases, f"""
        SELECT CASE $1 ->> 'kind'
            WHEN 'form' THEN (SELECT coalesce(jsonb_agg(jsonb_build_array(name, type)), '[]') FROM quire.form_attachments({FORM}))
            ELSE (SELECT coalesce(jsonb_agg(f), '[]') FROM quire.submission_attachments({FORM}, {SUBMISSION}) AS f) END""",
        lambda case: {**texts(case), "kind": case["kind"]}, expected)


def datasets(folder):
    def expected(case):
        if "error" in case:
            return REFUSED
        return [{"dataset": d["name"], "path": d["path"], "repeat": bool(d.get("isRepeat")), "actions": d["actions"],
                 "properties": [{"name": f["propertyName"], "path": f["path"]} for f in d["fields"]]}
                for d in case["expected"]]

    yield compare_all("datasets", read_lines(f"{folder}/odk/datasets.jsonl"), f"SELECT quire.form_datasets({FORM})",
                      texts, expected)


def canonical(xml):
    def walk(element):
        return (element.tag, sorted(element.attrib.items()), (element.text or "").strip(), [walk(e) for e in element])
    return repr(walk(ElementTree.fromstring(xml)))


def edmx(folder):
    report = Report("edmx", DEVIATIONS)
    known = {case["name"]: case["form_xml"] for name in ("odata", "datasets", "fields")
             for case in read_lines(f"{folder}/odk/{name}.jsonl")}
    cases = []
    for case in read_lines(f"{folder}/odk/edmx.jsonl"):
        cases.append({**case, "form_xml": known[case["name"]]}) if case["name"] in known else report.skip()
    answers = run(f"SELECT to_jsonb(quire.odata_metadata({FORM}))", [texts(case) for case in cases])
    for case, answer in zip(cases, answers):
        if "result" in answer:
            answer = {"result": canonical(answer["result"])}
        report.compare(case["name"], canonical(case["edmx"]), answer)
    yield report


def odata(folder):
    def system(case):
        rows = case["expected"] if isinstance(case["expected"], list) else [case["expected"]]
        return rows[0].get("__system") if rows else None

    def given(case):
        options = {**case["options"], "instance_id": case["submission"]["instanceId"], "system": system(case)}
        return {**texts(case), "table": case["table"], "options": options}

    def expected(case):
        if case.get("empty"):
            return []
        return case["expected"] if isinstance(case["expected"], list) else [case["expected"]]

    yield compare_all("odata", read_lines(f"{folder}/odk/odata.jsonl"), f"""
        SELECT coalesce(jsonb_agg(r), '[]') FROM quire.rows({FORM}, {SUBMISSION}, $1 ->> 'table', $1 -> 'options') AS r""",
        given, expected)


def csv(folder):
    """Each file of an export is one case: its header, and the lines of all submissions."""
    report = Report("csv", DEVIATIONS)
    names, given, wanted = [], [], []
    for case in read_lines(f"{folder}/odk/csv.jsonl"):
        tables = run(f"SELECT quire.form_info({FORM}) -> 'tables'", [texts(case)])[0]
        if "error" in tables:
            report.compare(case["name"], case["expected"], tables)
            continue
        for table, (_, text) in zip(tables["result"], case["expected"].items()):
            names.append(case["name"])
            wanted.append(text)
            given.append({"form_xml": case["form_xml"], "table": table, "options": export_options(case),
                          "submissions": [{"xml": s["xml"], "system": export_system(s), "id": s["instanceId"]}
                                          for s in case["submissions"]]})
    answers = run(f"""
        SELECT to_jsonb(quire.csv_header({FORM}, $1 ->> 'table', $1 -> 'options') || e'\\n' || coalesce((
            SELECT string_agg(line || e'\\n', '' ORDER BY s.n, l.n)
            FROM jsonb_array_elements($1 -> 'submissions') WITH ORDINALITY AS s(submission, n),
                quire.csv_row({FORM}, submission ->> 'xml', $1 ->> 'table', $1 -> 'options'
                    || jsonb_build_object('instance_id', submission -> 'id', 'system', submission -> 'system'))
                WITH ORDINALITY AS l(line, n)), ''))""", given)
    for name, expected, answer in zip(names, wanted, answers):
        report.compare(name, expected, answer)
    yield report


def export_options(case):
    options = {"group_paths": case["options"].get("groupPaths", True)}
    if case["selectValues"]:
        options["select_values"] = case["selectValues"]
    return options


def export_system(submission):
    system = {key: submission.get(key) for key in ("submitterId", "submitterName", "attachmentsPresent",
              "attachmentsExpected", "reviewState", "deviceId", "edits", "formVersion", "status")}
    system["submissionDate"] = submission["createdAt"]
    return {key: value for key, value in system.items() if value is not None}


def form_of(structural):
    """A small form with these groups and repeats, for cases that come without one."""
    tree, repeats = {}, []
    for field in structural:
        node = tree
        for step in field["path"].split("/")[1:]:
            node = node.setdefault(step, {})
        if field["type"] == "repeat":
            repeats.append(field["path"])

    def written(node):
        return "".join(f"<{name}>{written(inner) or '<quire_none/>'}</{name}>" for name, inner in node.items())
    body = "".join(f'<repeat nodeset="/data{path}"/>' for path in repeats)
    return (f'<html><head><model><instance><data id="x">{written(tree)}</data></instance></model></head>'
            f'<body>{body}</body></html>')


def diff(folder):
    cases, wanted = [], []
    for case in read_lines(f"{folder}/odk/diff.jsonl"):
        form = case.get("form_xml") or form_of(case["structural_fields"])
        for newer, older in zip(case["versions"], case["versions"][1:]):
            cases.append({"name": case["name"], "form_xml": form, "older": older["xml"], "newer": newer["xml"]})
            wanted.append(case["expected"].get(newer["instanceId"], []))
    report = Report("diff", DEVIATIONS)
    answers = run(f"""
        SELECT coalesce(jsonb_agg(jsonb_build_object('path', path) || CASE WHEN old IS NULL THEN '{{}}' ELSE jsonb_build_object('old', old) END
            || CASE WHEN new IS NULL THEN '{{}}' ELSE jsonb_build_object('new', new) END), '[]')
        FROM quire.submission_diff({FORM}, $1 ->> 'older', $1 ->> 'newer')""", cases)
    for case, expected, answer in zip(cases, wanted, answers):
        report.compare(case["name"], expected, answer)
    yield report


def entity(folder):
    def expected_entity(entity):
        creates, updates = entity["wants_create"], entity["wants_update"]
        if not creates and not updates:
            return None
        tried = [entity[key] for on, key in ((updates, "as_update"), (creates, "as_create")) if on]
        action = "upsert" if creates and updates else "create" if creates else "update"
        good = next((result for result in tried if "error" not in result), None)
        return [action, None, True] if good is None else [action, good["uuid"], False]

    def expected(case):
        return sorted(filter(None, map(expected_entity, case["expected"])), key=str)

    cases = read_lines(f"{folder}/odk/entity.jsonl")
    report = Report("entity", DEVIATIONS)
    answers = run(f"""
        SELECT coalesce(jsonb_agg(jsonb_build_array(action, CASE WHEN error IS NULL THEN id END, error IS NOT NULL)), '[]')
        FROM quire.submission_entities({FORM}, {SUBMISSION})""", [texts(case) for case in cases])
    for case, answer in zip(cases, answers):
        if "result" in answer:
            answer = {"result": sorted(answer["result"], key=str)}
        report.compare(case["name"], expected(case), answer)
    yield report


def audits(folder):
    def expected(case):
        return REFUSED if "error" in case else case["expected"]

    yield compare_all("audits", read_lines(f"{folder}/odk/audits.jsonl"), """
        SELECT coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(a) - 'remainder')
            || CASE WHEN remainder IS NULL THEN '{}' ELSE jsonb_build_object('remainder', remainder) END), '[]')
        FROM quire.client_audit($1 ->> 'csv') AS a""", lambda case: {"csv": case["csv"]}, expected)


def submission_meta(folder):
    columns = {"xmlFormId": "form_id", "version": "form_version", "instanceId": "instance_id",
               "deprecatedId": "deprecated_id", "instanceName": "instance_name", "localKey": "enc_key",
               "encDataAttachmentName": "enc_data_file", "signature": "signature"}

    def expected(case):
        if "error" in case:
            return None
        found = {column: case["expected"].get(key) for key, column in columns.items()}
        found["form_version"] = found["form_version"] or None
        return found

    cases = [case for case in read_lines(f"{folder}/odk/submission-meta.jsonl") if "error" not in case]
    wanted = ", ".join(f"'{column}', (m).{column}" for column in columns.values())
    yield compare_all("submission-meta", cases, f"""
        SELECT jsonb_build_object({wanted}) FROM (SELECT quire.submission_meta({SUBMISSION})) AS s(m)""", texts, expected)


def corpus(folder):
    """Every form is taken, or refused with an error of class 22; what both engines of the peers take is taken."""
    report = Report("xform-corpus", DEVIATIONS)
    wanted = {case["file"]: case["expect"] for case in read_lines(f"{folder}/xform-corpus/index.jsonl")}
    names = sorted(os.path.basename(path) for path in glob.glob(f"{folder}/xform-corpus/*.xml"))
    given = [{"form_xml": open(f"{folder}/xform-corpus/{name}", encoding="utf-8").read()} for name in names]
    for name, answer in zip(names, run(f"SELECT to_jsonb(quire.form_info({FORM}) ->> 'id')", given)):
        taken = "result" in answer
        fine = taken or (answer["error"].startswith("22") and wanted[name] != "ok")
        report.compare(name, answer.get("result"), answer if taken or not fine else {"result": None})
    yield report


CHECKS = [fields, fieldstream, selectmultiple, attachments, datasets, edmx, odata, csv, diff, entity, audits,
          submission_meta, corpus]
