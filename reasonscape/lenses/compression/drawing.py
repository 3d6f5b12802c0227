"""From results to pictures: which there are, and what each shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from reasonscape.errors import NoRowsError
from reasonscape.findings.finding import Finding
from reasonscape.findings.naming import suspicion
from reasonscape.lenses.compression.result import CompressionResult, EvalCompression, Level
from reasonscape.lenses.lens import Drawing, drawing_of

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

PANELS = 6
"""Panels of one picture."""

Panel = tuple[CompressionResult, EvalCompression, Level | None]


def drawings(result: CompressionResult, findings: Sequence[Finding]) -> list[Drawing]:
    """Every picture of one base task, each drawn only when asked for."""
    made: list[Drawing] = []
    for panels in _panelled(result):
        first = _first(panels, findings)
        made.append(_drawing(result, "traces", panels, first, partial(_scatter, panels)))
        made.append(_drawing(result, "novelty", panels, first - 0.08, partial(_curves, panels)))
        if any(one.loops and (one.loops.n_failing + one.loops.n_right) for _, one, _ in panels):
            made.append(_drawing(result, "loops", panels, first - 0.06, partial(_onsets, panels)))
    shown = _shown(result)
    for i in range(0, len(shown), PANELS):
        chunk: list[Panel] = [(result, one, None) for one in shown[i : i + PANELS]]
        first = _first(chunk, findings)
        made.append(_drawing(result, "shifts", chunk, first - 0.02, partial(_shifts, chunk)))
        helped = [panel for panel in chunk if panel[1].helps is not None and _helps([panel])]
        if helped:
            made.append(
                _drawing(result, "longer", helped, first - 0.04, partial(_helps_figure, helped))
            )
    return made


def key_figure(results: Sequence[CompressionResult]) -> tuple[Figure, list[str]]:
    """Length against bits per character of up to six panels, and the titles of the rest."""
    panels = [panel for result in results for chunk in _panelled(result) for panel in chunk]
    if not panels:
        raise NoRowsError(
            "there is nothing to draw: no graded sample that matched has a visible trace",
            remedy="see why without --output; store refresh measures traces that were not",
        )
    left = [_name(*panel) for panel in panels[PANELS:]]
    return _scatter(panels[:PANELS]), left


def _first(panels: Sequence[Panel], findings: Sequence[Finding]) -> float:
    """How suspect the evals of a picture are."""
    ids = {one.subject.eval_id for _, one, _ in panels}
    return suspicion(panels[0][0].base_task, [f for f in findings if f.eval_id in ids])


def _shown(result: CompressionResult) -> list[EvalCompression]:
    return [one for one in result.evals if one.n_traces]


def _panelled(result: CompressionResult) -> list[list[Panel]]:
    """Panels of the pictures: the evals, or under an axis the levels of each eval."""
    if result.panels is None:
        groups: list[list[Panel]] = [[(result, one, None) for one in _shown(result)]]
    else:
        groups = [
            [(result, one, level) for level in one.levels if level.at is not None]
            for one in _shown(result)
        ]
    return [group[i : i + PANELS] for group in groups for i in range(0, len(group), PANELS)]


def _scatter(panels: Sequence[Panel]) -> Figure:
    from reasonscape.figures.population_scatter import population_scatter_figure
    from reasonscape.lenses.compression.pictures import scatter_of

    return population_scatter_figure([scatter_of(*panel) for panel in panels])


def _curves(panels: Sequence[Panel]) -> Figure:
    from reasonscape.figures.novelty_curves import novelty_curves_figure
    from reasonscape.lenses.compression.pictures import curves_of

    return novelty_curves_figure([curves_of(*panel) for panel in panels])


def _onsets(panels: Sequence[Panel]) -> Figure:
    from reasonscape.figures.loop_onsets import loop_onsets_figure
    from reasonscape.lenses.compression.pictures import onsets_of

    return loop_onsets_figure([onsets_of(*panel) for panel in panels])


def _shifts(panels: Sequence[Panel]) -> Figure:
    from reasonscape.figures.population_shifts import population_shifts_figure
    from reasonscape.lenses.compression.pictures import shifts_of

    result = panels[0][0]
    return population_shifts_figure(shifts_of(result, [one for _, one, _ in panels]))


def _helps(panels: Sequence[Panel]) -> list[Any]:
    from reasonscape.lenses.compression.pictures import helps_of

    found = (helps_of(result, one) for result, one, _ in panels)
    return [content for content in found if content is not None]


def _helps_figure(panels: Sequence[Panel]) -> Figure:
    from reasonscape.figures.thinking_helps import thinking_helps_figure

    return thinking_helps_figure(_helps(panels))


def _drawing(
    result: CompressionResult,
    kind: str,
    panels: Sequence[Panel],
    rank: float,
    make: Callable[[], Figure],
) -> Drawing:
    labels = {one.subject.eval_id: one.label for _, one, _ in panels}
    return drawing_of((result.base_task, result.label), kind, labels, rank, make)


def _name(result: CompressionResult, one: EvalCompression, level: Level | None) -> str:
    where = "" if level is None or level.level is None else f", {level.level}"
    return f"{one.label} on {result.base_task}{where}"
