"""failures, a lens over all tasks and evals: into which groups do failures fall?"""

from __future__ import annotations

from collections.abc import Sequence

from reasonscape.lenses.failures.claims import claims
from reasonscape.lenses.failures.drawing import drawings, key_figure
from reasonscape.lenses.failures.measurement import measure
from reasonscape.lenses.failures.options import FailureOptions as Options
from reasonscape.lenses.failures.result import FailuresResult
from reasonscape.lenses.failures.selection import select
from reasonscape.lenses.failures.tables import tables
from reasonscape.pooling.pool import COLUMNS

__all__ = [
    "COLUMNS", "NAME", "QUESTION", "Options", "claims", "drawings", "key_figure", "measure",
    "select", "tables", "warnings",
]  # fmt: skip

NAME = "failures"
QUESTION = "into which groups do failures fall, and do these follow the kind or the model?"


def warnings(results: Sequence[FailuresResult]) -> list[str]:
    """What the user should know about the failures, each sentence once."""
    return list(dict.fromkeys(note for result in results for note in result.notes))
