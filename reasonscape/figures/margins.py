"""Strips beside a scatter: how the points of each outcome spread along one axis."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.content import FloatArray
from reasonscape.figures.populations import LOOKS
from reasonscape.figures.trace_content import Population

#: Fewer points than this have no shape that a strip could show.
LEAST_POINTS = 10
#: End of the axis on which the fullest bin of each outcome stands at 1.
TOP = 1.12
_BINS = 36


def strip_edges(low: float, high: float, *, log: bool = False) -> FloatArray:
    """Edges of a strip's bins, equally wide as drawn."""
    edges = np.geomspace(low, high, _BINS + 1) if log else np.linspace(low, high, _BINS + 1)
    return np.asarray(edges, dtype=np.float64)


def bin_heights(values: FloatArray, edges: FloatArray) -> FloatArray:
    """Values in each bin over those in the fullest; empty where there are too few values.

    Examples
    --------
    >>> bin_heights(np.repeat([0.5, 0.5, 1.5], 10), np.array([0.0, 1.0, 2.0])).tolist()
    [1.0, 0.5]
    """
    inside = values[np.isfinite(values) & (values >= edges[0]) & (values <= edges[-1])]
    if len(inside) < LEAST_POINTS:
        return np.zeros(0)
    counts, _ = np.histogram(inside, edges)
    return np.asarray(counts / counts.max(), dtype=np.float64)


def strip(
    population: Population, along: str, edges: FloatArray, place: dict[str, str]
) -> list[Any]:
    """The steps of one outcome in one strip, with its median as a line.

    Parameters
    ----------
    population
        The outcome.
    along
        ``x`` for the strip over the scatter, ``y`` for the one beside it.
    edges
        Edges of the bins.
    place
        Keys of the strip's axes.
    """
    look = LOOKS[population.name]
    values = population.x if along == "x" else population.y
    median = population.median_x if along == "x" else population.median_y
    heights = bin_heights(np.asarray(values, dtype=float), edges)
    shared = {
        "mode": "lines", "hoverinfo": "skip", "showlegend": False,
        "legendgroup": population.name, **place,
    }  # fmt: skip
    traces: list[Any] = []
    if len(heights):
        at = np.repeat(edges, 2)
        height = np.concatenate(([0.0], np.repeat(heights, 2), [0.0]))
        xs, ys = (at, height) if along == "x" else (height, at)
        traces.append(
            go.Scatter(
                x=xs, y=ys, line={"color": look.colour, "width": 1.5},
                name=f"{population.name} along {along}", **shared,
            )
        )  # fmt: skip
    if edges[0] <= median <= edges[-1]:
        ends, twice = [0.0, TOP], [median, median]
        across, up = (twice, ends) if along == "x" else (ends, twice)
        traces.append(
            go.Scatter(
                x=across, y=up, line={"color": look.colour, "width": 2, "dash": "dot"},
                name=f"{population.name} median {along}", **shared,
            )
        )  # fmt: skip
    return traces
