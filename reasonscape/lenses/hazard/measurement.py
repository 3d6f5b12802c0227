"""From ends to curves, relative hazards and budgets for one base task."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from reasonscape.findings.later import Later
from reasonscape.findings.thresholds import MIN_ITEMS_CLAIMED
from reasonscape.lenses.hazard.caps import caps_of
from reasonscape.lenses.hazard.comparison import comparisons_of, together_of
from reasonscape.lenses.hazard.curves import curves_of, table_of
from reasonscape.lenses.hazard.ends import CUT_OFF, RIGHT, WRONG, BoolArray, Ends, independent_share
from reasonscape.lenses.hazard.notes import notes_of
from reasonscape.lenses.hazard.options import HazardOptions
from reasonscape.lenses.hazard.relative import relative_of
from reasonscape.lenses.hazard.result import Caps, Curves, EvalHazard, HazardResult
from reasonscape.lenses.hazard.selection import EvalTimes, TaskTimes
from reasonscape.stats.budget import Budget, budget_curve
from reasonscape.stats.codes import dense_codes, row_codes
from reasonscape.stats.proportions import Proportion, wilson_bounds

FINER, MOST_FINE = 5, 200_000
"""Budgets drawn for each that is tried, and samples up to which they are."""


def measure(rows: TaskTimes, options: HazardOptions) -> HazardResult:
    """Measure every eval of one base task, and the evals against each other."""
    evals = tuple(eval_hazard(one, rows, options) for one in rows.evals)
    comparisons = comparisons_of(rows, evals)
    notes = notes_of(rows.base_task, evals, options, comparisons)
    return HazardResult(
        base_task=rows.base_task,
        label=rows.label,
        axes=rows.axes,
        panels=rows.panels,
        evals=evals,
        later_together=Later(partial(together_of, rows, evals)),
        comparisons=comparisons,
        # What may mislead comes first: stdout shows three.
        notes=(*notes, *rows.notes),
    )


def eval_hazard(one: EvalTimes, task: TaskTimes, options: HazardOptions) -> EvalHazard:
    """Measure one eval: what claims are made of at once, and curves when they are asked for."""
    ends, caps = one.ends, caps_of(one.ends)
    failed = ends.cause != RIGHT
    share = independent_share(failed, ends.item, _cells(ends))
    found = EvalHazard(
        subject=one.subject,
        label=one.label,
        unit=one.unit,
        counts={
            "samples": len(ends),
            "right": int((ends.cause == RIGHT).sum()),
            "wrong": int((ends.cause == WRONG).sum()),
            "truncated": int((ends.cause == CUT_OFF).sum()),
        },
        dropped=ends.dropped,
        items=dense_codes(ends.item)[1],
        effective=share * len(ends),
        failures=_failures(failed, ends, share * len(ends)),
        stop_known=float(ends.stop_known.mean()) if len(ends) else 0.0,
        recounted=one.recounted,
        only_answers=one.only_answers,
        caps=caps,
        relative=None,
        tried=None,
        later_curves=None,
        later_levels=None,
        later_budget=None,
    )
    if caps is None or not len(ends):
        return found
    return replace(
        found,
        relative=relative_of(one, task.n_levels, options.truncation),
        tried=_budget(ends, caps, only_tried=True),
        later_curves=Later(partial(_curves, one, caps, share, options)),
        later_levels=Later(partial(_levels, one, task, caps, share, options)),
        later_budget=Later(partial(_budget, ends, caps)),
    )


def _budget(ends: Ends, caps: Caps, *, only_tried: bool = False) -> Budget:
    finer = FINER if len(ends) <= MOST_FINE else 2
    return budget_curve(
        ends.time, ends.cause, ends.item, caps.largest, finer=finer, only_tried=only_tried
    )


def _curves(one: EvalTimes, caps: Caps, share: float, options: HazardOptions) -> Curves:
    table = table_of(one.counted, options.truncation)
    return curves_of(
        table, caps.until, design_effect=1.0 / share, resample=(one.ends, options.seed)
    )


def _levels(
    one: EvalTimes, task: TaskTimes, caps: Caps, share: float, options: HazardOptions
) -> tuple[Curves, ...]:
    """Curves of each level of the axis that was asked for, as far as its samples reach."""
    if task.panels is None:
        return ()
    found = []
    for number, name in enumerate(task.panels.levels):
        part = one.counted.of_level(number)
        if not len(part.count):
            continue
        until = min(caps.until, float(part.time.max()))
        table = table_of(part, options.truncation)
        found.append(curves_of(table, until, design_effect=1.0 / share, level=name))
    return tuple(found)


def _cells(ends: Ends) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    if not len(ends):
        return np.zeros(0, dtype=np.int64)
    return row_codes(ends.coords)[0]


def _failures(failed: BoolArray, ends: Ends, trials: float) -> Proportion:
    """Share that failed; few failing items tell too little of how alike their repeats are."""
    if not trials > 0.0:
        return Proportion(np.nan, 0.0, 1.0, 0.0)
    value = float(failed.mean())
    if dense_codes(ends.item[failed])[1] < MIN_ITEMS_CLAIMED:
        # As if there were one more item, failed in all of its repeats.
        place, items = dense_codes(ends.item)
        m, k = np.bincount(place, minlength=items), np.bincount(place, failed, items)
        usual = float((m**2).sum() / m.sum())
        trials = min(trials, len(ends) * (k.sum() + usual) / ((k**2).sum() + usual**2))
    low, high = wilson_bounds(value * trials, trials)
    return Proportion(value, low, high, trials)
