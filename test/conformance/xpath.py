# Cases of xpath/: expressions over documents, in the dialect of the engine that evaluated them.
import re

from vectors import Case, Outcome, moment

FUNCTIONS = set("""abs acos area asin atan atan2 base64-decode boolean boolean-from-string ceiling checklist coalesce concat contains
cos count count-non-empty count-selected current date date-time decimal-date-time decimal-time depend digest distance
ends-with exp exp10 floor format-date format-date-time geofence id if indexed-repeat instance int is-selected join
jr:choice-name jr:itext lang last local-name log log10 max min name namespace-uri normalize-space not now number once pi
position pow property pulldata random randomize regex round selected selected-at sin sqrt starts-with string
string-length substr substring substring-after substring-before sum tan today translate true false uuid version
weighted-checklist""".split())

EVAL = """SELECT quire.xpath_eval($1->>'xml', $1->>'expr', $1->>'context', $1->'options')"""


def number(value):
    return {"NaN": "NaN", "Infinity": "Infinity", "-Infinity": "-Infinity", "-0": 0}.get(value, value)


def expected_of(row):
    """What the engine gave: its type and value, or that it gave up."""
    if "error" in row:
        return Outcome.NO_VALUE
    kind = row["type"]
    if kind == "number":
        return {"type": kind, "value": number(row["as_number"])}
    if kind == "boolean":
        return {"type": kind, "value": row["as_boolean"]}
    if kind == "nodeset":
        return {"type": kind, "value": [node["text"] for node in row["nodes"]]}
    return {"type": "string", "value": row["as_string"]}


CASTS = {"number": ("number", "number(%s)"), "string": ("string", "string(%s)"), "boolean": ("boolean", "boolean(%s)")}


def asked_for(row):
    """The row as its test looked at it: through the cast that it asked for."""
    kind, cast = CASTS.get("string" if "itext(" in row["expr"] else row["result_type"], (None, None))
    if "error" in row or not kind or (row["type"] == kind and "date" not in row["expr"]):
        return row
    return {**row, "type": kind, "expr": cast % row["expr"]}


def is_skipped(row):
    return (not row["usable"] or row.get("nondeterministic") or row.get("nodes_unlogged") or row.get("doctype_artifact")
            or (row.get("type") == "nodeset" and "nodes" not in row) or isinstance(row.get("as_string"), list))


def case_of(row, dialect):
    options = {"dialect": dialect, "timezone": row["tz"], "now": moment(row["now_ms"])}
    if row.get("root"):
        options["root"] = row["root"]
    if row.get("namespaces"):
        options["namespaces"] = row["namespaces"]
    if row.get("language"):
        options["language"] = row["language"]
    xml = row.get("xml", "<root/>")
    given = {"xml": xml, "expr": row["expr"], "context": row["context"], "options": options}
    return Case(f"{row['id']} {row['suite']}: {row['expr']}", EVAL, given,
                Outcome.SKIPPED if is_skipped(row) else expected_of(row), group=group_of(row))


def group_of(row):
    """What an expression is about: the first function that it calls, else what its suite is about."""
    called = re.match(r"(?:string|number|boolean)?\(?\s*([a-z]+:?[a-z0-9-]*)\(", row["expr"])
    suite = row["suite"].split("/")[-1].rstrip("2")
    return f"`{called[1]}()`" if called and find_function(called[1]) else suite.replace("-", " ")


def find_function(name):
    return name in FUNCTIONS


def engine(file, dialect):
    return lambda vectors: (case_of(asked_for(row), dialect) for row in vectors.lines(file))


# --- JavaRosa ---------------------------------------------------------------------------------------------------------

def java_value(row):
    """Rows of JavaRosa have a value, and dates as instants of it."""
    if "error" in row:
        return Outcome.NO_VALUE
    kind, value = row["type"], row["value"]
    if kind == "date":
        return {"type": "string", "value": value[:10]}
    if kind == "number":
        return {"type": kind, "value": number(value)}
    return {"type": kind, "value": value}


def java_cases(vectors):
    for row in vectors.lines("xpath/javarosa.jsonl"):
        row.setdefault("xml", "<data/>")
        row["context"] = row["context"] or "/"
        case = case_of({**row, "type": None, "as_string": None}, "javarosa")
        unreadable = not row["usable"] or row.get("xml_error")
        yield Case(case.name, EVAL, case.given, Outcome.SKIPPED if unreadable else java_value(row), group=case.group)


# --- all three on one document ----------------------------------------------------------------------------------------

def three_way(column, dialect):
    def cases(vectors):
        document = vectors.text("xpath/three-way-doc.xml")
        for n, row in enumerate(vectors.loads("xpath/three-way.json")):
            said = row[column]
            options = {"dialect": dialect, "timezone": row["tz"], "now": "2026-11-21T00:00:00Z"}
            given = {"xml": document, "expr": row["expr"], "context": row["context"], "options": options}
            volatile = re.search(r"\b(now|today|random|uuid)\(", row["expr"])
            # Texts tell all kinds of values apart well enough.
            query = """SELECT CASE v->>'type' WHEN 'nodeset' THEN to_jsonb(COALESCE(v->'value'->>0, ''))
                WHEN 'boolean' THEN v->'value' ELSE v->'value' END
                FROM quire.xpath_eval($1->>'xml', $1->>'expr', $1->>'context', $1->'options') v"""
            yield Case(f"{n} {column}: {row['expr']}", query, given,
                       Outcome.SKIPPED if volatile else three_way_value(said))
    return cases


def three_way_value(said):
    if "error" in said:
        return Outcome.NO_VALUE
    if "type" in said:
        kind = said["type"]
        return {"number": number(said.get("number")), "boolean": said.get("boolean")}.get(kind, said.get("string"))
    value = said.get("value")
    if isinstance(value, dict):
        if "date" in value:
            return value["date"][:10]  # as JavaRosa prints dates
        value = value.get("number", value.get("nodeset"))
    if isinstance(value, list):
        return value[0] if value else ""
    return number(value) if isinstance(value, str) else value


FILES = {
    "xpath/webforms.jsonl": engine("xpath/webforms.jsonl", "webforms"),
    "xpath/enketo.jsonl": engine("xpath/enketo.jsonl", "webforms"),
    "xpath/javarosa.jsonl": java_cases,
    "xpath/three-way.json webforms": three_way("webforms", "webforms"),
    "xpath/three-way.json javarosa": three_way("javarosa", "javarosa"),
}
