"""Tails of the binomial, chi-square and t distributions in closed form, for thousands of tests.

Exact functions are in scipy, whose import takes as long as a screen of a whole store.
"""

from __future__ import annotations

import math
from typing import Final

from reasonscape.stats.proportions import normal_quantile

_NEAR: Final = 1e-4
"""Signed root of a likelihood ratio below which its correction is 0/0."""


def normal_above(z: float) -> float:
    """Probability that a standard normal value is above z.

    How it misleads
    ---------------
    Beyond 38 it is 0.

    Examples
    --------
    >>> round(normal_above(1.6449), 4)
    0.05
    """
    return 0.5 * math.erfc(z / math.sqrt(2.0))


def binomial_above(successes: float, trials: float, share: float) -> float:
    """Probability of at least so many successes: the p of a share above ``share``.

    Parameters
    ----------
    successes, trials
        Counts; fractional where samples were scaled to independent ones.
    share
        Probability of a success under the hypothesis, in (0, 1).

    Returns
    -------
    float
        From the signed root of the likelihood ratio with Lugannani and Rice's correction (in
        Barndorff-Nielsen's form) and a correction for continuity; within a tenth of the exact tail
        from 5 trials on. 1 without a success.

    Raises
    ------
    ValueError
        If counts are impossible or the share is not in (0, 1).

    How it misleads
    ---------------
    Repeats of one item are not trials: scale first, as for `wilson_interval`.

    References
    ----------
    Lugannani and Rice, Advances in Applied Probability 12 (1980); Barndorff-Nielsen, Biometrika 73
    (1986).

    Examples
    --------
    >>> round(binomial_above(9, 10, 0.5), 3)
    0.011
    """
    if not 0.0 < share < 1.0:
        raise ValueError(f"the share must lie strictly between 0 and 1, found {share!r}")
    slack = 1e-9 * (1.0 + trials)
    if not -slack <= successes <= trials + slack:
        raise ValueError(f"counts must satisfy 0 <= successes <= trials: {successes!r}, {trials!r}")
    if successes <= slack or trials <= 0.0:
        return 1.0
    if successes >= trials - slack:
        return float(share**trials)
    # Fewer than half a success away from none the tail is all but what no success leaves.
    reached = max(successes - 0.5, 1e-9) / trials
    other = 1.0 - reached
    likelihood = reached * math.log(reached / share) + other * math.log(other / (1.0 - share))
    root = math.copysign(math.sqrt(max(2.0 * trials * likelihood, 0.0)), reached - share)
    if abs(root) < _NEAR:
        return normal_above(root)
    logit = math.log(reached / other) - math.log(share / (1.0 - share))
    wald = 2.0 * math.sinh(0.5 * logit) * math.sqrt(trials * reached * other)
    return min(normal_above(root + math.log(wald / root) / root), 1.0)


def binomial_below(successes: float, trials: float, share: float) -> float:
    """Probability of at most so many successes; otherwise as `binomial_above`.

    How it misleads
    ---------------
    As `binomial_above`.

    Examples
    --------
    >>> round(binomial_below(1, 10, 0.5), 3)
    0.011
    """
    return binomial_above(trials - successes, trials, 1.0 - share)


def chi_square_above(value: float, df: float) -> float:
    """Probability that a chi-square value is above ``value``; 1 without degrees of freedom.

    How it misleads
    ---------------
    Small tails of few degrees are too large: by a sixth at 0.001 with two, twofold at 1e-5.

    References
    ----------
    Wilson and Hilferty, PNAS 17 (1931).

    Examples
    --------
    >>> round(chi_square_above(18.307, 10), 3)
    0.05
    """
    if df <= 0.0 or value <= 0.0:
        return 1.0
    spread = 2.0 / (9.0 * df)
    return normal_above(((value / df) ** (1.0 / 3.0) - 1.0 + spread) / math.sqrt(spread))


def normal_of_t(t: float, df: float) -> float:
    """The normal value that has the same tail as t with so many degrees of freedom.

    How it misleads
    ---------------
    Small tails of few degrees are too large: at 0.001 by a fifth with three, a twentieth with six.

    References
    ----------
    Wallace, Annals of Mathematical Statistics 30 (1959).

    Examples
    --------
    >>> round(normal_of_t(2.228, 10.0), 2)
    1.96
    """
    if df <= 0.0:
        return 0.0
    size = math.sqrt(df * math.log1p(t * t / df)) * (8.0 * df + 1.0) / (8.0 * df + 3.0)
    return math.copysign(size, t)


def t_reach(level: float, df: float) -> float:
    """Standard errors that an interval reaches to either side; infinite without degrees.

    How it misleads
    ---------------
    As `normal_of_t`, whose inverse it is.

    Examples
    --------
    >>> round(t_reach(0.95, 10.0), 2)
    2.23
    """
    if df <= 0.0:
        return math.inf
    z = normal_quantile(level) * (8.0 * df + 3.0) / (8.0 * df + 1.0)
    power = z * z / df
    return math.sqrt(df * math.expm1(power)) if power < 700.0 else math.inf
