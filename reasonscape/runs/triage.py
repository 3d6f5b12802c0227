"""Triage: a screen of everything that is selected, one scan a task, no fit and no picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reasonscape.errors import NoRowsError, UsageError
from reasonscape.runs.command_lines import command_line
from reasonscape.runs.provenance import provenance
from reasonscape.runs.selection import DROPPED
from reasonscape.runs.triage_judging import JUDGEMENTS, Screened, judged

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset


@dataclass(frozen=True, repr=False)
class TriageRun:
    """A whole screen: suspects first, the strongest ahead."""

    dataset: Dataset
    filters: Mapping[str, Any]
    counts: Mapping[str, Any]
    screened: tuple[Screened, ...]
    warnings: tuple[str, ...]
    provenance: Mapping[str, Any]

    command = "triage"

    @property
    def suspects(self) -> tuple[Screened, ...]:
        """Those that are to be diagnosed, the strongest first."""
        return tuple(one for one in self.screened if one.verdict == "suspect")

    def save(self, path: Path | str) -> dict[str, Any]:
        """Write summary, report and tables to a folder; return the summary.

        Raises
        ------
        OutputError
            If the folder cannot be written, or holds a file in the way that is not a run's.
        """
        from reasonscape.runs.triage_saving import save

        if not str(path):
            raise UsageError("the folder to save to is ''", remedy="name it; '.' is this one")
        return save(self, Path(path))

    def __repr__(self) -> str:
        verdicts = Counter(one.verdict for one in self.screened)
        said = ", ".join(f"{verdicts[name]} {name}" for name in JUDGEMENTS)
        return f"<triage of {self.dataset.name}: {self.counts['used']:,} samples, {said}>"


def triage(dataset: Dataset, filters: Any = None) -> TriageRun:
    """Screen every (eval, task) that the filters select.

    Parameters
    ----------
    dataset
        What to screen.
    filters
        JSON text, ``@file``, or a mapping.

    Raises
    ------
    NoRowsError
        If the filters match no sample.
    FilterError
        If a filter is malformed or names an unknown key.
    """
    from reasonscape.runs.triage_rows import screened_tasks
    from reasonscape.runs.triage_screening import screen_of_task
    from reasonscape.store.filters import parse_filters, read_filters
    from reasonscape.store.selection.grade_sources import grade_note
    from reasonscape.store.selection.names import eval_names

    written = read_filters(filters)
    where = dataset.where(parse_filters(written))
    names = eval_names(dataset.store())
    found = [one for task in screened_tasks(dataset, where) for one in screen_of_task(task, names)]
    if not found:
        raise NoRowsError(
            "; ".join((f"no row of {dataset.name} matches the filters", *where.notes)),
            remedy=f"see what there is: {command_line('tasks', dataset.path)}",
        )
    screened = judged(found)
    return TriageRun(
        dataset=dataset,
        filters=written,
        counts=_counts(screened),
        screened=screened,
        warnings=(*where.notes, *grade_note(dataset.store(), where), *_limits(screened)),
        provenance=provenance(dataset.store(), 0),
    )


def _counts(screened: Iterable[Screened]) -> dict[str, Any]:
    by_outcome: Counter[str] = Counter()
    for one in screened:
        by_outcome.update(one.by_outcome)
    matched = sum(by_outcome.values())
    dropped = {name: by_outcome[name] for name in DROPPED if by_outcome[name]}
    return {
        "matched": matched,
        "used": matched - sum(dropped.values()),
        "dropped": dropped,
        "by_outcome": dict(by_outcome),
    }


def _limits(screened: Sequence[Screened]) -> list[str]:
    """What the data lack, so that a signal could not have shown."""
    said = []
    total = len(screened)
    for what, missing, lost in (
        ("no visible trace", [s for s in screened if s.untraced > 0.5], "loops"),
        ("no length", [s for s in screened if s.unmeasured > 0.5], "lengths and early ends"),
        (
            "no grade",
            [s for s in screened if s.by_outcome["ungraded"] > sum(s.by_outcome.values()) / 2],
            "accuracy",
        ),
    ):
        if missing:
            most = f"most samples of {len(missing)} of {total} (eval, task) pairs have {what}"
            said.append(f"{most}: {lost} could not be screened there")
    return said
