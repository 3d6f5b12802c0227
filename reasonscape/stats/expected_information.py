"""Mutual information that two labellings of given sizes have by chance alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

EXACT, CLOSE = (10.0, 40.0), (6.0, 12.0)
"""How far from its mean a count is followed: so many standard deviations and so many counts. By
Bernstein's inequality what lies beyond has a probability below 1e-21, or below 1e-7 (mostly far
less) where an interval's replicates need no more."""

_TERMS = 1 << 19


def expected_information(
    rows: ArrayLike, columns: ArrayLike, reach: tuple[float, float] = EXACT
) -> FloatArray:
    """Expected mutual information of two labellings whose pairing is random.

    Each count n_ij of the table is hypergeometric given the sizes a_i and b_j; the expectation of
    n_ij / N log(N n_ij / (a_i b_j)) is summed over its values and over the table.

    Parameters
    ----------
    rows, columns
        Sizes of the groups of both labellings, shapes (..., k) and (..., m), adding up to the same
        N; leading axes are tables, each with its own N. Zeros are allowed.
    reach
        Values of a count farther from its mean are left out; see `EXACT` and `CLOSE`.

    Returns
    -------
    ndarray of float64
        In nats, shape (...).

    How it misleads
    ---------------
    The pairing is of samples. Where repeats of an item go into the same group of both labellings,
    chance gives more than this: about as much as for N = number of items.

    References
    ----------
    Vinh, Epps and Bailey, Journal of Machine Learning Research 11 (2010), theorem 11.

    Examples
    --------
    >>> round(float(expected_information([2, 2], [2, 2])), 4)
    0.231
    """
    first = np.atleast_2d(np.asarray(rows, dtype=np.int64))
    second = np.atleast_2d(np.asarray(columns, dtype=np.int64))
    shape = np.asarray(rows).shape[:-1]
    tables = len(first)
    found: FloatArray = np.zeros(tables)
    if not first.size or not second.size:
        return found.reshape(shape)
    total = first.sum(axis=1)
    table, i, j = np.nonzero((first[:, :, None] > 0) & (second[:, None, :] > 0))
    a, b, n = first[table, i], second[table, j], total[table]
    logs = gammaln(np.arange(int(total.max()) + 2, dtype=np.float64) + 1.0)
    mean = a * (b / n)
    spread = np.sqrt(mean * (1.0 - b / n) * (n - a) / np.maximum(n - 1, 1))
    width = reach[0] * spread + reach[1]
    low = np.maximum(np.maximum(a + b - n, 1), np.floor(mean - width).astype(np.int64))
    high = np.minimum(np.minimum(a, b), np.ceil(mean + width).astype(np.int64))
    terms = np.maximum(high - low + 1, 0)
    ends = np.cumsum(terms)
    cut = 0
    while cut < len(terms):
        done = int(ends[cut - 1]) if cut else 0
        stop = max(int(np.searchsorted(ends, done + _TERMS, side="right")), cut + 1)
        part = slice(cut, stop)
        sums = _sums(a[part], b[part], n[part], low[part], terms[part], logs)
        found += np.bincount(table[part], sums, minlength=tables)
        cut = stop
    return found.reshape(shape)


def _sums(
    a: IntArray, b: IntArray, n: IntArray, low: IntArray, terms: IntArray, logs: FloatArray
) -> FloatArray:
    """Expectation of n_ij / N log(N n_ij / (a b)) of some cells, each from `low` on."""
    owner = np.repeat(np.arange(len(a)), terms)
    starts = np.cumsum(terms) - terms
    x = np.arange(len(owner)) - np.repeat(starts - low, terms)
    fixed = logs[a] + logs[b] + logs[n - a] + logs[n - b] - logs[n]
    left, right, rest = a[owner] - x, b[owner] - x, (n - a - b)[owner] + x
    chance = np.exp(fixed[owner] - logs[x] - logs[left] - logs[right] - logs[rest])
    size = np.log(np.maximum(np.arange(int(x.max(initial=0)) + 1), 1))
    gain = size[x] + (np.log(n) - np.log(a) - np.log(b))[owner]
    return np.bincount(owner, chance * gain * x, minlength=len(a)) / n
