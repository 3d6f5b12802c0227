"""Read damaged logs of every format and print what the readers did.

    python -m tests.ingest.fuzz [--files 2000] [--imports 60] [--format NAME] [--case N --keep DIR]

Prints a line a format: damaged files read, samples, rows refused by reason, files refused whole,
findings, and the slowest file in milliseconds of computing; then the findings, each with the
number under which it is made again (``--case``), and ends with 1 if there is any.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import warnings
from collections import Counter
from functools import partial
from pathlib import Path

from reasonscape.ingest.formats import FORMATS
from tests.ingest.fuzz import trials
from tests.ingest.fuzz.cases import case, laid_out
from tests.ingest.fuzz.imports import Imports
from tests.ingest.golden_logs import Golden, golden


def read_all(golden: Golden, numbers: range, keep: Path | None) -> list[str]:
    refused, errors = Counter[str](), Counter[str]()
    samples, slowest, most, findings = 0, (0.0, -1), 0, list[str]()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as temporary:
        folder = Path(keep or temporary) / "a" / "b"
        golden.written(folder)
        for number in numbers:
            one = case(golden, number)
            with laid_out(golden, one, folder) as log:
                outcome = trials.read(golden.format, log, partial(golden.options, folder))
                if keep is not None:
                    print(outcome)
                    input("press enter to put the files back")
            samples += outcome.samples
            refused += outcome.refused
            errors[outcome.error] += bool(outcome.error)
            slowest = max(slowest, (outcome.seconds, number))
            most = max(most, outcome.extra_mib)
            if outcome.finding:
                findings.append(f"{golden.format.name} {number} ({one.log}): {outcome.finding}")
    reasons = ", ".join(f"{name} {count}" for name, count in refused.most_common())
    print(
        f"{golden.format.name} | {len(numbers)} | {samples} | {reasons or '-'} | "
        f"{errors.total()} | {len(findings)} | {slowest[0] * 1000:.0f} ms (case {slowest[1]}) | "
        f"{most} MiB",
        flush=True,
    )
    return findings


def import_all(golden: Golden, numbers: range) -> list[str]:
    findings = list[str]()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as temporary:
        imports = Imports(golden, Path(temporary))
        for number in numbers:
            if finding := imports.run(number):
                findings.append(f"{golden.format.name} {number} (import): {finding}")
    name, tally = golden.format.name, imports.tally()
    print(f"{name} | {len(numbers)} imports | {tally} | {len(findings)} findings", flush=True)
    return findings


def few(findings: list[str]) -> list[str]:
    """The first findings of each kind, without their numbers and names."""
    seen = Counter[str]()
    kept = list[str]()
    for finding in findings:
        name, _, words = finding.partition("): ")
        kind = re.sub(r"'[^']*'|\"[^\"]*\"|\d+", "", name.split(" ")[0] + words)
        seen[kind] += 1
        if seen[kind] <= 2:
            kept.append(finding)
    return [f"{len(findings)} findings, {len(seen)} kinds", *kept]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--imports", type=int, default=60)
    parser.add_argument("--format", action="append", choices=[one.name for one in FORMATS])
    parser.add_argument("--case", type=int)
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args()
    warnings.simplefilter("error")
    numbers = range(chosen.files)
    if chosen.case is not None:
        numbers = range(chosen.case, chosen.case + 1)
    findings = list[str]()
    print("format | files | samples | rows refused by reason | files refused | findings", end="")
    print(" | slowest | most memory")
    logs = [golden(one) for one in FORMATS if not chosen.format or one.name in chosen.format]
    for one in logs:
        findings += read_all(one, numbers, chosen.keep)
    if chosen.case is None:
        for one in logs:
            findings += import_all(one, range(chosen.imports))
    print(*few(findings), sep="\n")
    return 1 if findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
