"""How long wrong traces are against right ones, a row an eval or level."""

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
from reasonscape.figures.numerals import short_count
from reasonscape.figures.theme import check_panels
from reasonscape.figures.trace_content import PopulationShifts, ShiftRow


def population_shifts_figure(panels: Sequence[PopulationShifts]) -> go.Figure:
    """Draw how long wrong traces are against right ones, a row an eval or level.

    Lines stand at 1 and at the ratios from which on wrong traces count as shorter or longer.
    Several groups stand below each other, each under its name, on one scale.

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
        for row in grouped(each.eval_label, [_shift_row(row) for row in each.rows], len(panels))
    ]
    marks = sorted({mark for each in panels for mark in (each.shorter, each.longer)})
    words = ForestWords(
        common_title([each.title for each in panels], "Length of wrong and right traces"),
        "at equal difficulty, 95% intervals; dashed: from here on they count as shorter or longer",
        "wrong over right, ratio of lengths", "wrong are shorter", "wrong are longer", "ratio",
        "wrong / right traces",
    )  # fmt: skip
    return forest_figure(rows, marks, words, [])


def _shift_row(row: ShiftRow) -> ForestRow:
    text = f"{row.n_wrong:,} / {row.n_right:,}"
    if max(row.n_wrong, row.n_right) >= 1_000_000:
        text = f"{short_count(row.n_wrong)} / {short_count(row.n_right)}"
    return ForestRow(row.label, row.ratio, row.low, row.high, text)
