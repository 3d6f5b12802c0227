"""Events of two groups drawn one after another, also where they share a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.event_table import EventTable
from reasonscape.stats.risk_sets import risk_sets

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Draws:
    """One row an event, as if tied events were drawn one after another (Efron).

    Attributes
    ----------
    first, second
        Samples of either group still to draw from, more than 0, shape (D,).
    hit
        Events of the first group at this time, as a share of all tied there, shape (D,).
    time
        Of the event, shape (D,).
    """

    first: FloatArray
    second: FloatArray
    hit: FloatArray
    time: FloatArray

    def chance(self, log_ratio: float) -> FloatArray:
        """Chance that each event is in the first group, whose hazard is exp(log_ratio) as high."""
        from scipy.special import expit

        odds = np.log(self.first) - np.log(self.second)
        return np.asarray(expit(odds + log_ratio), dtype=np.float64)


def tied_draws(strata: Sequence[Sequence[EventTable]], cause: int) -> tuple[Draws, int]:
    """List the events of a cause in risk sets that hold both groups.

    Parameters
    ----------
    strata
        For each stratum the tables of the first and the second group, with whole counts.
    cause
        1 to K.

    Returns
    -------
    tuple
        The draws, and the number of strata that have some.

    Raises
    ------
    ValueError
        If counts are not whole.

    How it misleads
    ---------------
    Efron's ties stand for an order that was not seen. Token counts are tied because they are
    whole numbers, for which this is a good approximation while few of those at risk are tied.

    References
    ----------
    Efron, JASA 72 (1977).

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> draws, _ = tied_draws([[event_table([2, 2, 5], [1, 1, 1]), event_table([3], [0])]], 1)
    >>> draws.first.tolist(), draws.second.tolist()
    ([3.0, 2.0], [1.0, 1.0])
    """
    parts: list[tuple[FloatArray, ...]] = []
    for groups in strata:
        if any(np.any(table.counts != np.rint(table.counts)) for table in groups):
            raise ValueError("counts must be whole; put what repeats amount to in design_effect")
        sets = risk_sets(groups, cause)
        both = np.flatnonzero(np.all(sets.at_risk > 0.0, axis=1))
        if not both.size:
            continue
        tied = sets.events[both].sum(axis=1)
        row = np.repeat(np.arange(both.size), tied.astype(np.int64))
        nth = np.arange(row.size) - (np.cumsum(tied) - tied)[row]
        gone = (nth / tied[row])[:, None] * sets.events[both][row]
        left = sets.at_risk[both][row] - gone
        hit = sets.events[both, 0][row] / tied[row]
        parts.append((left[:, 0], left[:, 1], hit, sets.time[both][row]))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    if not columns:
        columns = [np.zeros(0)] * 4
    return Draws(*columns), len(parts)
