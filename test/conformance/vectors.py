# Running cases in the database and comparing what comes back with what a peer gave.
import fnmatch
import json
import subprocess
from collections import Counter

REFUSED = object()  # the expectation that a case is an error

PREPARE = """
CREATE SCHEMA IF NOT EXISTS conformance;
CREATE TABLE IF NOT EXISTS conformance.cases (n int, given jsonb);
TRUNCATE conformance.cases;
CREATE OR REPLACE FUNCTION conformance.answer(query text, given jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE result jsonb;
BEGIN
    EXECUTE query INTO result USING given;
    RETURN jsonb_build_object('result', result);
EXCEPTION WHEN others THEN
    RETURN jsonb_build_object('error', sqlstate || ' ' || sqlerrm);
END $$;
CREATE TEMP TABLE lines (line text);
COPY lines FROM STDIN (FORMAT csv, QUOTE e'\\x01', DELIMITER e'\\x02');
"""


def read_lines(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def run(query, given):
    """The answers of a query, which sees one case as $1, to all cases; a crash of the server ends in an exception."""
    lines = "".join(json.dumps({"n": n, "given": one}).replace("\\u0000", "") + "\n" for n, one in enumerate(given))
    script = (PREPARE + lines + "\\.\n"
              "INSERT INTO conformance.cases SELECT (line::jsonb ->> 'n')::int, line::jsonb -> 'given' FROM lines;\n"
              f"SELECT conformance.answer($query${query}$query$, given) FROM conformance.cases ORDER BY n;\n")
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"], input=script, text=True,
                          capture_output=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(answers) != len(given):
        raise RuntimeError(f"{len(answers)} answers to {len(given)} cases: {done.stderr[:500]}")
    return answers


def comparable(value):
    """JSON without the difference between 5 and 5.0, and with numbers as precise as a double is."""
    if isinstance(value, dict):
        return {key: comparable(member) for key, member in value.items()}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return value


class Report:
    """Counts the cases of one file, and keeps those that differ."""

    def __init__(self, name, deviations):
        self.name = name
        self.deviations = [d for d in deviations if d[0] == name]
        self.counts = Counter()
        self.failures = []
        self.used = set()

    def compare(self, case, expected, answer):
        if expected is REFUSED:
            agrees = "error" in answer
        else:
            agrees = "result" in answer and comparable(answer["result"]) == comparable(expected)
        if agrees:
            self.counts["passed"] += 1
        elif self.is_documented(case, answer):
            self.counts["deviating"] += 1
        else:
            self.counts["failed"] += 1
            self.failures.append((case, expected, answer))

    def skip(self):
        self.counts["skipped"] += 1

    def is_documented(self, case, answer):
        for deviation in self.deviations:
            _, pattern, error, _ = deviation
            if fnmatch.fnmatch(case, pattern) and (not error or answer.get("error", "").startswith(error)):
                self.used.add(deviation)
                return True
        return False

    def print(self, verbose):
        counts = "  ".join(f"{self.counts[kind]:5} {kind}" for kind in ("passed", "deviating", "failed", "skipped"))
        print(f"{self.name:24}{counts}")
        for deviation in self.deviations:
            if deviation not in self.used:
                print(f"    not met: {deviation[1]}: {deviation[3]}")
        if not verbose:
            return
        for case, expected, answer in self.failures:
            print(f"    {case}")
            print(f"        expected {'an error' if expected is REFUSED else json.dumps(expected)[:2000]}")
            print(f"        got      {json.dumps(answer)[:2000]}")
