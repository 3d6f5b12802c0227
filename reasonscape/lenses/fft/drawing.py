"""From results to pictures: which there are, and what each shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from reasonscape.errors import NoRowsError
from reasonscape.findings.finding import Finding
from reasonscape.findings.naming import suspicion
from reasonscape.lenses.fft.contrasts import ReadingContrast, can_contrast
from reasonscape.lenses.fft.result import EvalFft, FftResult
from reasonscape.lenses.lens import Drawing, drawing_of

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

PANELS = 6
"""Panels of one picture."""

BEHIND = {"waterfall": 0.0, "outcome": 0.02, "spectrum": 0.04, "fragments": 0.06, "tokens": -0.02}
"""How far each kind stands behind the first of the same evals."""

Panel = tuple[FftResult, EvalFft]


def drawings(result: FftResult, findings: Sequence[Finding]) -> list[Drawing]:
    """Every picture of one base task, each drawn only when asked for."""
    made: list[Drawing] = []
    shown = [one for one in result.evals if len(one.samples)]
    for i in range(0, len(shown), PANELS):
        chunk = [(result, one) for one in shown[i : i + PANELS]]
        ids = {one.subject.eval_id for _, one in chunk}
        first = suspicion(result.base_task, [f for f in findings if f.eval_id in ids])
        for kind, behind in BEHIND.items():
            panels = [panel for panel in chunk if _has(kind, panel)]
            if kind == "spectrum":
                panels = _each_once(panels)
            if panels:
                labels = {one.subject.eval_id: one.label for _, one in panels}
                task = (result.base_task, result.label)
                make = partial(_figure, kind, panels)
                made.append(drawing_of(task, kind, labels, first - behind, make))
    return [*made, *_contrasts(result, findings)]


def key_figure(results: Sequence[FftResult]) -> tuple[Figure, list[str]]:
    """Levels by frequency beside accuracy, of up to six evals, and the titles of the rest."""
    panels = [(result, one) for result in results for one in result.evals if len(one.samples)]
    kind = "waterfall"
    drawn = [panel for panel in panels if _has(kind, panel)]
    if not drawn:
        kind, drawn = "spectrum", [panel for panel in panels if _has("spectrum", panel)]
    if not drawn:
        raise NoRowsError(
            "there is nothing to draw: no graded sample that matched has a prompt of 16 tokens",
            remedy="see why without --output",
        )
    left = [f"{one.label} on {result.base_task}" for result, one in drawn[PANELS:]]
    return _figure(kind, drawn[:PANELS]), left


def _each_once(panels: Sequence[Panel]) -> list[Panel]:
    """Evals that read the same prompts alike would be drawn twice: one panel names them all."""
    groups: dict[tuple[str, bytes], list[Panel]] = {}
    for result, one in panels:
        key = (one.own.reading.fingerprint, one.samples.prompts.tobytes())
        groups.setdefault(key, []).append((result, one))
    merged = []
    for group in groups.values():
        result, first = group[0]
        names = [one.label for _, one in group]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        merged.append((result, replace(first, label=", ".join(names[:3]) + more)))
    return merged


def _has(kind: str, panel: Panel) -> bool:
    """Whether there is something to draw of a kind, without making its content."""
    from reasonscape.lenses.fft.pictures import main_axis
    from reasonscape.lenses.fft.token_pictures import varies

    result, one = panel
    if kind == "waterfall":
        return main_axis(result, one) is not None
    if kind == "outcome":
        return can_contrast(one.samples)
    if kind == "spectrum":
        return one.mean is not None and one.mean.prompts > 0
    return bool(one.shown) if kind == "tokens" else bool(varies(one).any())


def _figure(kind: str, panels: Sequence[Panel]) -> Figure:
    from reasonscape.figures.difference_spectra import difference_spectra_figure
    from reasonscape.figures.fragmentation import fragmentation_figure
    from reasonscape.figures.spectra import spectra_figure
    from reasonscape.figures.token_views import token_view_figure
    from reasonscape.figures.waterfalls import waterfall_figure
    from reasonscape.lenses.fft import pictures, token_pictures

    if kind == "fragments":
        evals = [one for _, one in panels]
        return fragmentation_figure(token_pictures.fragmentation_of(panels[0][0], evals))
    ways: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
        "waterfall": (pictures.waterfall_of, waterfall_figure),
        "outcome": (pictures.outcome_of, difference_spectra_figure),
        "spectrum": (pictures.spectra_of, spectra_figure),
        "tokens": (token_pictures.tokens_of, token_view_figure),
    }
    content, draw = ways[kind]
    contents = [content(*panel) for panel in panels]
    if kind != "tokens" and len({one.unit for one in contents}) > 1:
        # Bytes are the tokens of those who read them.
        contents = [replace(one, unit="token") for one in contents]
    figure: Figure = draw(contents)
    return figure


def _contrasts(result: FftResult, findings: Sequence[Finding]) -> list[Drawing]:
    """Readings against each other, a picture a kind."""
    made = []
    each = [found for one in result.evals for found in one.readings]
    for kind in ("eval", "tokenizer", "template"):
        panels = _different([f for f in (*result.pairs, *each) if f.kind == kind])[:PANELS]
        if panels:
            ids = list(dict.fromkeys(i for found in panels for i in found.eval_ids))
            labels = {one.subject.eval_id: one.label for one in result.evals}
            first = suspicion(result.base_task, [f for f in findings if f.eval_id in ids])
            named = {i: labels[i] for i in ids}
            make = partial(_contrast_figure, result, panels)
            task = (result.base_task, result.label)
            made.append(drawing_of(task, f"read-by-{kind}", named, first - 0.1, make))
    return made


def _different(found: Sequence[ReadingContrast]) -> list[ReadingContrast]:
    """Contrasts of evals that read the same prompts in the same ways are one."""
    first: dict[bytes, ReadingContrast] = {}
    for one in found:
        key = one.found.difference.tobytes() + f"{one.a_label} {one.b_label}".encode()
        if key in first:
            labels = f"{first[key].eval_label}, {one.eval_label}"
            first[key] = replace(first[key], eval_label=labels)
        first.setdefault(key, one)
    return list(first.values())


def _contrast_figure(result: FftResult, panels: Sequence[ReadingContrast]) -> Figure:
    from reasonscape.figures.difference_spectra import difference_spectra_figure
    from reasonscape.lenses.fft.pictures import contrast_of

    return difference_spectra_figure([contrast_of(result, found) for found in panels])
