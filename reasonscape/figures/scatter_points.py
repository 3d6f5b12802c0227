"""The points of a scatter of traces, their hover boxes and their legend entries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.populations import LOOKS, Look, in_order, marker_key
from reasonscape.figures.theme import SOFT_INK
from reasonscape.figures.trace_content import Population, PopulationScatter
from reasonscape.figures.wording import escape_text


def shown_points(population: Population) -> Any:
    """Numbers of the points that can be drawn."""
    x = np.asarray(population.x, dtype=float)
    return np.flatnonzero(np.isfinite(x) & (x > 0) & np.isfinite(population.y))


def points(
    population: Population, each: PopulationScatter, place: dict[str, str], *, many: bool, size: int
) -> list[Any]:
    """The traces of one outcome, those that end in a loop hollow; `many` asks for WebGL."""
    look = LOOKS[population.name]
    shown = shown_points(population)
    looped = np.asarray(population.looped, dtype=bool)[shown]
    opacity = float(np.clip(20 / np.sqrt(max(len(shown), 1)), 0.35, 0.8))
    draw = go.Scattergl if many else go.Scatter
    full = {"color": look.colour, "symbol": look.symbol, "size": size, "opacity": opacity}
    hollow = {
        "color": "white", "symbol": look.symbol, "size": size + 2, "opacity": 0.9,
        "line": {"color": look.colour, "width": 1.8},
    }  # fmt: skip
    traces: list[Any] = []
    for which, marker, name in (
        (shown[~looped], full, population.name),
        (shown[looped], hollow, f"{population.name}, looping"),
    ):
        if len(which):
            traces.append(
                draw(
                    x=np.asarray(population.x)[which], y=np.asarray(population.y)[which],
                    mode="markers", marker=marker, name=name, legendgroup=population.name,
                    showlegend=False, hovertext=_hover(population, each, which),
                    hoverinfo="text", **place,
                )
            )  # fmt: skip
    return traces


def _hover(population: Population, each: PopulationScatter, which: Any) -> list[str]:
    x_label, y_label = escape_text(each.x_label, 40), escape_text(each.y_label, 40)
    texts = []
    for number in which.tolist():
        name = f" · {escape_text(population.ids[number])}" if population.ids else ""
        loop = "<br>ends in a loop" if population.looped[number] else ""
        texts.append(
            f"<b>{population.name}</b>{name}<br>{x_label} {population.x[number]:,.0f}"
            f"<br>{y_label} {population.y[number]:.2f}{loop}"
        )
    return texts


def point_keys(panels: Sequence[PopulationScatter]) -> list[Any]:
    """Legend entries of what occurs in any panel."""
    populations = [population for each in panels for population in each.populations]
    present = in_order(population.name for population in populations if len(population.x))
    keys = [marker_key(LOOKS[name], name) for name in present]
    if any(np.any(population.looped) for population in populations):
        ring = {"color": "white", "line": {"color": SOFT_INK, "width": 1.8}}
        keys.append(marker_key(Look(SOFT_INK, "circle", "solid"), "ends in a loop", **ring))
    if any(population.median_x == population.median_x for population in populations):
        line = {"color": SOFT_INK, "width": 2, "dash": "dot"}
        keys.append(
            go.Scatter(x=[None], y=[None], mode="lines", line=line, name="median",
                       hoverinfo="skip", showlegend=True)
        )  # fmt: skip
    return keys
