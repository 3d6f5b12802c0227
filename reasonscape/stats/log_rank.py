"""Do groups have the same hazard of an end, within strata?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.event_table import EventTable
from reasonscape.stats.risk_sets import risk_sets

FloatArray = NDArray[np.float64]

# Eigenvalues below this share of the largest are no direction in which groups could differ.
_NO_INFORMATION = 1e-9


@dataclass(frozen=True, slots=True)
class RankTest:
    """Chi-square test of equal groups.

    Attributes
    ----------
    statistic
        Chi-square; 0 where no group can be told from another.
    df
        Degrees of freedom; 0 where there is no information.
    p
        Two-sided; NaN without information.
    observed
        Events of each group, shape (G,).
    expected
        Events expected if all groups were alike, shape (G,).
    variance
        Covariance of observed minus expected, shape (G, G).
    """

    statistic: float
    df: int
    p: float
    observed: FloatArray
    expected: FloatArray
    variance: FloatArray


def log_rank(
    strata: Sequence[Sequence[EventTable]], cause: int = 1, design_effect: float = 1.0
) -> RankTest:
    """Stratified log-rank test of one cause; the other causes censor.

    Parameters
    ----------
    strata
        For each stratum the tables of all groups, in one order; empty tables where a group has
        no sample.
    cause
        Cause of interest, 1 to K.
    design_effect
        Samples that count as one independent sample; the statistic is divided by it.

    Returns
    -------
    RankTest

    Raises
    ------
    ValueError
        If strata differ in their number of groups, there is none, or the design effect is not
        positive.

    How it misleads
    ---------------
    Hazards that cross cancel out: p can be large for very different curves. Equal hazards of a
    cause do not mean equal shares of it, as the other cause may come first (`gray_test`). Groups
    that answered the same items are not independent; the test is then conservative as a rule.

    References
    ----------
    Mantel, Cancer Chemotherapy Reports 50 (1966); Peto and Peto, JRSS A 135 (1972). As survdiff
    of R.

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> fast = event_table([1, 2, 3, 4], [1, 1, 1, 1])
    >>> slow = event_table([5, 6, 7, 8], [1, 1, 1, 0])
    >>> test = log_rank([[fast, slow]])
    >>> f"{test.statistic:.3f} {test.df} {test.p:.4f}"
    '7.344 1 0.0067'
    """
    size = n_groups(strata)
    observed, expected = np.zeros(size), np.zeros(size)
    variance = np.zeros((size, size))
    for groups in strata:
        sets = risk_sets(groups, cause)
        n, d = sets.at_risk.sum(axis=1), sets.events.sum(axis=1)
        share = sets.at_risk / n[:, None]
        observed += sets.events.sum(axis=0)
        expected += d @ share
        # Hypergeometric; weights below 1 must not give more variance than drawing one by one.
        ties = np.divide(n - d, n - 1.0, out=np.zeros_like(n), where=n > 1.0)
        weight = d * np.clip(ties, 0.0, 1.0)
        variance += np.diag(weight @ share) - (share * weight[:, None]).T @ share
    return chi_square_test(observed, expected, variance, design_effect)


def n_groups(strata: Sequence[Sequence[EventTable]]) -> int:
    """Return the number of groups, the same in all strata.

    Raises
    ------
    ValueError
        If there is no stratum, or strata differ.

    How it misleads
    ---------------
    Groups are known by their place; a group left out of one stratum shifts the others.

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> n_groups([[event_table([1], [1]), event_table([2], [1])]])
    2
    """
    sizes = {len(groups) for groups in strata}
    if len(sizes) != 1:
        raise ValueError("every stratum needs a table for each group, and there must be a stratum")
    return sizes.pop()


def chi_square_test(
    observed: FloatArray, expected: FloatArray, variance: FloatArray, design_effect: float
) -> RankTest:
    """Test observed against expected events with this covariance.

    Raises
    ------
    ValueError
        If the design effect is not positive.

    How it misleads
    ---------------
    The distribution is that of many events; below about five expected in a group it is rough.

    Examples
    --------
    >>> v = np.array([[2.0, -2.0], [-2.0, 2.0]])
    >>> round(chi_square_test(np.array([6.0, 4.0]), np.array([4.0, 6.0]), v, 1.0).statistic, 6)
    2.0
    """
    from scipy.special import chdtrc

    if not 0.0 < design_effect < np.inf:
        raise ValueError(f"design_effect must be positive, found {design_effect!r}")
    values, vectors = np.linalg.eigh(variance)
    keep = values > _NO_INFORMATION * max(values.max(initial=0.0), 1e-300)
    df = int(keep.sum())
    along = vectors[:, keep].T @ (observed - expected)
    statistic = float(np.sum(along**2 / values[keep])) / design_effect
    p = float(chdtrc(df, statistic)) if df else float("nan")
    return RankTest(statistic, df, p, observed, expected, variance)
