"""Cards of clusters: how large each is, how its samples ended, and what its texts say."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from reasonscape.figures.cluster_content import ClusterCard, ClusterCards
from reasonscape.figures.cluster_marks import cluster_title, group_glyph, quoted
from reasonscape.figures.numerals import percent
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.populations import LOOKS
from reasonscape.figures.row_notes import fitted_head, row_middle, row_note
from reasonscape.figures.scales import axis_name, round_ticks, top_of
from reasonscape.figures.theme import HEAD, INK, SMALL, SOFT_INK, legend, plot_axis, white_layout
from reasonscape.figures.trace_content import POPULATIONS
from reasonscape.figures.wording import escape_text

_ROW = 52.0
_BARS = 270.0
_TEXT = 500.0
#: Characters of a line of phrases and of the line under it.
_PHRASES, _NOTE = 74, 84


def cluster_cards_figure(content: ClusterCards) -> go.Figure:
    """Draw a bar a cluster, split by outcome, with its size and its phrases beside it.

    Parameters
    ----------
    content
        The clusters, from the top; there may be none.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    rows = max(len(content.cards), 1)
    # Sizes stand right of the bars, within the drawing area.
    rooms = Rooms(left=62.0, bottom=54.0, right=_TEXT + 20)
    places = place_panels(1, _BARS, _ROW * rows, rooms, head=HEAD)
    box = places.boxes[0]
    layout = white_layout(places.width, places.height)
    layout["title"] = fitted_head(content.title, content.subtitle, places.width)
    layout["legend"] = legend(places.height) | {"x": 20 / places.width, "traceorder": "normal"}
    layout |= {"barmode": "stack", "bargap": 0.5}
    top = top_of([[card.name.size / max(content.total, 1) for card in content.cards]])
    layout["xaxis"] = plot_axis(
        anchor="y", domain=box.x, range=[0, top * 1.42], tickformat=".0%",
        tickvals=round_ticks(0, min(top * 1.42, 1.0), 5),
        title=axis_name(f"share of {content.total:,} samples"),
    )  # fmt: skip
    layout["yaxis"] = plot_axis(
        anchor="x", domain=box.y, range=[rows - 0.5, -0.5], showticklabels=False, ticks="",
        showgrid=False,
    )  # fmt: skip
    layout["annotations"] = _words(content, places)
    traces = [] if not content.cards else _bars(content)
    return go.Figure(data=traces, layout=layout)


def _counts(card: ClusterCard) -> dict[str, int]:
    return {
        "correct": card.correct, "incorrect": card.incorrect, "truncated": card.truncated,
        "unanswered": card.unanswered,
    }  # fmt: skip


def _bars(content: ClusterCards) -> list[Any]:
    whole = max(content.total, 1)
    places = list(range(len(content.cards)))
    traces: list[Any] = []
    for outcome in POPULATIONS:
        counts = [_counts(card)[outcome] for card in content.cards]
        if not any(counts):
            continue
        traces.append(
            go.Bar(
                x=[count / whole for count in counts], y=places, orientation="h", name=outcome,
                marker={"color": LOOKS[outcome].colour, "line": {"color": "white", "width": 0.6}},
                hovertext=[
                    f"{cluster_title(place, card.name, 60)}<br>{outcome} {count:,} of "
                    f"{card.name.size:,}"
                    for place, (card, count) in enumerate(
                        zip(content.cards, counts, strict=True)
                    )
                ],
                hoverinfo="text", textposition="none", showlegend=True,
            )
        )  # fmt: skip
    sizes = [card.name.size for card in content.cards]
    traces.append(
        go.Scatter(
            x=[size / whole for size in sizes], y=places, mode="text",
            text=[f"  {size:,} · {percent(size / whole)}" for size in sizes],
            textposition="middle right", textfont={"size": SMALL, "color": INK}, name="size",
            hoverinfo="skip", showlegend=False, cliponaxis=False,
        )
    )  # fmt: skip
    return traces


def _words(content: ClusterCards, places: Panels) -> list[dict[str, Any]]:
    box = places.boxes[0]
    right = box.x[1] + 18 / places.width
    line = 9 / places.height
    notes = []
    for number, card in enumerate(content.cards):
        y = row_middle(box, number, len(content.cards))
        glyph = f"{group_glyph(number)} <b>{number + 1}</b>"
        notes.append(row_note(glyph, box.x[0] - 10 / places.width, y, "right"))
        phrases = quoted(card.name.phrases, _PHRASES) or (
            f'<span style="color:{SOFT_INK}">no phrase sets it apart</span>'
        )
        under = _under(card)
        notes.append(row_note(phrases, right, y + line if under else y, "left"))
        notes[-1]["font"]["size"] = SMALL + 1
        if under:
            notes.append(row_note(under, right, y - line, "left", SOFT_INK))
    if not content.cards:
        notes.append(row_note("no clusters", sum(box.x) / 2, sum(box.y) / 2, "center", SOFT_INK))
    if content.outside:
        words = f"{content.outside:,} of {content.total:,} samples are in no cluster"
        notes.append(row_note(words, right, box.y[0] - 26 / places.height, "left", SOFT_INK))
    return notes


def _under(card: ClusterCard) -> str:
    known = {True: "found again in the other half", False: "not found again", None: ""}
    found = known[card.name.confirmed]
    parts = [escape_text(card.note, _NOTE - len(found)), found]
    return " · ".join(part for part in parts if part)
