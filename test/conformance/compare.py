# compare.py VECTORS [-v] [file…]: what `run` calls, with psql's environment pointing to a server that has quire.
# A file is told by its path below VECTORS or by its name alone: odk/fields.jsonl, fields.
import pathlib
import sys

import forms
import logic
import models
import xpath
from deviations import DEVIATIONS
from logic_deviations import LOGIC_DEVIATIONS
from vectors import Outcome, Report, Vectors, answers, is_met

FILES = {**forms.FILES, **xpath.FILES, **logic.FILES, **models.FILES}
ALL_DEVIATIONS = DEVIATIONS + LOGIC_DEVIATIONS + models.MODEL_DEVIATIONS


def is_wanted(file, names):
    return not names or file in names or pathlib.Path(file).stem in names


def compare(vectors, file, prepare, verbose):
    report = Report(file, ALL_DEVIATIONS)
    cases = list(prepare(vectors))
    for case, answer in zip(cases, answers(cases)):
        report.add(case, answer)
    report.print(verbose)
    return report.failures


def warn_of_stale():
    for deviation in ALL_DEVIATIONS:
        if not deviation.used:
            print(f"warning: no case needs the deviation {deviation.file} {deviation.name}: {deviation.reason}")


def table(vectors):
    """The suites of the XPath engines, as docs/logic.md shows them."""
    columns = [file for file in FILES if file.startswith("xpath/") and file.endswith(".jsonl")]
    counts = {}
    for file in columns:
        report = Report(file, ALL_DEVIATIONS)
        cases = list(FILES[file](vectors))
        for case, answer in zip(cases, answers(cases)):
            if case.expected is not Outcome.SKIPPED:
                suite = counts.setdefault(case.group, {}).setdefault(file, [0, 0])
                suite[0 if is_met(case, answer) else 1] += 1
    print("| | " + " | ".join(pathlib.Path(file).stem for file in columns) + " |")
    print("|---|" + "---|" * len(columns))
    for group in sorted(counts):
        cells = (counts[group].get(file) for file in columns)
        print(f"| {group} | " + " | ".join(f"{c[0]}/{c[0] + c[1]}" if c else "" for c in cells) + " |")


def main(folder, *arguments):
    if "--table" in arguments:
        return table(Vectors(folder))
    names = [argument for argument in arguments if argument != "-v"]
    wanted = {file: prepare for file, prepare in FILES.items() if is_wanted(file, names)}
    if not wanted:
        sys.exit(f"There is no such file of vectors; there are {' '.join(FILES)}")
    failed = False
    for file, prepare in wanted.items():
        if compare(Vectors(folder), file, prepare, "-v" in arguments):
            failed = True
    if not names:
        warn_of_stale()
    return 1 if failed else 0


sys.exit(main(*sys.argv[1:]))
