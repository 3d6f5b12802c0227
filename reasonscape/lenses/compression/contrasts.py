"""Right against wrong within strata of difficulty: lengths, novelty, cut-off traces, loops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reasonscape.lenses.compression.result import CutOff, Helps, Lengths, Loops
from reasonscape.lenses.compression.shares import share
from reasonscape.lenses.compression.traces import TRUNCATED, BoolArray, FloatArray, Traces
from reasonscape.stats.adjusted_means import adjusted_means
from reasonscape.stats.clustered import clustered_median
from reasonscape.stats.pairwise_odds import OddsPerUnit, odds_per_unit
from reasonscape.stats.shift import Shift, stratified_shift
from reasonscape.stats.strata import Strata, difficulty_strata
from reasonscape.stats.within_strata import adjusted_difference, mean_difference

LAST_QUARTER = 0.75
REACH = 0.8
"""Share of a cut-off trace's length that a right trace must reach to be set against its tail."""

FIFTHS = 5
GRID = 96
"""Points at which novelty is read off a curve: three for each of its stretches."""


@dataclass(frozen=True, slots=True)
class Design:
    """Strata of equal difficulty of one (eval, task), made once for all contrasts.

    Attributes
    ----------
    ended
        Strata of the finished traces, right against wrong.
    every
        Strata of all traces, right against failing in whatever way.
    """

    ended: Strata
    every: Strata

    @classmethod
    def of(cls, traces: Traces, n_levels: Sequence[int], chance: float) -> Design:
        """Make the strata."""

        def strata(part: Traces) -> Strata:
            return difficulty_strata(part.right, part.item, part.coords, n_levels, chance)

        every = strata(traces)
        finished = traces.finished
        return cls(every if finished.all() else strata(traces.only(finished)), every)


def length_contrast(traces: Traces, design: Design) -> Lengths:
    """Finished traces: how much longer the wrong ones are, and how much less they say."""
    ended, stratum = traces.only(traces.finished), design.ended.stratum
    straight = ~ended.looped
    shift = length_shift(ended, stratum)
    unlooped = shift
    if not straight.all():
        unlooped = length_shift(ended.only(straight), stratum[straight])
    known = straight & np.isfinite(ended.tail)
    part = ended.only(known)
    right_tail = part.tail[part.right]
    return Lengths(
        shift=shift,
        unlooped=unlooped,
        tail=adjusted_difference(
            part.tail, ~part.right, np.log(part.length), stratum[known], part.item
        ),
        right_tail=float(np.median(right_tail)) if len(right_tail) else float("nan"),
        strata=design.ended.kind,
        informative=design.ended.informative,
    )


def length_shift(traces: Traces, stratum: NDArray[np.int64]) -> Shift:
    """Shift of log length, wrong minus right."""
    return stratified_shift(np.log(traces.length), ~traces.right, stratum, traces.item)


def cut_off_contrast(traces: Traces, design: Design) -> CutOff:
    """Cut-off traces' last quarter against right traces at the same token positions."""
    cut = (traces.population == TRUNCATED) & ~traces.looped
    limit = _limits(traces, cut)
    reaching = traces.right & ~traces.looped & (traces.length >= REACH * limit)
    begin, end = LAST_QUARTER * limit / traces.length, limit / traces.length
    level = np.full(len(traces), np.nan)
    chosen = (cut | reaching) & np.isfinite(limit)
    level[chosen] = novelty_between(traces.shape[chosen], begin[chosen], end[chosen])
    chosen &= level > 0.0
    caps = np.unique(limit[chosen], return_inverse=True)[1].reshape(-1)
    return CutOff(
        shift=stratified_shift(
            np.log(level[chosen]),
            cut[chosen],
            design.every.stratum[chosen] * (int(caps.max(initial=0)) + 1) + caps,
            traces.item[chosen],
        ),
        share=share(cut, traces),
        n_right=int((reaching & chosen).sum()),
    )


def _limits(traces: Traces, cut: BoolArray) -> FloatArray:
    """Length at which traces of the same cap are cut off; NaN where none was."""
    limit = np.full(len(traces), np.nan)
    for cap in np.unique(traces.cap[cut]):
        same = traces.cap == cap
        limit[same] = np.median(traces.length[same & cut])
    return limit


def novelty_between(shape: FloatArray, begin: FloatArray, end: FloatArray) -> FloatArray:
    """Mean novelty of each trace between two shares of its length, clipped to the trace.

    Parameters
    ----------
    shape
        Novelty in equal stretches, as many as there are, then NaN, shape (n, points).
    begin, end
        Shares of the trace, shape (n,).
    """
    dense = spread_out(shape, GRID)
    places = (np.arange(GRID) + 0.5) / GRID
    inside = (places >= np.minimum(begin, 1.0 - 1.0 / GRID)[:, None]) & (places < end[:, None])
    inside &= np.isfinite(dense)
    total = np.where(inside, dense, 0.0).sum(axis=1)
    count = inside.sum(axis=1)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def spread_out(shape: FloatArray, points: int) -> FloatArray:
    """Each curve, however many stretches it has, at the same number of places."""
    filled = np.isfinite(shape).sum(axis=1)
    places = (np.arange(points) * np.maximum(filled, 1)[:, None]) // points
    dense = np.take_along_axis(shape, places, axis=1)
    dense[filled == 0] = np.nan
    return np.asarray(dense)


def loop_contrast(traces: Traces, design: Design) -> Loops:
    """Loops among failing and among right traces, and where and how the failing ones loop."""
    failing = traces.looped & ~traces.right
    difference = mean_difference(traces.looped, ~traces.right, design.every.stratum, traces.item)
    pooled = difference.strata == 0
    if pooled:
        one = np.zeros(len(traces), dtype=np.int64)
        difference = mean_difference(traces.looped, ~traces.right, one, traces.item)
    item = traces.item[failing]
    return Loops(
        failing=share(failing, traces),
        unasked=share(failing & ~(traces.finished & traces.in_answer), traces),
        difference=difference,
        pooled=pooled,
        onset=clustered_median(traces.onset[failing], item),
        period=clustered_median(traces.period[failing], item),
        exact=int((failing & ~traces.templated).sum()),
        templated=int((failing & traces.templated).sum()),
        n_failing=int(failing.sum()),
        n_right=int((traces.looped & traces.right).sum()),
    )


def thinking_odds(traces: Traces, design: Design) -> OddsPerUnit:
    """Odds of being right for each doubling of the length, finished traces only."""
    ended = traces.only(traces.finished)
    return odds_per_unit(np.log2(ended.length), ended.right, design.ended.stratum, ended.item)


def thinking_helps(traces: Traces, design: Design, odds: OddsPerUnit) -> Helps:
    """Accuracy by fifths of length beside the odds of being right, finished traces only."""
    ended = traces.only(traces.finished)
    stratum = design.ended.stratum
    doublings = np.log2(ended.length)
    edges = np.unique(np.quantile(doublings, np.linspace(0, 1, FIFTHS + 1)[1:-1])) \
        if len(ended) else np.zeros(0)  # fmt: skip
    group = np.searchsorted(edges, doublings, side="right")
    groups = len(edges) + 1
    accuracy = adjusted_means(ended.right, group, groups, stratum, ended.item)
    middles = tuple(
        float(np.median(ended.length[group == g])) if (group == g).any() else float("nan")
        for g in range(groups)
    )
    return Helps(odds, middles, accuracy)
