# Cases: loading them, running them in the database, comparing what comes back, counting.
import datetime
import decimal
import enum
import json
import pathlib
import subprocess
from dataclasses import dataclass
from typing import Any, Callable


class Outcome(enum.Enum):
    """What is expected of a case whose result itself does not count."""
    TAKEN = "no error"
    REFUSED = "an error of class 22"
    NO_VALUE = "an error of class 22 or 42"
    EITHER = "no error, or one of class 22"
    SKIPPED = "nothing"


@dataclass
class Case:
    """A query that sees `given` as $1, and the JSON or the outcome that is expected of it."""
    name: str
    query: str
    given: dict
    expected: Any
    read: Callable = lambda result: result  # what of the result is compared
    group: str = ""  # for counting
    prelude: str = ""  # SQL that makes what the queries of a file need


class Vectors:
    """A folder of vectors."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def lines(self, file):
        with open(self.folder / file, encoding="utf-8") as lines:
            return [load(line) for line in lines]

    def loads(self, file):
        return load(self.text(file))

    def text(self, file):
        return (self.folder / file).read_text(encoding="utf-8", errors="replace")


def load(text):
    """JSON with all digits of its numbers."""
    return json.loads(text, parse_float=decimal.Decimal)


def moment(milliseconds):
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc).isoformat()


# --- running ----------------------------------------------------------------------------------------------------------

# The delimiters are bytes that JSON does not hold.
SCRIPT = r"""
{prelude}
CREATE TEMP TABLE cases (line jsonb);
COPY cases FROM STDIN (FORMAT csv, QUOTE e'\x01', DELIMITER e'\x02');
{lines}\.
CREATE FUNCTION pg_temp.answer(query text, given jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE result jsonb; detail text;
BEGIN
    EXECUTE query INTO result USING given;
    RETURN jsonb_build_object('result', result);
EXCEPTION WHEN others THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN jsonb_build_object('error', sqlstate, 'message', sqlerrm, 'detail', detail);
END $$;
SELECT pg_temp.answer(line ->> 'query', line -> 'given') FROM cases ORDER BY line -> 'n';
"""


def answers(cases):
    """What the database says to each case: {"result"} or {"error", "message", "detail"}."""
    lines = "".join(line_of(n, case) for n, case in enumerate(cases))
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"],
                          input=script(cases, lines), capture_output=True, encoding="utf-8")
    found = [load(line) for line in done.stdout.splitlines()]
    if done.returncode or len(found) != len(cases):
        raise RuntimeError(f"{len(found)} answers to {len(cases)} cases: {done.stderr[:1000]}")
    return found


def script(cases, lines):
    return SCRIPT.replace("{prelude}", cases[0].prelude if cases else "").replace("{lines}", lines)


def line_of(n, case):
    # PostgreSQL's text has no NUL.
    return json.dumps({"n": n, "query": case.query, "given": case.given}).replace("\\u0000", "") + "\n"


# --- comparing --------------------------------------------------------------------------------------------------------

def same(a, b):
    """Equal as JSON; 5 is 5.0, and sums of doubles may differ in their last digits, but true is not 1."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, decimal.Decimal) and isinstance(b, decimal.Decimal):
        return abs(a - b) <= abs(b) * decimal.Decimal("1e-10")
    return isinstance(a, bool) == isinstance(b, bool) and a == b


def is_met(case, answer):
    refused = answer.get("error", "").startswith("22")
    if case.expected is Outcome.TAKEN:
        return "result" in answer
    if case.expected is Outcome.REFUSED:
        return refused
    if case.expected is Outcome.NO_VALUE:
        return refused or answer.get("error", "").startswith("42")
    if case.expected is Outcome.EITHER:
        return "result" in answer or refused
    return "result" in answer and same(case.read(answer["result"]), case.expected)


class Report:
    """Counts the cases of one file, and keeps those that fail."""

    def __init__(self, file, deviations):
        self.file = file
        self.deviations = deviations
        self.passed = self.deviating = self.skipped = 0
        self.failures = []

    def add(self, case, answer):
        if case.expected is Outcome.SKIPPED:
            self.skipped += 1
        elif is_met(case, answer):
            self.passed += 1
        elif self.is_documented(case, answer):
            self.deviating += 1
        else:
            self.failures.append((case, answer))

    def is_documented(self, case, answer):
        for deviation in self.deviations:
            if deviation.covers(self.file, case, answer):
                deviation.used = True
                return True
        return False

    def print(self, verbose):
        skipped = f"  skipped {self.skipped}" if self.skipped else ""
        print(f"{self.file:26}  passed {self.passed:4}  deviating {self.deviating:3} (documented)  "
              f"failed {len(self.failures):3}{skipped}", flush=True)
        for case, answer in self.failures if verbose else []:
            print(f"    {case.name}")
            print(f"        expected {shown(case.expected)}")
            got = case.read(answer["result"]) if "result" in answer else answer
            print(f"        got      {shown(got)}")


def shown(value):
    if isinstance(value, Outcome):
        return value.value
    return json.dumps(value, ensure_ascii=False, default=float)[:2000]
