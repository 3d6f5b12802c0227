"""What the points of a map can be coloured by: values on one colour axis, and legend entries."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from reasonscape.figures.cluster_marks import GROUP_COLOURS, NO_GROUP, group_look
from reasonscape.figures.map_content import MapLabel, MapNumber, TraceMap
from reasonscape.figures.populations import LOOKS, Look
from reasonscape.figures.scales import finite_values, log_ticks, round_ticks, tick_number
from reasonscape.figures.theme import SMALL
from reasonscape.figures.trace_content import POPULATIONS
from reasonscape.figures.wording import escape_text

#: So many levels are told apart, with and without markers; further ones, those with the fewest
#: points, are grey and named together.
MOST_KEYS = (22, len(GROUP_COLOURS))
#: Dark purple over red to light yellow: lightness rises all the way (CIE L* 15 to 86).
NUMBER_SCALE = ("#2b0a4f", "#6a1070", "#a82a6a", "#dc5254", "#f58b3a", "#f7cf57")
#: Share of a colour scale that is grey, for points without the number.
_UNKNOWN = 0.05
_FLAG = (Look("#a9b9c6", "circle", "solid"), Look("#8c0d4b", "diamond", "solid"))
#: Plotly's numbers of the symbols, which WebGL takes in place of names.
_SYMBOLS = {"circle": 0, "square": 1, "diamond": 2, "cross": 3, "triangle-up": 5}


@dataclass(frozen=True, eq=False)
class Colouring:
    """One way to colour the points of a map.

    Parameters
    ----------
    name
        Escaped text of its entry in the menu.
    values, symbols
        Place of each point on the colour axis, and plotly's number of its marker; ``(n,)``.
    axis
        Plotly's keys of the colour axis.
    keys
        Escaped text and look of each legend entry.
    """

    name: str
    values: npt.NDArray[Any]
    symbols: npt.NDArray[np.uint8]
    axis: dict[str, Any]
    keys: tuple[tuple[str, Look], ...]


def colourings(content: TraceMap, bar: dict[str, Any], *, symbols: bool) -> list[Colouring]:
    """All that points may be coloured by: labels, then numbers.

    `bar` places the colour bar; `symbols` says whether markers tell levels apart as well.
    """
    most = MOST_KEYS[0 if symbols else 1]
    labels = [_by_label(label, most) for label in content.labels if label.offered]
    made = labels + [_by_number(number, bar) for number in content.numbers]
    # A label that all points share tells nothing at first sight.
    return sorted(made, key=lambda each: len(each.keys) == 1 and not each.axis["showscale"])


def typed(values: npt.NDArray[Any]) -> dict[str, str]:
    """An array as plotly.js reads it in place of a list of numbers, in a third of the room."""
    kinds = {"u1": "u1", "i2": "i2", "i4": "i4", "f4": "f4"}
    kind = kinds[values.dtype.str[1:]]
    data = np.ascontiguousarray(values, dtype=f"<{kind}").tobytes()
    return {"dtype": kind, "bdata": base64.b64encode(data).decode("ascii")}


def level_look(label: MapLabel, place: int, number: int) -> Look:
    """Colour and marker of the level at `place`, which is the `number`-th that is shown."""
    level = label.levels[place]
    if label.look == "outcome" and level in POPULATIONS:
        return LOOKS[level]
    if label.look == "flag" and place < len(_FLAG):
        return _FLAG[place]
    return group_look(place if label.look == "cluster" else number)


def _by_label(label: MapLabel, most: int) -> Colouring:
    codes = np.asarray(label.codes, dtype=np.int64)
    counts = np.bincount(codes[codes >= 0], minlength=len(label.levels))
    present = np.flatnonzero(counts)
    largest = np.argsort(-counts, kind="stable")[:most]
    shown = np.sort(largest) if len(present) > most else present
    keys = [
        (
            f"{escape_text(label.levels[place], 24)} ({counts[place]:,})",
            level_look(label, place, number),
        )
        for number, place in enumerate(shown.tolist())
    ]
    # What is not named is last.
    places = np.full(len(label.levels) + 1, len(keys), dtype=np.int64)
    places[shown] = np.arange(len(shown))
    grey = Look(NO_GROUP, "circle", "solid")
    values = places[codes]
    if (hidden := len(present) - len(shown)) > 0:
        number = int((values == len(shown)).sum())
        keys.append((f"{hidden} more ({number:,})", grey))
    elif (codes < 0).any():
        keys.append((f"no {escape_text(label.name, 20)} ({int((codes < 0).sum()):,})", grey))
    looks = [look for _, look in keys] or [grey]
    marks = np.array([_SYMBOLS[look.symbol] for look in looks], dtype=np.uint8)
    count = len(looks)
    scale = [
        [edge, look.colour]
        for place, look in enumerate(looks)
        for edge in (place / count, (place + 1) / count)
    ]
    axis = {"colorscale": scale, "cmin": -0.5, "cmax": count - 0.5, "showscale": False}
    return Colouring(
        escape_text(label.name, 24), values.astype(np.uint8), marks[values], axis, tuple(keys)
    )


def _by_number(number: MapNumber, bar: dict[str, Any]) -> Colouring:
    values = np.asarray(number.values, dtype=np.float64)
    known = np.isfinite(values) & ((values > 0) if number.log else True)
    drawn = np.full(len(values), np.nan)
    drawn[known] = np.log10(values[known]) if number.log else values[known]
    inside = finite_values([drawn])
    low, high = (float(inside.min()), float(inside.max())) if len(inside) else (0.0, 1.0)
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    if number.log:
        marks = log_ticks(10**low, 10**high, 6)
        at = np.log10(marks).tolist() if marks else []
    else:
        marks = at = round_ticks(low, high)
    name = escape_text(number.name, 24)
    unit = f" ({escape_text(number.unit, 16)})" if number.unit else ""
    missing = int((~known).sum())
    # Plotly would draw what has no number nearly black: it is given a grey end of the scale.
    grey = _UNKNOWN if missing else 0.0
    low -= grey / (1 - grey) * (high - low)
    drawn[~known] = low
    scale: list[list[Any]] = [[0, NO_GROUP], [grey, NO_GROUP]] if missing else []
    scale += [
        [grey + (1 - grey) * place / (len(NUMBER_SCALE) - 1), colour]
        for place, colour in enumerate(NUMBER_SCALE)
    ]
    axis = {
        "colorscale": scale, "cmin": low, "cmax": high, "showscale": True,
        "colorbar": bar | {
            "title": {"text": f"{name}{unit}", "side": "right", "font": {"size": SMALL + 1}},
            "tickmode": "array", "tickvals": at, "ticktext": [tick_number(mark) for mark in marks],
        },
    }  # fmt: skip
    keys = ((f"no {name} ({missing:,})", Look(NO_GROUP, "circle", "solid")),) if missing else ()
    symbols = np.zeros(len(values), dtype=np.uint8)
    return Colouring(name, np.round(drawn, 3).astype(np.float32), symbols, axis, keys)
