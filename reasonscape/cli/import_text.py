"""What an import did, in lines for people and as JSON for programs."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from reasonscape.cli.failures import flat

if TYPE_CHECKING:
    from reasonscape.ingest.importing import ImportReport, SurveyReport

REFUSALS_SHOWN: Final = 10
"""Refused rows that are listed; ``--refusals FILE`` writes them all."""


def as_lines(report: ImportReport) -> list[str]:
    """The counts, and what to type next."""
    formats = ", ".join(f"{n} {name}" for name, n in report.formats.items())
    counts = [
        f"{report.added:,} added",
        *(
            f"{n:,} {word}"
            for word, n in (
                ("unchanged", report.unchanged),
                ("replaced", report.replaced),
                ("kept as repeats", report.repeated),
                ("refused", report.refused),
            )
            if n
        ),
    ]
    return [
        f"read {counted(report.rows, 'row')} from {formats or 'no'} log(s) "
        f"in {report.seconds:.1f} s: " + ", ".join(counts),
        *(f"next: {step['run']}" for step in _next(report)),
    ]


def refused_lines(report: ImportReport | SurveyReport) -> list[str]:
    """Refused rows by reason, then the first of them with file, row, field and cause."""
    total = report.refused + report.refused_files
    if not total:
        return []
    reasons = ", ".join(f"{n:,} {reason}" for reason, n in report.refused_by_reason.items())
    shown = [
        "  " + flat(f"{r.source}{_place(r.row, r.field)}: {r.detail}")
        for r in report.refusals[:REFUSALS_SHOWN]
    ]
    more = total - len(shown)
    rest = [f"  and {more:,} more (--refusals FILE writes them all)"] if more > 0 else []
    both = ((report.refused, "row"), (report.refused_files, "file"))
    what = " and ".join(counted(number, name) for number, name in both if number)
    return [f"refused {what} ({reasons}):", *shown, *rest]


def _place(row: int, field: str) -> str:
    """Where in its log a refused row is; nothing for a whole file, which has no row."""
    return f" row {row}, {field or 'row'}" if row else ""


def counted(number: int, name: str) -> str:
    """Write a number of things.

    Examples
    --------
    >>> counted(1, "row"), counted(2000, "row")
    ('1 row', '2,000 rows')
    """
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def as_json(report: ImportReport) -> dict[str, Any]:
    """The report as plain data, refused rows bounded."""
    document = asdict(report)
    document["refusals"] = document["refusals"][:REFUSALS_SHOWN]
    document["ok"] = report.complete
    document["next"] = _next(report)
    return document


def _next(report: ImportReport) -> list[dict[str, str]]:
    """What to type next; nothing where no row came in, since there may be none to look at."""
    if not report.added + report.unchanged + report.replaced + report.repeated:
        return []
    run = shlex.join(["python", "analyze.py", "evals", str(report.config or report.store)])
    return [{"why": "see what is in the store", "run": run}]
