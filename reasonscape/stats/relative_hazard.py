"""Are traces that end late, or early, wrong more often than their difficulty explains?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from reasonscape.stats.codes import dense_codes
from reasonscape.stats.odds_ratio import OddsRatio, clustered_odds_ratio, clusters_of

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.signedinteger[Any]]


@dataclass(frozen=True, slots=True)
class RelativeHazard:
    """Odds that a trace ending at t is wrong, late against early, and over bins of time.

    Attributes
    ----------
    late_early
        Odds of late ends over odds of early ends, within strata.
    early, late
        (wrong, right) ends before and after the median end of their group.
    edges
        Edges of the bins of time, shape (bins + 1,).
    bins
        Odds of each bin over the odds of its whole stratum.
    counts
        (wrong, right) ends in each bin, shape (bins, 2).
    """

    late_early: OddsRatio
    early: tuple[int, int]
    late: tuple[int, int]
    edges: FloatArray
    bins: tuple[OddsRatio, ...]
    counts: IntArray


def relative_hazard(
    time: npt.ArrayLike,
    wrong: npt.ArrayLike,
    item: npt.ArrayLike,
    stratum: npt.ArrayLike,
    group: npt.ArrayLike | None = None,
    *,
    bins: int = 8,
    level: float = 0.95,
) -> RelativeHazard:
    """Hazard of ending wrong over hazard of ending right, along time, within strata.

    That ratio is the odds that a trace which ends at t is wrong, so it needs the ends only:
    traces that were cut off say nothing about it.

    Parameters
    ----------
    time
        When each trace ended, shape (n,); in tokens or any other unit.
    wrong
        Whether it ended wrong, shape (n,).
    item
        Question of each trace, shape (n,); repeats of one item are one cluster.
    stratum
        Traces that are compared with each other, shape (n,).
    group
        Traces whose median end tells early from late, shape (n,): the strata themselves, or
        unions of them. Where a stratum is one item with a few repeats, half of them are late
        whatever their length is; the median of all items of that difficulty says more.
    bins
        Bins at quantiles of the ends; ties stay together, so there may be fewer. 0 for none.
    level
        Coverage of every interval.

    Returns
    -------
    RelativeHazard

    Raises
    ------
    ValueError
        If the arrays differ in length or a time is not finite.

    How it misleads
    ---------------
    The outcome is known only at the end: this is where traces *end* wrong, not where they went
    wrong. What strata do not capture of difficulty still makes hard items both longer and more
    often wrong. Half of a group is early whatever the lengths are, so a change within the first
    or last few percent is not seen. Items within a stratum that are right or wrong in all their
    repeats differ in ability, which draws the ratio towards 1.

    References
    ----------
    Mantel and Haenszel, Journal of the National Cancer Institute 22 (1959).

    Examples
    --------
    >>> found = relative_hazard(range(8), [0, 0, 0, 1, 0, 1, 1, 1], range(8), [0] * 8, bins=2)
    >>> found.early, found.late, found.late_early.ratio
    ((1, 3), (3, 1), 9.0)
    """
    at = np.asarray(time, dtype=np.float64)
    bad = np.asarray(wrong, dtype=bool)
    outer, _ = dense_codes(stratum if group is None else group)
    shapes = {np.shape(item), np.shape(stratum), outer.shape, at.shape, bad.shape}
    if len(shapes) > 1:
        raise ValueError("time, wrong, item, stratum, group must have one entry each for a trace")
    if not np.isfinite(at).all():
        raise ValueError("every trace needs a finite time")
    clusters = clusters_of(item, stratum)
    late = after_median(at, outer)
    late_early = clustered_odds_ratio(late, ~late, bad, clusters, level=level)
    edges = _edges(at, bins)
    inside = np.searchsorted(edges[1:-1], at, side="left") if len(edges) > 2 else np.zeros(
        len(at), dtype=np.int64
    )  # fmt: skip
    everyone = np.ones(len(at), dtype=bool)
    ratios = tuple(
        clustered_odds_ratio(inside == b, everyone, bad, clusters, level=level)
        for b in range(len(edges) - 1)
    )
    counts = np.array(
        [[(bad & (inside == b)).sum(), (~bad & (inside == b)).sum()] for b in range(len(ratios))],
        dtype=np.int64,
    ).reshape(len(ratios), 2)
    return RelativeHazard(
        late_early=late_early,
        early=(int((bad & ~late).sum()), int((~bad & ~late).sum())),
        late=(int((bad & late).sum()), int((~bad & late).sum())),
        edges=edges,
        bins=ratios,
        counts=counts,
    )


def after_median(time: FloatArray, group: IntArray) -> npt.NDArray[np.bool_]:
    """Which ends are after the median of their group, shape (n,).

    Ends tied with the median go where the halves are evener.

    Parameters
    ----------
    time
        When each trace ended, shape (n,), finite.
    group
        Its group, numbered from 0, shape (n,).

    How it misleads
    ---------------
    Where many ends are tied the halves may be very uneven.

    Examples
    --------
    >>> after_median(np.array([1.0, 2.0, 3.0, 9.0]), np.array([0, 0, 1, 1])).tolist()
    [False, True, False, True]
    """
    late = np.zeros(len(time), dtype=bool)
    if not len(time):
        return late
    size = np.bincount(group)
    order = np.argsort(time)
    # Small whole numbers are sorted by counting.
    small = group.astype(np.uint16) if len(size) <= np.iinfo(np.uint16).max else group
    order = order[np.argsort(small[order], kind="stable")]
    start = np.cumsum(size) - size
    ordered = time[order]
    middle = (ordered[start + (size - 1) // 2] + ordered[start + size // 2]) / 2.0
    above = time > middle[group]
    tied = time >= middle[group]
    uneven = np.abs(2.0 * np.bincount(group, above) - size)
    other = np.abs(2.0 * np.bincount(group, tied) - size)
    return np.asarray(np.where((other < uneven)[group], tied, above))


def _edges(time: FloatArray, bins: int) -> FloatArray:
    """Edges of bins at quantiles; a bin holds its right edge."""
    if not len(time) or bins < 1:
        return np.zeros(0)
    edges = np.quantile(time, np.linspace(0.0, 1.0, bins + 1), method="inverted_cdf")
    inner = np.unique(edges[1:-1])
    inner = inner[inner < edges[-1]]
    return np.concatenate([edges[:1], inner, edges[-1:]]).astype(np.float64)
