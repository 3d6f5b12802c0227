"""How well clusterings of subsamples agree, by the number of clusters."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.areas import Area, upright
from reasonscape.figures.bands import band
from reasonscape.figures.cluster_content import Stability
from reasonscape.figures.notes import empty_note
from reasonscape.figures.panels import Rooms, place_panels
from reasonscape.figures.row_notes import fitted_head
from reasonscape.figures.scales import axis_name, finite_values
from reasonscape.figures.theme import EVAL_COLOURS, INK, legend, plot_axis, white_layout
from reasonscape.figures.wording import escape_text

_COLOUR = EVAL_COLOURS[0]
#: At most so many numbers of clusters are named under the axis.
_MOST_TICKS = 14


def stability_figure(content: Stability) -> go.Figure:
    """Draw the mean adjusted Rand index against the number of clusters.

    Bars are its spread, the grey band is what data without groups give, and a ring and a line mark
    the number that was chosen.

    Parameters
    ----------
    content
        What was tried; it may be nothing.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    places = place_panels(1, 560.0, 300.0, Rooms(left=66.0, bottom=56.0), least_width=660)
    box = places.boxes[0]
    layout = white_layout(places.width, places.height)
    layout["title"] = fitted_head(content.title, content.subtitle, places.width)
    layout["legend"] = legend(places.height) | {"x": box.x[0], "traceorder": "normal"}
    layout["annotations"] = []
    k = np.asarray(content.k, dtype=float)
    ends = (float(k.min()), float(k.max())) if len(k) else (1.0, 2.0)
    values = finite_values([content.agreement, content.low, content.null_low])
    bottom = min(0.0, float(values.min()) - 0.04) if len(values) else 0.0
    area = Area("x", "y", (ends[0] - 0.6, ends[1] + 0.6), (bottom, 1.12))
    named = np.unique(k)[:: -(-len(np.unique(k)) // _MOST_TICKS) or 1]
    layout["xaxis"] = plot_axis(
        anchor="y", domain=box.x, range=list(area.x), tickmode="array", tickvals=named.tolist(),
        ticktext=[f"{value:.0f}" for value in named], title=axis_name("clusters"), showgrid=False,
    )  # fmt: skip
    layout["yaxis"] = plot_axis(
        anchor="x", domain=box.y, range=list(area.y), tickvals=[0, 0.25, 0.5, 0.75, 1],
        title=axis_name("adjusted Rand index"),
    )  # fmt: skip
    traces: list[Any] = []
    if len(content.null_low):
        traces += band(
            k, content.null_low, content.null_high, INK, area.place,
            name="data without groups",
        )  # fmt: skip
        for trace in traces:
            trace.update(showlegend=True, legendrank=1002)
    if content.chosen is not None:
        label = f"chosen: {content.chosen} clusters"
        traces += upright(layout, area, float(content.chosen), label)
    shown = np.isfinite(content.agreement)
    if shown.any():
        traces += _line(content, k, area)
    else:
        layout["annotations"].append(empty_note(places, 0, "nothing to show"))
    return go.Figure(data=traces, layout=layout)


def _line(content: Stability, k: Any, area: Area) -> list[Any]:
    chosen = k == (-1 if content.chosen is None else content.chosen)
    known = np.isfinite(content.low) & np.isfinite(content.high)
    hover = [
        f"{number:.0f} clusters<br>{value:.3f}" + (f" ({low:.3f} to {high:.3f})" if both else "")
        for number, value, low, high, both in zip(
            k, content.agreement, content.low, content.high, known, strict=True
        )
    ]
    return [
        go.Scatter(
            x=np.repeat(k[known], 3) + np.tile([0.0, 0.0, np.nan], int(known.sum())),
            y=np.stack(
                [content.low[known], content.high[known], np.full(known.sum(), np.nan)], 1
            ).ravel(),
            mode="lines", line={"color": _COLOUR, "width": 2}, opacity=0.55, hoverinfo="skip",
            name=escape_text(content.spread, 60), showlegend=bool(known.any()), **area.place,
        ),
        go.Scatter(
            x=k, y=content.agreement, mode="lines+markers", name="mean over pairs",
            line={"color": _COLOUR, "width": 2},
            showlegend=True,
            marker={
                "opacity": 1.0,
                "color": ["white" if ring else _COLOUR for ring in chosen],
                "size": [13 if ring else 8 for ring in chosen],
                "line": {"color": _COLOUR, "width": [3 if ring else 0 for ring in chosen]},
            },
            hovertext=hover, hoverinfo="text", **area.place,
        ),
    ]  # fmt: skip
