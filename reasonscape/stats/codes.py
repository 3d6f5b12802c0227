"""Values as numbers from 0 on, without sorting where that can be helped."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]

_SLOTS_A_ROW, _SLOTS_AT_LEAST = 8, 1 << 16


def dense_codes(values: npt.ArrayLike) -> tuple[IntArray, int]:
    """Number the distinct values from 0 on, in their order.

    Parameters
    ----------
    values
        Shape (n,), any values that can be sorted. Integers from 0 on in a range that is not much
        larger than n are counted rather than sorted, which is ten times faster.

    Returns
    -------
    ndarray of int64, int
        Code of each value, shape (n,), and how many there are.

    How it misleads
    ---------------
    Codes of different arrays have nothing to do with each other.

    Examples
    --------
    >>> codes, count = dense_codes([7, 3, 7])
    >>> codes.tolist(), count
    ([1, 0, 1], 2)
    """
    given = np.asarray(values)
    if not given.size:
        return np.zeros(0, dtype=np.int64), 0
    limit = max(_SLOTS_A_ROW * given.size, _SLOTS_AT_LEAST)
    if given.dtype.kind in "iu" and given.min() >= 0 and int(given.max()) < limit:
        present = np.bincount(given.astype(np.int64)) > 0
        return (np.cumsum(present) - 1)[given].astype(np.int64), int(present.sum())
    names, codes = np.unique(given, return_inverse=True)
    return codes.reshape(-1).astype(np.int64), len(names)


def paired_codes(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[IntArray, int]:
    """Number the pairs of values that occur; parameters and result as `dense_codes`.

    How it misleads
    ---------------
    As `dense_codes`.

    Examples
    --------
    >>> paired_codes([0, 0, 1, 1], [5, 9, 5, 5])[0].tolist()
    [0, 1, 2, 2]
    """
    one, _ = dense_codes(first)
    other, size = dense_codes(second)
    return dense_codes(one * max(size, 1) + other)


def row_codes(rows: npt.NDArray[np.signedinteger[Any]]) -> tuple[IntArray, int]:
    """Number the distinct rows of a table, shape (n, columns), as `dense_codes` does values.

    How it misleads
    ---------------
    As `dense_codes`.

    Examples
    --------
    >>> row_codes(np.array([[1, 0], [0, 2], [1, 0]]))[0].tolist()
    [1, 0, 1]
    """
    codes, count = np.zeros(len(rows), dtype=np.int64), min(len(rows), 1)
    for column in rows.T:
        codes, count = paired_codes(codes, column)
    return codes, count
