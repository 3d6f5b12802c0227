"""The event table: how many samples ended at which time, in which way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.outcome import OUTCOME_COLUMNS, outcome_case
from reasonscape.store.schema import column_type
from reasonscape.store.selection.coding import Coding
from reasonscape.store.selection.source import selected

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from reasonscape.store.filters.where import Where
    from reasonscape.store.tables import Store

CUT_OFF: Final = 0
RIGHT: Final = 1
WRONG: Final = 2

DROPPED: Final = ("failed", "ungraded", "no_time")
"""Why a sample is in no count: the harness failed, nobody graded it, its time is unknown."""

_CAUSES: Final = {
    "truncated": CUT_OFF,
    "correct": RIGHT,
    "incorrect": WRONG,
    "unanswered": WRONG,
    "failed": -1,
    "ungraded": -2,
}
_NO_TIME: Final = -3


@dataclass(frozen=True, slots=True)
class EventCounts:
    """Samples by eval, axis values, cap, time and end; ordered by these.

    Attributes
    ----------
    evals
        Ids of the evals that occur, sorted; those without a counted sample too.
    eval
        Place in ``evals``, shape (entries,).
    axes
        Column -> value on that axis, shape (entries,): numbers with NaN, or texts with ``None``.
    max_tokens
        The cap, NaN where unknown, shape (entries,).
    time
        When the samples ended, shape (entries,).
    cause
        ``CUT_OFF``, ``RIGHT`` (also at the cap) or ``WRONG`` (also without an answer), shape
        (entries,).
    stop_known
        Whether the log says why they stopped, shape (entries,).
    count
        How many samples, shape (entries,).
    dropped
        Eval -> reason, one of :data:`DROPPED` -> samples that are in no entry.
    """

    evals: tuple[str, ...]
    eval: NDArray[np.int32]
    axes: dict[str, NDArray[Any]]
    max_tokens: NDArray[np.float64]
    time: NDArray[np.float64]
    cause: NDArray[np.int8]
    stop_known: NDArray[np.bool_]
    count: NDArray[np.int64]
    dropped: dict[str, dict[str, int]]

    @property
    def eval_id(self) -> NDArray[np.object_]:
        """Id of each entry's eval, shape (entries,)."""
        import numpy as np

        names: NDArray[np.object_] = np.array([*self.evals, None], dtype=object)
        return np.take(names, self.eval)


def event_counts(
    store: Store,
    where: Where,
    base_task: str,
    axes: Sequence[str] = (),
    time_column: str = "completion_tokens",
) -> EventCounts:
    """Count the ends of one base task.

    Parameters
    ----------
    store, where
        What to read.
    base_task
        The base task.
    axes
        ``param.*`` and ``label.*`` columns that the counts are kept apart by.
    time_column
        Column that holds the time; ``f.bytes`` where there are no tokens.

    Raises
    ------
    ValueError
        ``samples`` cannot have an axis or a time of that name.
    """
    kinds = {name: column_type(name) for name in axes}
    if None in kinds.values() or column_type(time_column) not in ("INTEGER", "DOUBLE"):
        raise ValueError(f"samples has no such axis or time: {[*axes, time_column]}")
    scanned = ("eval_id", "max_tokens", *sorted(OUTCOME_COLUMNS), time_column, *axes)
    source = selected(store, where, scanned, [base_task])
    texts = [name for name in axes if kinds[name] == "VARCHAR"]
    coding = Coding(store, source, where.params, ("eval_id", *texts))
    names = [f"axis{place}" for place in range(len(axes))]
    cuts = "".join(
        f", {coding.code(name) if name in texts else 's.' + quote_identifier(name)} AS {short}"
        for name, short in zip(axes, names, strict=True)
    )
    found = store.arrays(
        _sql(coding, source, time_column, cuts, names), (*where.params, *coding.params)
    )
    used = found["cause"] >= 0
    kept = {name: values[used] for name, values in found.items()}
    return EventCounts(
        evals=coding.texts["eval_id"],
        eval=kept["eval"],
        axes={
            name: coding.decoded(name, kept[short]) if name in texts else kept[short]
            for name, short in zip(axes, names, strict=True)
        },
        max_tokens=kept["max_tokens"],
        time=kept["time"],
        cause=kept["cause"],
        stop_known=kept["known"].astype(bool),
        count=kept["n"],
        dropped=_dropped(coding.texts["eval_id"], found),
    )


def _sql(coding: Coding, source: str, time_column: str, cuts: str, names: list[str]) -> str:
    time = f"s.{quote_identifier(time_column)}"
    ends = {
        name: f"CASE WHEN {time} IS NULL THEN {_NO_TIME} ELSE {cause} END" if cause >= 0 else cause
        for name, cause in _CAUSES.items()
    }
    cause = outcome_case({name: f"({value})::TINYINT" for name, value in ends.items()})
    rows = (
        f"SELECT {coding.code('eval_id')} AS eval{cuts}, max_tokens::DOUBLE AS max_tokens, "
        f"{time}::DOUBLE AS time, {cause} AS cause, coalesce(stop <> 'unknown', false) AS known "
        f"FROM {source} s{coding.joins}"
    )
    by = ", ".join(["eval", *names, "max_tokens", "time", "cause", "known"])
    return f"SELECT {by}, count(*) AS n FROM ({rows}) GROUP BY {by} ORDER BY {by}"


def _dropped(evals: tuple[str, ...], found: dict[str, NDArray[Any]]) -> dict[str, dict[str, int]]:
    counts = {name: dict.fromkeys(DROPPED, 0) for name in evals}
    reasons = {-1: "failed", -2: "ungraded", _NO_TIME: "no_time"}
    for code, reason in reasons.items():
        for place, name in enumerate(evals):
            chosen = (found["cause"] == code) & (found["eval"] == place)
            counts[name][reason] = int(found["n"][chosen].sum())
    return counts
