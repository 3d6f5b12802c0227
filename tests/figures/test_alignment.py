from __future__ import annotations

from dataclasses import replace
from typing import Any

from reasonscape.figures.alignment import alignment_figure
from tests.figures.pools import ANSWER, alignment


def named(figure: Any, name: str) -> list[Any]:
    return [trace for trace in figure.data if trace.name == name and trace.x[0] is not None]


def texts(figure: Any) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def test_rows_show_share_interval_null_and_adjusted() -> None:
    figure = alignment_figure(alignment())
    assert [mark.x[0] for mark in named(figure, "share")] == [0.42, -0.001]
    assert tuple(named(figure, "interval")[0].x) == (0.35, 0.5)
    null = named(figure, "null")[0]
    assert (min(null.x), max(null.x)) == (-0.02, 0.03)
    adjusted = named(figure, "adjusted")[0]
    assert (adjusted.x[0], adjusted.marker.color) == (0.39, "white")
    assert figure.layout.xaxis.title.text == (
        "share of the clusters' information explained, beyond chance"
    )


def test_the_title_is_the_answer_and_stays_whole() -> None:
    figure = alignment_figure(alignment())
    assert ANSWER in figure.layout.title.text
    assert figure.layout.width > 900


def test_numbers_stand_beside_the_rows() -> None:
    words = texts(alignment_figure(alignment()))
    assert {"0.42 (0.35 to 0.50)", "&lt;0.001", "4", "1,204 / 310"} <= set(words)
    assert {"0.00 (−0.02 to 0.01)", "0.62"} <= set(words)


def test_a_refused_label_says_why_and_has_no_marks() -> None:
    figure = alignment_figure(alignment())
    assert "not measured: one model only" in texts(figure)
    assert len(named(figure, "share")) == 2
    (label,) = (note for note in figure.layout.annotations if note.text == "model")
    assert label.font.color == "#5a5a5a"
    assert figure.layout.legend.visible


def test_nothing_measured_has_no_legend() -> None:
    refused = replace(alignment(), rows=alignment().rows[2:])
    figure = alignment_figure(refused)
    assert not figure.layout.legend.visible and not figure.layout.xaxis.visible
    assert texts(figure) == ["model", "not measured: one model only"]
    none = alignment_figure(replace(alignment(), rows=()))
    assert "nothing to show" in texts(none)


def test_an_estimate_may_lack_interval_null_and_adjusted() -> None:
    row = replace(alignment().rows[0], low=float("nan"), null_low=float("nan"))
    row = replace(row, adjusted=float("nan"), p=float("nan"))
    figure = alignment_figure(replace(alignment(), rows=(row,)))
    assert named(figure, "share")
    assert not named(figure, "interval") + named(figure, "null") + named(figure, "adjusted")
    assert {"0.42", "–"} <= set(texts(figure))
    assert "nan" not in named(figure, "share")[0].hovertext
