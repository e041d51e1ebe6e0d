# compare.py VECTORS [-v] [NAME…]: called by run, with psql's environment pointing to a server with quire.
import sys

import forms

folder, *names = sys.argv[1:]
verbose = "-v" in names
names = [name for name in names if name != "-v"]

failed = 0
for check in forms.CHECKS:
    if names and check.__name__ not in names:
        continue
    for report in check(folder):
        report.print(verbose)
        failed += report.counts["failed"]
sys.exit(1 if failed else 0)
