"""hazard, the TEMPORAL lens: when do traces end, and when do they end wrong?"""

from __future__ import annotations

from collections.abc import Sequence

from reasonscape.lenses.hazard.claims import claims
from reasonscape.lenses.hazard.drawing import drawings, key_figure
from reasonscape.lenses.hazard.ends import COLUMNS
from reasonscape.lenses.hazard.measurement import measure
from reasonscape.lenses.hazard.options import HazardOptions as Options
from reasonscape.lenses.hazard.result import HazardResult
from reasonscape.lenses.hazard.selection import select
from reasonscape.lenses.hazard.tables import tables

__all__ = [
    "COLUMNS", "NAME", "QUESTION", "Options", "claims", "drawings", "key_figure", "measure",
    "select", "tables", "warnings",
]  # fmt: skip

NAME = "hazard"
QUESTION = "when does it fail?"

SHOWN = 3
"""Tasks that a note names."""


def warnings(results: Sequence[HazardResult]) -> list[str]:
    """What the user should know about times, caps and comparisons, each sentence once.

    What is true of several tasks is said once, with the tasks that it is true of.
    """
    tasks: dict[str, list[str]] = {}
    for result in results:
        for note in result.notes:
            tasks.setdefault(note.removeprefix(f"{result.base_task}: "), []).append(
                result.base_task
            )
    # What is true of most tasks comes first: stdout shows three.
    widest = sorted(tasks.items(), key=lambda entry: -len(entry[1]))
    return [f"{_named(names)}: {note}" for note, names in widest]


def _named(tasks: Sequence[str]) -> str:
    first = ", ".join(tasks[:SHOWN])
    more = len(tasks) - SHOWN
    return first if more <= 0 else f"{first} and {more} more task{'s' if more > 1 else ''}"
