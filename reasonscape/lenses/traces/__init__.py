"""traces, a lens over all tasks and evals: what marks a trace that will end wrong?"""

from __future__ import annotations

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
    return list(dict.fromkeys(note for result in results for note in result.notes))
