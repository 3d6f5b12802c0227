"""The visible traces of one eval as arrays, and what had to be left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.task_traces import EvalTraces
from reasonscape.findings.thresholds import LOOP_COVERED
from reasonscape.stats.codes import row_codes
from reasonscape.store.schema import OUTCOMES, VISIBLE

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

POPULATIONS: Final = OUTCOMES[:4]
"""correct, incorrect, truncated, unanswered: those of them that are used."""

CORRECT, INCORRECT, TRUNCATED, UNANSWERED = range(4)

COLUMNS: Final = (
    "sample_uid", "max_tokens", "completion_tokens",
    "f.version", "f.trace", "f.bytes", "f.bits_per_char", "f.novelty_shape", "f.novelty_tail",
    "f.loop_onset", "f.loop_onset_tokens", "f.loop_period", "f.loop_kind", "f.loop_covered",
    "f.chars",
)  # fmt: skip
"""What the lens reads of each sample: numbers only, never the trace."""


@dataclass(frozen=True, slots=True)
class Traces:
    """Traces of one (eval, task); arrays of one entry a trace.

    Attributes
    ----------
    uid
        Ids of the samples.
    population
        Place in ``POPULATIONS``.
    item, coords
        Number of the question, and its level along each axis, shape (n, axes).
    cell
        Number of its cell over all axes.
    length
        Tokens, or bytes of the trace, at least 1; see ``unit`` of the result.
    cap
        ``max_tokens``; 0 where unknown.
    bits, tail
        Bits per character of the whole, and mean novelty of the last quarter; may be NaN.
    shape
        Novelty along the trace, shape (n, points): as many values as there are, then NaN.
    looped
        Whether it ends in a loop that covers at least ``LOOP_COVERED`` of it.
    onset, onset_share, period
        Where the loop begins, in the unit of lengths and as a share of the trace, and its period
        in characters; NaN without one.
    templated
        Whether the loop's numbers change.
    covered
        Part of the trace that the loop covers; 0 without one.
    in_answer
        Whether the trace ends with the visible answer.
    """

    uid: NDArray[np.object_]
    population: NDArray[np.int8]
    item: NDArray[np.int64]
    coords: NDArray[np.int64]
    cell: NDArray[np.int64]
    length: FloatArray
    cap: FloatArray
    bits: FloatArray
    tail: FloatArray
    shape: FloatArray
    looped: BoolArray
    onset: FloatArray
    onset_share: FloatArray
    period: FloatArray
    templated: BoolArray
    covered: FloatArray
    in_answer: BoolArray

    def __len__(self) -> int:
        """Number of traces."""
        return len(self.item)

    @property
    def right(self) -> BoolArray:
        """Which of them are graded right."""
        return np.asarray(self.population == CORRECT)

    @property
    def finished(self) -> BoolArray:
        """Which of them came to an end of their own."""
        return np.asarray(self.population != TRUNCATED)

    def only(self, keep: BoolArray) -> Traces:
        """Those of them that are to be kept."""
        return replace(self, **{f.name: getattr(self, f.name)[keep] for f in fields(self)})


@dataclass(frozen=True, slots=True)
class Excluded:
    """Samples without a visible trace, by reason; ``response`` counts kept ones, see there.

    Attributes
    ----------
    hidden, summary, none
        The model reasoned and the log does not hold it; it holds a summary; there is no text.
    unmeasured
        Features were not computed.
    response
        Kept samples whose trace is the visible answer, because there is no reasoning.
    used
        Samples with an outcome that counts, with or without a trace.
    """

    hidden: int
    summary: int
    none: int
    unmeasured: int
    response: int
    used: int

    @property
    def by_reason(self) -> Mapping[str, int]:
        """Reasons that occur with their counts."""
        found = {
            "hidden": self.hidden,
            "summary": self.summary,
            "none": self.none,
            "not measured": self.unmeasured,
        }
        return {reason: n for reason, n in found.items() if n}

    @property
    def total(self) -> int:
        """Samples left out."""
        return self.hidden + self.summary + self.none + self.unmeasured


def visible_traces(part: EvalTraces) -> tuple[Traces, str, Excluded]:
    """Keep the samples that have a trace and an outcome; say in what their length is counted.

    Returns
    -------
    Traces, str, Excluded
        The unit is ``tokens`` where every trace has a count, else ``bytes`` for all of them.
    """
    rows = part.rows
    numbers, words = rows.numbers, rows.words
    used = rows.outcome < len(POPULATIONS)
    measured = ~np.isnan(numbers["f.version"])
    kind = words["f.trace"]
    counted = numbers["f.bytes"] > 0
    shown = np.isin(kind, VISIBLE) & counted
    keep = used & measured & shown
    excluded = Excluded(
        hidden=int((used & measured & (kind == "hidden")).sum()),
        summary=int((used & measured & (kind == "summary")).sum()),
        none=int((used & measured & ~shown & (kind != "hidden") & (kind != "summary")).sum()),
        unmeasured=int((used & ~measured).sum()),
        response=int((keep & (kind == "response")).sum()),
        used=int(used.sum()),
    )
    tokens = numbers["completion_tokens"][keep]
    in_tokens = bool(len(tokens)) and bool((tokens > 0).all())
    length = tokens if in_tokens else numbers["f.bytes"][keep]
    covered = np.nan_to_num(numbers["f.loop_covered"][keep])
    share = numbers["f.loop_onset"][keep] / np.maximum(numbers["f.chars"][keep], 1.0)
    onset = share * length
    if in_tokens:
        stored = numbers["f.loop_onset_tokens"][keep]
        onset = np.where(np.isnan(stored), onset, stored)
    traces = Traces(
        uid=words["sample_uid"][keep],
        population=rows.outcome[keep],
        item=rows.item[keep],
        coords=part.coords[keep],
        cell=row_codes(part.coords[keep])[0],
        length=np.maximum(length, 1.0),
        cap=np.nan_to_num(numbers["max_tokens"][keep]),
        bits=numbers["f.bits_per_char"][keep],
        tail=numbers["f.novelty_tail"][keep],
        shape=np.asarray(rows.curves["f.novelty_shape"][keep], dtype=np.float64),
        looped=covered >= LOOP_COVERED,
        onset=onset,
        onset_share=share,
        period=numbers["f.loop_period"][keep],
        templated=words["f.loop_kind"][keep] == "templated",
        covered=covered,
        in_answer=np.asarray(kind[keep] != "reasoning"),
    )
    return traces, "tokens" if in_tokens else "bytes", excluded
