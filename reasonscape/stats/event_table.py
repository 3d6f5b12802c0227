"""When samples end and how: counts by distinct time, from which every time estimator is exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Integer times are counted in an array of this many slots a row at most; else they are sorted.
_SLOTS_A_ROW = 4
_SLOTS_AT_LEAST = 1 << 16


@dataclass(frozen=True, slots=True)
class EventTable:
    """Ends by distinct time; nobody enters late.

    At equal times events come before censorings: who is censored at t was at risk at t.

    Attributes
    ----------
    time
        Distinct times, increasing, shape (T,); tokens or any other unit.
    counts
        Samples (or weights) that end at each time, shape (T, K + 1): column 0 censored, columns
        1 to K one cause each.
    """

    time: FloatArray
    counts: FloatArray

    @property
    def n_causes(self) -> int:
        """Number of causes K."""
        return int(self.counts.shape[1]) - 1

    @property
    def ends(self) -> FloatArray:
        """Samples that leave at each time, censored ones among them, shape (T,)."""
        return _row_sums(self.counts, 0)

    @property
    def events(self) -> FloatArray:
        """Events of any cause at each time, shape (T,)."""
        return _row_sums(self.counts, 1)

    @property
    def at_risk(self) -> FloatArray:
        """Samples with a time of at least t, shape (T,)."""
        at_risk = np.empty(self.time.size)
        np.cumsum(self.ends[::-1], out=at_risk[::-1])
        return at_risk

    @property
    def total(self) -> float:
        """All samples."""
        return float(self.at_risk[0]) if self.time.size else 0.0

    @property
    def last_time(self) -> float:
        """Largest time seen, censored or not; 0 of an empty table."""
        return float(self.time[-1]) if self.time.size else 0.0

    def risk_at(self, when: ArrayLike) -> FloatArray:
        """Samples with a time of at least `when`, same shape as `when`."""
        place = np.searchsorted(self.time, np.asarray(when, dtype=np.float64), side="left")
        return np.append(self.at_risk, 0.0)[place]

    def truncated(self, at: float) -> EventTable:
        """Table of the same samples had nothing after `at` been seen.

        Ends at `at` itself stay events; later ones become censored at `at`.

        Raises
        ------
        ValueError
            If `at` is negative or NaN.
        """
        if not at >= 0.0:
            raise ValueError(f"the time of truncation must be 0 or more, found {at!r}")
        keep = int(np.searchsorted(self.time, at, side="right"))
        if keep == self.time.size:
            return self
        later = float(self.at_risk[keep])
        time, counts = self.time[:keep], self.counts[:keep].copy(order="F")
        if keep and time[-1] == at:
            counts[-1, 0] += later
            return EventTable(time, counts)
        row = np.zeros((1, self.counts.shape[1]))
        row[0, 0] = later
        return EventTable(np.append(time, float(at)), np.concatenate((counts, row)))

    def merged(self, causes: Sequence[int]) -> EventTable:
        """Table in which these causes are one, as cause 1; the others follow in their order.

        Raises
        ------
        ValueError
            If a cause is unknown, repeated, or none is given.
        """
        self._check(causes)
        rest = [cause for cause in range(1, self.n_causes + 1) if cause not in causes]
        one = self.counts[:, list(causes)].sum(axis=1)
        columns = (self.counts[:, 0], one, *(self.counts[:, cause] for cause in rest))
        return EventTable(self.time, np.stack(columns).T)

    def as_single_event(self) -> EventTable:
        """Table in which all causes are one."""
        return self.merged(range(1, self.n_causes + 1))

    def only(self, cause: int) -> EventTable:
        """Table in which this cause is the only event, and the other causes censor.

        Raises
        ------
        ValueError
            If the cause is unknown.
        """
        self._check([cause])
        event = self.counts[:, cause]
        return EventTable(self.time, np.stack((self.ends - event, event)).T)

    def scaled(self, factor: float) -> EventTable:
        """Table with all counts times `factor`: curves stay, variances are divided by it.

        Raises
        ------
        ValueError
            If the factor is not a positive finite number.
        """
        if not 0.0 < factor < np.inf:
            raise ValueError(f"the factor must be positive and finite, found {factor!r}")
        return EventTable(self.time, self.counts * factor)

    def _check(self, causes: Sequence[int]) -> None:
        if not causes or len(set(causes)) < len(causes):
            raise ValueError(f"name each cause once, found {list(causes)}")
        if min(causes) < 1 or max(causes) > self.n_causes:
            raise ValueError(f"causes are 1 to {self.n_causes}, found {list(causes)}")


def event_table(
    time: ArrayLike, cause: ArrayLike, weight: ArrayLike | None = None, n_causes: int = 2
) -> EventTable:
    """Count ends by distinct time and cause.

    Parameters
    ----------
    time
        When each sample ended or was cut off, shape (n,), 0 or more; tokens or any other unit.
    cause
        How: 0 censored, else 1 to `n_causes`, shape (n,).
    weight
        Samples that a row stands for, or its weight, shape (n,); 1 where not given.
    n_causes
        Number of causes K.

    Returns
    -------
    EventTable
        Independent of the order of rows; times without weight are left out.

    Raises
    ------
    ValueError
        If shapes differ, a time is negative or not finite, a cause unknown, or a weight negative
        or not finite.

    How it misleads
    ---------------
    Weights count as that many independent samples in every variance. Repeats of one item are
    not: scale the table to the effective sample size, or use the item-cluster bootstrap.
    Censoring must not tell anything about the ends to come: one cap for all is fine, a cap that
    depends on the prompt or a timeout is not.

    References
    ----------
    Andersen, Borgan, Gill and Keiding, Statistical Models Based on Counting Processes (1993).

    Examples
    --------
    >>> table = event_table([3, 5, 5, 5, 8], [1, 0, 2, 1, 0])
    >>> table.time.tolist(), table.at_risk.tolist()
    ([3.0, 5.0, 8.0], [5.0, 4.0, 1.0])
    >>> table.counts[1].tolist()
    [1.0, 1.0, 1.0]
    """
    when, how, mass = _checked(time, cause, weight, n_causes)
    return _counted(when, how, mass, n_causes)


def event_tables(
    key: ArrayLike,
    time: ArrayLike,
    cause: ArrayLike,
    weight: ArrayLike | None = None,
    n_causes: int = 2,
    n_keys: int | None = None,
) -> list[EventTable]:
    """Count ends separately for each key: one table a stratum, a group, or both.

    Parameters
    ----------
    key
        Number of the table each row belongs to, from 0, shape (n,).
    time, cause, weight, n_causes
        As `event_table`.
    n_keys
        Number of tables; the largest key plus one where not given. Keys without rows get empty
        tables.

    Raises
    ------
    ValueError
        As `event_table`, or if a key is outside 0 to ``n_keys - 1``.

    How it misleads
    ---------------
    As `event_table`.

    Examples
    --------
    >>> [table.total for table in event_tables([0, 2, 2], [5, 4, 4], [1, 1, 2])]
    [1.0, 0.0, 2.0]
    """
    when, how, mass = _checked(time, cause, weight, n_causes)
    keys = np.asarray(key, dtype=np.int64)
    if keys.shape != when.shape:
        raise ValueError(f"key has shape {keys.shape}, time has {when.shape}")
    size = n_keys if n_keys is not None else int(keys.max(initial=-1)) + 1
    if keys.size and not (keys.min() >= 0 and keys.max() < size):
        raise ValueError(f"keys must lie in 0 to {size - 1}")
    order = np.argsort(keys, kind="stable")
    bounds = np.searchsorted(keys[order], np.arange(size + 1))
    when, how = when[order], how[order]
    mass = None if mass is None else mass[order]
    return [
        _counted(when[a:b], how[a:b], None if mass is None else mass[a:b], n_causes)
        for a, b in pairwise(bounds)
    ]


def _row_sums(counts: FloatArray, first: int) -> FloatArray:
    # Adding columns is ten times faster than a sum along such a short axis.
    total = counts[:, first].copy()
    for column in range(first + 1, counts.shape[1]):
        total += counts[:, column]
    return total


def _checked(
    time: ArrayLike, cause: ArrayLike, weight: ArrayLike | None, n_causes: int
) -> tuple[FloatArray, IntArray, FloatArray | None]:
    when = np.asarray(time, dtype=np.float64)
    how = np.asarray(cause)
    if n_causes < 1:
        raise ValueError(f"there must be at least one cause, found {n_causes}")
    if when.ndim != 1 or how.shape != when.shape:
        raise ValueError(f"time and cause need one shape (n,), found {when.shape}, {how.shape}")
    if when.size and not (when.min() >= 0.0 and when.max() < np.inf):
        raise ValueError("times must be finite and 0 or more")
    codes = how.astype(np.int64)
    if codes.size and (codes.min() < 0 or codes.max() > n_causes or np.any(codes != how)):
        raise ValueError(f"causes must be 0 (censored) to {n_causes}")
    if weight is None:
        return when, codes, None
    mass = np.asarray(weight, dtype=np.float64)
    if mass.shape != when.shape:
        raise ValueError(f"weight has shape {mass.shape}, time has {when.shape}")
    if mass.size and not (mass.min() >= 0.0 and mass.max() < np.inf):
        raise ValueError("weights must be finite and 0 or more")
    return when, codes, mass


def _counted(
    time: FloatArray, cause: IntArray, weight: FloatArray | None, n_causes: int
) -> EventTable:
    width = n_causes + 1
    if not time.size:
        return EventTable(np.zeros(0), np.zeros((0, width)))
    if weight is not None and np.any(weight != np.floor(weight)):
        # Sums of fractions depend on their order in the last digit, so the order is fixed.
        order = np.lexsort((weight, cause, time))
        time, cause, weight = time[order], cause[order], weight[order]
    limit = max(_SLOTS_A_ROW * time.size, _SLOTS_AT_LEAST)
    whole = time.astype(np.int64) if time.max() < limit else None
    if whole is not None and np.array_equal(whole, time):
        slots: IntArray = whole
        distinct = np.arange(int(whole.max()) + 1, dtype=np.float64)
    else:
        distinct, slots = np.unique(time, return_inverse=True)
    # Each cause is one piece of memory, as all that is done with a table is done cause by cause.
    size = distinct.size
    counts = np.bincount(slots + size * cause, weights=weight, minlength=size * width)
    table = counts.astype(np.float64, copy=False).reshape(width, size)
    seen = table.sum(axis=0) > 0.0
    if not seen.all():
        distinct, table = distinct[seen], table[:, seen]
    return EventTable(distinct, table.T)
