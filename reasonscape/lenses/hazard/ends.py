"""When the traces of one eval ended and how, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.task_traces import EvalTraces
from reasonscape.stats.clusters import anova_rho, effective_size
from reasonscape.stats.odds_ratio import clusters_of
from reasonscape.store.schema import OUTCOMES

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Unit = Literal["tokens", "trace_bytes"]

CUT_OFF, RIGHT, WRONG = 0, 1, 2
CAUSES: Final = {"correct": RIGHT, "incorrect": WRONG, "unanswered": WRONG, "truncated": CUT_OFF}
"""Unanswered is wrong: the trace came to its end, and not to a right answer."""

COLUMNS: Final = (
    "completion_tokens", "max_tokens", "tokens_source", "stop", "f.bytes", "f.trace",
)  # fmt: skip
"""What the lens reads of each sample: no text."""

AT_CAP: Final = 0.95
"""Part of the cap from which a cut-off trace counts as cut off at the cap."""

TIME_COLUMN: Final = {"tokens": "completion_tokens", "trace_bytes": "f.bytes"}


@dataclass(frozen=True, slots=True)
class Ends:
    """Samples of one (eval, task) with an outcome and a time; arrays of one entry a sample.

    Attributes
    ----------
    time
        Tokens, or bytes of the trace, at least 1.
    cause
        0 cut off, 1 right, 2 wrong.
    item, coords
        Number of the question, and its level along each axis, shape (n, axes).
    cap
        ``max_tokens``; NaN where unknown, and where time is not in tokens.
    stop_known
        Whether the log says why the sample stopped.
    dropped
        Samples left out, by reason: failed, ungraded, no_time.
    """

    time: FloatArray
    cause: IntArray
    item: IntArray
    coords: IntArray
    cap: FloatArray
    stop_known: BoolArray
    dropped: Mapping[str, int]

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.time)


def ends_of(part: EvalTraces, unit: Unit) -> Ends:
    """Keep the samples that have an outcome and a time."""
    rows = part.rows
    causes = np.array([CAUSES.get(name, -1) for name in OUTCOMES], dtype=np.int64)
    cause = causes[rows.outcome]
    time = rows.numbers[TIME_COLUMN[unit]]
    known = np.isfinite(time)
    keep = (cause >= 0) & known
    cap = rows.numbers["max_tokens"] if unit == "tokens" else np.full(len(time), np.nan)
    when, cap = within_cap(time[keep], cap[keep], cause[keep])
    return Ends(
        time=when,
        cause=cause[keep],
        item=rows.item[keep],
        coords=part.coords[keep],
        cap=cap,
        stop_known=np.asarray(rows.words["stop"][keep] != "unknown"),
        dropped={
            "failed": int((rows.outcome == OUTCOMES.index("failed")).sum()),
            "ungraded": int((rows.outcome == OUTCOMES.index("ungraded")).sum()),
            "no_time": int(((cause >= 0) & ~known).sum()),
        },
    )


def within_cap(time: FloatArray, cap: FloatArray, cause: IntArray) -> tuple[FloatArray, FloatArray]:
    """Times of at least 1 and at most the cap; a cut-off next to the cap was one at the cap.

    Counts that were made anew miss the cap by a little, and some servers stop one token before
    it. A cut-off far below the cap keeps its time: the context was full.

    Examples
    --------
    >>> when, cap = within_cap(np.array([0.0, 90.0, 79.0]), np.full(3, 80.0), np.array([1, 2, 0]))
    >>> when.tolist()
    [1.0, 80.0, 80.0]
    """
    limit = np.where(cap > 0.0, cap, np.inf)
    when = np.minimum(np.maximum(time, 1.0), limit)
    at_cap = (cause == CUT_OFF) & (when >= AT_CAP * limit)
    return np.where(at_cap, limit, when), np.where(cap > 0.0, cap, np.nan)


def independent_share(outcome: BoolArray, item: IntArray, group: IntArray) -> float:
    """Independent samples that one sample counts as: effective size over size.

    Parameters
    ----------
    outcome
        Whether the sample has the outcome, shape (n,).
    item, group
        Its item, and its cell or stratum, shape (n,): repeats are alike beyond the group.

    Examples
    --------
    >>> outcome = np.array([True, True, False, False])
    >>> independent_share(outcome, np.array([0, 0, 1, 1]), np.zeros(4, dtype=np.int64))
    0.5
    """
    if not len(outcome):
        return 1.0
    clusters = clusters_of(item, group)
    of = clusters.stratum
    m = np.bincount(clusters.place).astype(np.float64)
    k = np.bincount(clusters.place, outcome)
    items, n, squares = np.bincount(of), np.bincount(of, m), np.bincount(of, m * m)
    rho = anova_rho(items, n, np.bincount(of, k), squares, np.bincount(of, k * k / m))
    return float(effective_size(n, squares, items, rho).sum() / n.sum())
