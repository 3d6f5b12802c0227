"""surface, the OUTPUT lens: where does accuracy break down?"""

from __future__ import annotations

from collections.abc import Sequence

from reasonscape.lenses.surface.claims import claims
from reasonscape.lenses.surface.drawing import drawings, key_figure
from reasonscape.lenses.surface.measurement import measure
from reasonscape.lenses.surface.options import SurfaceOptions as Options
from reasonscape.lenses.surface.result import SurfaceResult
from reasonscape.lenses.surface.selection import select
from reasonscape.lenses.surface.tables import tables

__all__ = [
    "NAME", "QUESTION", "Options", "claims", "drawings", "key_figure", "measure", "select",
    "tables", "warnings",
]  # fmt: skip

NAME = "surface"
QUESTION = "where does accuracy break down?"


def warnings(results: Sequence[SurfaceResult]) -> list[str]:
    """What the user should know about axes and rows, each sentence once."""
    return list(dict.fromkeys(note for result in results for note in result.notes))
