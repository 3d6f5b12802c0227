"""Into which clusters the failures of each model, task or kind fall, as flat maps on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.cells import cell_words, richest_texts
from reasonscape.figures.cluster_content import ClusterShares
from reasonscape.figures.cluster_marks import cluster_title
from reasonscape.figures.notes import empty_note
from reasonscape.figures.numerals import percent, short_count
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.row_notes import fitted_head, row_middle, row_note
from reasonscape.figures.theme import (
    CHARACTER_WIDTH,
    DIFFERENCE_SCALE,
    FONT_SIZE,
    HEAD,
    MASKED,
    SMALL,
    SOFT_INK,
    check_panels,
    colour_scale,
    plot_axis,
    white_layout,
)
from reasonscape.figures.ticks import slant_room, tick_layout, tick_room
from reasonscape.figures.wording import axis_title, escape_text

#: White to dark blue: the share has one end at nothing.
SHARE_SCALE = tuple(reversed(DIFFERENCE_SCALE[:5]))
#: Characters of phrases in the name of a row.
_PHRASES = 40
_ROW_NAME = 44 + (_PHRASES + 6) * SMALL * CHARACTER_WIDTH
#: Room between panel title and cells for the number of failures of each column.
_COUNTS = 20.0


def cluster_shares_figure(panels: Sequence[ClusterShares]) -> go.Figure:
    """Draw a map a label, one below the other: rows are clusters, columns the label's levels.

    A cell shows which share of the level's failures fall into the cluster, and how many; over each
    column stands the number of its failures. Levels without failures are grey.

    Parameters
    ----------
    panels
        One to six labels; titles are those of the first.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If there are no labels, or more than six.
    """
    check_panels(len(panels))
    places = _place(panels)
    layout = white_layout(places.width, places.height)
    layout["title"] = fitted_head(panels[0].title, panels[0].subtitle, places.width)
    layout["annotations"] = []
    traces: list[Any] = []
    known = [each.shares[np.isfinite(each.shares)] for each in panels]
    top = max((float(values.max()) for values in known if len(values)), default=1.0) or 1.0
    widest = max(len(each.axis.levels) for each in panels)
    for index, each in enumerate(panels):
        traces += _panel(each, places, index, top, widest)
        layout |= _axes(each, places, index, widest)
        layout["annotations"] += _names(each, places, index)
        if not each.shares.size:
            layout["annotations"].append(empty_note(places, index, "no failures to show"))
    layout["coloraxis"] = {
        "colorscale": colour_scale(SHARE_SCALE), "cmin": 0, "cmax": top,
        "colorbar": places.colour_bar("share of failures", tickformat=".0%"),
    }  # fmt: skip
    return go.Figure(data=traces, layout=layout)


def _place(panels: Sequence[ClusterShares]) -> Panels:
    levels = max(len(each.axis.levels) for each in panels)
    rows = max(len(each.clusters) for each in panels)
    width = float(np.clip(levels * 76, 240, 1100))
    height = float(np.clip(rows * 40, 120, 900))
    bottom = max(tick_room(each.axis, _drawn(each, width, levels)) for each in panels)
    left = max(slant_room(each.axis, _drawn(each, width, levels)) for each in panels)
    rooms = Rooms(left=max(_ROW_NAME, left), bottom=bottom + _COUNTS + 8, right=96.0)
    head = HEAD - 34 + _COUNTS
    return place_panels(len(panels), width, height, rooms, columns=1, head=head, least_width=640)


def _drawn(each: ClusterShares, width: float, widest: int) -> float:
    """Pixels of a panel's cells: columns of all panels are equally wide."""
    return width * max(len(each.axis.levels), 1) / max(widest, 1)


