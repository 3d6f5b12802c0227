"""Strata of equal difficulty crossed with thirds of length."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.codes import dense_codes, paired_codes

IntArray = NDArray[np.int64]


def length_strata(
    stratum: ArrayLike,
    length: ArrayLike,
    within: ArrayLike | None = None,
    *,
    parts: int = 3,
) -> IntArray:
    """Cross strata with thirds of length, to compare texts of about the same length only.

    Parameters
    ----------
    stratum
        Stratum of each text, shape (n,).
    length
        Length of each, in any unit, shape (n,); texts without one (NaN) stand with the longest.
    within
        What the thirds are taken of, shape (n,): cells, or tasks, where strata are too small to
        have thirds of their own. Default: the strata.
    parts
        How many parts lengths are cut into.

    Returns
    -------
    ndarray of int64
        Stratum and third, numbered from 0, shape (n,). Equal lengths are never cut apart.

    Raises
    ------
    ValueError
        If the lengths of the arrays disagree, or there are fewer than 1 parts.

    How it misleads
    ---------------
    Within a third, texts still differ in length, so a little of what length explains remains.
    Where a failure makes the text long (a loop), comparing at equal length takes away part of what
    the phrase tells. Fewer strata have both outcomes, so less can be said.

    References
    ----------
    Cochran, Biometrics 24 (1968): strata by thirds take away about four fifths of the bias.

    Examples
    --------
    >>> length_strata([0] * 6 + [1], [5, 1, 9, 9, 2, 7, 4]).tolist()
    [1, 0, 2, 2, 0, 1, 3]
    """
    size = np.asarray(length, dtype=np.float64).reshape(-1)
    codes, _ = dense_codes(stratum)
    group, groups = (
        (codes, int(codes.max(initial=-1)) + 1) if within is None else dense_codes(within)
    )
    if not len(size) == len(codes) == len(group):
        raise ValueError(f"{len(codes)} strata, {len(size)} lengths and {len(group)} groups")
    if parts < 1:
        raise ValueError(f"lengths are cut into 1 part or more, not {parts}")
    if not len(size):
        return np.zeros(0, dtype=np.int64)
    order = np.lexsort((size, group))
    counts = np.bincount(group, minlength=groups)
    rank = np.empty(len(size), dtype=np.int64)
    rank[order] = np.arange(len(size)) - (np.cumsum(counts) - counts)[group[order]]
    alike, kinds = paired_codes(group, np.unique(size, return_inverse=True)[1].reshape(-1))
    lowest = np.full(kinds, len(size), dtype=np.int64)
    np.minimum.at(lowest, alike, rank)
    part = parts * lowest[alike] // counts[group]
    return paired_codes(codes, part)[0]
