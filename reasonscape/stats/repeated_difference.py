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
    """Tango's score interval of a mean of differences, in units of their typical size.

    With repeats an item's difference is of two means, mostly much smaller than 1. Taken in units
    of their root mean square, differences are about -1, 0 and 1 again, and Tango's interval holds
    for the scaled counts. One more item with a difference of 1 enters that mean square, because
    few small differences do not show that there are no large ones. With one completion each the
    size is 1, and the interval that of `reasonscape.stats.paired.paired_difference`.

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
    Below about 20 items with repeats it is wider than it need be; where a few of some 30 items
    differ much and the others hardly, at 50 repeats, it covers 87-91% instead of 95%. It is for a
    mean over items like these: completions of the same items would repeat it more closely.

    References
    ----------
    Tango, Statistics in Medicine 17 (1998), for single completions.

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
    return RepeatedDifference(
        difference=scaled.difference * size,
        low=np.maximum(np.where(n > 0.0, scaled.low * size, -1.0), -1.0),
        high=np.minimum(np.where(n > 0.0, scaled.high * size, 1.0), 1.0),
        size=size,
        share=(some + 1.0) / (n + 2.0),
        level=level,
    )
