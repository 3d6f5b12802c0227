"""Intervals that several figures draw alike: bands beside lines and bars through points."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.content import FloatArray

BAND_OPACITY = 0.17


def band(
    x: FloatArray,
    low: FloatArray,
    high: FloatArray,
    colour: str,
    place: dict[str, str],
    *,
    step: bool = False,
    **more: Any,
) -> list[Any]:
    """The area between two bounds, broken where either is NaN; nothing where all are.

    With `step`, bounds hold from each place to the next.
    """
    known = np.isfinite(x) & np.isfinite(low) & np.isfinite(high)
    xs: list[float | None] = []
    ys: list[float | None] = []
    for run in _runs(known):
        at, under, over = x[run], low[run], high[run]
        if step:
            at, under, over = (
                np.repeat(at, 2)[1:],
                np.repeat(under, 2)[:-1],
                np.repeat(over, 2)[:-1],
            )
        if xs:
            xs.append(None)
            ys.append(None)
        xs += [*at.tolist(), *at[::-1].tolist()]
        ys += [*over.tolist(), *under[::-1].tolist()]
    if not xs:
        return []
    return [
        go.Scatter(
            x=xs, y=ys, mode="lines", line={"width": 0}, fill="toself", fillcolor=colour,
            opacity=BAND_OPACITY, hoverinfo="skip", showlegend=False, **place, **more,
        )
    ]  # fmt: skip


def _runs(known: Any) -> list[slice]:
    """Slices of neighbours that are all known."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], known, [False])).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def bars(value: FloatArray, low: FloatArray, high: FloatArray, **more: Any) -> dict[str, Any]:
    """Error bars from a value to its bounds; none where a bound is NaN."""
    return {
        "type": "data",
        "symmetric": False,
        "array": np.nan_to_num(high - value),
        "arrayminus": np.nan_to_num(value - low),
        "thickness": 1.3,
        "width": 3,
    } | more
