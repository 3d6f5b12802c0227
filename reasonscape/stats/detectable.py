"""How small a difference the items can show, and how many items would show a given one."""

from __future__ import annotations

import math

from reasonscape.stats.proportions import normal_quantile

POWER = 0.8
"""Chance of finding a difference that is there, which a plan asks for."""

_HALVINGS = 60


def smallest_detectable(
    pairs: float, discordance: float, power: float = POWER, level: float = 0.95
) -> float:
    """The smallest paired difference that a two-sided test would find with this power.

    Parameters
    ----------
    pairs
        Items that both evals answered.
    discordance
        Mean squared difference of an item: with one completion each the share of items that only
        one of them gets right.
    power
        Chance of finding it.
    level
        1 less the chance of a false claim.

    Returns
    -------
    float
        A difference in (0, 1]; NaN where no difference could be found with so few items.

    Raises
    ------
    ValueError
        If ``discordance`` is outside [0, 1].

    How it misleads
    ---------------
    It is of a single test: after correction over many tests, only larger differences are found.
    The discordance is itself estimated, badly where few items differ.

    References
    ----------
    Connor, Biometrics 43 (1987); Miettinen, Biometrics 24 (1968).

    Examples
    --------
    164 items of which a fifth differ:

    >>> round(smallest_detectable(164, 0.2), 3)
    0.1
    """
    _check(discordance)
    if not pairs > 0.0:
        return math.nan
    low, high = 0.0, 1.0
    if _needed(high, max(discordance, high), power, level) > pairs:
        return math.nan
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        # A difference of a quarter needs at least a quarter of the items to differ.
        if _needed(middle, max(discordance, middle), power, level) > pairs:
            low = middle
        else:
            high = middle
    return high


def items_to_detect(
    difference: float, discordance: float, power: float = POWER, level: float = 0.95
) -> int | None:
    """How many shared items a two-sided test needs to find this paired difference.

    Parameters
    ----------
    difference
        The true difference, either sign.
    discordance
        Mean squared difference of an item; at least the difference.
    power, level
        As `smallest_detectable`.

    Returns
    -------
    int or None
        ``None`` for a difference of zero, which no number of items shows.

    Raises
    ------
    ValueError
        If ``discordance`` is outside [0, 1].

    How it misleads
    ---------------
    Planning on the difference that was just seen is too hopeful: what stands out in few items is
    mostly smaller in many. Plan on the smallest difference that matters.

    References
    ----------
    As `smallest_detectable`.

    Examples
    --------
    >>> items_to_detect(0.05, 0.2)
    646
    """
    _check(discordance)
    size = abs(difference)
    if not size > 0.0:
        return None
    needed = _needed(size, max(discordance, size), power, level)
    return math.ceil(needed - 1e-9)


def items_to_exclude(
    margin: float, discordance: float, power: float = POWER, level: float = 0.95
) -> int:
    """How many shared items put the interval inside a margin, if there is no difference.

    Parameters
    ----------
    margin
        Half-width of the differences that do not matter, above 0.
    discordance
        Mean squared difference of an item.
    power
        Chance that the interval lies inside.
    level
        Coverage of the interval.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If ``margin`` is not above 0, or ``discordance`` is outside [0, 1].

    How it misleads
    ---------------
    If the true difference is half the margin, it takes about four times as many.

    References
    ----------
    Liu, Hsueh, Hsieh and Chen, Statistics in Medicine 21 (2002): equivalence of paired shares.

    Examples
    --------
    >>> items_to_exclude(0.02, 0.2)
    5254
    """
    _check(discordance)
    if not margin > 0.0:
        raise ValueError("the margin must be above 0")
    reach = normal_quantile(level) + normal_quantile(power, 2)
    return max(1, math.ceil(discordance * (reach / margin) ** 2))


def smallest_detectable_unpaired(
    share: float, trials_a: float, trials_b: float, power: float = POWER, level: float = 0.95
) -> float:
    """The smallest difference from a share that two independent groups would show.

    Parameters
    ----------
    share
        The share in both groups together, in [0, 1].
    trials_a, trials_b
        Independent trials of each group.
    power, level
        As `smallest_detectable`.

    Returns
    -------
    float
        In (0, 1]; NaN without trials.

    How it misleads
    ---------------
    Only chance is counted: that the two groups had different items is not. At a share of 0 or 1
    it is 0, which nobody should believe: pass a share that is drawn a little inwards.

    References
    ----------
    Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions (2003), chapter 4.

    Examples
    --------
    164 items a side at 50%:

    >>> round(smallest_detectable_unpaired(0.5, 164, 164), 3)
    0.155
    """
    if not (trials_a > 0.0 and trials_b > 0.0):
        return math.nan
    reach = normal_quantile(level) + normal_quantile(power, 1)
    return min(1.0, reach * math.sqrt(share * (1 - share) * (1 / trials_a + 1 / trials_b)))


def _needed(difference: float, discordance: float, power: float, level: float) -> float:
    alpha = normal_quantile(level)
    beta = normal_quantile(power, 1)
    rest = math.sqrt(max(discordance - difference**2, 0.0))
    normal = ((alpha * math.sqrt(discordance) + beta * rest) / difference) ** 2
    # An exact test loses about half a discordant item at either end.
    return float(normal + 1.0 / difference)


def _check(discordance: float) -> None:
    if not 0.0 <= discordance <= 1.0:
        raise ValueError(f"a discordance must lie in [0, 1], found {discordance!r}")
