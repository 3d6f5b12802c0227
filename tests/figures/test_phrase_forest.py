from __future__ import annotations

from dataclasses import replace
from typing import Any

from reasonscape.figures.phrase_forest import MOST_ROWS, phrase_odds_figure
from reasonscape.figures.populations import RIGHT, WRONG
from tests.figures.pools import phrases


def texts(figure: Any) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def marks(figure: Any) -> list[Any]:
    return [trace for trace in figure.data if trace.name == "ratio"]


def test_sides_are_apart_and_explained_phrases_hollow() -> None:
    figure = phrase_odds_figure(phrases())
    assert [mark.x[0] for mark in marks(figure)] == [2.0, 3.0, 4.0, 0.5, 0.25]
    # Headings take rows 0 and 4.
    assert [mark.y[0] for mark in marks(figure)] == [1, 2, 3, 5, 6]
    assert [mark.marker.color for mark in marks(figure)] == [
        WRONG.colour, "white", WRONG.colour, RIGHT.colour, RIGHT.colour,
    ]  # fmt: skip
    assert marks(figure)[1].marker.line.color == WRONG.colour
    words = texts(figure)
    assert words.index("<b>marks wrong</b>") < words.index("<b>marks right</b>")
    assert {"2.00 (1.00–4.00)", "0.030 · 120 / 30", "&lt;0.001 · 120 / 30"} <= set(words)
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.xaxis.title.text.startswith("odds of ending wrong")
    assert "4,210 phrases tested" in figure.layout.title.text
    assert "explained by length" in {trace.name for trace in figure.data}


def test_phrases_are_monospaced() -> None:
    figure = phrase_odds_figure(phrases())
    (label,) = (note for note in figure.layout.annotations if note.text == "phrase 0")
    assert "Mono" in label.font.family


def test_at_most_so_many_rows_of_both_sides() -> None:
    both = phrase_odds_figure(phrases(wrong=40, right=40))
    assert len(marks(both)) == MOST_ROWS
    assert {"<b>marks wrong: 15 of 40</b>", "<b>marks right: 15 of 40</b>"} <= set(texts(both))
    few = phrase_odds_figure(phrases(wrong=40, right=4))
    assert len(marks(few)) == MOST_ROWS
    assert {"<b>marks wrong: 26 of 40</b>", "<b>marks right</b>"} <= set(texts(few))


def test_nothing_and_the_unbounded() -> None:
    assert "nothing to show" in texts(phrase_odds_figure(phrases(wrong=0, right=0)))
    row = replace(phrases().rows[0], odds=float("inf"), high=float("inf"))
    assert phrase_odds_figure(replace(phrases(), rows=(row,))).data
