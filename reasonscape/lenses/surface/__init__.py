"""surface, the OUTPUT lens: where does accuracy break down?"""

from __future__ import annotations

from collections.abc import Sequence

from reasonscape.findings.thresholds import MIN_ITEMS_CLAIMED
from reasonscape.lenses.surface.claims import claims
from reasonscape.lenses.surface.drawing import drawings, key_figure
from reasonscape.lenses.surface.measurement import measure
from reasonscape.lenses.surface.options import SurfaceOptions as Options
from reasonscape.lenses.surface.result import SurfaceResult
from reasonscape.lenses.surface.selection import COLUMNS, select
from reasonscape.lenses.surface.tables import tables

__all__ = [
    "COLUMNS", "NAME", "QUESTION", "Options", "claims", "drawings", "key_figure", "measure",
    "select", "tables", "warnings",
]  # fmt: skip

NAME = "surface"
QUESTION = "where does accuracy break down?"


def warnings(results: Sequence[SurfaceResult]) -> list[str]:
    """What the user should know about axes and rows, each sentence once."""
    notes = [
        f"{result.base_task}: no sample is graded and has a value on every axis, so nothing can be "
        "claimed"
        for result in results
        if not result.evals
    ]
    thin = [result.base_task for result in results if result.views and _is_thin(result)]
    if thin:
        notes.append(
            f"most cells have fewer than {MIN_ITEMS_CLAIMED} items on {', '.join(thin[:5])}"
            f"{' …' if len(thin) > 5 else ''}; --bins 3 makes fewer and fuller ones"
        )
    notes += [
        f"{result.base_task}: {one.entangled[0]} and {one.entangled[1]} move together (correlation "
        f"{one.entangled[2]:.2f}); what falls along one may be due to the other"
        for result in results
        for one in result.evals
        if one.entangled is not None
    ]
    # What may mislead comes first: stdout shows three.
    notes += [note for result in results for note in result.notes]
    return list(dict.fromkeys(notes))


def _is_thin(result: SurfaceResult) -> bool:
    """Whether most cells of the first surface make no claims, for most evals."""
    thin = [
        float((one.grids[0].cells.items < MIN_ITEMS_CLAIMED).mean()) > 0.5
        for one in result.evals
        if len(one.grids[0].cells.items)
    ]
    return sum(thin) * 2 > len(thin)
