"""What maps in two and three dimensions share: menu of colours, legend, notes, order of points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from reasonscape.figures.map_colours import Colouring, typed
from reasonscape.figures.map_content import TraceMap
from reasonscape.figures.map_hovers import hover_template, hover_words
from reasonscape.figures.notes import NOTE_LINE
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.populations import Look
from reasonscape.figures.row_notes import fitted_head, row_note
from reasonscape.figures.theme import (
    FONT_SIZE,
    HEAD,
    SMALL,
    SOFT_INK,
    white_layout,
)
from reasonscape.figures.wording import escape_text

#: Pixels right of the map for menu and legend.
SIDE = 268.0
_MENU = 58.0


def arranged(content: TraceMap) -> TraceMap:
    """The points that have a place, mixed, so that no group lies on top of another.

    The same points are mixed the same way always (multiplicative hashing, Knuth 1973).
    """
    drawn = np.flatnonzero(np.isfinite(content.places).all(axis=1))
    keys = (np.arange(len(drawn), dtype=np.uint64) * np.uint64(2654435761)) % np.uint64(2**32)
    order = drawn[np.argsort(keys, kind="stable")]
    picks = order.tolist()
    return replace(
        content,
        places=content.places[order],
        ids=tuple(content.ids[place] for place in picks),
        labels=tuple(replace(each, codes=each.codes[order]) for each in content.labels),
        numbers=tuple(replace(each, values=each.values[order]) for each in content.numbers),
        texts=tuple(content.texts[place] for place in picks) if content.texts else (),
    )


def rounded(places: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Coordinates to a hundred thousandth of their span, in half the room.

    Examples
    --------
    >>> bool(rounded(np.array([0.0, 60.0123456]))[1] == np.float32(60.0123))
    True
    """
    span = float(np.ptp(places)) if len(places) else 0.0
    decimals = 5 - math.floor(math.log10(span)) if span > 0 else 6
    return np.round(places, decimals).astype(np.float32)


def place_map(width: float, height: float, notes: int) -> Panels:
    """The drawing area, with room for menu and legend beside it and for notes under it."""
    rooms = Rooms(left=44.0, bottom=40 + notes * NOTE_LINE, right=SIDE)
    return place_panels(1, width, height, rooms, head=HEAD - 30)


def map_layout(
    content: TraceMap, panels: Panels, colours: Sequence[Colouring], *, symbols: bool = True
) -> dict[str, Any]:
    """Layout without axes: head, colour axis, menu, legend and notes.

    Without `symbols` the menu changes colours only.
    """
    box = panels.boxes[0]
    layout = white_layout(panels.width, panels.height)
    layout["title"] = fitted_head(content.title, content.subtitle, panels.width)
    side = box.x[1] + 20 / panels.width
    layout["legend"] = {
        "x": side, "y": box.y[1] - _MENU / panels.height, "xref": "paper", "yref": "paper",
        "xanchor": "left", "yanchor": "top", "font": {"size": SMALL}, "itemsizing": "constant",
        "bgcolor": "rgba(0,0,0,0)", "tracegroupgap": 0,
        # All points are one trace: an entry could only hide itself.
        "itemclick": False, "itemdoubleclick": False,
    }  # fmt: skip
    layout["coloraxis"] = colours[0].axis
    layout["uirevision"] = "map"
    layout["updatemenus"] = [_menu(colours, (side, box.y[1] - 18 / panels.height), symbols)]
    layout["annotations"] = [
        row_note("colour by", side, box.y[1] - 6 / panels.height, "left", SOFT_INK)
    ]
    for line, words in enumerate(map_notes(content)):
        y = box.y[0] - (40 + line * NOTE_LINE) / panels.height
        layout["annotations"].append(row_note(words, box.x[0], y, "left", SOFT_INK))
    return layout


