"""How curves of spectra look, the periods over their peaks, and the prompts behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.areas import Area
from reasonscape.figures.frequencies import AXIS_ROOM, frequency_hover, nearest_bin, period_words
from reasonscape.figures.notes import note_below
from reasonscape.figures.panels import Panels
from reasonscape.figures.populations import Look
from reasonscape.figures.spectrum_content import Spectra, SpectrumCurve
from reasonscape.figures.theme import CHARACTER_WIDTH, EVAL_COLOURS, INK, SMALL

#: Light to dark in one hue, so that levels keep their order in greyscale.
_LIGHT, _DARK = (158, 202, 225), (8, 36, 92)
_DASHES = ("solid", "dash", "dot", "dashdot")
#: A legend names at most this many levels, evenly chosen.
_MOST_KEYS = 6
#: A panel names at most this many peaks; more are marked only.
_MOST_NAMES = 5


def curve_looks(panels: Sequence[Spectra]) -> dict[str, Look]:
    """Colour and dash of each label, the same in all panels."""
    labels = list(dict.fromkeys(curve.label for each in panels for curve in each.curves))
    if any(each.ordered for each in panels):
        shares = np.linspace(0, 1, len(labels)) if len(labels) > 1 else np.ones(len(labels))
        return {
            label: Look(_between(float(share)), "circle", "solid")
            for label, share in zip(labels, shares, strict=True)
        }
    return {
        label: Look(
            EVAL_COLOURS[number % len(EVAL_COLOURS)],
            "circle",
            _DASHES[number // len(EVAL_COLOURS) % len(_DASHES)],
        )
        for number, label in enumerate(labels)
    }


def shown_keys(looks: dict[str, Look]) -> list[str]:
    """Labels that a legend names: all of a few, else the ends and some between."""
    labels = list(looks)
    ordered = len({look.colour for look in looks.values()}) == len(labels)
    if len(labels) <= _MOST_KEYS or not ordered:
        return labels
    chosen = np.unique(np.round(np.linspace(0, len(labels) - 1, _MOST_KEYS)).astype(int))
    return [labels[number] for number in chosen]


def mark_peaks(
    layout: dict[str, Any],
    each: Spectra,
    curves: Sequence[SpectrumCurve],
    looks: dict[str, Look],
    area: Area,
    pixels: float,
) -> list[Any]:
    """A mark over each peak, and its period over the highest curve that has it."""
    found: dict[int, tuple[float, SpectrumCurve]] = {}
    traces: list[Any] = []
    for curve in curves:
        bins = {nearest_bin(each.frequency, at) for at in curve.peaks}
        known = sorted(at for at in bins if at is not None and np.isfinite(curve.mean[at]))
        if not known:
            continue
        for at in known:
            height = float(curve.mean[at])
            if at not in found or height > found[at][0]:
                found[at] = height, curve
        traces.append(
            go.Scatter(
                x=each.frequency[known], y=curve.mean[known], mode="markers", name="peak",
                marker={"symbol": "circle", "size": 8, "color": looks[curve.label].colour,
                        "line": {"color": "white", "width": 1.2}},
                hovertext=[frequency_hover(float(each.frequency[at]), each.unit) for at in known],
                hoverinfo="text", showlegend=False, legendgroup=curve.label, cliponaxis=False,
                **area.place,
            )
        )  # fmt: skip
    highest = sorted(found, key=lambda at: -found[at][0])[:_MOST_NAMES]
    taken: list[tuple[float, float]] = []
    for at in highest:
        frequency = float(each.frequency[at])
        text = period_words(frequency, each.unit)
        width = len(text) * SMALL * CHARACTER_WIDTH
        x = frequency / area.x[1] * pixels
        side = "right" if x + width / 2 > pixels else ("left" if x < width / 2 else "center")
        y = found[at][0]
        tall = 0.07 * (area.y[1] - area.y[0])
        close = [b for a, b in taken if abs(a - x) < width and abs(b - y) < tall]
        if close:
            continue
        taken.append((x, y))
        layout["annotations"].append(
            {
                "text": text, "xref": area.x_key, "x": frequency, "yref": area.y_key, "y": y,
                "xanchor": side, "yanchor": "bottom", "yshift": 6, "showarrow": False,
                "font": {"size": SMALL, "color": INK}, "bgcolor": "rgba(255,255,255,0.75)",
                "borderpad": 1,
            }
        )  # fmt: skip
    return traces


def prompts_note(
    each: Spectra, looks: dict[str, Look], places: Panels, index: int
) -> list[dict[str, Any]]:
    """How many prompts are behind the curves of a panel."""
    counts = [curve.prompts for curve in each.curves]
    if not counts:
        return []
    if len(counts) == 1:
        text = f"n = {counts[0]:,} prompt{'s' if counts[0] != 1 else ''}"
    elif len(counts) <= _MOST_KEYS:
        parts = [
            f'<span style="color:{looks[curve.label].colour}">■</span> {curve.prompts:,}'
            for curve in each.curves
        ]
        text = "prompts:  " + "   ".join(parts)
    else:
        text = f"{min(counts):,} to {max(counts):,} prompts a curve"
    note = note_below(places, index, text)
    return [note | {"yshift": -(AXIS_ROOM - 4)}]


def _between(share: float) -> str:
    mixed = (round(a + (b - a) * share) for a, b in zip(_LIGHT, _DARK, strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)
