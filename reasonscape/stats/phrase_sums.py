"""Sums over items and strata for many phrases at once, from where each phrase is.

Items without a phrase add what depends on its stratum alone. That is summed once for all of them;
only items with the phrase are visited. So the work grows with the phrases in texts, not with texts
times phrases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.phrase_layout import Layout

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PhraseSums:
    """Sums for each phrase; names of cells as in `odds_ratio`, a to d.

    Attributes
    ----------
    wrong, right
        Wrong and right ends with the phrase, shape (m,).
    first, second
        Sums of a d / N and b c / N, shape (m,).
    strata, items
        Strata that carry information, and clusters in them.
    in_first, in_second
        Clusters in them with an end that counts in ``first`` (in ``second``).
    squares, twice
        Of the three products of the two sums: clusters' squares, and the pairs' that they count
        twice, shape (3, m).
    tilt
        Sums over clusters of (first - second) * reach; over pairs, the products of a pair's
        share of the difference with its weight: the middle coefficients of the variance of the
        difference, shape (2, m).
    """

    wrong: FloatArray
    right: FloatArray
    first: FloatArray
    second: FloatArray
    strata: FloatArray
    items: FloatArray
    in_first: FloatArray
    in_second: FloatArray
    squares: FloatArray
    twice: FloatArray
    tilt: FloatArray


def phrase_sums(layout: Layout, rows: IntArray, columns: IntArray, m: int) -> PhraseSums:
    """Sums for ``m`` phrases.

    Parameters
    ----------
    layout
        The samples.
    rows, columns
        Which sample of the layout's order has which phrase, by phrase and then by row.
    m
        Phrases.
    """
    cluster, stratum = layout.cluster[rows], layout.stratum
    pair = _starts(columns, cluster)
    a = _sums(layout.bad[rows], pair)
    b = np.diff(np.append(pair, len(rows))) - a
    g, of = cluster[pair], columns[pair]
    w, r = layout.clusters.wrong[g], layout.clusters.right[g]
    c, d = w - a, r - b
    run = _starts(of, stratum[g])
    s, phrase = stratum[g[run]], of[run]
    length = np.diff(np.append(run, len(g)))
    weight = layout.weight[s]
    big_a, big_b = _sums(a, run), _sums(b, run)
    big_c, big_d = layout.strata.wrong[s] - big_a, layout.strata.right[s] - big_b

    def spread(value: FloatArray) -> FloatArray:
        return np.repeat(value, length)

    def by_pair(value: FloatArray) -> FloatArray:
        return np.bincount(of, value, m).astype(np.float64, copy=False)

    def by_run(value: FloatArray) -> FloatArray:
        return np.bincount(phrase, value, m).astype(np.float64, copy=False)

    each = spread(weight)
    own = a * d * each, b * c * each
    one = (a * spread(big_d) + d * spread(big_a)) * each - own[0]
    other = (b * spread(big_c) + c * spread(big_b)) * each - own[1]
    # What the cluster would add if it had no sample with the phrase, which stands in the sums of
    # its stratum already.
    plain = r * spread(big_a) * each, w * spread(big_b) * each
    count, has_w, has_r, ww, rr, wr, wk, rk = layout.inner[:, s]
    scale = weight**2
    squares = (
        by_run(big_a**2 * rr * scale) + by_pair(one**2 - plain[0] ** 2),
        by_run(big_a * big_b * wr * scale) + by_pair(one * other - plain[0] * plain[1]),
        by_run(big_b**2 * ww * scale) + by_pair(other**2 - plain[1] ** 2),
    )
    aa, bb, ab = _sums(a * a, run), _sums(b * b, run), _sums(a * b, run)
    ad, bc, ac, db = _sums(a * d, run), _sums(b * c, run), _sums(a * c, run), _sums(d * b, run)
    dd, cc = rr + _sums(d * d - r * r, run), ww + _sums(c * c - w * w, run)
    dc = wr + _sums(d * c - r * w, run)
    twice = (
        by_run((aa * dd + ad**2) * scale) - 2.0 * by_pair(own[0] ** 2),
        by_run((ab * dc + ac * db) * scale) - 2.0 * by_pair(own[0] * own[1]),
        by_run((bb * cc + bc**2) * scale) - 2.0 * by_pair(own[1] ** 2),
    )
    reach = layout.reach[g]
    lean = (one - other) - (plain[0] - plain[1])
    tilt = (
        by_run((big_a * rk - big_b * wk) * weight) + by_pair(lean * reach),
        by_run((_sums(a * w, run) * rr - _sums(b * r, run) * ww) * scale)
        - 2.0 * by_pair((a * r - w * b) * w * r * each**2),
    )
    useful = (big_a * big_d + big_b * big_c > 0.0).astype(np.float64)
    with_first = _sums(((a > 0) | (d > 0)).astype(np.float64) - (r > 0), run)
    with_second = _sums(((b > 0) | (c > 0)).astype(np.float64) - (w > 0), run)
    return PhraseSums(
        by_run(big_a),
        by_run(big_b),
        by_run(big_a * big_d * weight),
        by_run(big_b * big_c * weight),
        by_run(useful),
        by_run(useful * count),
        by_run(useful * (has_r + with_first)),
        by_run(useful * (has_w + with_second)),
        np.stack(squares),
        np.stack(twice),
        np.stack(tilt),
    )


def _starts(outer: IntArray, inner: IntArray) -> IntArray:
    """Where runs of equal pairs begin."""
    if not len(outer):
        return np.zeros(0, dtype=np.int64)
    fresh = (outer[1:] != outer[:-1]) | (inner[1:] != inner[:-1])
    return np.flatnonzero(np.append(True, fresh))


def _sums(values: FloatArray, start: IntArray) -> FloatArray:
    return np.add.reduceat(values, start) if len(start) else np.zeros(0)
