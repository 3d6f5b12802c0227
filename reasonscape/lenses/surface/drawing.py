"""From results to pictures: unpack the lens's records for the drawing room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from reasonscape.datasets.task_axes import View
from reasonscape.errors import NoRowsError
from reasonscape.findings.finding import Finding
from reasonscape.findings.naming import suspicion
from reasonscape.lenses.lens import Drawing, drawing_of
from reasonscape.lenses.surface.result import Difference, EvalSurface, SurfaceResult

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

PANELS = 6
"""Panels of one picture."""

LANDSCAPE_LEVELS = 3
"""Levels that an axis of a 3-D picture needs; with fewer it is a ribbon."""


def drawings(result: SurfaceResult, findings: Sequence[Finding]) -> list[Drawing]:
    """Every picture of one base task, each drawn only when asked for."""
    shown_first = suspicion(result.base_task, findings)
    made: list[Drawing] = []
    for view in result.views:
        for chunk in _chunks(result.evals):
            made += _of_view(result, view, chunk, shown_first)
    for chunk in _chunks(result.evals):
        for number, axis in enumerate(result.axes):
            made.append(
                _drawing(result, f"along-{axis.name}", chunk, shown_first - 0.1,
                         partial(_projection, result, number, chunk))
            )  # fmt: skip
    for difference in result.differences:
        made.append(
            _drawing(result, "difference", (difference.a, difference.b), shown_first - 0.05,
                     partial(_difference, result, difference))
        )  # fmt: skip
    return made


def key_figure(results: Sequence[SurfaceResult]) -> tuple[Figure, list[str]]:
    """The landscape of up to six (eval, task) panels, and the titles of the rest."""
    from reasonscape.figures.heatmap import heatmap_figure
    from reasonscape.figures.surface3d import surface_figure
    from reasonscape.lenses.surface.pictures import grid_of

    panels = [(r, one, view) for r in results for view in r.views for one in r.evals]
    shown, left = panels[:PANELS], panels[PANELS:]
    names = [f"{one.label} on {r.base_task}" for r, one, _ in left]
    if not shown:
        flat = [(r, one) for r in results for one in r.evals]
        if not flat:
            raise NoRowsError(
                "there is nothing to draw: no row that matched is graded",
                remedy="see the outcomes with: analyze.py evals DATASET",
            )
        return _outcomes(*flat[0]), [f"{one.label}" for _, one in flat[1:]]
    grids = [grid_of(*panel) for panel in shown]
    flat_view = not all(_is_landscape(r, view) for r, _, view in shown)
    return (heatmap_figure if flat_view else surface_figure)(grids), names


def _of_view(
    result: SurfaceResult, view: View, evals: Sequence[EvalSurface], rank: float
) -> list[Drawing]:
    kinds: list[tuple[str, float, Callable[..., Figure]]] = [("map", 0.0, _flat)]
    if _is_landscape(result, view):
        kinds.append(("surface", 0.02, _landscape))
    return [
        _drawing(result, f"{kind}-{view.id}", evals, rank + extra,
                 partial(make, result, view, evals))
        for kind, extra, make in kinds
    ]  # fmt: skip


def _is_landscape(result: SurfaceResult, view: View) -> bool:
    """Whether a 3-D picture shows more than the flat map: two axes of three levels or more."""
    return view.y is not None and all(
        len(result.axes[axis].levels) >= LANDSCAPE_LEVELS for axis in (view.x, view.y)
    )


def _flat(result: SurfaceResult, view: View, evals: Sequence[EvalSurface]) -> Figure:
    from reasonscape.figures.heatmap import heatmap_figure
    from reasonscape.lenses.surface.pictures import grid_of

    return heatmap_figure([grid_of(result, one, view) for one in evals])


def _landscape(result: SurfaceResult, view: View, evals: Sequence[EvalSurface]) -> Figure:
    from reasonscape.figures.surface3d import surface_figure
    from reasonscape.lenses.surface.pictures import grid_of

    return surface_figure([grid_of(result, one, view) for one in evals])


def _projection(result: SurfaceResult, number: int, evals: Sequence[EvalSurface]) -> Figure:
    from reasonscape.figures.projections import projection_figure
    from reasonscape.lenses.surface.pictures import projection_of

    return projection_figure([projection_of(result, one, number) for one in evals])


def _difference(result: SurfaceResult, difference: Difference) -> Figure:
    from reasonscape.figures.differences import difference_figure
    from reasonscape.lenses.surface.pictures import difference_of

    return difference_figure(difference_of(result, difference))


def _outcomes(result: SurfaceResult, one: EvalSurface) -> Figure:
    from reasonscape.figures.outcomes import outcome_figure
    from reasonscape.lenses.surface.pictures import outcomes_of

    return outcome_figure([outcomes_of(result, one)])


def _drawing(
    result: SurfaceResult,
    kind: str,
    evals: Sequence[EvalSurface],
    rank: float,
    make: Callable[[], Figure],
) -> Drawing:
    labels = {one.subject.eval_id: one.label for one in evals}
    return drawing_of((result.base_task, result.label), kind, labels, rank, make)


def _chunks(evals: Sequence[EvalSurface]) -> list[Sequence[EvalSurface]]:
    return [evals[i : i + PANELS] for i in range(0, len(evals), PANELS)]
