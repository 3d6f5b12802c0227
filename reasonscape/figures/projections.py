"""Accuracy along one axis at a time: observed points, fitted curve with band, and its fall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.captions import interval, sample_size
from reasonscape.figures.content import FloatArray, LevelAxis, Projection
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.theme import (
    EVAL_COLOURS,
    FONT_SIZE,
    HEAD,
    INK,
    MAX_PANELS,
    SMALL,
    SOFT_INK,
    TRUNCATED,
    check_panels,
    head,
    legend,
    plot_axis,
    white_layout,
)
from reasonscape.figures.ticks import slant_room, tick_layout, tick_room
from reasonscape.figures.wording import (
    axis_title,
    escape_text,
    percent,
    points,
)

_ACCURACY_RANGE = [-0.03, 1.05]
_SHAPE_WORDS = {"cliff": "cliff", "gradual": "gradual", "unresolved": "fall", "few_levels": "fall"}
#: Evals that share a panel are set this far apart, in levels, so that intervals stay apart.
_APART = 0.09
#: Labels of falls whose strips are closer than this, in levels, stand over each other.
_CROWDED = 1.6
_FALL_LINE = 15.0


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
    words = "accuracy along each axis, 95% intervals; other axes pooled"
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
            pens.append(_Pen(EVAL_COLOURS[number], shift, x_key, y_key, len(evals) > 1))
            traces += _eval_traces(projection, pens[-1])
        _mark_falls(layout, list(zip(here, pens, strict=True)), panels, index)
        _mark_chance(layout, here, x_key, y_key)
    traces += _keys(projections, evals)
    return go.Figure(data=traces, layout=layout)


class _Pen:
    """How one eval is drawn in one panel."""

    def __init__(self, colour: str, shift: float, x: str, y: str, several: bool) -> None:
        self.colour = colour
        self.shift = shift
        self.x, self.y = x, y
        self.place = {"xaxis": x, "yaxis": y}
        self.several = several

    @property
    def truncated(self) -> str:
        return self.colour if self.several else TRUNCATED


def _place(axes: Sequence[LevelAxis], evals: int) -> Panels:
    """Panels with a line over them for the fall of each eval."""
    levels = max(len(axis.levels) for axis in axes)
    width = float(np.clip(levels * 58, 380, 620 if len(axes) == 1 else 460))
    room = max(tick_room(axis, width) for axis in axes)
    slant = max(slant_room(axis, width) for axis in axes)
    rooms = Rooms(left=max(66.0, slant), bottom=room, gap=26, right=24)
    over = HEAD - 8 + _FALL_LINE * max(evals - 1, 0)
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
            range=_ACCURACY_RANGE,
            tickvals=[0, 0.25, 0.5, 0.75, 1],
            tickformat=".0%",
            showticklabels=box.column == 0,
            title={"text": "accuracy" if box.column == 0 else "", "font": {"size": FONT_SIZE}},
        ),
    }


def _eval_traces(projection: Projection, pen: _Pen) -> list[Any]:
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
    projection: Projection, fitted: FloatArray, pen: _Pen, shared: dict[str, Any]
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


def _mark_falls(
    layout: dict[str, Any], here: Sequence[tuple[Projection, _Pen]], panels: Panels, index: int
) -> None:
    """Strips from the last good to the first bad level; over the panel, how far accuracy falls."""
    taken: list[float] = []
    for projection, pen in here:
        good, bad = projection.last_good, projection.first_bad
        if good is None or bad is None:
            continue
        layout["shapes"].append(
            {
                "type": "rect", "xref": pen.x, "yref": pen.y, "layer": "below",
                "line": {"width": 0}, "x0": good, "x1": bad,
                "y0": _ACCURACY_RANGE[0], "y1": _ACCURACY_RANGE[1],
                "fillcolor": pen.colour if pen.several else "#9a9a9a",
                "opacity": 0.12 if pen.several else 0.2,
            }
        )  # fmt: skip
        if np.isnan(projection.fall):
            continue
        centre = (good + bad) / 2
        above = sum(abs(other - centre) < _CROWDED for other in taken)
        taken.append(centre)
        last = len(projection.axis.levels) - 1
        side = "left" if centre < last / 3 else ("right" if centre > 2 * last / 3 else "center")
        edge = {"left": good, "right": bad, "center": centre}[side]
        layout["annotations"].append(
            {
                "text": _fall_text(projection, several=pen.several), "showarrow": False,
                "xref": pen.x, "x": edge, "xanchor": side,
                "yref": "paper", "y": panels.boxes[index].y[1], "yanchor": "bottom",
                "yshift": 2 + above * _FALL_LINE,
                "font": {"size": SMALL, "color": pen.colour if pen.several else SOFT_INK},
            }
        )  # fmt: skip


def _fall_text(projection: Projection, *, several: bool) -> str:
    word = _SHAPE_WORDS.get(projection.shape, "fall")
    text = f"{word} {points(-projection.fall)}"
    if several:
        return text
    text += " points"
    if not np.isnan(projection.fall_low):
        text += f" ({points(-projection.fall_high)} to {points(-projection.fall_low)})"
    return text


def _mark_chance(
    layout: dict[str, Any], here: Sequence[Projection], x_key: str, y_key: str
) -> None:
    for chance in sorted({projection.chance for projection in here if projection.chance > 0}):
        line = {"color": INK, "width": 1.3, "dash": "dash"}
        layout["shapes"].append(
            {
                "type": "line", "xref": f"{x_key} domain", "yref": y_key, "x0": 0, "x1": 1,
                "y0": chance, "y1": chance, "line": line, "layer": "above",
            }
        )  # fmt: skip
        layout["annotations"].append(
            {
                "text": f"chance {percent(chance)}", "xref": f"{x_key} domain", "yref": y_key,
                "x": 0.005, "xanchor": "left", "y": chance, "yanchor": "top", "showarrow": False,
                "font": {"size": SMALL, "color": SOFT_INK},
            }
        )  # fmt: skip


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
