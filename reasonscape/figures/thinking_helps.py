"""Does longer thinking help? Accuracy by length of the trace, within strata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.annotations import ACCURACY_RANGE
from reasonscape.figures.bands import bars
from reasonscape.figures.captions import interval
from reasonscape.figures.frames import BARE_HEAD, frame
from reasonscape.figures.notes import NOTE_LINE, empty_note, estimate_words, note_below, short_unit
from reasonscape.figures.numerals import percent
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.scales import axis_name, log_axis, log_bounds
from reasonscape.figures.theme import EVAL_COLOURS, check_panels, plot_axis
from reasonscape.figures.trace_content import ThinkingHelps


def thinking_helps_figure(panels: Sequence[ThinkingHelps]) -> go.Figure:
    """Draw accuracy with intervals by length of the trace, one panel an eval or level.

    Below each panel stand the odds of being right per doubling of the length, with their
    interval. Panels share both scales.

    Parameters
    ----------
    panels
        One to six panels.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If there are no panels, or more than six.
    """
    check_panels(len(panels))
    width, height = (520.0, 300.0) if len(panels) == 1 else (290.0, 220.0)
    rooms = Rooms(left=74.0, bottom=52 + NOTE_LINE, gap=26, right=24)
    places = place_panels(len(panels), width, height, rooms, head=BARE_HEAD, least_width=640)
    words = "accuracy by length of the trace within strata, 95% intervals"
    layout = frame(panels, places, words, otherwise="Does longer thinking help?")
    layout["legend"]["visible"] = False
    bounds = log_bounds([each.tokens for each in panels], margin=0.07)
    traces: list[Any] = []
    for index, each in enumerate(panels):
        layout |= _axes(each, places, index, bounds)
        shown = np.isfinite(each.accuracy) & np.isfinite(each.tokens) & (each.tokens > 0)
        if shown.any():
            traces.append(_points(each, places, index))
        else:
            layout["annotations"].append(empty_note(places, index, "no traces to show"))
        odds = estimate_words(each.odds_ratio, each.odds_low, each.odds_high)
        times = "" if odds == "not estimated" else "× "
        words = f"odds of being right per doubling: {times}{odds}"
        layout["annotations"].append(note_below(places, index, words))
    return go.Figure(data=traces, layout=layout)


def _axes(
    each: ThinkingHelps, places: Panels, index: int, bounds: tuple[float, float]
) -> dict[str, Any]:
    x_key, y_key = places.axis_keys(index)
    box = places.boxes[index]
    return {
        x_key.replace("x", "xaxis"): log_axis(
            *bounds, most=6, anchor=y_key, domain=box.x,
            title=axis_name(f"length of the trace ({short_unit(each.unit)})"),
        ),
        y_key.replace("y", "yaxis"): plot_axis(
            anchor=x_key, domain=box.y, range=ACCURACY_RANGE, tickvals=[0, 0.25, 0.5, 0.75, 1],
            tickformat=".0%", showticklabels=box.column == 0,
            title=axis_name("accuracy", shown=box.column == 0),
        ),
    }  # fmt: skip


def _points(each: ThinkingHelps, places: Panels, index: int) -> Any:
    x_key, y_key = places.axis_keys(index)
    hover = [
        f"about {length:,.0f} {short_unit(each.unit)}<br>accuracy {percent(value, 1)} "
        f"({interval(float(low), float(high))})<br>{samples:,} samples"
        for length, value, low, high, samples in zip(
            each.tokens, each.accuracy, each.low, each.high, each.samples.tolist(), strict=True
        )
    ]
    colour = EVAL_COLOURS[0]
    return go.Scatter(
        x=each.tokens, y=each.accuracy, error_y=bars(each.accuracy, each.low, each.high),
        mode="lines+markers", line={"color": colour, "width": 1.4},
        marker={"color": colour, "size": 8, "line": {"color": "white", "width": 1}},
        hovertext=hover, hoverinfo="text", name="accuracy", showlegend=False,
        xaxis=x_key, yaxis=y_key,
    )  # fmt: skip
