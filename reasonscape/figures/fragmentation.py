"""Whether prompts that were answered wrong are broken into more tokens than right ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.bands import bars
from reasonscape.figures.content import FloatArray
from reasonscape.figures.fragmentation_words import difference_words, row_notes
from reasonscape.figures.frames import frame
from reasonscape.figures.notes import empty_note
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.populations import RIGHT, WRONG, Look, line_key
from reasonscape.figures.scales import axis_name, finite_values
from reasonscape.figures.theme import CHARACTER_WIDTH, INK, SMALL, check_panels, plot_axis
from reasonscape.figures.token_content import FragmentationByOutcome
from reasonscape.figures.wording import escape_text, plain_text

_ROW, _PLOT, _GAP, _SLIM, _TEXT = 42.0, 330.0, 30.0, 160.0, 330.0
_LABEL = 32
#: The strip of right prompts stands this far above the row's middle, that of wrong ones below.
_APART = 0.19
_FIRST = 11


def fragmentation_figure(panels: Sequence[FragmentationByOutcome]) -> go.Figure:
    """Draw a measure of fragmentation, right against wrong prompts, one panel a measure.

    A thin line spans 5% to 95% of prompts, the bar the middle half, the white dot is the median.
    Beside them stands wrong minus right at equal difficulty with its 95% interval. Panels of the
    same measure have the same scales.

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
    places = _place(panels)
    words = "line: 5–95% of prompts, bar: middle half, dot: median; bold: 95% interval away from 0"
    layout = frame(panels, places, words, otherwise="Fragmentation by outcome")
    traces: list[Any] = []
    for index, each in enumerate(panels):
        same = [other for other in panels if other.measure == each.measure]
        layout |= _axes(each, same, places, index)
        known = False
        for number, row in enumerate(each.rows):
            for look, quantiles, at in (
                (RIGHT, row.right, number - _APART), (WRONG, row.wrong, number + _APART),
            ):  # fmt: skip
                if np.isfinite(quantiles).all():
                    known = True
                    hover = f"<b>{escape_text(row.label)}</b><br>" + _quantile_words(quantiles)
                    traces += _strip(quantiles, at, look, hover, places.axis_keys(index))
        traces += _differences(each, index)
        layout["annotations"] += row_notes(each, places, index, _SLIM)
        if not known:
            layout["annotations"].append(empty_note(places, index, "nothing to show"))
    keys = [line_key(Look(look.colour, "square", "solid"), name)
            for look, name in ((RIGHT, "answered right"), (WRONG, "answered wrong"))]  # fmt: skip
    return go.Figure(data=traces + keys, layout=layout)


def _place(panels: Sequence[FragmentationByOutcome]) -> Panels:
    rows = [row for each in panels for row in each.rows]
    longest = max((len(plain_text(row.label, _LABEL)) for row in rows), default=0)
    rooms = Rooms(
        left=max(60.0, 34 + longest * SMALL * CHARACTER_WIDTH * 1.15), bottom=62.0, right=_TEXT
    )
    height = _ROW * max([len(each.rows) for each in panels] + [2])
    width = _PLOT + _GAP + _SLIM
    return place_panels(len(panels), width, height, rooms, columns=1, least_width=640)


def _axes(
    each: FragmentationByOutcome, same: Sequence[FragmentationByOutcome], places: Panels, index: int
) -> dict[str, Any]:
    x_key, y_key = places.axis_keys(index)
    box, number = places.boxes[index], _FIRST + index
    rows = [row for other in same for row in other.rows]
    values = finite_values([side for row in rows for side in (row.right, row.wrong)])
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    room = 0.05 * (high - low) or 0.5 * max(abs(high), 0.1)
    middles = np.abs(finite_values([[row.difference for row in rows]]))
    ends = np.abs(finite_values([[row.low for row in rows], [row.high for row in rows]]))
    largest = float(middles.max()) if len(middles) else 0.0
    # An interval far longer than all differences does not squeeze them.
    reach = max([largest, *np.minimum(ends, 4 * largest or np.inf).tolist()]) * 1.1 or 1.0
    tall = max(max(len(other.rows) for other in same), 2) - 0.5
    upright = {
        "domain": box.y, "range": [tall, -0.5], "showticklabels": False, "ticks": "",
        "showgrid": False, "showline": False,
    }  # fmt: skip
    left = box.x[0] + (_PLOT + _GAP) / places.width
    return {
        x_key.replace("x", "xaxis"): plot_axis(
            anchor=y_key, domain=[box.x[0], box.x[0] + _PLOT / places.width], nticks=6,
            range=[low - room, high + room], title=axis_name(escape_text(each.measure, 40)),
        ),
        y_key.replace("y", "yaxis"): plot_axis(anchor=x_key, **upright),
        f"xaxis{number}": plot_axis(
            anchor=f"y{number}", domain=[left, left + _SLIM / places.width], nticks=4,
            range=[-reach, reach], zeroline=True, zerolinecolor=INK, zerolinewidth=1.2,
            title=axis_name("wrong − right"),
        ),
        f"yaxis{number}": plot_axis(anchor=f"x{number}", **upright),
    }  # fmt: skip


def _quantile_words(quantiles: FloatArray) -> str:
    least, lower, middle, upper, most = (f"{value:.3g}" for value in quantiles.tolist())
    return f"median {middle}<br>middle half {lower} to {upper}<br>5–95% {least} to {most}"


def _strip(
    quantiles: FloatArray, at: float, look: Look, hover: str, keys: tuple[str, str]
) -> list[Any]:
    place = {"xaxis": keys[0], "yaxis": keys[1]}
    least, lower, middle, upper, most = quantiles.tolist()
    shared = {
        "hovertext": hover, "hoverinfo": "text", "showlegend": False, **place,
    }  # fmt: skip
    return [
        go.Scatter(
            x=ends, y=[at, at], mode="lines", line={"color": look.colour, "width": width},
            name=name, **shared,
        )
        for name, ends, width in (
            ("5–95%", [least, most], 1.6), ("middle half", [lower, upper], 11),
        )
    ] + [
        go.Scatter(
            x=[middle], y=[at], mode="markers", name="median",
            marker={"symbol": "circle", "size": 9, "color": "white",
                    "line": {"color": look.colour, "width": 2}},
            **shared,
        )
    ]  # fmt: skip


def _differences(each: FragmentationByOutcome, index: int) -> list[Any]:
    if not each.rows:
        return []
    bounds = [(row.difference, row.low, row.high) for row in each.rows]
    value, low, high = np.array(bounds, dtype=np.float64).T
    hover = [f"<b>{escape_text(row.label)}</b><br>{difference_words(row)}" for row in each.rows]
    return [
        go.Scatter(
            x=value, y=np.arange(len(value)), mode="markers", name="difference",
            marker={"symbol": "square", "size": 9, "color": INK}, hovertext=hover,
            hoverinfo="text", showlegend=False, error_x=bars(value, low, high, color=INK),
            xaxis=f"x{_FIRST + index}", yaxis=f"y{_FIRST + index}",
        )
    ]  # fmt: skip
