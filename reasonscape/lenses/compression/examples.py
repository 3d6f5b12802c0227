"""Which samples show a pattern best; their texts are read elsewhere, and only when asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reasonscape.lenses.compression.result import EvalCompression, Example
from reasonscape.lenses.compression.traces import POPULATIONS, BoolArray, FloatArray, Traces

EACH = 5
"""Examples of one pattern."""

TEXT_CHARS = 4000
"""Characters of a trace that are shown: its beginning and its end."""


def chosen_examples(one: EvalCompression) -> tuple[Example, ...]:
    """Failing traces: those that loop most, the shortest, and the longest that say little new."""
    traces = one.traces
    wrong = ~traces.right
    ended = wrong & traces.finished & ~traces.looped
    novelty = np.where(np.isfinite(traces.tail), traces.tail, np.inf)
    longest = ended & (traces.length >= _median(traces.length[ended]))
    by_pattern = (
        ("broken_loops", wrong & traces.looped, -traces.covered),
        ("underthink", ended, traces.length),
        ("overthink", longest, novelty),
    )
    return tuple(
        _example(pattern, traces, int(i))
        for pattern, which, order in by_pattern
        for i in _first(which, order, traces.uid)
    )


def shortened(text: str, most: int = TEXT_CHARS) -> str:
    """Cut the middle out of a long text and say how much.

    Examples
    --------
    >>> shortened("abcdefghij", 4)
    'ab … 6 characters left out … ij'
    """
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]} … {len(text) - 2 * half:,} characters left out … {text[-half:]}"


def _first(which: BoolArray, order: FloatArray, uid: NDArray[np.object_]) -> NDArray[np.int64]:
    """The first few by that order; ties by id, so that the order of rows never matters."""
    places = np.flatnonzero(which)
    if len(places) > EACH:
        border = np.partition(order[places], EACH - 1)[EACH - 1]
        places = places[order[places] <= border]
    best = sorted(places.tolist(), key=lambda i: (float(order[i]), str(uid[i])))
    return np.array(best[:EACH], dtype=np.int64)


def _example(pattern: str, traces: Traces, i: int) -> Example:
    return Example(
        pattern=pattern,
        uid=str(traces.uid[i]),
        outcome=POPULATIONS[int(traces.population[i])],
        length=float(traces.length[i]),
        covered=float(traces.covered[i]),
    )


def _median(values: FloatArray) -> float:
    return float(np.median(values)) if len(values) else 0.0
