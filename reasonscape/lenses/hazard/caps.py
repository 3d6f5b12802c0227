"""Where traces were cut off, and how far anything can be said."""

from __future__ import annotations

import numpy as np

from reasonscape.lenses.hazard.ends import CUT_OFF, Ends, IntArray
from reasonscape.lenses.hazard.result import Caps
from reasonscape.stats.codes import dense_codes, row_codes

RELATED = 0.01
"""p of equal caps at all difficulties below which caps go with difficulty."""

FEW_WATCHED = 10
"""Samples below which the budget curve does not go on."""

LAST = 0.99
"""Part of the cap after which ends are left out of shapes where the cut-off is an end."""


def caps_of(ends: Ends) -> Caps | None:
    """Caps of one eval, and whether they go with difficulty; ``None`` without ends."""
    if not len(ends):
        return None
    known = tuple(np.unique(ends.cap[np.isfinite(ends.cap)]).tolist())
    last = float(ends.time.max())
    related = len(known) > 1 and _goes_with_difficulty(ends)
    until = min(known[0], last) if known else last
    largest = min(known[-1], last, _watched(ends)) if known else min(last, _watched(ends))
    return Caps(
        known=known,
        unknown=int(np.isnan(ends.cap).sum()),
        until=until,
        largest=until if related else largest,
        by_difficulty=related,
    )


def _watched(ends: Ends) -> float:
    """How far enough samples were watched, where some were cut off before others.

    What the last few do stands for all that were cut off before them.
    """
    cut = ends.cause == CUT_OFF
    if not cut.any() or ends.time[cut].min() >= ends.time.max():
        return np.inf
    if len(ends) < FEW_WATCHED:
        return float(ends.time.min())
    return float(-np.partition(-ends.time, FEW_WATCHED - 1)[FEW_WATCHED - 1])


def before_the_last_percent(ends: Ends) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which samples ended before the last percent of their cap."""
    limit = np.where(np.isfinite(ends.cap), LAST * ends.cap, np.inf)
    return np.asarray(ends.time <= limit)


def cap_codes(ends: Ends) -> IntArray:
    """Number of each sample's cap, unknown ones last."""
    # Missing caps are one more; sorting a million equal ones would take longer than the rest.
    caps = np.where(np.isfinite(ends.cap), ends.cap, -1.0)
    if len(caps) and (caps == caps[0]).all():
        return np.zeros(len(caps), dtype=np.int64)
    return dense_codes(caps)[0]


def _goes_with_difficulty(ends: Ends) -> bool:
    """Chi-square test over items of equal shares of caps in all cells."""
    from scipy.special import chdtrc

    if not ends.coords.shape[1] or not len(ends):
        return False
    _, first = np.unique(ends.item, return_index=True)
    cap = cap_codes(ends)[first]
    cell, _ = row_codes(ends.coords[first])
    table = np.zeros((int(cell.max()) + 1, int(cap.max()) + 1))
    np.add.at(table, (cell, cap), 1.0)
    table = table[:, table.sum(axis=0) > 0]
    df = (table.shape[0] - 1) * (table.shape[1] - 1)
    if df <= 0:
        return False
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    statistic = float(((table - expected) ** 2 / expected).sum())
    return float(chdtrc(df, statistic)) < RELATED
