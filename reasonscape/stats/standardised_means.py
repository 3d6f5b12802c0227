"""Mean times of several groups as if all had the same mix of difficulty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.event_table import EventTable
from reasonscape.stats.log_rank import n_groups
from reasonscape.stats.restricted_mean import restricted_mean, restricted_time_lost
from reasonscape.stats.stratum_shares import stratum_shares

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StandardisedMeans:
    """Weighted means over strata of restricted means, for each group.

    Attributes
    ----------
    value, variance
        Time up to `tau`, or lost to a cause before it, shape (G,).
    tau
        Limit.
    left_out
        Share of the weight in strata that some group lacks.
    """

    value: FloatArray
    variance: FloatArray
    tau: float
    left_out: float


def standardised_means(
    strata: Sequence[Sequence[EventTable]],
    weight: ArrayLike,
    tau: float,
    cause: int | None = None,
) -> StandardisedMeans:
    """Directly standardised restricted mean times.

    Parameters
    ----------
    strata, weight
        As `standardised_curves`.
    tau
        Limit, observed in each stratum that is used.
    cause
        Time lost to this cause; time up to any end where not given.

    Returns
    -------
    StandardisedMeans
        NaN if no stratum has all groups. `difference_of` makes a difference of two of them.

    Raises
    ------
    ValueError
        As `standardised_curves` and `restricted_mean`.

    How it misleads
    ---------------
    As `standardised_curves`.

    References
    ----------
    Royston and Parmar, BMC Medical Research Methodology 13 (2013).

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> easy, hard = event_table([1, 3], [1, 1]), event_table([4, 8], [1, 2])
    >>> standardised_means([[easy], [hard]], [3, 1], 6.0).value.tolist()
    [2.75]
    """
    shares, used, left_out = stratum_shares(strata, weight)
    size = n_groups(strata)
    value, variance = (np.full(size, 0.0 if used.any() else np.nan) for _ in range(2))
    for stratum in np.flatnonzero(used).tolist():
        for group, table in enumerate(strata[stratum]):
            if cause is None:
                mean = restricted_mean(table, tau)
            else:
                mean = restricted_time_lost(table, cause, tau)
            value[group] += shares[stratum] * mean.value
            variance[group] += shares[stratum] ** 2 * mean.variance
    return StandardisedMeans(value, variance, tau, left_out)
