"""Import every log under some folders, a format at a time, and run the lenses on what came in.

    .venv/bin/python benchmarks/real_logs.py ../shared/data/native

prints, for each format, files, rows, what was refused and why, and seconds; then, for each dataset,
which lenses had what they need. Files that are no log are listed with the reason.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import reasonscape as rs
from reasonscape.errors import ReasonScapeError
from reasonscape.ingest.formats import CompanionError, sniff
from reasonscape.ingest.importing import ImportReport, import_logs

LENSES: dict[str, Callable[..., rs.LensRun]] = {
    "surface": rs.surface,
    "compression": rs.compression,
    "hazard": rs.hazard,
}


def by_format(folders: Iterable[Path]) -> tuple[dict[str, list[Path]], dict[Path, str], int]:
    """Logs by format, files that are none with the reason, and the number of companions."""
    logs, others, companions = dict[str, list[Path]](), dict[Path, str](), 0
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            try:
                logs.setdefault(sniff(path).name, []).append(path)
            except CompanionError:
                companions += 1
            except ReasonScapeError as error:
                others[path] = error.message
    return logs, others, companions


def main(folders: list[Path]) -> None:
    logs, others, companions = by_format(folders)
    print(
        "| format | files | rows | added | the same | refused by reason | evals | tasks | seconds |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        reports = dict[str, ImportReport]()
        for name, paths in logs.items():
            config = Path(place, f"{name}.json")
            report = import_logs(
                paths, config, format=name, allow_partial=True, on_conflict="repeat"
            )
            reports[name] = report
            print(line(name, report, config))
        print(f"\n{companions} files go with these logs and were read by way of them.")
        for name, report in reports.items():
            for notice in report.notices:
                print(f"- {name}: {notice}")
            for refusal in report.refusals[:8]:
                print(f"- {name}: refused {Path(refusal.source).name} row {refusal.row}: ", end="")
                print(f"{refusal.field or 'row'}: {refusal.detail}")
        for path, reason in others.items():
            print(f"- no log: {path.name}: {reason}")
        print("\n| format | " + " | ".join(LENSES) + " |\n|---|" + "---|" * len(LENSES))
        for name, report in reports.items():
            if report.added:
                print(f"| {name} | {' | '.join(findings(Path(place, f'{name}.json')))} |")


def line(name: str, report: ImportReport, config: Path) -> str:
    reasons = ", ".join(f"{n} {reason}" for reason, n in report.refused_by_reason.items())
    evals = tasks = 0
    if report.added:
        evals, tasks = len(rs.evals(config).rows), len(rs.tasks(config).rows)
    counts = (len(report.files), report.rows, report.added + report.repeated, report.unchanged)
    cells = (name, *counts, reasons, evals, tasks)
    return f"| {' | '.join(map(str, cells))} | {report.seconds:.2f} |"


def findings(config: Path) -> Iterable[str]:
    """What each lens says of a dataset: its findings by verdict, or why there are none."""
    for run in LENSES.values():
        try:
            verdicts = dict[str, int]()
            for finding in run(config).findings:
                verdicts[finding.verdict] = verdicts.get(finding.verdict, 0) + 1
            yield ", ".join(f"{n} {verdict}" for verdict, n in verdicts.items()) or "no findings"
        except ReasonScapeError as error:
            yield error.message.replace("|", "/")


if __name__ == "__main__":
    main([Path(word) for word in sys.argv[1:]])
