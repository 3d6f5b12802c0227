"""Prompts as the tokens that a model reads: a coloured patch each, those of a peak standing out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from reasonscape.figures.areas import Area
from reasonscape.figures.frames import frame
from reasonscape.figures.notes import empty_note
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.theme import (
    CHARACTER_WIDTH,
    FONT_SIZE,
    INK,
    SMALL,
    SOFT_INK,
    check_panels,
)
from reasonscape.figures.token_content import TokenPrompt, TokenView
from reasonscape.figures.token_lines import TokenLines, token_lines
from reasonscape.figures.token_patches import MARKED, mark_strength, token_patches
from reasonscape.figures.wording import escape_text

#: A panel shows at most this many prompts, and a prompt this many lines; the rest is counted.
MOST_PROMPTS, MOST_LINES = 8, 40
_PANEL_LINES = 120
# Pixels of a character and of a line at the patches' size of text.
_CELL, _LINE = 7.3, 19.0


def token_view_figure(panels: Sequence[TokenView]) -> go.Figure:
    """Draw a few prompts as their tokens, one panel an eval, a tokenizer or a template.

    Each token is a patch; neighbours differ in shade. The stronger a token's mark, the more
    orange it is. White space is visible: ``·`` is a space, ``⏎`` a line break, ``□`` a character
    that cannot be seen. What has no room is counted, never dropped in silence.

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
        If there are no panels, or more than six.
    """
    check_panels(len(panels))
    width = {1: 96, 2: 64, 4: 64}.get(len(panels), 48)
    sets = [_set_lines(each, width) for each in panels]
    tall = max((sum(_height(lines) for _, lines in each) for each in sets), default=0.0)
    rooms = Rooms(left=24.0, bottom=22.0, gap=30, right=24)
    places = place_panels(
        len(panels), width * _CELL, max(tall, 3.0) * _LINE, rooms, least_width=640
    )
    words = "a patch is a token; · space, ⏎ line break, □ invisible character"
    layout = frame(panels, places, words, otherwise="Prompts as tokens")
    traces: list[Any] = []
    for index, (each, prompts) in enumerate(zip(panels, sets, strict=True)):
        area = Area(*places.axis_keys(index), x=(0.0, width), y=(max(tall, 3.0), 0.0))
        layout |= _axes(places, index, area)
        top = 0.0
        for prompt, lines in prompts:
            traces += token_patches(prompt, lines, top + 1, area)
            layout["annotations"] += _words(prompt, lines, top, area, width)
            top += _height(lines)
        left_out = len(each.prompts) - len(prompts)
        if left_out:
            layout["annotations"].append(_note(f"{left_out:,} more prompts", top - 0.6, area))
        if not prompts:
            layout["annotations"].append(empty_note(places, index, "nothing to show"))
    return go.Figure(data=traces + _keys(panels), layout=layout)


def _set_lines(each: TokenView, width: int) -> list[tuple[TokenPrompt, TokenLines]]:
    prompts = each.prompts[:MOST_PROMPTS]
    most = min(MOST_LINES, _PANEL_LINES // max(len(prompts), 1))
    return [
        (prompt, token_lines([text for text, _ in prompt.tokens], width, most))
        for prompt in prompts
    ]


def _height(lines: TokenLines) -> float:
    """Lines of a prompt with its label, what is said of the rest, and a gap."""
    return max(lines.lines, 1) + (1 if lines.rest else 0) + 1.8


def _axes(places: Panels, index: int, area: Area) -> dict[str, Any]:
    box = places.boxes[index]
    bare = {"visible": False, "fixedrange": True}
    return {
        area.x_key.replace("x", "xaxis"): bare
        | {"anchor": area.y_key, "domain": box.x, "range": list(area.x)},
        area.y_key.replace("y", "yaxis"): bare
        | {"anchor": area.x_key, "domain": box.y, "range": list(area.y)},
    }


def _words(
    prompt: TokenPrompt, lines: TokenLines, top: float, area: Area, width: int
) -> list[dict[str, Any]]:
    room = int(width * _CELL / (FONT_SIZE * CHARACTER_WIDTH)) - 16
    label = escape_text(prompt.label, room)
    count = len(prompt.tokens)
    heading = f"<b>{label}</b> · {count:,} token{'s' if count != 1 else ''}"
    notes = [_note(heading, top + 0.5, area) | {"font": {"size": FONT_SIZE - 1, "color": INK}}]
    if lines.rest:
        notes.append(_note(f"… {lines.rest:,} more tokens", top + lines.lines + 1.5, area))
    return notes


def _note(text: str, at: float, area: Area) -> dict[str, Any]:
    return {
        "text": text, "xref": area.x_key, "x": 0, "xanchor": "left", "yref": area.y_key, "y": at,
        "yanchor": "middle", "showarrow": False, "font": {"size": SMALL, "color": SOFT_INK},
    }  # fmt: skip


def _keys(panels: Sequence[TokenView]) -> list[Any]:
    labels = dict.fromkeys(
        escape_text(each.mark_label, 60)
        for each in panels
        if any(mark_strength(mark) for prompt in each.prompts for _, mark in prompt.tokens)
    )
    named = [(label, MARKED[-1][0]) for label in labels]
    return [
        go.Scatter(
            x=[None], y=[None], mode="markers", name=name, hoverinfo="skip", showlegend=True,
            marker={"symbol": "square", "size": 12, "color": colour},
        )
        for name, colour in named
    ]  # fmt: skip
