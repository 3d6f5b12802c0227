"""What the hazard lens reads: ends counted in the store, and the samples behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from reasonscape.datasets.cells import Axis
from reasonscape.datasets.observed import coordinates
from reasonscape.datasets.task_traces import EvalTraces, each_task, numbers_of_levels
from reasonscape.findings.later import Later
from reasonscape.findings.verdict import Subject
from reasonscape.lenses.hazard.ends import (
    COLUMNS,
    TIME_COLUMN,
    BoolArray,
    Ends,
    FloatArray,
    IntArray,
    Unit,
    ends_of,
    within_cap,
)
from reasonscape.lenses.hazard.options import HazardOptions
from reasonscape.lenses.hazard.units import source_of, units_of
from reasonscape.store.selection.event_counts import EventCounts, event_counts

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.store.filters import Where


@dataclass(frozen=True, slots=True)
class Counted:
    """Ends of one eval counted by time, cause, cap and level of the axis that was asked for.

    Arrays of one entry each; ``level`` is -1 where a sample has no level.
    """

    time: FloatArray
    cause: IntArray
    cap: FloatArray
    level: IntArray
    count: FloatArray

    def of_level(self, level: int) -> Counted:
        """Those of one level."""
        keep = self.level == level
        return Counted(*(values[keep] for values in self.arrays()))

    def arrays(self) -> tuple[FloatArray, IntArray, FloatArray, IntArray, FloatArray]:
        """The columns in order."""
        return self.time, self.cause, self.cap, self.level, self.count


@dataclass(frozen=True, slots=True)
class EvalTimes:
    """The ends of one eval: sample by sample, and counted where curves are made of them.

    ``recounted`` names the tokenizer where the log itself had no counts; ``only_answers`` says
    that what is measured in bytes is mostly the visible answer, because there is no reasoning.
    """

    subject: Subject
    label: str
    unit: Unit
    ends: Ends
    later_counted: Later[Counted]
    chance: float = 0.0
    recounted: str | None = None
    only_answers: bool = False

    @property
    def counted(self) -> Counted:
        """The ends counted by the store, which is only asked when somebody wants curves."""
        return self.later_counted.get()


@dataclass(frozen=True, slots=True)
class TaskTimes:
    """One base task: shared axes, and the ends of each eval."""

    base_task: str
    label: str
    axes: tuple[Axis, ...]
    panels: Axis | None
    evals: tuple[EvalTimes, ...]
    notes: tuple[str, ...]

    @property
    def n_levels(self) -> tuple[int, ...]:
        """Number of levels of each axis, the one of samples without a value included."""
        return numbers_of_levels(self.axes, [one.ends.coords for one in self.evals])


def select(dataset: Dataset, where: Where, options: HazardOptions) -> Iterator[TaskTimes]:
    """Read every selected base task.

    Raises
    ------
    UsageError
        If an axis that was asked for does not exist.
    """
    store = dataset.store()
    tasks = each_task(dataset, where, asked=options.axes, bins=options.bins, columns=COLUMNS)
    for found in tasks:
        base_task = found.base_task
        panels = found.axes[0] if options.axes and found.axes else None
        units, notes = units_of(base_task, found.evals, options.time)
        notes += _unmeasured(base_task, found.evals, units)
        columns = [panels.column] if panels else []
        counts = {
            unit: Later(partial(event_counts, store, where, base_task, columns, TIME_COLUMN[unit]))
            for unit in sorted(set(units))
        }
        evals = tuple(
            EvalTimes(
                subject=part.subject,
                label=part.label,
                unit=unit,
                ends=ends_of(part, unit),
                later_counted=Later(
                    partial(_counted, counts[unit], part.subject.eval_id, unit, panels)
                ),
                chance=part.chance,
                recounted=_recounted(source_of(part), unit),
                only_answers=unit == "trace_bytes" and _answers(part) > 0.5,
            )
            for part, unit in zip(found.evals, units, strict=True)
        )
        yield TaskTimes(base_task, found.label, found.axes, panels, evals, (*notes, *found.notes))


def _counted(counts: Later[EventCounts], eval_id: str, unit: Unit, panels: Axis | None) -> Counted:
    found = counts.get()
    return counted_of(found, eval_id, unit, _levels(found, panels))


def counted_of(
    counts: EventCounts, eval_id: str, unit: Unit, level: IntArray | None = None
) -> Counted:
    """The ends of one eval, of those that the store counted."""
    mine: BoolArray = counts.eval == counts.evals.index(eval_id)
    cap = counts.max_tokens[mine] if unit == "tokens" else np.full(int(mine.sum()), np.nan)
    cause = counts.cause[mine].astype(np.int64)
    time, cap = within_cap(counts.time[mine], cap, cause)
    return Counted(
        time=time,
        cause=cause,
        cap=cap,
        level=np.full(int(mine.sum()), -1) if level is None else level[mine],
        count=counts.count[mine].astype(np.float64),
    )


def counted_ends(ends: Ends, level: IntArray | None = None) -> Counted:
    """Count samples one by one, where no store does it."""
    n = len(ends)
    at = np.full(n, -1, dtype=np.int64) if level is None else level
    return Counted(ends.time, ends.cause, ends.cap, at, np.ones(n))


def _levels(counts: EventCounts, panels: Axis | None) -> IntArray:
    if panels is None:
        return np.full(len(counts.count), -1, dtype=np.int64)
    coords, kept = coordinates(counts.axes, [panels], len(counts.count))
    return np.where(kept, coords[:, 0], -1)


def _answers(part: EvalTraces) -> float:
    """Share of the measured traces that are visible answers."""
    kind = part.rows.words["f.trace"][np.isfinite(part.rows.numbers["f.bytes"])]
    return float((kind == "response").mean()) if len(kind) else 0.0


def _unmeasured(base_task: str, evals: Sequence[EvalTraces], units: Sequence[Unit]) -> list[str]:
    """Where time would be bytes of the trace, or nothing else: traces nobody has measured."""
    n = sum(
        int((part.rows.words["f.trace"] == None).sum())  # noqa: E711 - elementwise
        for part, unit in zip(evals, units, strict=True)
        if unit == "trace_bytes" or not np.isfinite(part.rows.numbers[TIME_COLUMN[unit]]).any()
    )
    if not n:
        return []
    run = "run: analyze.py store refresh DATASET"
    return [f"{base_task}: {n:,} samples have no features of traces; {run}"]


def _recounted(source: str, unit: Unit) -> str | None:
    return None if unit != "tokens" or source == "native" else source
