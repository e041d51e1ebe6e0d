# Cases of xform/: what the clients' engines found in submissions, and what validate() finds.
import re

from vectors import Case, moment

VALIDATE = """SELECT jsonb_build_object(
    'repeats', (SELECT COALESCE(jsonb_agg(path), '[]') FROM quire.fields(f) WHERE is_repeat),
    'found', (SELECT COALESCE(jsonb_agg(jsonb_build_object('path', path, 'position', position, 'rule', rule,
                                                           'expression', expression)), '[]')
              FROM quire.validate(f, $1->>'xml', $1->'options')))
    FROM (SELECT ($1->>'form')::quire.xform AS f) q"""


def steps_of(ref):
    """/data/orx:meta/rep[2]/a as [('meta', 1), ('rep', 2), ('a', 1)]"""
    found = []
    for step in ref.split("/")[2:]:
        name, index = re.fullmatch(r"([^\[]*)(?:\[(\d+)\])?", step).groups()
        found.append((name.split(":")[-1], int(index or 1)))
    return found


def place_of(ref, repeats):
    path, position = "", []
    for name, index in steps_of(ref):
        path += "/" + name
        if path in repeats:
            position.append(index)
    return path, tuple(position)


def broken_in(row, dialect):
    for node in row["nodes"]:
        if not node.get("relevant", True):
            continue
        if node.get("constraint_ok") is False or node.get("violation") == "constraint":
            yield node["ref"], "constraint"
        leaf = node.get("leaf", node.get("kind") not in ("root", "group", "repeat-instance"))
        blank = dialect == "javarosa" and leaf and node.get("required") and node.get("value", "") == ""
        if node.get("required_ok") is False or blank:
            yield node["ref"], "required"


class Difference:
    """Reads an answer as what was not expected, or not found."""

    def __init__(self, row, dialect):
        self.row, self.dialect = row, dialect

    def __call__(self, answer):
        repeats = set(answer["repeats"])
        wanted = {(*place_of(ref, repeats), rule) for ref, rule in broken_in(self.row, self.dialect)}
        # JavaRosa makes the instances of a repeat when its user gets there, which may be later.
        found = {(one["path"], tuple(one["position"]), one["rule"]) for one in answer["found"]
                 if self.dialect == "webforms" or one["rule"] != "repeat_count"}
        return {"missing": sorted(map(str, wanted - found)), "surplus": sorted(map(str, found - wanted))}


def states(file, dialect):
    def cases(vectors):
        rows = vectors.lines(file)
        files = files_of(vectors) if any(row.get("attachments") for row in rows) else {}
        for row in rows:
            yield case_of(vectors, row, dialect, files.get(row.get("scenario"), {}))
    return cases


def files_of(vectors):
    """The files beside the forms of scenarios."""
    return {row["id"]: row["attachments"] for row in vectors.lines("xform/webforms-scenarios.jsonl")
            if row.get("attachments")}


def case_of(vectors, row, dialect, files):
    options = {"dialect": dialect, "timezone": row["tz"]}
    if row.get("now_ms"):
        options["now"] = moment(row["now_ms"])
    if files:
        options["instances"] = {url: file["text"] for url, file in files.items() if "text" in file}
    given = {"form": vectors.text(f"xform-corpus/{row['form']}"), "xml": row["instance_xml"], "options": options}
    return Case(f"{row.get('id', row['form'])} {row['form']} {row.get('scenario', '')} {row.get('at', '')}", VALIDATE, given,
                {"missing": [], "surplus": []}, Difference(row, dialect))


# --- small forms ------------------------------------------------------------------------------------------------------

HOLDS = """SELECT jsonb_build_array(NOT EXISTS (
    SELECT FROM quire.validate(($1->>'form')::quire.xform, $1->>'xml', $1->'options') WHERE rule = 'constraint'))"""

CALCULATED = """SELECT COALESCE(jsonb_agg(value), '[]')
    FROM (SELECT ($1->>'form')::quire.xform AS f) q, quire."values"(f, quire.recalculate(f, $1->>'xml', $1->'options'))
    WHERE path LIKE '%/' || ($1->>'leaf')"""


def mini_forms(dialect):
    def cases(vectors):
        for row in vectors.lines("xform/mini-forms.jsonl"):
            yield mini_case(row, dialect)
    return cases


def mini_case(row, dialect):
    kind, leaf = row["name"].split("-")
    instance = re.search(r"<instance>(.*?)</instance>", row["form_xml"], re.S)[1]
    submission = re.sub(r"<rep jr:template=''>.*?</rep>", "", instance, flags=re.S)
    if kind == "con":
        value = re.match(r"\w+ '(.*?)' ", row["desc"])[1]
        submission = re.sub(r"<v( ?)/>|<v></v>", f"<v>{value}</v>", submission)
    given = {"form": row["form_xml"], "xml": submission, "leaf": leaf,
             "options": {"dialect": dialect, "timezone": row["tz"], "now": "2026-11-21T00:00:00Z"}}
    said = row[dialect]
    if isinstance(said, str) or isinstance(said[0], str) and said[0].startswith("XPath"):
        said = [True] if kind == "con" else []
    return Case(f"{row['name']} {row['desc']}", HOLDS if kind == "con" else CALCULATED, given,
                [one for one in said if one != ""])


FILES = {
    "xform/mini-forms.jsonl webforms": mini_forms("webforms"),
    "xform/mini-forms.jsonl javarosa": mini_forms("javarosa"),
    "xform/webforms-states.jsonl": states("xform/webforms-states.jsonl", "webforms"),
    "xform/javarosa-states.jsonl": states("xform/javarosa-states.jsonl", "javarosa"),
    "xform/corpus-initial-webforms.jsonl": states("xform/corpus-initial-webforms.jsonl", "webforms"),
    "xform/corpus-initial-javarosa.jsonl": states("xform/corpus-initial-javarosa.jsonl", "javarosa"),
}
