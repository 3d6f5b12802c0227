"""How much sooner one eval ends than another, a row a pair and cause."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from reasonscape.figures.forest import (
    ForestRow,
    ForestWords,
    common_title,
    forest_figure,
    grouped,
)
from reasonscape.figures.notes import short_unit
from reasonscape.figures.populations import RIGHT, WRONG, marker_key
from reasonscape.figures.theme import check_panels
from reasonscape.figures.time_content import HazardRatioRow, HazardRatios


def hazard_ratios_figure(panels: Sequence[HazardRatios]) -> go.Figure:
    """Draw hazard ratios between evals, a row a pair and cause.

    Above 1 the first eval ends sooner. Where hazards do not stay proportional the ratio is drawn
    faint and the difference of restricted mean times stands beside it.

    Parameters
    ----------
    panels
        One to six groups of rows.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If there are no groups, or more than six.
    """
    check_panels(len(panels))
    rows = [
        row
        for each in panels
        for row in grouped(
            each.eval_label, [_hazard_row(row, each.time_unit) for row in each.rows], len(panels)
        )
    ]
    words = ForestWords(
        common_title([each.title for each in panels], "Hazard ratios"),
        "hazard ratios at equal difficulty, 95% intervals; faint: the ratio changes over time",
        "hazard ratio", "first ends later", "first ends sooner", "ratio", "constant over time",
    )  # fmt: skip
    causes = {row.cause for each in panels for row in each.rows}
    keys = [
        marker_key(look, f"ends {cause}")
        for cause, look in (("right", RIGHT), ("wrong", WRONG))
        if cause in causes
    ]
    return forest_figure(rows, [], words, keys)


def _hazard_row(row: HazardRatioRow, unit: str) -> ForestRow:
    known = {True: "yes", False: "no", None: "not tested"}[row.proportional]
    if row.proportional is False and row.difference == row.difference:
        known = f"no; mean time {_signed(row.difference)} {short_unit(unit)}"
        if row.difference_low == row.difference_low and row.difference_high == row.difference_high:
            known += f" ({_signed(row.difference_low)} to {_signed(row.difference_high)})"
    look = RIGHT if row.cause == "right" else WRONG
    faint = row.proportional is False
    return ForestRow(row.label, row.ratio, row.low, row.high, known, look, faint)


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+'}{abs(value):,.0f}"
