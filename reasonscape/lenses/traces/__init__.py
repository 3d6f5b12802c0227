"""traces, a lens over all tasks and evals: what marks a trace that will end wrong?"""

from __future__ import annotations

import math
from collections.abc import Sequence

from reasonscape.lenses.traces.claims import claims
from reasonscape.lenses.traces.drawing import drawings, key_figure
from reasonscape.lenses.traces.measurement import measure
from reasonscape.lenses.traces.options import TraceOptions as Options
from reasonscape.lenses.traces.result import TracesResult
from reasonscape.lenses.traces.selection import select
from reasonscape.lenses.traces.tables import tables
from reasonscape.pooling.pool import COLUMNS

__all__ = [
    "COLUMNS", "NAME", "QUESTION", "Options", "claims", "drawings", "key_figure", "measure",
    "select", "tables", "warnings",
]  # fmt: skip

NAME = "traces"
QUESTION = "what marks a trace that ends wrong?"


def warnings(results: Sequence[TracesResult]) -> list[str]:
    """What the user should know about the traces, each sentence once."""
    lengths = [said for result in results for said in _lengths(result)]
    return list(dict.fromkeys((*lengths, *(n for result in results for n in result.notes))))


def _lengths(result: TracesResult) -> list[str]:
    """Median lengths in a sentence: nothing is claimed of them here (see compression)."""
    if not result.lengths:
        return []
    told = (
        f"{one.name} {one.median.value:,.0f}{interval_words(one.median.low, one.median.high)}"
        for one in result.lengths
    )
    return [f"median length in {result.pool.unit}: {', '.join(told)}"]


def interval_words(low: float, high: float) -> str:
    """An interval of lengths; nothing where the data give none."""
    return f" [{low:,.0f}, {high:,.0f}]" if math.isfinite(low) and math.isfinite(high) else ""
