# Where quire does not do what a peer does, and why; docs/forms.md tells users. A deviation counts only where a case
# differs; those that no case needs are reported.
import fnmatch
import html
import xml.parsers.expat
from dataclasses import dataclass
from typing import Callable

from vectors import Outcome, same


@dataclass
class Deviation:
    file: str  # pattern
    name: str  # pattern of the case's name
    reason: str
    holds: Callable = lambda case, answer: True
    used: bool = False

    def covers(self, file, case, answer):
        return (fnmatch.fnmatchcase(file, self.file) and fnmatch.fnmatchcase(case.name, self.name)
                and self.holds(case, answer))


# --- rules ------------------------------------------------------------------------------------------------------------

XML = ("form_xml", "submission_xml", "older", "newer", "xml")


def is_ill_formed(case, answer):
    return answer.get("error") == "2200N" and any(map(is_refused_by_expat, xml_of(case.given)))


def xml_of(given):
    for key, value in given.items():
        if key in XML and value is not None:
            yield value
        elif key == "submissions":
            for submission in value:
                yield from xml_of(submission)


def is_refused_by_expat(text):
    """Parsed without namespaces, so that a prefix that is not bound is none of its concerns."""
    try:
        xml.parsers.expat.ParserCreate().Parse(text.strip(), True)
    except xml.parsers.expat.ExpatError:
        return True
    return False


def is_refused(error, *details):
    """The error has this SQLSTATE, and one of these is in its detail."""
    def holds(case, answer):
        return answer.get("error") == error and any(detail in answer["detail"] for detail in details)
    return holds


def equal_after(change, ours=lambda value: value):
    """The results are the same when theirs is changed so, and ours so, text for text and number for number."""
    def holds(case, answer):
        if "result" not in answer or isinstance(case.expected, Outcome):
            return False
        return same(changed(case.read(answer["result"]), ours), changed(case.expected, change))
    return holds


def changed(value, change):
    if isinstance(value, dict):
        return {key: changed(member, change) for key, member in value.items()}
    if isinstance(value, list):
        return [changed(item, change) for item in value]
    return change(value)


def as_double(value):
    return value if value is None or isinstance(value, (bool, str)) else float(value)


def decoded(value):
    return html.unescape(value) if isinstance(value, str) else value


def with_line_feeds(value):
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


# --- the list ---------------------------------------------------------------------------------------------------------

NO_FORM = is_refused("22P02", "the root element of a form", "has no model", "has no instance")
TWO_NODES = is_refused("22P02", "two nodes have the path")
ONE_PROPERTY = is_refused("22023", "are saved to the same property")

PATHS = "a repeat or select with a prefixed or relative path is what the form says"
PIECES = "the whole of a text that an entity, a comment or an element cuts"
POINTS = "white space around points does not lose them"
LATER = "the peer finds this wrong only when it processes the entity"
NO_ID = "a form without an id is taken, and its id is NULL"
CRASH = "the peer crashes"
UNKNOWN = "of nodes that the form does not know, only the outermost counts, with all its text"

DEVIATIONS = [
    Deviation("*", "*", "ill-formed XML is an error by contract", is_ill_formed),
    Deviation("*", "*", "a form without model or instance is refused", NO_FORM),
    Deviation("*", "*", "a form with two nodes at one path is refused", TWO_NODES),
    Deviation("*", "*", "numbers keep the digits that a double loses", equal_after(as_double, as_double)),
    Deviation("*", "*", "entities in names and ids are decoded", equal_after(decoded)),
    Deviation("*", "*", "line ends are line feeds, as XML says", equal_after(with_line_feeds)),
    Deviation("odk/fields.jsonl", "synthetic.noid meta", NO_ID),
    Deviation("odk/fields.jsonl", "synthetic.emptyid meta", NO_ID),
    Deviation("odk/fields.jsonl", "synthetic.firstinstancesecondary meta", NO_ID),
    Deviation("odk/fields.jsonl", "synthetic.relbind", CRASH),
    Deviation("odk/fields.jsonl", "synthetic.nochildren", CRASH),
    Deviation("odk/fields.jsonl", "synthetic.nsform", PATHS),
    Deviation("odk/fields.jsonl", "synthetic.relrepeat", PATHS),
    Deviation("odk/fields.jsonl", "synthetic.selects", PATHS),
    Deviation("odk/edmx.jsonl", "synthetic.nsform", PATHS),
    Deviation("odk/edmx.jsonl", "synthetic.relrepeat", PATHS),
    Deviation("odk/selectmultiple.jsonl", "synthetic.selects.one", PATHS),
    Deviation("odk/odata.jsonl", "synthetic.nsform.one", PATHS),
    Deviation("odk/csv.jsonl", "synthetic.nsform *", PATHS),
    Deviation("odk/edmx.jsonl", "synthetic.entitytitle", "entities in names and ids are decoded"),
    Deviation("odk/attachments.jsonl", "synthetic.att", "a file in a folder of jr://images/ is none"),
    Deviation("odk/datasets.jsonl", "*", "two questions cannot be saved to one property", ONE_PROPERTY),
    Deviation("odk/fieldstream.jsonl", "synthetic.scalars.child", PIECES),
    Deviation("odk/odata.jsonl", "synthetic.scalars.entities", PIECES),
    Deviation("odk/odata.jsonl", "synthetic.scalars.comment", PIECES),
    Deviation("odk/odata.jsonl", "synthetic.geo.entitysplit", PIECES),
    Deviation("odk/odata.jsonl", "synthetic.geo.ws", POINTS),
    Deviation("odk/odata.jsonl", "synthetic.geo.trace_sp", POINTS),
    Deviation("odk/odata.jsonl", "synthetic.geo.trace_nl", POINTS),
    Deviation("odk/odata.jsonl", "synthetic.geo.oob", "coordinates outside the globe are none"),
    Deviation("odk/odata.jsonl", "synthetic.scalars.dateonly_in_dtm", "a date in a dateTime question gets no ':00'"),
    Deviation("odk/odata.jsonl", "synthetic.names.two", "two texts with one OData name join in the form's order"),
    Deviation("odk/odata.jsonl", "synthetic.enc.noinstanceid", "what says that it is encrypted is, even without an id"),
    Deviation("odk/diff.jsonl", "form#e3657036:*", UNKNOWN),
    Deviation("odk/diff.jsonl", "mycoolform#db09c18c:*", UNKNOWN),
    Deviation("odk/entity.jsonl", "synthetic.ent.update_base0", LATER),
    Deviation("odk/entity.jsonl", "synthetic.ent.nodataset", LATER),
    Deviation("odk/entity.jsonl", "testData.simpleEntity/sub#fc7f5322", LATER),
    Deviation("odk/entity.jsonl", "testData.updateEntity/sub#91c0bc85", LATER),
    Deviation("odk/entity.jsonl", "testData.updateEntity/sub#d7c46b68", LATER),
    Deviation("odk/audits.jsonl", "synthetic19", "__proto__ is a column as others are"),
]
