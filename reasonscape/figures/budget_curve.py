"""Accuracy if the largest length were smaller, and what a unit of length earns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.annotations import ACCURACY_RANGE
from reasonscape.figures.areas import Area, upright
from reasonscape.figures.bands import band
from reasonscape.figures.caps import near_cap, time_end, time_name
from reasonscape.figures.frames import BARE_HEAD, frame
from reasonscape.figures.notes import empty_note, short_unit
from reasonscape.figures.numerals import percent
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.populations import Look, line_key, marker_key
from reasonscape.figures.scales import axis_name, top_of
from reasonscape.figures.theme import EVAL_COLOURS, HEAD, SMALL, SOFT_INK, check_panels, plot_axis
from reasonscape.figures.time_content import BudgetCurve
from reasonscape.figures.wording import escape_text

#: Accuracies that all stay below this are drawn on a range of their own.
_LOW = 0.4
_DASHES = ("solid", "dash", "dashdot", "dot", "longdash", "longdashdot")
_STOP = {"symbol": "diamond", "size": 12, "line": {"color": "white", "width": 1.5}}
#: Characters of an eval's name in the legend.
_NAME = 32
#: Share of a panel's height for the lower strip, and for the gap over it.
_STRIP, _GAP = 0.27, 0.06


def budget_curve_figure(panels: Sequence[BudgetCurve], *, overlaid: bool = False) -> go.Figure:
    """Draw accuracy with its band against the budget, and right answers per 1,000 units below.

    The dashed line is where more budget stops paying (a diamond on the curve where several lie in
    one panel), the dotted one the cap; nothing is drawn beyond it. The lower strip is left out
    where no panel has anything for it.

    Parameters
    ----------
    panels
        One to six evals.
    overlaid
        Whether all lie in one panel, each in its own colour and dash, rather than in one each.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If there are none, or more than six.
    """
    check_panels(len(panels))
    strip = any(np.isfinite(each.per_thousand).any() for each in panels)
    places = _place(len(panels), overlaid=overlaid)
    words = "accuracy under each budget, with 95% bands; nothing beyond the cap"
    layout = frame(panels, places, words, otherwise="What a budget buys")
    end = time_end([each.budget for each in panels], [each.cap for each in panels], room=1.03)
    top = top_of([each.per_thousand for each in panels])
    shares = _shares(panels)
    traces: list[Any] = []
    for number, each in enumerate(panels):
        index = 0 if overlaid else number
        main, lower = _areas(places, index, end, top, shares)
        if number == index:
            layout |= _axes(each, places, main, lower, index, strip=strip)
        look = _look(number if overlaid else 0)
        traces += _curves(each, look, [main, lower] if strip else [main])
        traces += _marks(each, look, [main, lower] if strip else [main], layout, overlaid=overlaid)
        if not overlaid and not np.isfinite(each.accuracy.value).any():
            layout["annotations"].append(empty_note(places, index, "nothing to show"))
    if overlaid:
        traces += [line_key(_look(number), _name(each)) for number, each in enumerate(panels)]
        if any(each.stops_paying is not None for each in panels):
            traces.append(marker_key(Look(SOFT_INK, "diamond", "solid"), "stops paying", **_STOP))
    else:
        layout["legend"]["visible"] = False
    return go.Figure(data=traces, layout=layout)


def _name(each: BudgetCurve) -> str:
    return escape_text(each.panel or each.eval_label, _NAME)


def _look(number: int) -> Look:
    return Look(EVAL_COLOURS[number], "circle", _DASHES[number])


def _place(count: int, *, overlaid: bool) -> Panels:
    alone = overlaid or count == 1
    width, height = (580.0, 420.0) if alone else (300.0, 290.0)
    rooms = Rooms(left=74.0, bottom=56.0, gap=30, right=24)
    # Two names of full length a row of the legend, and the mark where a budget stops paying.
    head = HEAD + 20 * (count // 2) if overlaid else BARE_HEAD
    return place_panels(1 if overlaid else count, width, height, rooms, head=head, least_width=680)


def _shares(panels: Sequence[BudgetCurve]) -> tuple[float, float]:
    """The whole range of shares, or that of the bands where all accuracies are low."""
    low, high = ACCURACY_RANGE
    seen = top_of([each.accuracy.high for each in panels], otherwise=1.0, room=1.15)
    return (low * seen, seen) if seen < _LOW else (low, high)


def _areas(
    places: Panels, index: int, end: float, top: float, shares: tuple[float, float]
) -> tuple[Area, Area]:
    """Axes of the curve, and of the strip below it, whose number is beyond those of the panels."""
    x_key, y_key = places.axis_keys(index)
    x = (0.0, end)
    return Area(x_key, y_key, x, shares), Area(x_key, f"y{index + 11}", x, (0.0, top))


def _axes(
    each: BudgetCurve, places: Panels, main: Area, lower: Area, index: int, *, strip: bool
) -> dict[str, Any]:
    box = places.boxes[index]
    bottom, top = box.y
    unit = short_unit(each.time_unit)
    first = box.column == 0
    foot = bottom + (_STRIP + _GAP) * (top - bottom) if strip else bottom
    axes = {
        main.x_key.replace("x", "xaxis"): plot_axis(
            anchor=lower.y_key if strip else main.y_key, domain=box.x, range=list(main.x),
            tickformat=",~r", nticks=7 if places.plot_width > 400 else 5,
            title=axis_name(time_name(f"budget ({unit})", each.cap, main.x[1])),
        ),
        main.y_key.replace("y", "yaxis"): plot_axis(
            anchor=main.x_key, domain=(foot, top), range=list(main.y),
            tickvals=[0, 0.25, 0.5, 0.75, 1] if main.y[1] >= 1 else None, nticks=6,
            tickformat=".0%" if main.y[1] >= _LOW / 4 else ".1%", showticklabels=first,
            title=axis_name("accuracy", shown=first),
        ),
    }  # fmt: skip
    if strip:
        axes[lower.y_key.replace("y", "yaxis")] = plot_axis(
            anchor=main.x_key, domain=(bottom, bottom + _STRIP * (top - bottom)),
            range=list(lower.y), nticks=4, showticklabels=first,
            title=axis_name(f"right per<br>1,000 {escape_text(each.time_unit, 12)}", shown=first)
            | {"font": {"size": SMALL}},
        )  # fmt: skip
    return axes


def _curves(each: BudgetCurve, look: Look, areas: list[Area]) -> list[Any]:
    main, *lower = areas
    accuracy = each.accuracy
    pen = {"color": look.colour, "width": 2.2, "dash": look.dash}
    shared = {"mode": "lines", "line": pen, "hoverinfo": "text", "showlegend": False}
    name = _name(each)
    hover = [
        f"<b>{name}</b><br>budget {budget:,.0f}<br>accuracy {percent(value, 1)} "
        f"({percent(low, 1)} to {percent(high, 1)})<br>{earned:.3g} right per 1,000"
        for budget, value, low, high, earned in zip(
            each.budget.tolist(), accuracy.value.tolist(), accuracy.low.tolist(),
            accuracy.high.tolist(), each.per_thousand.tolist(), strict=True,
        )
    ]  # fmt: skip
    traces: list[Any] = []
    if np.isfinite(accuracy.value).any():
        traces += band(
            each.budget, accuracy.low, accuracy.high, look.colour, main.place, name="band",
            legendgroup=name,
        )  # fmt: skip
        traces.append(
            go.Scatter(
                x=each.budget, y=accuracy.value, name="accuracy", hovertext=hover,
                legendgroup=name, **shared, **main.place,
            )
        )  # fmt: skip
    if np.isfinite(each.per_thousand).any():
        traces += [
            go.Scatter(
                x=each.budget, y=each.per_thousand, name="per 1,000", hovertext=hover,
                legendgroup=name, **shared, **area.place,
            )
            for area in lower
        ]  # fmt: skip
    return traces


def _marks(
    each: BudgetCurve,
    look: Look,
    areas: list[Area],
    layout: dict[str, Any],
    *,
    overlaid: bool,
) -> list[Any]:
    """Lines through both strips where budgets end, and where they stop paying."""
    traces: list[Any] = []
    # Labels stand at the foot, where curves that rise leave room.
    main = areas[0]
    if (cap := near_cap(each.cap, main.x[1])) is not None:
        words = f"cap {cap:,.0f}"
        said = any(note["text"] == words for note in layout["annotations"]) and overlaid
        for area in areas:
            label = words if area is main and not said else ""
            traces += upright(layout, area, cap, label, foot=True, dash="dot")
    if each.stops_paying is None:
        return traces
    if overlaid:
        known = np.isfinite(each.accuracy.value)
        if known.any():
            height = np.interp(each.stops_paying, each.budget[known], each.accuracy.value[known])
            traces.append(
                go.Scatter(
                    x=[each.stops_paying], y=[float(height)], mode="markers", name="stops paying",
                    marker=_STOP | {"color": look.colour}, showlegend=False, hoverinfo="text",
                    hovertext=f"<b>{_name(each)}</b><br>stops paying at {each.stops_paying:,.0f}",
                    **main.place,
                )
            )  # fmt: skip
        return traces
    for area in areas:
        label = f"stops paying at {each.stops_paying:,.0f}" if area is main else ""
        traces += upright(layout, area, each.stops_paying, label, row=1, foot=True)
    return traces
