"""Exact test that two evals are equally good on the same items."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]

GRID: Final = 2520
"""Differences are taken in units of one part in so many, where repeats leave no smaller number."""

_LONGEST: Final = 10_000
_SMALL: Final = 1e-9


def sign_flip_test(differences: ArrayLike, denominator: int | None = None) -> float:
    """Two-sided p of a mean difference of zero, by flipping the sign of each item's difference.

    If A and B are equally good on an item, its difference is as likely to have either sign. With
    one completion each the differences are -1, 0 and 1 and this is McNemar's exact test: a
    binomial test of the discordant items. With repeats it is the same test on differences of
    means, which also counts that A may be better on some items and B on others.

    Parameters
    ----------
    differences
        For each item the share right under A minus that under B, shape (items,), in [-1, 1].
    denominator
        A number of parts that all differences are whole multiples of one part of, such as the
        least common multiple of the repeats; default: `GRID`.

    Returns
    -------
    float
        p in (0, 1]; 1 where no item differs. Exact while the distribution has at most 10,000
        places, beyond that by the normal approximation.

    Raises
    ------
    ValueError
        If a difference is not a number in [-1, 1].

    How it misleads
    ---------------
    It is about the mean over items like these. Where A and B had different numbers of repeats of
    an item the two signs are not quite equally likely, and p is approximate. With few discordant
    items p cannot be small: five give 0.06 at best.

    References
    ----------
    McNemar, Psychometrika 12 (1947); Fisher, The Design of Experiments (1935), section 21;
    Agresti, Categorical Data Analysis (2013), section 11.1.

    Examples
    --------
    Seven items that A alone got right, one that B alone did:

    >>> round(sign_flip_test([1] * 7 + [-1] + [0] * 13), 4)
    0.0703
    >>> sign_flip_test([0.5, -0.5])
    1.0
    """
    import numpy as np

    d = np.asarray(differences, dtype=np.float64)
    if d.ndim != 1 or not np.all(np.abs(d) <= 1.0 + _SMALL):
        raise ValueError("differences must be a list of numbers in [-1, 1]")
    parts = GRID if denominator is None else denominator
    units = np.rint(d * parts).astype(np.int64)
    units = units[units != 0]
    if not len(units):
        return 1.0
    sizes, counts = np.unique(np.abs(units), return_counts=True)
    step = int(np.gcd.reduce(sizes))
    sizes = sizes // step
    if len(sizes) == 1:
        return _binomial(int((units > 0).sum()), len(units))
    length = int((sizes * counts).sum())
    observed = abs(int(units.sum())) // step
    if length > _LONGEST:
        return _normal(observed / math.sqrt(float((counts * sizes**2).sum())))
    # The sum of signed parts is twice the positive ones less all, and symmetric about zero.
    masses = _positive_parts(sizes.tolist(), counts.tolist())
    least = (length + observed + 1) // 2
    return float(min(1.0, max(2.0 * masses[least:].sum(), 5e-324)))


def _positive_parts(sizes: list[int], counts: list[int]) -> FloatArray:
    """Chances of each sum of the sizes whose sign is positive."""
    import numpy as np

    chances = np.ones(1)
    for size, count in zip(sizes, counts, strict=True):
        wider = np.zeros(len(chances) + size * count)
        for heads, chance in enumerate(_halves(count).tolist()):
            if chance > 0.0:
                wider[size * heads : size * heads + len(chances)] += chance * chances
        chances = wider
    return chances


def _halves(count: int) -> FloatArray:
    """Binomial chances of 0 to count heads of a fair coin."""
    import numpy as np
    from scipy.special import gammaln

    k = np.arange(count + 1)
    logs = gammaln(count + 1) - gammaln(k + 1) - gammaln(count - k + 1) - count * math.log(2.0)
    return np.asarray(np.exp(logs), dtype=np.float64)


def _binomial(successes: int, trials: int) -> float:
    """Two-sided exact binomial p of a fair coin."""
    from scipy.special import bdtr

    fewer = min(successes, trials - successes)
    return min(1.0, 2.0 * float(bdtr(fewer, trials, 0.5)))


def _normal(z: float) -> float:
    return math.erfc(abs(z) / math.sqrt(2.0))
