"""Paired differences of items that were answered several times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reasonscape.stats.paired import paired_difference

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RepeatedDifference:
    """Mean difference of each group of items with its interval, arrays of shape (groups,).

    Attributes
    ----------
    difference, low, high
        In [-1, 1]; NaN, -1 and 1 without pairs.
    size
        Typical size of a difference where there is one: 1 with single completions.
    share
        Share of items that differ; a little more than the plain one, so that it is never 0.
    level
        Coverage of the interval.
    """

    difference: FloatArray
    low: FloatArray
    high: FloatArray
    size: FloatArray
    share: FloatArray
    level: float = 0.95


def repeated_difference(
    pairs: ArrayLike,
    differing: ArrayLike,
    sum_d: ArrayLike,
    sum_d2: ArrayLike,
    level: float = 0.95,
) -> RepeatedDifference:
    """Mean of differences with an interval that holds both few and many differing items.

    With repeats an item's difference is of two means, mostly much smaller than 1. Taken in units
    of their root mean square, differences are about -1, 0 and 1 again, and Tango's score interval
    holds for the scaled counts. One more item with a difference of 1 enters that mean square,
    because few small differences do not show that there are no large ones. Where most items
    differ the same way, that interval is lopsided and Student's is right; the outer ends of both
    are taken. With one completion each this is Tango's interval alone, as
    `reasonscape.stats.paired.paired_difference` gives it.

    Parameters
    ----------
    pairs, differing
        Items of each group, and those of them with any difference, shape (groups,).
    sum_d, sum_d2
        Sum over the items of the share right under A minus that under B, and of its square.
    level
        Coverage of the interval.

    Returns
    -------
    RepeatedDifference

    Raises
    ------
    ValueError
        If sums are impossible.

    How it misleads
    ---------------
    With repeats it is wider than it need be where nearly all items differ the same way (covers
    98-99%); where a few of 30 items differ much and the others hardly, it covers 92%. It is for a
    mean over items like these: completions of the same items would repeat it more closely.

    References
    ----------
    Tango, Statistics in Medicine 17 (1998); Student, Biometrika 6 (1908).

    Examples
    --------
    Twenty items, of which eight differ by a third, six of them upwards:

    >>> d = repeated_difference([20], [8], [4 / 3], [8 / 9])
    >>> f"{d.difference[0]:.3f} {d.low[0]:.3f} {d.high[0]:.3f} {d.size[0]:.2f}"
    '0.067 -0.035 0.170 0.46'
    """
    import numpy as np

    n, some, total, squares = (
        np.atleast_1d(np.asarray(values, dtype=np.float64))
        for values in (pairs, differing, sum_d, sum_d2)
    )
    if np.any(some > n) or np.any(squares > some + 1e-9 * (1.0 + n)):
        raise ValueError("impossible sums: need sum_d2 <= differing <= pairs")
    size = np.sqrt((squares + 1.0) / (some + 1.0))
    scaled = paired_difference(n, total / size, squares / size**2, level)
    repeated = (squares < some * (1.0 - 1e-12)) & (n > 1.0)
    mean, half = scaled.difference * size, _student(n, total, squares, level)
    low = np.where(repeated, np.minimum(scaled.low * size, mean - half), scaled.low * size)
    high = np.where(repeated, np.maximum(scaled.high * size, mean + half), scaled.high * size)
    return RepeatedDifference(
        difference=mean,
        low=np.maximum(np.where(n > 0.0, low, -1.0), -1.0),
        high=np.minimum(np.where(n > 0.0, high, 1.0), 1.0),
        size=size,
        share=(some + 1.0) / (n + 2.0),
        level=level,
    )


def _student(n: FloatArray, total: FloatArray, squares: FloatArray, level: float) -> FloatArray:
    """Half the width of Student's interval of each mean; 0 where one item has none."""
    import numpy as np
    from scipy.special import stdtrit

    size = np.maximum(n, 2.0)
    variance = np.maximum(squares - total**2 / size, 0.0) / (size - 1.0)
    reach = stdtrit(size - 1.0, (1.0 + level) / 2.0)
    return np.asarray(reach * np.sqrt(variance / size), dtype=np.float64)
