"""Shares of correct, incorrect, unanswered and truncated samples at each level of an axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.content import IntArray, OutcomeCounts
from reasonscape.figures.numerals import percent, short_count
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.theme import (
    FONT_SIZE,
    SMALL,
    SOFT_INK,
    head,
    legend,
    plot_axis,
    white_layout,
)
from reasonscape.figures.ticks import slant_room, tick_layout, tick_room
from reasonscape.figures.wording import axis_title, escape_text

# Okabe and Ito's green, vermilion and grey, and a hatched near-black, from the bottom up.
_OUTCOMES = (
    ("correct", "#3aa981", "", "white"),
    ("incorrect", "#d55e00", "", "white"),
    ("unanswered", "#b8b8b8", "", "#1a1a1a"),
    ("truncated", "#3d3350", "/", "white"),
)
#: A share below this has no room for its number.
_LEAST_SHARE = 0.07


def outcome_figure(counts: Sequence[OutcomeCounts]) -> go.Figure:
    """Draw stacked shares of outcomes at each level, one panel an eval or axis.

    The number over a bar is its samples; levels without samples stay empty.

    Parameters
    ----------
    counts
        One to six panels.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If there are no panels, or more than six.
    """
    panels = _place(counts)
    layout = white_layout(panels.width, panels.height)
    titles = list(dict.fromkeys(each.title for each in counts))
    evals = list(dict.fromkeys(each.eval_label for each in counts))
    words = "outcomes of samples at each level"
    layout["title"] = head(
        titles[0] if len(titles) == 1 else "Outcomes",
        f"{evals[0]} · {words}" if len(evals) == 1 else words,
    )
    layout["legend"] = legend(panels.height) | {
        "x": panels.boxes[0].x[0], "traceorder": "normal",
    }  # fmt: skip
    layout |= {"barmode": "stack", "bargap": 0.22, "annotations": []}
    traces: list[Any] = []
    for index, each in enumerate(counts):
        traces += _bars(each, panels, index)
        layout |= _panel_axes(each, panels, index)
        if panels.titled and len(evals) > 1:
            layout["annotations"].append(panels.title(index, each.eval_label))
    return go.Figure(data=traces, layout=layout)


def _place(counts: Sequence[OutcomeCounts]) -> Panels:
    levels = max((len(each.axis.levels) for each in counts), default=1)
    width = float(np.clip(levels * 62, 330, 760 if len(counts) == 1 else 430))
    room = max((tick_room(each.axis, width) for each in counts), default=60.0)
    slant = max((slant_room(each.axis, width) for each in counts), default=0.0)
    rooms = Rooms(left=max(66.0, slant), bottom=room, gap=26, right=24)
    return place_panels(len(counts), width, 270.0, rooms, least_width=520)


def _panel_axes(each: OutcomeCounts, panels: Panels, index: int) -> dict[str, Any]:
    x_key, y_key = panels.axis_keys(index)
    box = panels.boxes[index]
    return {
        x_key.replace("x", "xaxis"): plot_axis(
            anchor=y_key,
            domain=box.x,
            range=[-0.5, len(each.axis.levels) - 0.5],
            showgrid=False,
            title={"text": axis_title(each.axis), "standoff": 8, "font": {"size": FONT_SIZE}},
            **tick_layout(each.axis, panels.plot_width),
        ),
        y_key.replace("y", "yaxis"): plot_axis(
            anchor=x_key,
            domain=box.y,
            # Room over the bars for the number of samples.
            range=[0, 1.09],
            tickvals=[0, 0.25, 0.5, 0.75, 1],
            tickformat=".0%",
            showticklabels=box.column == 0,
            title={
                "text": "share of samples" if box.column == 0 else "",
                "font": {"size": FONT_SIZE},
            },
        ),
    }


def _bars(each: OutcomeCounts, panels: Panels, index: int) -> list[Any]:
    x_key, y_key = panels.axis_keys(index)
    place = {"xaxis": x_key, "yaxis": y_key}
    arrays = {
        "correct": each.correct,
        "incorrect": each.incorrect,
        "unanswered": each.unanswered,
        "truncated": each.truncated,
    }
    total = np.sum(list(arrays.values()), axis=0)
    levels = list(range(len(total)))
    size = float(np.clip(panels.plot_width / max(len(levels), 1) / 4.2, 7, SMALL))
    traces: list[Any] = []
    for name, colour, hatch, ink in _OUTCOMES:
        share = arrays[name] / np.maximum(total, 1)
        traces.append(
            go.Bar(
                x=levels,
                y=share,
                name=name,
                legendgroup=name,
                showlegend=index == 0,
                marker={
                    "color": colour,
                    "line": {"color": "white", "width": 0.6},
                    "pattern": {
                        "shape": hatch,
                        "bgcolor": colour,
                        "fgcolor": "#6f6391",
                        "fillmode": "replace",
                        "size": 7,
                        "solidity": 0.2,
                    },
                },
                text=[percent(value) if value >= _LEAST_SHARE else "" for value in share],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                constraintext="none",
                textfont={"size": size, "color": ink},
                hovertext=_hover(each, name, arrays[name], total),
                hoverinfo="text",
                **place,
            )
        )
    traces.append(
        go.Scatter(
            x=levels, y=[1.0] * len(levels), mode="text", textposition="top center",
            text=[f"n={short_count(int(value))}" if value else "" for value in total],
            textfont={"size": size, "color": SOFT_INK}, hoverinfo="skip", showlegend=False,
            name="n", **place,
        )
    )  # fmt: skip
    return traces


def _hover(each: OutcomeCounts, name: str, counts: IntArray, total: IntArray) -> list[str]:
    return [
        f"<b>{escape_text(each.eval_label)}</b><br>{axis_title(each.axis)}: "
        f"{escape_text(level)}<br>{name} {percent(count / max(whole, 1), 1)} "
        f"({count} of {whole} samples)"
        for level, count, whole in zip(
            each.axis.levels, counts.tolist(), total.tolist(), strict=True
        )
    ]
