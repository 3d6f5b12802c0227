"""The forest of differences: what is drawn is what was given, whatever the labels are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reasonscape.figures.comparison import DifferenceRow, DifferenceWords, comparison_figure
from tests.figures.conftest import HOSTILE

WORDS = DifferenceWords("demo", "model-a", "model-b")
ROW = DifferenceRow("sums", 0.1, 0.02, 0.18, "a_better", "100", "0.012", 14, 4)
ALL_TASKS = replace(ROW, label="tasks weighted equally", whole=True)


def marks(figure: Any, name: str) -> list[Any]:
    return [trace for trace in figure.data if trace.name == name]


def texts(figure: Any) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def test_a_row_is_its_numbers() -> None:
    figure = comparison_figure([ALL_TASKS, ROW], 0.02, WORDS)
    _, interval = marks(figure, "interval")
    assert list(interval.x) == pytest.approx([2.0, 18.0])
    _, point = marks(figure, "difference")
    assert list(point.x) == pytest.approx([10.0])
    assert "+10.0 (+2.0 to +18.0)" in texts(figure)
    (band,) = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert (band.x0, band.x1) == (-2.0, 2.0)


def test_bars_count_items_of_each_side_and_leave_out_the_whole() -> None:
    figure = comparison_figure(
        [ALL_TASKS, ROW, replace(ROW, more_a=None, more_b=None)], 0.02, WORDS
    )
    (a,), (b,) = marks(figure, "only A"), marks(figure, "only B")
    assert (list(a.x), list(b.x)) == ([14], [-4])
    assert list(a.y) == [1]


def test_only_verdicts_that_occur_have_a_key() -> None:
    rows = [ROW, replace(ROW, verdict="no_difference")]
    keys = [t.name for t in comparison_figure(rows, 0.02, WORDS).data if t.showlegend]
    assert keys == ["A better", "no difference beyond the grey band"]


def test_an_axis_holds_every_interval() -> None:
    low, high = comparison_figure(
        [replace(ROW, value=-0.9, low=-1.0, high=-0.5)], 0.02, WORDS
    ).layout.xaxis.range
    assert low < -100 < -50 < 0 < high


@pytest.mark.parametrize("rows", [[], [replace(ROW, value=float("nan"))]])
def test_nothing_to_show_draws(rows: list[DifferenceRow]) -> None:
    assert comparison_figure(rows, 0.02, WORDS).layout.height > 100


def test_hostile_labels_are_shown_as_written() -> None:
    words = DifferenceWords(HOSTILE, HOSTILE, HOSTILE)
    figure = comparison_figure([replace(ROW, label=HOSTILE)], 0.02, words)
    written = figure.to_json()
    assert "<img" not in written
    assert "\\u202e" not in written
