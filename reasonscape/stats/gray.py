"""Do groups have the same cumulative incidence of an end, within strata?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.event_table import EventTable
from reasonscape.stats.log_rank import RankTest, chi_square_test, n_groups
from reasonscape.stats.risk_sets import RiskSets, risk_sets

FloatArray = NDArray[np.float64]


def gray_test(
    strata: Sequence[Sequence[EventTable]], cause: int = 1, design_effect: float = 1.0
) -> RankTest:
    """Gray's stratified test of equal cumulative incidence of one cause.

    Parameters
    ----------
    strata, cause, design_effect
        As `log_rank`.

    Returns
    -------
    RankTest
        Expected events are those of the subdistribution: samples that another cause ended still
        count as at risk.

    Raises
    ------
    ValueError
        As `log_rank`.

    How it misleads
    ---------------
    It compares shares that ended by a cause over time, not what drives them: a group with fewer
    right ends leaves more samples for wrong ones. Curves that cross cancel out.

    References
    ----------
    Gray, Annals of Statistics 16 (1988), with rho = 0. As cuminc of R's cmprsk, ties included.

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> one = event_table([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 2, 0])
    >>> other = event_table([1, 2, 3, 4, 5, 6], [2, 2, 2, 2, 1, 0])
    >>> f"{gray_test([[one, other]]).p:.3f}"
    '0.062'
    """
    size = n_groups(strata)
    observed, expected = np.zeros(size), np.zeros(size)
    variance = np.zeros((size, size))
    for groups in strata:
        sets = risk_sets(groups, cause, others=True)
        if sets.time.size:
            observed += sets.events.sum(axis=0)
            more, covariance = _stratum(sets)
            expected += more
            variance += covariance
    return chi_square_test(observed, expected, variance, design_effect)


def _left(values: FloatArray, start: float) -> FloatArray:
    """Left-continuous version of a step function given from each time on."""
    return np.concatenate((np.full((1, *values.shape[1:]), start), values[:-1]))


def _over(a: FloatArray, b: FloatArray) -> FloatArray:
    """Quotient, 0 where b is not positive."""
    a, b = np.broadcast_arrays(a, b)
    return np.asarray(np.divide(a, b, out=np.zeros(a.shape), where=b > 0.0), dtype=np.float64)


def _stratum(sets: RiskSets) -> tuple[FloatArray, FloatArray]:
    """Expected events, and the covariance of observed minus expected.

    The score of group k is linear in the martingales of both causes in each group r: an event
    of the cause moves it directly, and every event moves it through the estimated risk sets
    later on. `direct` and `later` hold these two influences, shape (T, k, r).
    """
    n, own, other = sets.at_risk, sets.events, sets.others
    survival = np.asarray(np.cumprod(1.0 - _over(own + other, n), axis=0), dtype=np.float64)
    before = _left(survival, 1.0)
    incidence = _left(np.cumsum(before * _over(own, n), axis=0), 0.0)
    events = own.sum(axis=1)
    observable = _over(n, before)
    sub_risk = observable * (1.0 - incidence)
    expected = _over(events, sub_risk.sum(axis=1)) @ sub_risk
    all_observable = observable.sum(axis=1)
    jump = _over(events, all_observable)
    pooled = np.cumsum(jump)
    hazard = _over(jump, 1.0 - _left(pooled, 0.0))
    shares = _over(observable, all_observable[:, None])
    direct = (np.eye(n.shape[1]) - shares[:, :, None]) * observable[:, None, :]
    reach = np.cumsum(direct * hazard[:, None, None], axis=0)
    later = reach[-1] - reach
    ratio = _over((1.0 - pooled)[:, None], survival)[:, None, :]
    # Events at one time are drawn without replacement.
    effective = all_observable[:, None] * before
    drawn = np.clip(1.0 - _over((events - 1.0)[:, None], effective - 1.0), 0.0, 1.0)
    drawn = np.where(events[:, None] > 1.0, drawn, 1.0)
    by_cause = direct + (1.0 - ratio) * later
    weight = drawn * _over(jump[:, None] * before, n)
    others_drawn = np.where(other > 1.0, 1.0 - _over(other - 1.0, n - 1.0), 1.0)
    by_other = ratio * later
    other_weight = np.clip(others_drawn, 0.0, 1.0) * other * _over(before, n) ** 2
    other_weight[survival <= 0.0] = 0.0
    return expected, _summed(by_cause, weight) + _summed(by_other, other_weight)


def _summed(influence: FloatArray, weight: FloatArray) -> FloatArray:
    """Sum over times and groups r of influence_kr influence_lr weight_r."""
    flat = influence.transpose(1, 0, 2).reshape(influence.shape[1], -1)
    return np.asarray((flat * weight.reshape(1, -1)) @ flat.T, dtype=np.float64)
