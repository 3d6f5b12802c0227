"""Evals against each other at equal difficulty: standardised curves, hazard ratios, tests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from reasonscape.lenses.hazard.bands import standardised_with_effects
from reasonscape.lenses.hazard.curves import POINTS
from reasonscape.lenses.hazard.ends import RIGHT, WRONG, FloatArray, IntArray
from reasonscape.lenses.hazard.result import Caps, Comparison, EvalHazard, Together
from reasonscape.lenses.hazard.selection import EvalTimes, TaskTimes
from reasonscape.stats.codes import row_codes
from reasonscape.stats.cox import hazard_comparison
from reasonscape.stats.event_table import EventTable, event_tables
from reasonscape.stats.gray import gray_test
from reasonscape.stats.log_rank import log_rank
from reasonscape.stats.odds_ratio import clusters_of
from reasonscape.stats.standardised_curves import standardised_curves

MAX_EVALS_PAIRED = 4
"""Evals up to which every pair is compared."""

ITEMS_A_STRATUM = 10
"""Median items of a stratum, below which fewer axes make the strata."""


def together_of(task: TaskTimes, evals: Sequence[EvalHazard]) -> Together | None:
    """Standardised curves of all evals whose time has the unit that most of them have."""
    pairs = _comparable(task, evals)
    if len(pairs) < 2:
        return None
    until = _common([found.caps for _, found in pairs if found.caps is not None])
    strata, weight, until = _strata(task, [one for one, _ in pairs], until)
    curves = standardised_curves(strata, weight, np.linspace(0.0, until, POINTS))
    effects = [len(one.ends) / max(found.effective, 1.0) for one, found in pairs]
    curves = standardised_with_effects(curves, effects)
    return Together(tuple(one.subject.eval_id for one, _ in pairs), pairs[0][0].unit, curves)


def comparisons_of(task: TaskTimes, evals: Sequence[EvalHazard]) -> tuple[Comparison, ...]:
    """Every pair of up to four evals; more are shown side by side only."""
    pairs = _comparable(task, evals)
    if not 2 <= len(pairs) <= MAX_EVALS_PAIRED:
        return ()
    return tuple(_compared(task, a, b) for a, b in combinations(pairs, 2))


def _compared(
    task: TaskTimes, a: tuple[EvalTimes, EvalHazard], b: tuple[EvalTimes, EvalHazard]
) -> Comparison:
    until = _common([found.caps for _, found in (a, b) if found.caps is not None])
    strata, weight, until = _strata(task, [a[0], b[0]], until)
    # Repeats of one item are alike; the pair is judged by the more alike of the two.
    effect = max(len(one.ends) / max(found.effective, 1.0) for one, found in (a, b))
    right, wrong = (
        hazard_comparison(strata, weight, until, cause, design_effect=effect)
        for cause in (RIGHT, WRONG)
    )
    tests = {
        (end, name): test(strata, cause, effect)
        for end, cause in (("right", RIGHT), ("wrong", WRONG))
        for name, test in (("log-rank", log_rank), ("Gray", gray_test))
    }
    return Comparison(
        a[0].subject.eval_id, b[0].subject.eval_id, until, right, wrong, tests, right.left_out
    )


def _common(caps: Sequence[Caps]) -> float:
    """How far all evals can be followed: to the smallest cap, and not beyond the last end of all.

    An eval whose traces have all ended is known at every later time too.
    """
    smallest = min((each.known[0] for each in caps if each.known), default=math.inf)
    return min(smallest, max(each.until for each in caps))


def _comparable(task: TaskTimes, evals: Sequence[EvalHazard]) -> list[tuple[EvalTimes, EvalHazard]]:
    """Evals with ends in one unit and one way of counting: those that most evals share."""
    pairs = [(o, f) for o, f in zip(task.evals, evals, strict=True) if f.caps is not None]
    ways = [(one.unit, one.recounted or "") for one, _ in pairs]
    if not ways:
        return []
    most = max(sorted(set(ways)), key=ways.count)
    return [pair for pair, way in zip(pairs, ways, strict=True) if way == most]


def _strata(
    task: TaskTimes, evals: Sequence[EvalTimes], until: float
) -> tuple[list[list[EventTable]], FloatArray, float]:
    """Event tables by stratum and eval, the items of each stratum, and how far all were seen."""
    coords = np.concatenate([one.ends.coords for one in evals])
    who = np.repeat(np.arange(len(evals)), [len(one.ends) for one in evals])
    item = np.concatenate([one.ends.item for one in evals])
    stratum = _coarse(coords, item)
    count = int(stratum.max()) + 1
    tables = event_tables(
        stratum * len(evals) + who,
        np.concatenate([one.ends.time for one in evals]),
        np.concatenate([one.ends.cause for one in evals]),
        n_keys=count * len(evals),
    )
    width = len(evals)
    # Where the last trace was cut off nothing is known of later times.
    open_ended = [t.last_time for t in tables if t.total and t.counts[-1, 0] > 0.0]
    until = min([until, *open_ended])
    grouped = [
        [table.truncated(until) for table in tables[s * width : (s + 1) * width]]
        for s in range(count)
    ]
    return grouped, _items(stratum, item).astype(np.float64), until


def _coarse(coords: IntArray, item: IntArray) -> IntArray:
    """Cells over as many axes, the first ones first, as leave enough items in a cell."""
    for axes in range(coords.shape[1], 0, -1):
        cell, _ = row_codes(coords[:, :axes])
        if np.median(_items(cell, item)) >= ITEMS_A_STRATUM:
            return cell
    return np.zeros(len(item), dtype=np.int64)


def _items(stratum: IntArray, item: IntArray) -> IntArray:
    return np.bincount(clusters_of(item, stratum).stratum)
