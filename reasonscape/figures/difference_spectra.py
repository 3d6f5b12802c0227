"""At which frequencies one side has more power than the other."""

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
    bin_width,
    decibel_axis,
    decibel_range,
    frequency_axis,
    frequency_end,
    frequency_hover,
)
from reasonscape.figures.notes import NOTE_LINE, empty_note, note_below
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.spectrum_content import DifferenceSpectrum
from reasonscape.figures.theme import (
    DIFFERENCE_SCALE,
    INK,
    SMALL,
    SOFT_INK,
    check_panels,
)
from reasonscape.figures.wording import escape_text

_MORE, _LESS = DIFFERENCE_SCALE[-2], DIFFERENCE_SCALE[1]
_LABEL = 28


def difference_spectra_figure(panels: Sequence[DifferenceSpectrum]) -> go.Figure:
    """Draw A minus B in dB along frequency with 95% bands, one panel a contrast.

    A coloured bar marks a frequency whose difference holds after correction over all
    frequencies: orange where A has more, blue where B has. All panels have one pair of scales.

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
    width, height = (560.0, 310.0) if len(panels) == 1 else (320.0, 230.0)
    rooms = Rooms(left=66.0, bottom=AXIS_ROOM + 2 * NOTE_LINE, gap=34, right=24)
    places = place_panels(len(panels), width, height, rooms, least_width=640)
    words = "difference in dB with 95% bands; bars: holds after correction (q < 0.05)"
    layout = frame(panels, places, words, otherwise="Differences of spectra")
    end = frequency_end(panels)
    low, high = decibel_range(
        [each.difference for each in panels],
        [side for each in panels for side in (each.low, each.high)],
    )
    room = 0.1 * (high - low)
    traces: list[Any] = []
    for index, each in enumerate(panels):
        area = Area(*places.axis_keys(index), x=(0.0, end), y=(low - room, high + room))
        layout |= _axes(each, places, index, area)
        traces += band(each.frequency, each.low, each.high, "#444444", area.place, name="band")
        traces += _bars(each, area) + level(layout, area, 0.0, width=1.2, dash="solid", color=INK)
        known = bool(np.isfinite(each.difference).any())
        if known:
            traces.append(_line(each, area))
        else:
            layout["annotations"].append(empty_note(places, index, "nothing to show"))
        layout["annotations"] += _words(each, places, index, known=known)
    return go.Figure(data=traces + _keys(panels), layout=layout)


def _axes(each: DifferenceSpectrum, places: Panels, index: int, area: Area) -> dict[str, Any]:
    return {
        area.x_key.replace("x", "xaxis"): frequency_axis(area, places, index, each.unit),
        area.y_key.replace("y", "yaxis"): decibel_axis(area, places, index, "difference (dB)"),
    }


def _holds(each: DifferenceSpectrum) -> Any:
    return np.asarray(each.significant, dtype=bool) & np.isfinite(each.difference)


def _bars(each: DifferenceSpectrum, area: Area) -> list[Any]:
    holds = _holds(each)
    if not holds.any():
        return []
    values = each.difference[holds]
    return [
        go.Bar(
            x=each.frequency[holds], y=values, width=0.9 * bin_width(each.frequency),
            marker={"color": np.where(values > 0, _MORE, _LESS).tolist(), "opacity": 0.85,
                    "line": {"width": 0}},
            hoverinfo="skip", showlegend=False, name="significant", **area.place,
        )
    ]  # fmt: skip


def _line(each: DifferenceSpectrum, area: Area) -> Any:
    hover = [
        f"{frequency_hover(at, each.unit)}<br>{value:+.2f} dB ({low:+.2f} to {high:+.2f})"
        + ("<br>holds after correction" if holds else "")
        for at, value, low, high, holds in zip(
            each.frequency.tolist(), each.difference.tolist(), each.low.tolist(),
            each.high.tolist(), _holds(each).tolist(), strict=True,
        )
    ]  # fmt: skip
    single = np.isfinite(each.difference).sum() == 1
    return go.Scatter(
        x=each.frequency, y=each.difference, mode="lines+markers" if single else "lines",
        line={"color": INK, "width": 1.8}, hovertext=hover, hoverinfo="text", name="difference",
        showlegend=False, **area.place,
    )  # fmt: skip


def _words(
    each: DifferenceSpectrum, places: Panels, index: int, *, known: bool
) -> list[dict[str, Any]]:
    a, b = escape_text(each.a_label, _LABEL), escape_text(each.b_label, _LABEL)
    box = places.boxes[index]
    corner = {
        "xref": "paper", "x": box.x[1], "xanchor": "right", "yref": "paper", "showarrow": False,
        "font": {"size": SMALL, "color": SOFT_INK}, "bgcolor": "rgba(255,255,255,0.75)",
    }  # fmt: skip
    holding, of = int(_holds(each).sum()), int(np.isfinite(each.difference).sum())
    within = f"within {escape_text(each.within, 40)}: " if each.within else ""
    count = "no frequency differs" if not holding else f"{holding} of {of} frequencies differ"
    notes = [
        f"prompts: {a} {each.a_prompts:,}, {b} {each.b_prompts:,}",
        f"{within}{count}" if known else "",
    ]
    return [
        corner | {"text": f"↑ more in {a}", "y": box.y[1], "yanchor": "top", "yshift": -2},
        corner | {"text": f"↓ more in {b}", "y": box.y[0], "yanchor": "bottom", "yshift": 2},
        *(
            note_below(places, index, text) | {"yshift": -(AXIS_ROOM - 4 + line * NOTE_LINE)}
            for line, text in enumerate(notes)
            if text
        ),
    ]


def _keys(panels: Sequence[DifferenceSpectrum]) -> list[Any]:
    """The sides by their colours; by name where all panels have the same."""
    signs = np.concatenate([np.sign(each.difference[_holds(each)]) for each in panels])
    same = len({(each.a_label, each.b_label) for each in panels}) == 1
    a = escape_text(panels[0].a_label, _LABEL) if same else "the first"
    b = escape_text(panels[0].b_label, _LABEL) if same else "the second"
    named = [(f"more in {a}", _MORE, 1), (f"more in {b}", _LESS, -1)]
    return [
        go.Scatter(
            x=[None], y=[None], mode="markers", name=name, hoverinfo="skip",
            marker={"symbol": "square", "size": 12, "color": colour},
        )
        for name, colour, sign in named
        if (signs == sign).any()
    ]  # fmt: skip
