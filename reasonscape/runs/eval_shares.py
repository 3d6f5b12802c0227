"""Shares of each eval over all that the filters select, with intervals, as ``evals`` lists them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reasonscape.errors import FilterError
from reasonscape.findings.thresholds import LOOP_COVERED
from reasonscape.runs.listing import pooled_accuracy
from reasonscape.stats.proportions import wilson_bounds

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.store.selection.evals import EvalRow

LOOPED = "f.loop_covered"
LOST = ("incorrect", "truncated", "unanswered")


@dataclass(frozen=True, slots=True)
class Share:
    """A number of one eval with its interval; NaN where it is not known."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class EvalShares:
    """What is counted of one eval."""

    eval_id: str
    model: str
    shares: Mapping[str, Share]


def eval_shares(dataset: Dataset, filters: Mapping[str, Any], *, loops: bool) -> list[EvalShares]:
    """Count each eval, the worst accuracy first.

    Accuracy and its interval are those of ``evals``. Other shares have the widest interval that
    repeats can give: each item counts once. What the log says of itself has none.

    Parameters
    ----------
    dataset, filters
        What is selected.
    loops
        Also the share that fails in a loop, which takes two more queries.
    """
    rows = _rows(dataset, filters)
    looping = _looping(dataset, filters) if loops else {}
    by_eval: dict[str, list[EvalRow]] = {}
    for row in rows:
        by_eval.setdefault(row.eval_id, []).append(row)
    found = [
        EvalShares(key, mine[0].model, _shares(mine, looping.get(key) if loops else None))
        for key, mine in by_eval.items()
    ]
    worst = {one.eval_id: one.shares["accuracy"].value for one in found}
    return sorted(found, key=lambda one: (math.isnan(worst[one.eval_id]), worst[one.eval_id]))


def _rows(dataset: Dataset, filters: Mapping[str, Any]) -> list[EvalRow]:
    from reasonscape.store.filters import parse_filters
    from reasonscape.store.selection.evals import eval_rows

    return eval_rows(dataset.store(), dataset.where(parse_filters(dict(filters))))


def _looping(dataset: Dataset, filters: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Eval -> samples that fail in a loop, and samples whose trace was looked at."""
    if LOOPED in filters:
        return {}
    try:
        measured = _rows(dataset, {**filters, LOOPED: {"min": 0}})
        looping = _rows(dataset, {**filters, LOOPED: {"min": LOOP_COVERED}})
    except FilterError:  # a store without any features
        return {}
    seen: dict[str, tuple[int, int]] = {}
    for row in measured:
        failing, all_of_it = seen.get(row.eval_id, (0, 0))
        seen[row.eval_id] = (failing, all_of_it + row.used)
    for row in looping:
        failing, all_of_it = seen[row.eval_id]
        lost = sum(row.outcomes[name] for name in LOST)
        seen[row.eval_id] = (failing + lost, all_of_it)
    return seen


def _shares(rows: Sequence[EvalRow], looping: tuple[int, int] | None) -> dict[str, Share]:
    used, everything = sum(row.used for row in rows), sum(row.samples for row in rows)
    items = sum(row.items for row in rows)
    accuracy, low, high, _ = pooled_accuracy(rows)
    unknown = Share(math.nan, math.nan, math.nan, 0)
    shares = {
        "accuracy": unknown
        if accuracy is None or low is None or high is None
        else Share(accuracy, low, high, used),
        "samples": _counted(everything, everything),
        "items": _counted(items, everything),
    }
    for name in LOST:
        count = sum(row.outcomes[name] for row in rows)
        shares[f"{name}_share"] = _by_item(count, used, items)
    for name in ("ungraded", "failed"):
        count = sum(row.outcomes[name] for row in rows)
        shares[f"{name}_share"] = _counted(count / everything if everything else 0.0, everything)
    shares["loop_share"] = unknown if looping is None else _by_item(*looping, items)
    return shares


def _counted(value: float, n: int) -> Share:
    return Share(float(value), math.nan, math.nan, n)


def _by_item(count: int, n: int, items: int) -> Share:
    if n == 0:
        return Share(math.nan, math.nan, math.nan, 0)
    trials = float(min(items, n))
    low, high = wilson_bounds(count / n * trials, trials)
    return Share(count / n, low, high, n)
