"""What an import did, in lines for people and as JSON for programs."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

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
        f"read {report.rows:,} rows from {formats or 'no'} log(s) in {report.seconds:.1f} s: "
        + ", ".join(counts),
        *(f"next: {step['run']}" for step in _next(report)),
    ]


def refused_lines(report: ImportReport | SurveyReport) -> list[str]:
    """Refused rows by reason, then the first of them with file, row, field and cause."""
    if not report.refused:
        return []
    reasons = ", ".join(f"{n:,} {reason}" for reason, n in report.refused_by_reason.items())
    shown = [
        f"  {r.source} row {r.row}, {r.field or 'row'}: {r.detail}"
        for r in report.refusals[:REFUSALS_SHOWN]
    ]
    more = report.refused - len(shown)
    rest = [f"  and {more:,} more (--refusals FILE writes them all)"] if more > 0 else []
    return [f"refused {report.refused:,} rows ({reasons}):", *shown, *rest]


def as_json(report: ImportReport) -> dict[str, Any]:
    """The report as plain data, refused rows bounded."""
    document = asdict(report)
    document["refusals"] = document["refusals"][:REFUSALS_SHOWN]
    document["ok"] = report.complete
    document["next"] = _next(report)
    return document


def _next(report: ImportReport) -> list[dict[str, str]]:
    """What to type next; nothing where no row came in, since there may be no store."""
    if report.import_id is None:
        return []
    run = shlex.join(["python", "analyze.py", "evals", str(report.config or report.store)])
    return [{"why": "see what is in the store", "run": run}]
