"""Strata in which groups can be compared, and what they weigh."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.event_table import EventTable
from reasonscape.stats.log_rank import n_groups

FloatArray = NDArray[np.float64]


def stratum_shares(
    strata: Sequence[Sequence[EventTable]], weight: ArrayLike
) -> tuple[FloatArray, NDArray[np.bool_], float]:
    """Weights of the strata in which every group has samples.

    Parameters
    ----------
    strata
        For each stratum the tables of all groups, in one order.
    weight
        Weight of each stratum, shape (strata,), finite, 0 or more, not all 0.

    Returns
    -------
    tuple
        Shares, which add up to 1 over the used strata and are 0 in the others, shape (strata,);
        which strata are used; the share of the weight left out.

    Raises
    ------
    ValueError
        If strata differ in their groups, or weights do not fit.

    How it misleads
    ---------------
    What is left out may be what is hard.

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> some, none = event_table([1], [1]), event_table([], [])
    >>> shares, used, left_out = stratum_shares([[some, some], [some, none]], [3, 1])
    >>> shares.tolist(), used.tolist(), left_out
    ([1.0, 0.0], [True, False], 0.25)
    """
    n_groups(strata)
    mass = np.asarray(weight, dtype=np.float64)
    if mass.shape != (len(strata),):
        raise ValueError(f"need one weight a stratum, shape ({len(strata)},), found {mass.shape}")
    if not (np.all(mass >= 0.0) and 0.0 < mass.sum() < np.inf):
        raise ValueError("weights must be finite, 0 or more, and not all 0")
    full = np.array([all(table.total > 0.0 for table in groups) for groups in strata], dtype=bool)
    used = full & (mass > 0.0)
    kept = float(mass[used].sum())
    shares = np.where(used, mass, 0.0) / (kept if kept > 0.0 else 1.0)
    return shares, used, max(1.0 - kept / float(mass.sum()), 0.0)
