"""What stands beside and over a waterfall: accuracy and prompts of each level, and periods."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.areas import Area
from reasonscape.figures.bands import bars
from reasonscape.figures.captions import interval
from reasonscape.figures.frequencies import nearest_bin, period_words
from reasonscape.figures.numerals import percent, short_count
from reasonscape.figures.panels import Panels
from reasonscape.figures.scales import axis_name
from reasonscape.figures.spectrum_content import Waterfall
from reasonscape.figures.theme import CHARACTER_WIDTH, INK, SMALL, SOFT_INK, plot_axis
from reasonscape.figures.wording import escape_text

_GAP, _SLIM = 16.0, 96.0
#: Pixels right of the map for accuracy and for the numbers of prompts.
SIDE = _GAP + _SLIM + 46.0
#: Axes of the side start at this number.
_FIRST = 11


def side_axes(each: Waterfall, places: Panels, index: int, area: Area) -> dict[str, Any]:
    """Axes of the accuracies of panel `index`; the numbers of prompts are their right ticks."""
    number = _FIRST + index
    box = places.boxes[index]
    left = box.x[1] - (SIDE - _GAP) / places.width
    levels = len(each.axis.levels)
    thin = -(-levels * 13 // int(places.plot_height)) or 1
    counts = [short_count(int(count)) for count in each.prompts]
    return {
        f"xaxis{number}": plot_axis(
            anchor=f"y{number}", domain=[left, left + _SLIM / places.width],
            range=[-0.04, 1.04], tickvals=[0, 0.5, 1], ticktext=["0", "50", "100%"],
            title=axis_name("accuracy"),
        ),
        f"yaxis{number}": plot_axis(
            anchor=f"x{number}", domain=box.y, range=list(area.y), side="right",
            tickmode="array", tickvals=[*list(range(levels))[::thin], area.y[1]],
            ticktext=[*counts[::thin], "prompts"], ticks="outside", ticklen=7,
            tickcolor="white", showgrid=False, showline=False,
            tickfont={"size": SMALL, "color": SOFT_INK},
        ),
    }  # fmt: skip


def side_traces(each: Waterfall, index: int, area: Area) -> list[Any]:
    """Accuracy of each level with its interval; hollow where there are too few prompts."""
    place = {"xaxis": f"x{_FIRST + index}", "yaxis": f"y{_FIRST + index}"}
    rows = np.arange(len(each.axis.levels))
    hover = [
        f"<b>{escape_text(name)}</b><br>accuracy {percent(value, 1)} ({interval(low, high)})"
        for name, value, low, high in zip(
            each.axis.levels, each.accuracy.tolist(), each.low.tolist(), each.high.tolist(),
            strict=True,
        )
    ]  # fmt: skip
    return [
        go.Scatter(
            x=each.accuracy, y=rows, mode="lines+markers", name="accuracy", hovertext=hover,
            hoverinfo="text", showlegend=False, cliponaxis=False,
            line={"color": INK, "width": 1, "dash": "dot"},
            marker={"size": 8, "color": np.where(each.few, "white", INK).tolist(),
                    "line": {"color": INK, "width": 1.3}},
            error_x=bars(each.accuracy, each.low, each.high, color=INK), **place,
        )
    ]  # fmt: skip


def mark_periods(each: Waterfall, area: Area, pixels: float) -> list[dict[str, Any]]:
    """The periods of a panel's peaks, over the highest row; those with no room are left out."""
    notes: list[dict[str, Any]] = []
    taken: list[tuple[float, float]] = []
    for peak in each.peaks:
        at = nearest_bin(each.frequency, peak)
        if at is None:
            continue
        frequency = float(each.frequency[at])
        text = period_words(frequency, each.unit)
        width = len(text) * SMALL * CHARACTER_WIDTH
        x = frequency / area.x[1] * pixels
        left = min(max(x - width / 2, 0.0), pixels - width)
        if any(left < stop and start < left + width + 8 for start, stop in taken):
            continue
        taken.append((left, left + width + 8))
        top = len(each.axis.levels) - 0.5
        shared = {
            "xref": area.x_key, "yref": area.y_key, "y": top, "yanchor": "bottom",
            "showarrow": False, "font": {"size": SMALL, "color": INK},
        }  # fmt: skip
        notes += [
            shared | {"text": "▾", "x": frequency, "yshift": -5},
            shared | {"text": text, "x": (left + width / 2) / pixels * area.x[1], "yshift": 5},
        ]
    return notes
