"""From results to pictures: which there are, and which one stands for a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from reasonscape.errors import NoRowsError
from reasonscape.findings.finding import Finding
from reasonscape.findings.naming import suspicion
from reasonscape.lenses.hazard.result import EvalHazard, HazardResult, Together
from reasonscape.lenses.lens import Drawing, drawing_of

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

PANELS = 6
"""Panels of one picture."""

Evals = Sequence[EvalHazard]


def drawings(result: HazardResult, findings: Sequence[Finding]) -> list[Drawing]:
    """Every picture of one base task, each drawn only when asked for."""
    rank = suspicion(result.base_task, findings)
    timed = [one for one in result.evals if one.timed]
    made = []
    for chunk in _chunks(timed):
        for kind, extra, make in _KINDS:
            made.append(_drawing(result, kind, chunk, rank + extra, partial(make, result, chunk)))
    for one in timed:
        for levels in [one.levels[i : i + PANELS] for i in range(0, len(one.levels), PANELS)]:
            axis = result.panels.name if result.panels is not None else "levels"
            for kind, make_levels in (("time", _time_levels), ("hazard", _hazard_levels)):
                made.append(
                    _drawing(result, f"{kind}-by-{axis}", [one], rank + 0.03,
                             partial(make_levels, result, one, levels))
                )  # fmt: skip
    if result.together is not None and not result.together.undecided:
        for first in range(0, len(result.together.evals), PANELS):
            some = [
                one
                for one in timed
                if one.subject.eval_id in result.together.evals[first : first + PANELS]
            ]
            make_panels = partial(_standardised, result, result.together, first)
            made.append(_drawing(result, "standardised", some, rank - 0.02, make_panels))
    if any(not pair.undecided for pair in result.comparisons):
        made.append(_drawing(result, "ratios", timed, rank - 0.05, partial(_ratios, result)))
    return made


def key_figure(results: Sequence[HazardResult]) -> tuple[Figure, list[str]]:
    """Budget curves of up to six (eval, task), and the titles of the rest."""
    from reasonscape.figures.budget_curve import budget_curve_figure
    from reasonscape.lenses.hazard.pictures import budget_curve_of

    panels = [(r, one) for r in results for one in r.evals if one.timed]
    if not panels:
        raise NoRowsError(
            "there is nothing to draw: no graded row that matched has a token count or a trace",
            remedy="see what there is with: analyze.py evals DATASET",
        )
    names = [f"{one.label} on {r.base_task}" for r, one in panels[PANELS:]]
    drawn = [
        budget_curve_of(r, one, one.budget) for r, one in panels[:PANELS] if one.budget is not None
    ]
    return budget_curve_figure(drawn), names


def _budget(result: HazardResult, evals: Evals) -> Figure:
    from reasonscape.figures.budget_curve import budget_curve_figure
    from reasonscape.lenses.hazard.pictures import budget_curve_of

    units = {one.unit for one in evals}
    panels = [budget_curve_of(result, one, one.budget) for one in evals if one.budget is not None]
    return budget_curve_figure(panels, overlaid=len(panels) > 1 and len(units) == 1)


def _time(result: HazardResult, evals: Evals) -> Figure:
    from reasonscape.figures.time_curves import time_curves_figure
    from reasonscape.lenses.hazard.pictures import time_curves_of

    return time_curves_figure(
        [time_curves_of(result, one, one.curves) for one in evals if one.curves is not None]
    )


def _hazard(result: HazardResult, evals: Evals) -> Figure:
    from reasonscape.figures.hazard_curves import hazard_curves_figure
    from reasonscape.lenses.hazard.pictures import hazard_curves_of

    return hazard_curves_figure(
        [hazard_curves_of(result, one, one.curves) for one in evals if one.curves is not None]
    )


def _relative(result: HazardResult, evals: Evals) -> Figure:
    from reasonscape.figures.relative_hazard import relative_hazard_figure
    from reasonscape.lenses.hazard.pictures import relative_hazard_of

    return relative_hazard_figure(
        [relative_hazard_of(result, one, one.relative) for one in evals if one.relative is not None]
    )


def _time_levels(result: HazardResult, one: EvalHazard, levels: Sequence[Any]) -> Figure:
    from reasonscape.figures.time_curves import time_curves_figure
    from reasonscape.lenses.hazard.pictures import time_curves_of

    return time_curves_figure([time_curves_of(result, one, level) for level in levels])


def _hazard_levels(result: HazardResult, one: EvalHazard, levels: Sequence[Any]) -> Figure:
    from reasonscape.figures.hazard_curves import hazard_curves_figure
    from reasonscape.lenses.hazard.pictures import hazard_curves_of

    return hazard_curves_figure([hazard_curves_of(result, one, level) for level in levels])


def _standardised(result: HazardResult, together: Together, first: int) -> Figure:
    from reasonscape.figures.time_curves import time_curves_figure
    from reasonscape.lenses.hazard.pictures import standardised_of

    last = min(first + PANELS, len(together.evals))
    return time_curves_figure([standardised_of(result, together, i) for i in range(first, last)])


def _ratios(result: HazardResult) -> Figure:
    from reasonscape.figures.hazard_ratios import hazard_ratios_figure
    from reasonscape.lenses.hazard.pictures import hazard_ratios_of

    decided = [pair for pair in result.comparisons if not pair.undecided]
    return hazard_ratios_figure([hazard_ratios_of(result, decided)])


_KINDS: tuple[tuple[str, float, Callable[[HazardResult, Evals], Figure]], ...] = (
    ("budget", 0.04, _budget),
    ("relative", 0.02, _relative),
    ("time", 0.01, _time),
    ("hazard", 0.0, _hazard),
)


def _drawing(
    result: HazardResult,
    kind: str,
    evals: Evals,
    rank: float,
    make: Callable[[], Figure],
) -> Drawing:
    labels = {one.subject.eval_id: one.label for one in evals}
    return drawing_of((result.base_task, result.label), kind, labels, rank, make)


def _chunks(evals: Evals) -> list[Evals]:
    return [evals[i : i + PANELS] for i in range(0, len(evals), PANELS)]
