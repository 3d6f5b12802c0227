"""Hover boxes of many points: each point brings its words once, the template what all share."""

from __future__ import annotations

import textwrap

import numpy as np

from reasonscape.figures.map_content import MapLabel, MapNumber, TraceMap
from reasonscape.figures.wording import escape_text, plain_text

#: Characters that hover boxes may take in a figure; beginnings of texts get what is left of them,
#: at so many characters each.
_BUDGET = 4_200_000
_LEAST_TEXT, _MOST_TEXT = 24, 320
#: Characters that one of a text takes in a page, with those that are escaped and line breaks.
_SWELL = 1.5
_LINE = 64
#: With more points than this names are cut shorter.
_MANY = 5_000


def hover_template(content: TraceMap) -> str:
    """The frame of every hover box, for the words of `hover_words`."""
    names = [each.name for each in content.labels] + [each.name for each in content.numbers]
    lines = ["<b>%{customdata[0]}</b>"]
    for place, name in enumerate(names, start=1):
        # A per cent sign may begin a placeholder.
        shown = escape_text(name, 24).replace("%", "&#37;")
        lines.append(f"{shown}: %{{customdata[{place}]}}")
    if content.texts:
        lines.append(f"%{{customdata[{len(names) + 1}]}}")
    return "<br>".join(lines) + "<extra></extra>"


def hover_words(content: TraceMap) -> list[list[str]]:
    """Words of each point: id, levels, numbers and the text's beginning."""
    ids = [escape_text(each, 40) for each in content.ids]
    room = 32 if len(ids) <= _MANY else 22
    columns = [ids, *(_levels(each, room) for each in content.labels)]
    columns += [_numbers(each) for each in content.numbers]
    if content.texts:
        taken = sum(len(word) + 4 for column in columns for word in column)
        share = (_BUDGET - taken) / max(len(ids), 1) / _SWELL
        room = int(np.clip(share, _LEAST_TEXT, _MOST_TEXT))
        columns.append([_beginning(text, room) for text in content.texts])
    return [list(words) for words in zip(*columns, strict=True)]


def _levels(label: MapLabel, room: int) -> list[str]:
    texts = [escape_text(level, room) for level in label.levels] + ["–"]
    return [texts[code] for code in label.codes.tolist()]


def _numbers(number: MapNumber) -> list[str]:
    unit = f" {escape_text(number.unit, 16)}" if number.unit else ""
    return [
        "–" if value != value else f"{value:,.4g}{unit}" if value < 1e4 else f"{value:,.0f}{unit}"
        for value in number.values.tolist()
    ]


def _beginning(text: str, room: int) -> str:
    """The first characters of a text on lines of one width, escaped."""
    shown = plain_text(text[: room + 1], room + 1)
    if len(text) > room:
        shown = shown[: room - 1].rstrip() + "…"
    return "<br>".join(escape_text(line, _LINE) for line in textwrap.wrap(shown, _LINE))
