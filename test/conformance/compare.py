# compare.py VECTORS [-v] [file…]: what `run` calls, with psql's environment pointing to a server that has quire.
# A file is told by its path below VECTORS or by its name alone: odk/fields.jsonl, fields.
import pathlib
import sys

from deviations import DEVIATIONS
from forms import FILES
from vectors import Report, Vectors, answers


def is_wanted(file, names):
    return not names or file in names or pathlib.Path(file).stem in names


def compare(vectors, file, prepare, verbose):
    report = Report(file, DEVIATIONS)
    cases = list(prepare(vectors))
    for case, answer in zip(cases, answers(cases)):
        report.add(case, answer)
    report.print(verbose)
    return report.failures


def warn_of_stale():
    for deviation in DEVIATIONS:
        if not deviation.used:
            print(f"warning: no case needs the deviation {deviation.file} {deviation.name}: {deviation.reason}")


def main(folder, *arguments):
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
