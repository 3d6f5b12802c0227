"""Accuracy along one axis at a time: observed points, fitted curve with band, and its fall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.annotations import (
    ACCURACY_RANGE,
    FALL_LINE,
    Pen,
    mark_chance,
    mark_falls,
)
from reasonscape.figures.captions import interval, sample_size
from reasonscape.figures.content import FloatArray, LevelAxis, Projection
from reasonscape.figures.numerals import percent
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.theme import (
    EVAL_COLOURS,
    FONT_SIZE,
    HEAD,
    MAX_PANELS,
    SOFT_INK,
    TRUNCATED,
    check_panels,
    head,
    legend,
    plot_axis,
    white_layout,
)
from reasonscape.figures.ticks import slant_room, tick_layout, tick_room
from reasonscape.figures.wording import axis_title, escape_text

#: Evals that share a panel are set this far apart, in levels, so that intervals stay apart.
_APART = 0.09


def projection_figure(projections: Sequence[Projection]) -> go.Figure:
    """Draw accuracy against the levels of each axis, one panel an axis, evals laid over each other.

    Points are observed accuracies with 95% intervals, a line with its band is the fitted curve,
    bars at the foot are truncated shares, the dashed line is chance. A shaded strip marks where
    accuracy falls, labelled with the height of the fall and its interval. Levels of a factor are
    never joined.

    Parameters
    ----------
    projections
        Any number of evals on one to six different axes, at most six evals.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If there are no projections, or more than six axes or evals.
    """
    axes = list(dict.fromkeys(projection.axis for projection in projections))
    evals = list(dict.fromkeys(projection.eval_label for projection in projections))
    check_panels(len(axes))
    if len(evals) > MAX_PANELS:
        raise ValueError(f"a figure holds at most {MAX_PANELS} evals, got {len(evals)}")
    panels = _place(axes, len(evals))
    layout = white_layout(panels.width, panels.height)
    titles = list(dict.fromkeys(projection.title for projection in projections))
    words = "accuracy by level with 95% intervals; lines are adjusted"
    subtitle = f"{evals[0]} · {words}" if len(evals) == 1 else words
    layout["title"] = head(titles[0] if len(titles) == 1 else "Accuracy", subtitle)
    layout["legend"] = legend(panels.height) | {"x": panels.boxes[0].x[0]}
    layout["barmode"] = "overlay"
    layout["shapes"], layout["annotations"] = [], []
    traces: list[Any] = []
    for index, axis in enumerate(axes):
        x_key, y_key = panels.axis_keys(index)
        layout |= _panel_axes(axis, panels, index)
        here = [projection for projection in projections if projection.axis == axis]
        pens = []
        for order, projection in enumerate(here):
            number = evals.index(projection.eval_label)
            shift = (order - (len(here) - 1) / 2) * _APART
            pens.append(Pen(EVAL_COLOURS[number], shift, x_key, y_key, len(evals) > 1))
            traces += _eval_traces(projection, pens[-1])
        mark_falls(layout, list(zip(here, pens, strict=True)), panels, index)
        mark_chance(layout, here, x_key, y_key)
    traces += _keys(projections, evals)
    return go.Figure(data=traces, layout=layout)


def _place(axes: Sequence[LevelAxis], evals: int) -> Panels:
    """Panels with a line over them for the fall of each eval."""
    levels = max(len(axis.levels) for axis in axes)
    width = float(np.clip(levels * 58, 380, 620 if len(axes) == 1 else 460))
    room = max(tick_room(axis, width) for axis in axes)
    slant = max(slant_room(axis, width) for axis in axes)
    rooms = Rooms(left=max(66.0, slant), bottom=room, gap=26, right=24)
    over = HEAD - 8 + FALL_LINE * max(evals, 1)
    return place_panels(len(axes), width, 300.0, rooms, head=over, least_width=560)


def _panel_axes(axis: LevelAxis, panels: Panels, index: int) -> dict[str, Any]:
    x_key, y_key = panels.axis_keys(index)
    box = panels.boxes[index]
    return {
        x_key.replace("x", "xaxis"): plot_axis(
            anchor=y_key,
            domain=box.x,
            range=[-0.5, len(axis.levels) - 0.5],
            showgrid=False,
            title={"text": axis_title(axis), "standoff": 8, "font": {"size": FONT_SIZE}},
            **tick_layout(axis, panels.plot_width),
        ),
        y_key.replace("y", "yaxis"): plot_axis(
            anchor=x_key,
            domain=box.y,
            range=ACCURACY_RANGE,
            tickvals=[0, 0.25, 0.5, 0.75, 1],
            tickformat=".0%",
            showticklabels=box.column == 0,
            title={"text": "accuracy" if box.column == 0 else "", "font": {"size": FONT_SIZE}},
        ),
    }


def _eval_traces(projection: Projection, pen: Pen) -> list[Any]:
    at = np.arange(len(projection.axis.levels)) + pen.shift
    group = escape_text(projection.eval_label) if pen.several else "observed"
    shared = {"legendgroup": group, "showlegend": False} | pen.place
    traces: list[Any] = []
    if np.nan_to_num(projection.truncated_share).any():
        traces.append(
            go.Bar(
                x=at, y=projection.truncated_share, width=_APART if pen.several else 0.26,
                marker={"color": pen.truncated, "opacity": 0.45}, hoverinfo="skip",
                name="truncated share", **shared,
            )
        )  # fmt: skip
    if projection.fitted is not None and projection.axis.kind == "ordered":
        traces += _curve(projection, projection.fitted, pen, shared)
    traces.append(
        go.Scatter(
            x=at,
            y=projection.accuracy,
            error_y={
                "type": "data",
                "symmetric": False,
                "array": projection.high - projection.accuracy,
                "arrayminus": projection.accuracy - projection.low,
                "thickness": 1.4,
                "width": 3,
            },
            mode="markers",
            marker={"color": pen.colour, "size": 8, "line": {"color": "white", "width": 1}},
            hovertext=_hover(projection),
            hoverinfo="text",
            name="observed",
            **shared,
        )
    )
    return traces


def _curve(
    projection: Projection, fitted: FloatArray, pen: Pen, shared: dict[str, Any]
) -> list[Any]:
    given = projection.fitted_at
    at = np.arange(len(fitted), dtype=float) if given is None else given
    traces: list[Any] = []
    low, high = projection.fitted_low, projection.fitted_high
    if low is not None and high is not None:
        traces.append(
            go.Scatter(
                x=np.concatenate((at, at[::-1])), y=np.concatenate((high, low[::-1])),
                mode="lines", line={"width": 0}, fill="toself", fillcolor=pen.colour,
                opacity=0.16, hoverinfo="skip", name="band", **shared,
            )
        )  # fmt: skip
    traces.append(
        go.Scatter(
            x=at, y=fitted, mode="lines", line={"color": pen.colour, "width": 2.2},
            hoverinfo="skip", name="fitted", **shared,
        )
    )  # fmt: skip
    return traces


def _hover(projection: Projection) -> list[str]:
    texts = []
    for index, level in enumerate(projection.axis.levels):
        bounds = interval(float(projection.low[index]), float(projection.high[index]))
        value = float(projection.accuracy[index])
        lines = [
            f"<b>{escape_text(projection.eval_label)}</b>",
            f"{axis_title(projection.axis)}: {escape_text(level)}",
            f"accuracy {percent(value, 1)} ({bounds})" if value == value else "not shown",
            f"truncated {percent(float(projection.truncated_share[index]), 1)}",
            sample_size(int(projection.items[index]), int(projection.samples[index])),
        ]
        texts.append("<br>".join(lines))
    return texts


def _keys(projections: Sequence[Projection], evals: Sequence[str]) -> list[Any]:
    """Legend: the evals where there are several, else what each mark means."""
    nothing = {"x": [None], "y": [None], "hoverinfo": "skip", "showlegend": True}
    cut = any(np.nan_to_num(each.truncated_share).any() for each in projections)
    fitted = any(each.fitted is not None and each.axis.kind == "ordered" for each in projections)
    keys: list[Any] = []
    if len(evals) > 1:
        for name, colour in zip(evals, EVAL_COLOURS, strict=False):
            label = escape_text(name, 36)
            keys.append(
                go.Scatter(
                    mode="lines+markers", marker={"color": colour, "size": 8},
                    line={"color": colour, "width": 2.2}, name=label,
                    legendgroup=escape_text(name), **nothing,
                )
            )  # fmt: skip
    else:
        colour = EVAL_COLOURS[0]
        keys.append(
            go.Scatter(mode="markers", marker={"color": colour, "size": 8}, name="observed",
                       legendgroup="observed", **nothing)
        )  # fmt: skip
        if fitted:
            line = {"color": colour, "width": 2.2}
            keys.append(go.Scatter(mode="lines", line=line, name="fitted curve", **nothing))
    if cut:
        colour = SOFT_INK if len(evals) > 1 else TRUNCATED
        marker = {"symbol": "square", "size": 11, "color": colour, "opacity": 0.45}
        keys.append(go.Scatter(mode="markers", marker=marker, name="truncated share", **nothing))
    return keys
