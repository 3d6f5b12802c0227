"""Where loops begin, counted by outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.content import FloatArray, IntArray
from reasonscape.figures.frames import frame
from reasonscape.figures.notes import NOTE_LINE, empty_note, note_below, short_unit
from reasonscape.figures.numerals import percent
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.populations import LOOKS, in_order
from reasonscape.figures.scales import axis_name, log_ticks, round_ticks, tick_number, top_of
from reasonscape.figures.theme import check_panels, plot_axis
from reasonscape.figures.trace_content import LoopOnsets, PopulationName

_SHARE = "share of the trace"


def loop_onsets_figure(panels: Sequence[LoopOnsets]) -> go.Figure:
    """Draw stacked counts of where loops begin, one panel an eval or level, on one pair of scales.

    Below each panel stands how many of all traces loop. Bars of a logarithmic axis stand at the
    logarithms to base 10 of the edges, because plotly knows no bars of equal width there.

    Parameters
    ----------
    panels
        One to six panels, all of one unit and scale.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If there are no panels or more than six, if units or scales differ, or if an edge of a
        logarithmic axis is not above 0.
    """
    check_panels(len(panels))
    if len({(each.unit, each.log) for each in panels}) > 1:
        raise ValueError("panels of one figure have one unit and one scale")
    if any(each.log and len(each.edges) and min(each.edges) <= 0 for each in panels):
        raise ValueError("edges of a logarithmic axis are above 0")
    width, height = (560.0, 300.0) if len(panels) == 1 else (300.0, 210.0)
    rooms = Rooms(left=66.0, bottom=52 + NOTE_LINE, gap=38, right=24)
    places = place_panels(len(panels), width, height, rooms, least_width=640)
    layout = frame(panels, places, "looping traces by where the loop begins", otherwise="Loops")
    layout |= {"barmode": "stack", "bargap": 0}
    top = top_of([each.correct + each.incorrect + each.truncated for each in panels])
    drawn = [_drawn(each) for each in panels]
    ends = [value for edges in drawn for value in (edges[:1].tolist() + edges[-1:].tolist())]
    bounds = (min(ends), max(ends)) if ends and min(ends) < max(ends) else (0.0, 1.0)
    present = in_order(
        name for each in panels for name, counts in _outcomes(each).items() if counts.any()
    )
    traces: list[Any] = []
    for index, each in enumerate(panels):
        layout |= _axes(each, places, index, bounds, top)
        traces += _bars(each, drawn[index], places, index, present)
        share = percent(each.n_looped / each.n_total, 1) if each.n_total else "–"
        words = f"{each.n_looped:,} of {each.n_total:,} traces loop ({share})"
        layout["annotations"].append(note_below(places, index, words))
        if not any(counts.any() for counts in _outcomes(each).values()):
            layout["annotations"].append(empty_note(places, index, "no loops"))
    return go.Figure(data=traces, layout=layout)


def _outcomes(each: LoopOnsets) -> dict[PopulationName, IntArray]:
    return {"correct": each.correct, "incorrect": each.incorrect, "truncated": each.truncated}


def _drawn(each: LoopOnsets) -> FloatArray:
    edges = np.asarray(each.edges, dtype=np.float64)
    return np.asarray(np.log10(edges), dtype=np.float64) if each.log else edges


def _axes(
    each: LoopOnsets, places: Panels, index: int, bounds: tuple[float, float], top: float
) -> dict[str, Any]:
    x_key, y_key = places.axis_keys(index)
    box = places.boxes[index]
    words = "where the loop begins"
    ticks: dict[str, Any]
    if each.log:
        marks = log_ticks(10 ** bounds[0], 10 ** bounds[1], 6)
        ticks = {
            "tickvals": np.log10(marks).tolist(), "ticktext": [tick_number(m) for m in marks],
        }  # fmt: skip
    elif each.unit == _SHARE:
        ticks = {"tickformat": ".0%", "tickvals": round_ticks(*bounds)}
    else:
        # Plotly would set ticks at the middles of the bars.
        ticks = {"tickformat": ",~r", "tickvals": round_ticks(*bounds)}
    return {
        x_key.replace("x", "xaxis"): plot_axis(
            anchor=y_key, domain=box.x, range=list(bounds), showgrid=False,
            title=axis_name(f"{words} ({short_unit(each.unit)})"), **ticks,
        ),
        y_key.replace("y", "yaxis"): plot_axis(
            anchor=x_key, domain=box.y, range=[0, top], nticks=6, tickformat=",~r",
            showticklabels=box.column == 0,
            title=axis_name("looping traces", shown=box.column == 0),
        ),
    }  # fmt: skip


def _bars(
    each: LoopOnsets, edges: FloatArray, places: Panels, index: int, present: list[PopulationName]
) -> list[Any]:
    x_key, y_key = places.axis_keys(index)
    traces = []
    for name in present:
        look, counts = LOOKS[name], _outcomes(each)[name]
        hover = [
            f"<b>{name}</b><br>{low:,.4g} to {high:,.4g} ({short_unit(each.unit)})<br>{count:,}"
            for low, high, count in zip(
                each.edges[:-1], each.edges[1:], counts.tolist(), strict=True
            )
        ]
        traces.append(
            go.Bar(
                x=(edges[:-1] + edges[1:]) / 2, width=np.diff(edges), y=counts, name=name,
                legendgroup=name, showlegend=index == 0, hovertext=hover, hoverinfo="text",
                marker={
                    "color": look.colour,
                    "line": {"color": "white", "width": 0.8},
                    "pattern": {
                        "shape": "/" if name == "truncated" else "", "bgcolor": look.colour,
                        "fgcolor": "#a684ad", "fillmode": "replace", "size": 7, "solidity": 0.2,
                    },
                },
                xaxis=x_key, yaxis=y_key,
            )
        )  # fmt: skip
    return traces
