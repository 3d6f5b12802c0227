"""Several groups side by side at the times when one of them has an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.event_table import EventTable

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RiskSets:
    """Groups of one stratum at each time of an event.

    Attributes
    ----------
    time
        Times at which any group has an event, shape (T,).
    at_risk
        Samples of each group with at least that time, shape (T, G).
    events
        Events of the cause of interest, shape (T, G).
    others
        Events of other causes, shape (T, G).
    """

    time: FloatArray
    at_risk: FloatArray
    events: FloatArray
    others: FloatArray


def risk_sets(groups: Sequence[EventTable], cause: int, others: bool = False) -> RiskSets:
    """Align the tables of groups.

    Parameters
    ----------
    groups
        One table a group.
    cause
        Cause of interest, 1 to K.
    others
        Whether times at which only another cause strikes are kept.

    Raises
    ------
    ValueError
        If there is no group, or the cause is unknown to one.

    How it misleads
    ---------------
    Groups are set side by side as if they were of one difficulty: do so within strata.

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> sets = risk_sets([event_table([1, 3], [1, 0]), event_table([2, 3], [2, 1])], 1)
    >>> sets.time.tolist(), sets.at_risk.tolist()
    ([1.0, 3.0], [[2.0, 2.0], [1.0, 1.0]])
    """
    if not groups:
        raise ValueError("there must be at least one group")
    if not all(1 <= cause <= group.n_causes for group in groups):
        raise ValueError(f"cause {cause} is not a cause of every group")
    relevant = [g.events if others else g.counts[:, cause] for g in groups]
    times = [g.time[which > 0.0] for g, which in zip(groups, relevant, strict=True)]
    time = np.unique(np.concatenate(times))
    shape = (time.size, len(groups))
    at_risk, events, rest = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for column, group in enumerate(groups):
        at_risk[:, column] = group.risk_at(time)
        place = np.searchsorted(time, group.time)
        seen = place < time.size
        seen[seen] = time[place[seen]] == group.time[seen]
        own = group.counts[seen, cause]
        events[place[seen], column] = own
        rest[place[seen], column] = group.events[seen] - own
    return RiskSets(time, at_risk, events, rest)
