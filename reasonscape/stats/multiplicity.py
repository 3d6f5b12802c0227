"""False discovery over many tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]


def benjamini_hochberg(p: ArrayLike, total: int | None = None) -> FloatArray:
    """Benjamini-Hochberg q-values.

    Parameters
    ----------
    p
        p-values, shape (tests,). NaN is a test that could not be run and counts as p = 1.
    total
        Number of tests in the family; those not in ``p`` count as p = 1. Default: ``len(p)``.

    Returns
    -------
    ndarray of float64
        q-values in the order of ``p``, shape (tests,); 1 for a NaN.

    Raises
    ------
    ValueError
        If a p-value is outside [0, 1], ``p`` is not one-dimensional, or ``total`` is smaller
        than the number of p-values.

    How it misleads
    ---------------
    q bounds the expected share of false claims among all claims made at that level, not the
    chance that this claim is false; one strong finding carries weak companions under its bound.
    It holds for independent and for positively dependent tests.

    References
    ----------
    Benjamini and Hochberg, JRSS B 57 (1995).

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(4).tolist()
    [0.03, 0.04, 0.04]
    >>> benjamini_hochberg([0.01], total=20).tolist()
    [0.2]
    """
    import numpy as np

    values = np.asarray(p, dtype=np.float64)
    if values.ndim != 1:
        raise ValueError(f"p-values must be one-dimensional, found shape {values.shape}")
    values = np.where(np.isnan(values), 1.0, values)
    if np.any((values < 0.0) | (values > 1.0)):
        raise ValueError("p-values must lie in [0, 1]")
    tests = len(values) if total is None else total
    if tests < len(values):
        raise ValueError(f"total is {tests}, fewer than the {len(values)} p-values given")
    if len(values) == 0:
        return values
    order = np.argsort(values, kind="stable")
    scaled = values[order] * tests / np.arange(1, len(values) + 1)
    # The p = 1 of tests left out come last: their own bound, 1, caps every earlier one.
    monotone = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    q = np.empty_like(values)
    q[order] = monotone
    return q


def holm(p: ArrayLike) -> FloatArray:
    """Holm's adjusted p-values, for a few tests that were planned.

    Parameters
    ----------
    p
        p-values, shape (tests,). NaN is a test that could not be run and counts as p = 1.

    Returns
    -------
    ndarray of float64
        Adjusted p-values in the order of ``p``, shape (tests,); 1 for a NaN.

    Raises
    ------
    ValueError
        If a p-value is outside [0, 1] or ``p`` is not one-dimensional.

    How it misleads
    ---------------
    It bounds the chance of even one false claim, so with many tests it finds little. Tests that
    were chosen after a look at the data were not planned.

    References
    ----------
    Holm, Scandinavian Journal of Statistics 6 (1979).

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(4).tolist()
    [0.03, 0.06, 0.06]
    """
    import numpy as np

    values = np.asarray(p, dtype=np.float64)
    if values.ndim != 1:
        raise ValueError(f"p-values must be one-dimensional, found shape {values.shape}")
    values = np.where(np.isnan(values), 1.0, values)
    if np.any((values < 0.0) | (values > 1.0)):
        raise ValueError("p-values must lie in [0, 1]")
    order = np.argsort(values, kind="stable")
    scaled = values[order] * np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return adjusted
