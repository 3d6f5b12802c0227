"""Power by level and frequency as a map, and beside it how accurate each level is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.areas import Area
from reasonscape.figures.captions import interval
from reasonscape.figures.frames import frame
from reasonscape.figures.frequencies import (
    AXIS_ROOM,
    frequency_axis,
    frequency_end,
    frequency_hover,
    signed,
)
from reasonscape.figures.notes import empty_note
from reasonscape.figures.numerals import percent
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.scales import axis_name, finite_values
from reasonscape.figures.spectrum_content import Waterfall
from reasonscape.figures.theme import (
    DIFFERENCE_SCALE,
    MASKED,
    check_panels,
    colour_scale,
    plot_axis,
)
from reasonscape.figures.ticks import side_room
from reasonscape.figures.waterfall_sides import SIDE, mark_periods, side_axes, side_traces
from reasonscape.figures.wording import axis_title, escape_text, level_texts

#: The scale never stretches noise: it reaches at least this many dB to each side.
_LEAST_REACH = 1.0
#: Pixels over the highest row for the names of periods.
_STRIP = 24.0


def waterfall_figure(panels: Sequence[Waterfall]) -> go.Figure:
    """Draw power by level (easiest lowest) and frequency, with the accuracy of each level beside.

    White is what the same tokens show in no order, orange is more power, blue is less, on one
    scale for all panels. A peak that fades upwards while accuracy falls is a collapse; a colour
    that grows in some frequencies only is a gain in that band. Levels with too few prompts are
    grey, and their accuracy is hollow.

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
        If there are no panels, more than six, or panels with different units.
    """
    check_panels(len(panels))
    end, reach = frequency_end(panels), _reach(panels)
    places, heat = _place(panels)
    words = "power in dB relative to the same tokens shuffled, and accuracy by level"
    layout = frame(panels, places, words, otherwise="Spectra by level")
    traces: list[Any] = []
    for index, each in enumerate(panels):
        levels = max(len(each.axis.levels), 1)
        strip = _STRIP * levels / (places.plot_height - _STRIP)
        area = Area(*places.axis_keys(index), x=(0.0, end), y=(-0.5, levels - 0.5 + strip))
        layout |= _axes(each, places, index, area, heat) | side_axes(each, places, index, area)
        traces += _map(each, area)
        traces += side_traces(each, index, area)
        if np.isfinite(each.power).any():
            layout["annotations"] += mark_periods(each, area, heat)
        else:
            layout["annotations"].append(empty_note(places, index, "nothing to show"))
    ticks = [-reach, -reach / 2, 0.0, reach / 2, reach]
    layout["coloraxis"] = {
        "colorscale": colour_scale(DIFFERENCE_SCALE), "cmin": -reach, "cmax": reach,
        "colorbar": places.colour_bar(
            "dB relative to shuffled", tickvals=ticks, ticktext=[signed(tick) for tick in ticks]
        ),
    }  # fmt: skip
    return go.Figure(data=traces + _keys(panels), layout=layout)


def _reach(panels: Sequence[Waterfall]) -> float:
    """Half the width of the scale: what all but the most extreme 0.5% of cells stay within."""
    shown = np.abs(finite_values([each.power[~each.few] for each in panels]))
    if not shown.size:
        shown = np.abs(finite_values([each.power for each in panels]))
    largest = float(np.quantile(shown, 0.995)) if shown.size else 0.0
    return max(_LEAST_REACH, float(np.ceil(largest)))


def _place(panels: Sequence[Waterfall]) -> tuple[Panels, float]:
    levels = max(max((len(each.axis.levels) for each in panels), default=1), 1)
    heat = 440.0 if len(panels) == 1 else 290.0
    row = 34.0 if len(panels) == 1 else 26.0
    height = float(np.clip(row * levels, 110.0, 420.0)) + _STRIP
    rooms = Rooms(
        left=max(side_room(each.axis) for each in panels) + 8, bottom=AXIS_ROOM + 8, gap=56,
        right=104, repeat_left=len({each.axis for each in panels}) > 1,
    )  # fmt: skip
    width = heat + SIDE
    places = place_panels(len(panels), width, height, rooms, columns=2, least_width=640)
    return places, heat


def _axes(each: Waterfall, places: Panels, index: int, area: Area, heat: float) -> dict[str, Any]:
    box = places.boxes[index]
    texts = level_texts(each.axis)
    thin = -(-len(texts) * 13 // int(places.plot_height)) or 1
    return {
        area.x_key.replace("x", "xaxis"): frequency_axis(
            area, places, index, each.unit, pixels=heat, showgrid=False,
            domain=[box.x[0], box.x[0] + heat / places.width],
        ),
        area.y_key.replace("y", "yaxis"): plot_axis(
            anchor=area.x_key, domain=box.y, range=list(area.y), tickmode="array",
            tickvals=list(range(len(texts)))[::thin], ticktext=texts[::thin], showgrid=False,
            showline=False, title=axis_name(axis_title(each.axis), shown=box.column == 0),
        ),
    }  # fmt: skip


def _map(each: Waterfall, area: Area) -> list[Any]:
    if not len(each.frequency) or not len(each.axis.levels):
        return []
    few = np.asarray(each.few, dtype=bool)[:, None] & np.ones(len(each.frequency), dtype=bool)
    hover = [
        [_hover(each, row, column) for column in range(len(each.frequency))]
        for row in range(len(each.axis.levels))
    ]
    shared = {
        "x": each.frequency, "y": np.arange(len(each.axis.levels)), "hovertext": hover,
        "hoverinfo": "text", "hoverongaps": False, "ygap": 1.5, **area.place,
    }  # fmt: skip
    traces: list[Any] = [
        go.Heatmap(
            z=np.where(few, np.nan, each.power), coloraxis="coloraxis", name="power", **shared
        )
    ]
    if few.any():
        traces.append(
            go.Heatmap(
                z=np.where(few, 0.0, np.nan), showscale=False, name="too few prompts",
                colorscale=[[0, MASKED], [1, MASKED]], zmin=0, zmax=1, **shared,
            )
        )  # fmt: skip
    return traces


def _hover(each: Waterfall, row: int, column: int) -> str:
    value = float(each.power[row, column])
    bounds = interval(float(each.low[row]), float(each.high[row]))
    lines = [
        f"<b>{axis_title(each.axis)}: {escape_text(each.axis.levels[row])}</b>",
        frequency_hover(float(each.frequency[column]), each.unit),
        f"{value:+.2f} dB" if value == value else "not known",
        f"{int(each.prompts[row]):,} prompts",
        f"accuracy {percent(float(each.accuracy[row]), 1)} ({bounds})",
    ]
    return "<br>".join([*lines, "too few prompts to be read"] if each.few[row] else lines)


def _keys(panels: Sequence[Waterfall]) -> list[Any]:
    """The ends of the scale are named, because colours alone say nothing."""
    named = [("more than shuffled", DIFFERENCE_SCALE[-2]), ("less", DIFFERENCE_SCALE[1])]
    if any(np.asarray(each.few).any() for each in panels):
        named.append(("too few prompts", MASKED))
    return [
        go.Scatter(
            x=[None], y=[None], mode="markers", name=name, hoverinfo="skip",
            marker={"symbol": "square", "size": 12, "color": colour}, showlegend=True,
        )
        for name, colour in named
    ]  # fmt: skip
