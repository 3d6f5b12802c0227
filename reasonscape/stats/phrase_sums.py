"""Sums over items and strata for many phrases at once, from where each phrase is.

Items without a phrase add what depends on its stratum alone. That is summed once for all of them;
only items with the phrase are visited. So the work grows with the phrases in texts, not with texts
times phrases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reasonscape.stats.phrase_cells import Cells, cells_of
from reasonscape.stats.phrase_layout import FloatArray, IntArray, Layout


@dataclass(frozen=True, slots=True)
class PhraseSums:
    """Sums for each phrase; names of cells as in `odds_ratio`, a to d.

    Attributes
    ----------
    wrong, right
        Wrong and right ends with the phrase in strata that carry information, shape (m,).
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
    cells = cells_of(layout, rows, columns, m)
    one, all_ = cells.items, cells.strata
    weight, total = layout.weight[cells.run_stratum], cells.total
    useful = (all_.a * all_.d + all_.b * all_.c > 0.0).astype(np.float64)
    count, has_wrong, has_right = layout.inner[:3, cells.run_stratum]
    w, r = layout.clusters.wrong[cells.cluster], layout.clusters.right[cells.cluster]
    with_first = cells.within(((one.a > 0) | (one.d > 0)).astype(np.float64) - (r > 0))
    with_second = cells.within(((one.b > 0) | (one.c > 0)).astype(np.float64) - (w > 0))
    squares, cross = _squares(layout, cells, weight)
    twice, again = _twice(layout, cells, weight)
    return PhraseSums(
        wrong=total(useful * all_.a),
        right=total(useful * all_.b),
        first=total(all_.a * all_.d * weight),
        second=total(all_.b * all_.c * weight),
        strata=total(useful),
        items=total(useful * count),
        in_first=total(useful * (has_right + with_first)),
        in_second=total(useful * (has_wrong + with_second)),
        squares=squares,
        twice=twice,
        tilt=np.stack([cross, again]),
    )


def _squares(layout: Layout, cells: Cells, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Squares of the clusters' sums over all pairs they are in, and their products with reach."""
    one, all_, spread = cells.items, cells.strata, cells.spread
    w, r = layout.clusters.wrong[cells.cluster], layout.clusters.right[cells.cluster]
    _, _, _, ww, rr, wr, wk, rk = layout.inner[:, cells.run_stratum]
    each, big_a, big_b = spread(weight), spread(all_.a), spread(all_.b)
    first = (one.a * spread(all_.d) + one.d * big_a - one.a * one.d) * each
    second = (one.b * spread(all_.c) + one.c * big_b - one.b * one.c) * each
    # What a cluster would add had it no sample with the phrase: that is in the sum over all the
    # clusters of its stratum already.
    plain_first, plain_second = r * big_a * each, w * big_b * each
    scale, total, within = weight**2, cells.total, cells.within
    squares = (
        all_.a**2 * rr * scale + within(first**2 - plain_first**2),
        all_.a * all_.b * wr * scale + within(first * second - plain_first * plain_second),
        all_.b**2 * ww * scale + within(second**2 - plain_second**2),
    )
    lean = (first - second - plain_first + plain_second) * layout.reach[cells.cluster]
    cross = (all_.a * rk - all_.b * wk) * weight + within(lean)
    return np.stack([total(one) for one in squares]), total(cross)


def _twice(layout: Layout, cells: Cells, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Squares of the pairs of clusters, and their products with the pairs' weights."""
    a, b, c, d = (getattr(cells.items, name) for name in "abcd")
    w, r = layout.clusters.wrong[cells.cluster], layout.clusters.right[cells.cluster]
    _, _, _, ww, rr, wr, _, _ = layout.inner[:, cells.run_stratum]
    within, scale = cells.within, weight**2
    aa, bb, ab = within(a * a), within(b * b), within(a * b)
    ad, bc, ac, db = within(a * d), within(b * c), within(a * c), within(d * b)
    dd, cc, dc = rr + within(d * d - r * r), ww + within(c * c - w * w), wr + within(d * c - r * w)
    twice = (
        aa * dd + ad**2 - 2.0 * within((a * d) ** 2),
        ab * dc + ac * db - 2.0 * within(a * d * b * c),
        bb * cc + bc**2 - 2.0 * within((b * c) ** 2),
    )
    lean = a * r - w * b
    again = within(a * w) * rr - within(b * r) * ww
    again += within(lean) * wr - 2.0 * within(lean * w * r)
    total = cells.total
    return np.stack([total(one * scale) for one in twice]), total(again * scale)
