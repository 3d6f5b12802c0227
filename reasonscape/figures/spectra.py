"""Power of prompts along frequency, against what the same tokens show in no order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.areas import Area, level
from reasonscape.figures.bands import band
from reasonscape.figures.frames import frame
from reasonscape.figures.frequencies import (
    AXIS_ROOM,
    decibel_axis,
    decibel_range,
    frequency_axis,
    frequency_end,
    frequency_hover,
    head_room,
)
from reasonscape.figures.notes import NOTE_LINE, empty_note
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.populations import Look, line_key
from reasonscape.figures.spectrum_content import Spectra, SpectrumCurve
from reasonscape.figures.spectrum_marks import curve_looks, mark_peaks, prompts_note, shown_keys
from reasonscape.figures.theme import OPEN, check_panels
from reasonscape.figures.wording import escape_text

#: Bands of more curves than this hide each other.
_MOST_BANDS = 5
_DECIBELS = "dB relative to shuffled"
_FLOOR = "shuffled, 95%"


def spectra_figure(panels: Sequence[Spectra]) -> go.Figure:
    """Draw power along frequency in dB relative to shuffled prompts, one panel an eval or level.

    0 dB is what the same tokens show in no order; the grey band is where the mean of shuffled
    prompts lies, and a peak stands above the dashed line. Peaks carry their period. All panels
    have one pair of scales; a label has one colour in all of them. Many curves have no bands.

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
    looks = curve_looks(panels)
    end, ends = frequency_end(panels), _decibels(panels)
    places = _place(panels, shown_keys(looks))
    banded = all(len(each.curves) <= _MOST_BANDS for each in panels)
    words = "power in dB relative to the same tokens shuffled"
    words += ", with 95% bands" if banded else ""
    layout = frame(panels, places, words, otherwise="Spectra of prompts")
    traces: list[Any] = []
    for index, each in enumerate(panels):
        area = Area(*places.axis_keys(index), x=(0.0, end), y=ends)
        layout |= _axes(each, places, index, area)
        traces += _floor(layout, each, area)
        shown = [curve for curve in each.curves if np.isfinite(curve.mean).any()]
        for curve in shown if banded else ():
            traces += band(
                each.frequency, curve.low, curve.high, looks[curve.label].colour, area.place,
                name="band", legendgroup=curve.label,
            )  # fmt: skip
        width = 2.2 if banded else 1.5
        traces += [_line(each, curve, looks[curve.label], area, width) for curve in shown]
        traces += mark_peaks(layout, each, shown, looks, area, places.plot_width)
        layout["annotations"] += prompts_note(each, looks, places, index)
        if not shown:
            layout["annotations"].append(empty_note(places, index, "nothing to show"))
    return go.Figure(data=traces + _keys(panels, looks), layout=layout)


def _place(panels: Sequence[Spectra], keys: Sequence[str]) -> Panels:
    width, height = (560.0, 330.0) if len(panels) == 1 else (320.0, 230.0)
    rooms = Rooms(left=66.0, bottom=AXIS_ROOM + NOTE_LINE, gap=34, right=24)
    names = [escape_text(key, 40) for key in keys] + [_FLOOR]
    across = width * min(len(panels), 3)
    return place_panels(
        len(panels), width, height, rooms, least_width=640, head=head_room(names, across)
    )


def _decibels(panels: Sequence[Spectra]) -> tuple[float, float]:
    curves = [curve for each in panels for curve in each.curves]
    floors = [floor for each in panels for floor in (each.floor_low, each.floor_high)]
    known = [floor for floor in floors if floor is not None]
    middles = [curve.mean for curve in curves] + [[each.maximum] for each in panels]
    low, high = decibel_range(
        middles, known + [end for curve in curves for end in (curve.low, curve.high)]
    )
    # Room for the words over the highest peak.
    return low, high + (0.12 * (high - low) if any(curve.peaks for curve in curves) else 0.0)


def _axes(each: Spectra, places: Panels, index: int, area: Area) -> dict[str, Any]:
    return {
        area.x_key.replace("x", "xaxis"): frequency_axis(area, places, index, each.unit),
        area.y_key.replace("y", "yaxis"): decibel_axis(
            area, places, index, "dB relative to shuffled"
        ),
    }


def _floor(layout: dict[str, Any], each: Spectra, area: Area) -> list[Any]:
    traces: list[Any] = []
    if each.floor_low is not None and each.floor_high is not None:
        traces += band(
            each.frequency, each.floor_low, each.floor_high, OPEN, area.place, name="floor",
            legendgroup="floor",
        )  # fmt: skip
    traces += level(layout, area, 0.0, width=1, dash="solid")
    return traces + level(layout, area, each.maximum, "a peak stands above this")


def _line(each: Spectra, curve: SpectrumCurve, look: Look, area: Area, width: float) -> Any:
    name = escape_text(curve.label, 40)
    hover = [
        f"<b>{name}</b> (n = {curve.prompts:,} prompts)<br>{frequency_hover(at, each.unit)}<br>"
        f"{value:+.2f} dB ({low:+.2f} to {high:+.2f})"
        for at, value, low, high in zip(
            each.frequency.tolist(), curve.mean.tolist(), curve.low.tolist(),
            curve.high.tolist(), strict=True,
        )
    ]  # fmt: skip
    single = np.isfinite(curve.mean).sum() == 1
    return go.Scatter(
        x=each.frequency, y=curve.mean, mode="lines+markers" if single else "lines", name=name,
        line={"color": look.colour, "width": width, "dash": look.dash}, hovertext=hover,
        hoverinfo="text", legendgroup=curve.label, showlegend=False, **area.place,
    )  # fmt: skip


def _keys(panels: Sequence[Spectra], looks: dict[str, Look]) -> list[Any]:
    shown = shown_keys(looks)
    keys = [line_key(looks[label], escape_text(label, 40)) for label in shown]
    if any(each.floor_low is not None and each.floor_high is not None for each in panels):
        keys.append(
            go.Scatter(
                x=[None], y=[None], mode="markers", name=_FLOOR, legendgroup="floor",
                marker={"symbol": "square", "size": 12, "color": "#dedede"}, hoverinfo="skip",
            )
        )  # fmt: skip
    return keys
