"""How much two labellings of the same samples tell about each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.expected_information import EXACT, expected_information

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class Information:
    """Mutual information of two labellings, in nats, raw and adjusted.

    Attributes
    ----------
    mi
        Mutual information.
    expected
        Mutual information that random pairing of samples would give on average.
    ami
        (mi - expected) / (mean entropy - expected): 0 by chance, at most 1.
    nmi
        mi / mean entropy, in [0, 1].
    entropy_a, entropy_b
        Entropy of the labelling of the rows and of the columns.
    """

    mi: float
    expected: float
    ami: float
    nmi: float
    entropy_a: float
    entropy_b: float


@dataclass(frozen=True, slots=True)
class Informations:
    """`Information` of many tables; each field has shape (tables,)."""

    mi: FloatArray
    expected: FloatArray
    ami: FloatArray
    nmi: FloatArray
    entropy_a: FloatArray
    entropy_b: FloatArray


def information(table: ArrayLike) -> Information:
    """Mutual information of a table of counts, with its expectation by chance.

    Parameters
    ----------
    table
        Samples by group of the one and of the other labelling, shape (k, m), integers from 0 on.
        Empty rows and columns do not matter.

    Returns
    -------
    Information
        Means of the entropies are arithmetic. Without samples, or with one group in both: ami and
        nmi are 1 (nothing disagrees). With one group in one of them: both 0. All samples alone in
        both: 1.

    Raises
    ------
    ValueError
        If the table is not two-dimensional or a count is negative or not whole.

    How it misleads
    ---------------
    *Cardinality*: by chance alone mi is about (k - 1)(m - 1) / 2n, so a label with more values
    scores higher; nmi does too. ami takes this chance part off, and is still smaller for a label
    of many values that the clusters merge, since the mean entropy is its scale. *Items*: samples
    of an item go together, and chance gives more than `expected`; ami does not know. *Composition*:
    when one model fails mostly one task, clusters that follow the task share information with the
    model; neither ami nor nmi can tell. The last two need a permutation that respects items
    (`reasonscape.stats.alignment`).

    References
    ----------
    Vinh, Epps and Bailey, Journal of Machine Learning Research 11 (2010).

    Examples
    --------
    >>> found = information([[8, 2], [1, 9]])
    >>> round(found.mi, 4), round(found.expected, 4), round(found.ami, 4), round(found.nmi, 4)
    (0.2754, 0.0271, 0.3742, 0.3988)
    """
    counts = np.asarray(table)
    if counts.ndim != 2:
        raise ValueError(f"a table has two dimensions, found {counts.ndim}")
    found = informations(counts[None])
    return Information(
        float(found.mi[0]),
        float(found.expected[0]),
        float(found.ami[0]),
        float(found.nmi[0]),
        float(found.entropy_a[0]),
        float(found.entropy_b[0]),
    )


def informations(tables: ArrayLike, reach: tuple[float, float] = EXACT) -> Informations:
    """`information` of many tables at once.

    Parameters
    ----------
    tables
        Shape (tables, k, m), integers from 0 on.
    reach
        As `expected_information`.

    Raises
    ------
    ValueError
        If a count is negative or not whole.

    How it misleads
    ---------------
    As `information`.
    """
    counts = _whole(tables)
    rows, columns = counts.sum(axis=2), counts.sum(axis=1)
    mi, first, second = table_information(counts)
    one, other = (rows > 0).sum(axis=1) <= 1, (columns > 0).sum(axis=1) <= 1
    expected = np.where(one | other, 0.0, expected_information(rows, columns, reach))
    mean = (first + second) / 2
    ami = _ratio(mi - expected, mean - expected, one, other)
    return Informations(mi, expected, ami, _ratio(mi, mean, one, other), first, second)


def table_information(tables: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mutual information and the entropies of rows and columns, nothing adjusted.

    Parameters
    ----------
    tables
        Shape (tables, k, m), integers from 0 on.

    Returns
    -------
    tuple of ndarray
        In nats, each of shape (tables,); 0 for a table without samples.

    How it misleads
    ---------------
    As `information`; nothing here is adjusted.
    """
    rows, columns = tables.sum(axis=2), tables.sum(axis=1)
    total = rows.sum(axis=1)
    size = np.maximum(total, 1)
    values = np.arange(int(total.max(initial=0)) + 1, dtype=np.float64)
    weight = values * np.log(np.maximum(values, 1.0))
    whole = np.log(size)
    first = np.maximum(whole - weight[rows].sum(axis=1) / size, 0.0)
    second = np.maximum(whole - weight[columns].sum(axis=1) / size, 0.0)
    joint = np.maximum(whole - weight[tables].sum(axis=(1, 2)) / size, 0.0)
    top = np.minimum(first, second)
    return np.clip(first + second - joint, 0.0, top), first, second


def _whole(tables: ArrayLike) -> IntArray:
    """Counts as integers."""
    given = np.asarray(tables)
    counts = given.astype(np.int64)
    if counts.size and (counts.min() < 0 or np.any(counts != given)):
        raise ValueError("counts are whole numbers from 0 on")
    return counts


def _ratio(
    above: FloatArray,
    below: FloatArray,
    one: NDArray[np.bool_],
    other: NDArray[np.bool_],
) -> FloatArray:
    """Adjusted ratio with its limits: 1 where nothing can differ, 0 where one side is one group."""
    safe = np.where(below > _NOTHING, below, 1.0)
    ratio = np.where(below > _NOTHING, above / safe, 1.0)
    return np.asarray(np.where(one & other, 1.0, np.where(one | other, 0.0, ratio)))