def bar_place(panels: Panels) -> dict[str, Any]:
    """Where the colour bar stands: in the place of the legend."""
    box = panels.boxes[0]
    return {
        "x": box.x[1] + 24 / panels.width, "xanchor": "left", "yanchor": "top",
        "y": box.y[1] - (_MENU + 34) / panels.height, "lenmode": "pixels", "len": 260,
        "thickness": 14, "outlinewidth": 0, "ticks": "outside", "ticklen": 3,
        "tickfont": {"size": SMALL}, "xpad": 0, "ypad": 0,
    }  # fmt: skip


def _menu(
    colours: Sequence[Colouring], place: tuple[float, float], symbols: bool
) -> dict[str, Any]:
    buttons = [
        {"label": each.name, "method": "update", "args": _switch(colours, number, symbols)}
        for number, each in enumerate(colours)
    ]
    return {
        "buttons": buttons, "x": place[0], "xanchor": "left", "y": place[1], "yanchor": "top",
        "active": 0, "bgcolor": "white", "bordercolor": "#b5b5b5", "borderwidth": 1,
        "font": {"size": FONT_SIZE - 1}, "pad": {"t": 0, "r": 0}, "visible": len(colours) > 1,
    }  # fmt: skip


def _switch(colours: Sequence[Colouring], place: int, symbols: bool) -> list[Any]:
    """Arguments that colour the points another way and show the legend entries that belong to it.

    Values go to the first trace, the points, and then to the legend entries in their order.
    """
    looks = [look for each in colours for _, look in each.keys]
    shown = [mine == place for mine, each in enumerate(colours) for _ in each.keys]
    change: dict[str, list[Any]] = {
        "marker.color": [typed(colours[place].values), *(look.colour for look in looks)],
        "visible": [True, *shown],
    }
    if symbols:
        change["marker.symbol"] = [
            typed(colours[place].symbols), *(look.symbol for look in looks),
        ]  # fmt: skip
    return [change, {"coloraxis": colours[place].axis}]


def map_notes(content: TraceMap) -> list[str]:
    """What must be known to read the map, a line each; escaped."""
    method = escape_text(content.method, 24)
    settings = f", {escape_text(content.settings, 60)}" if content.settings else ""
    if content.method == "PCA":
        lines = [f"PCA{settings}: what the drawn components leave out is not seen"]
    else:
        nothing = "distances between far groups, and how large a group is drawn, mean nothing"
        lines = [f"{method}{settings}: neighbours are alike; {nothing}"]
    if content.shown_of is not None and content.shown_of[0] < content.shown_of[1]:
        shown, total = content.shown_of
        lines.append(f"sampled: {shown:,} of {total:,} samples are drawn")
    return lines


def axis_names(content: TraceMap) -> list[str]:
    """Names of the axes, with the share of the variance where it is known; escaped."""
    names = []
    for place in range(content.places.shape[1]):
        name = f"{escape_text(content.method, 24)} {place + 1}"
        if place < len(content.explained):
            name += f" ({100 * content.explained[place]:.1f}% of the variance)"
        names.append(name)
    return names


def point_size(count: int, least: float, most: float) -> float:
    """Pixels of a point: the more points, the smaller.

    Examples
    --------
    >>> point_size(10, 4, 9), point_size(1_000, 4, 9), point_size(20_000, 4, 9)
    (9.0, 7.2, 4.0)
    """
    return float(np.clip(round(most * (2 - 0.4 * math.log10(max(count, 1))), 1), least, most))


def point_keys(content: TraceMap, first: Colouring) -> dict[str, Any]:
    """Keys of the trace of all points, besides places, size and opacity."""
    return {
        "mode": "markers", "name": "samples", "showlegend": False,
        "marker_color": first.values, "marker_coloraxis": "coloraxis",
        "customdata": hover_words(content), "hovertemplate": hover_template(content),
    }  # fmt: skip


def key_keys(look: Look, text: str, *, shown: bool, symbol: bool) -> dict[str, Any]:
    """Keys of a legend entry, which has no points."""
    return {
        "mode": "markers", "name": text, "visible": shown, "showlegend": True,
        "hoverinfo": "skip",
        "marker": {
            "color": look.colour, "symbol": look.symbol if symbol else "circle", "size": 9,
        },
    }  # fmt: skip
