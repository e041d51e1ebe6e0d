# Where quire's engine does not do what a client's does, and why; docs/logic.md tells users.
from deviations import Deviation, is_refused

EARLY = "a function or a number of arguments that there is not is an error of the expression, not of its evaluation"
CDATA = "a CDATA section is text like the text beside it, as XPath 1.0 has it"
ANY_SPACE = "a name without prefix is that name in any namespace, as forms need it"
NO_SPACES = "the namespace axis is empty"
ALL_OF_XPATH = "both dialects take all of XPath 1.0, and each other's functions"
OWN = "a function or a variable of the test's own"
ENKETO = "Enketo does it alone; web-forms' way is taken"
NUMBERS = "a number is the same number as a text"
PLACES = "more digits"
PRUNED = "what is not relevant is left out of what was submitted, and instances have other numbers then"
EDITED = "the user has changed a calculated value"
UNLISTED = "the scenario answers with a choice that is not in the list, which JavaRosa takes until it shows the list again"
UNTYPED = "the scenario answers with a text that does not fit the type, which JavaRosa takes"
ILL_FORMED = "the form is not well-formed XML"
INITIAL = "nothing has been calculated yet"


def only(*rules):
    """All that is found beyond the peer's violations is of these rules, and none is missing."""
    def holds(case, answer):
        if "result" not in answer:
            return False
        difference = case.read(answer["result"])
        return not difference["missing"] and all(any(f"'{rule}'" in one for rule in rules) for one in difference["surplus"])
    return holds


def in_xpath(name, reason, *holds):
    return [Deviation(f"xpath/{file}", name, reason, *holds) for file in ("webforms.jsonl", "enketo.jsonl")]


LOGIC_DEVIATIONS = [
    *in_xpath("*", EARLY, is_refused("42601", "there is no function", "substring() takes")),
    *in_xpath("*: child::node()", CDATA),
    Deviation("xpath/webforms.jsonl", "*: child::text()", CDATA),
    *in_xpath("*: following::node()", CDATA),
    Deviation("xpath/webforms.jsonl", "w01309 *", "the default language is spoken where none is asked for"),
    Deviation("xpath/webforms.jsonl", "w01404 *", "the value without a form is the text"),
    Deviation("xpath/webforms.jsonl", "* native/nodeset: *count(p)", ANY_SPACE),
    Deviation("xpath/webforms.jsonl", "* native/path: *html", ANY_SPACE),
    Deviation("xpath/webforms.jsonl", "* native/node-name: *", ANY_SPACE),
    Deviation("xpath/webforms.jsonl", "* native/union-operator: *namespace::*", NO_SPACES),
    Deviation("xpath/webforms.jsonl", "* xforms/number: string(number(*", NUMBERS),
    Deviation("xpath/webforms.jsonl", "* base64-decode('AGEAYgBj')", "PostgreSQL's text has no NUL"),
    Deviation("xpath/enketo.jsonl", "* openrosa-xpath/area: *", ENKETO),
    Deviation("xpath/enketo.jsonl", '* "2018-06-25" = *', ENKETO),
    Deviation("xpath/enketo.jsonl", "*format-date*GMT-0700*", ENKETO),
    Deviation("xpath/enketo.jsonl", "* int(7.922021953507237e-12)", ENKETO),
    Deviation("xpath/enketo.jsonl", "* once(. * 10)", ENKETO),
    Deviation("xpath/enketo.jsonl", "* randomize(*, 'a')", ENKETO),
    Deviation("xpath/javarosa.jsonl", "*", OWN, is_refused("42601", "there is no function", "variables are not supported")),
    *(Deviation("xpath/javarosa.jsonl", f"* {expression}", ALL_OF_XPATH)
      for expression in ("number()", "normalize-space()", "string-length()", "/union | /expr", "/descendant::blah",
                         "/cant//support", "/text()", "(filter-expr)[[]5]", "(filter-expr)/data")),
    Deviation("xpath/javarosa.jsonl", "* geofence(*", "a blank shape holds no point"),
    *(Deviation("xpath/three-way.json webforms", f"* {expression}", ALL_OF_XPATH)
      for expression in ("enclosed-area(*", "version()", "property(*", "depend(*", "is-selected(*")),
    *(Deviation("xpath/three-way.json webforms", f"* {expression}", reason) for expression, reason in (
        ("date(*", "a date is told as a text"), ("1 or 0", "or gives a truth value"), ("'a' or false()", "or gives a truth value"))),
    *(Deviation("xpath/three-way.json javarosa", f"* {expression}", ALL_OF_XPATH)
      for expression in ("floor(*", "ceiling(*", "*[[]last()]*", "substring(*", "selected('1 2', 1)", "decimal-time(*", "area(*",
                         "join(' ', randomize(*", "count(//n)", "/data/rep/n | /data/a", "/data/a/text()", "name(*", "local-name(*", "property(*")),
    Deviation("xpath/three-way.json javarosa", "* max(-1, -5)", "JavaRosa's greatest of negative numbers is no such number"),
    Deviation("xpath/three-way.json javarosa", "* /data/a/..", "a group's text is the text of all that is in it"),
    Deviation("xpath/three-way.json javarosa", "* date(19844.75)", "a date is told as a text"),
    Deviation("xform/*-javarosa.jsonl", "*", ILL_FORMED, is_refused("2200N", "")),
    Deviation("xform/javarosa-states.jsonl", "*", ILL_FORMED, is_refused("2200N", "")),
    Deviation("xform/javarosa-states.jsonl", "*", UNLISTED, only("choice")),
    Deviation("xform/javarosa-states.jsonl", "*", UNTYPED, only("type", "choice")),
    Deviation("xform/corpus-initial-javarosa.jsonl", "*", "one point is neither a line nor a shape", only("type")),
    Deviation("xform/corpus-initial-javarosa.jsonl", "b941cb42c62a.xml *", INITIAL, only("calculate")),
    Deviation("xform/mini-forms.jsonl javarosa", "con-1[78] *", "an input has the type of a select"),
    Deviation("xform/webforms-states.jsonl", "*", PRUNED, only("relevant")),
    Deviation("xform/corpus-initial-*", "*", PRUNED, only("relevant")),
    Deviation("xform/webforms-states.jsonl", "* 0f1bf42e3548.xml *", EDITED, only("calculate")),
    Deviation("xform/corpus-initial-webforms.jsonl", "*", INITIAL, only("repeat_count")),
    Deviation("xform/corpus-initial-webforms.jsonl", "902e97611815.xml *", "PostgreSQL's text has no NUL", only("calculate")),
]