def _axes(each: ClusterShares, places: Panels, index: int, widest: int) -> dict[str, Any]:
    x_key, y_key = places.axis_keys(index)
    box = places.boxes[index]
    pixels = _drawn(each, places.plot_width, widest)
    bare: dict[str, Any] = {"showgrid": False, "showline": False, "ticks": ""}
    return {
        x_key.replace("x", "xaxis"): plot_axis(
            anchor=y_key, domain=(box.x[0], box.x[0] + pixels / places.width),
            range=[-0.5, max(len(each.axis.levels), 1) - 0.5],
            title={
                # Over a panel among several stands the same.
                "text": axis_title(each.axis) if each.panel or not places.titled else "",
                "standoff": 8, "font": {"size": FONT_SIZE},
            },
            **tick_layout(each.axis, pixels), **bare,
        ),
        y_key.replace("y", "yaxis"): plot_axis(
            anchor=x_key, domain=box.y, showticklabels=False,
            range=[max(len(each.clusters), 1) - 0.5, -0.5], **bare,
        ),
    }  # fmt: skip


def _panel(each: ClusterShares, places: Panels, index: int, top: float, widest: int) -> list[Any]:
    x_key, y_key = places.axis_keys(index)
    place = {"xaxis": x_key, "yaxis": y_key}
    if not each.shares.size:
        return [go.Scatter(x=[None], y=[None], showlegend=False, hoverinfo="skip", **place)]
    known = np.isfinite(each.shares)
    # Texts are fitted to the cells as if the panel were as wide as the widest.
    padded = [_texts(each, detail) for detail in (2, 1)]
    for texts in padded:
        texts[0] += [[] for _ in range(widest - len(each.axis.levels))]
    words, _ = cell_words(
        richest_texts(padded, places), np.nan_to_num(each.shares) > 0.66 * top, places, place
    )
    hover = _hover(each)
    common = {"hovertext": hover, "hoverinfo": "text", "hoverongaps": False, "xgap": 1.5,
              "ygap": 1.5, **place}  # fmt: skip
    return [
        go.Heatmap(z=each.shares, coloraxis="coloraxis", name="share", **common),
        go.Heatmap(
            z=np.where(known, np.nan, 1.0), colorscale=[[0, MASKED], [1, MASKED]],
            showscale=False, name="masked", **common,
        ),
        words,
        go.Scatter(
            x=list(range(len(each.totals))), y=[-0.5] * len(each.totals), mode="text",
            text=[f"n={short_count(int(total))}" for total in each.totals],
            textposition="top center", cliponaxis=False, hoverinfo="skip", showlegend=False,
            textfont={
                "size": float(np.clip(places.plot_width / max(widest, 1) / 3.9, 7, SMALL)),
                "color": SOFT_INK,
            },
            name="n", **place,
        ),
    ]  # fmt: skip


def _texts(each: ClusterShares, detail: int) -> list[list[list[str]]]:
    """Lines of each cell; what is nothing is white and says nothing."""
    return [
        [
            [percent(share), f"n={short_count(count)}"][:detail] if share > 0 else []
            for share, count in zip(shares, counts, strict=True)
        ]
        for shares, counts in zip(each.shares.tolist(), each.counts.tolist(), strict=True)
    ]


def _hover(each: ClusterShares) -> list[list[str]]:
    name = axis_title(each.axis)
    rows = [cluster_title(place, cluster, 60) for place, cluster in enumerate(each.clusters)]
    levels = [f"{name}: {escape_text(level)}" for level in each.axis.levels]
    return [
        [
            f"{row}<br>{level}<br>{percent(float(each.shares[number, column]), 1)} "
            f"({int(each.counts[number, column]):,} of {int(each.totals[column]):,} failures)"
            for column, level in enumerate(levels)
        ]
        for number, row in enumerate(rows)
    ]


def _names(each: ClusterShares, places: Panels, index: int) -> list[dict[str, Any]]:
    """Names of the rows, flush left, each with its size; and of the panel where there are more."""
    box = places.boxes[index]
    notes: list[dict[str, Any]] = []
    for number, cluster in enumerate(each.clusters):
        y = row_middle(box, number, len(each.clusters))
        title = cluster_title(number, cluster, _PHRASES)
        size = f'<span style="color:{SOFT_INK}">n={short_count(cluster.size)}</span>'
        notes += [
            row_note(title, 20 / places.width, y, "left"),
            row_note(size, box.x[0] - 8 / places.width, y, "right"),
        ]
    if places.titled:
        over = places.title(index, each.panel or each.axis.label)
        notes.append(over | {"yshift": over["yshift"] + _COUNTS - 6})
    return notes
