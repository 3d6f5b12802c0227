from __future__ import annotations

import unicodedata
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.figures.fragmentation import fragmentation_figure
from reasonscape.figures.fragmentation_words import difference_words
from reasonscape.figures.token_content import TokenPrompt, TokenView
from reasonscape.figures.token_lines import LONGEST_TOKEN, cells_of, token_lines, visible_text
from reasonscape.figures.token_patches import MARKED
from reasonscape.figures.token_views import MOST_LINES, MOST_PROMPTS, token_view_figure
from tests.figures.prompts import fragmentation, spread, token_view

ANY_TEXT = st.text(st.characters(), max_size=100)


def named(figure: Any, name: str) -> list[Any]:
    return [trace for trace in figure.data if trace.name == name and trace.x[0] is not None]


def keys(figure: Any) -> list[Any]:
    return [trace for trace in figure.data if trace.x[0] is None]


def texts(figure: Any) -> list[str]:
    return [note.text for note in figure.layout.annotations]


@given(st.lists(ANY_TEXT, max_size=20), st.integers(4, 40), st.integers(1, 12))
def test_lines_hold_their_runs_and_no_token_is_lost(
    tokens: list[str], width: int, most: int
) -> None:
    lines = token_lines(tokens, width, most)
    assert lines.lines <= most
    ends = np.zeros(most, dtype=int)
    for run in lines.runs:
        assert run.start == ends[run.line]
        assert run.width == sum(cells_of(char) for char in run.text)
        ends[run.line] += run.width
    assert ends.max(initial=0) <= width
    whole = len(tokens) - lines.rest
    for number, token in enumerate(tokens[:whole]):
        said = "".join(run.text for run in lines.runs if run.token == number)
        assert said == visible_text(token)


@given(ANY_TEXT)
def test_every_character_of_a_token_can_be_seen(text: str) -> None:
    shown = visible_text(text)
    assert shown
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"}
    assert not any(unicodedata.category(char) in hidden for char in shown)
    assert len(shown) <= 2 * LONGEST_TOKEN


def test_long_tokens_and_stacked_marks_are_bounded() -> None:
    assert visible_text("a" * 10_000) == "a" * LONGEST_TOKEN + "…+9,936"
    assert visible_text("e" + "\u0301" * 50) == "e\u0301\u0301"
    assert visible_text("\u0301x") == "◌\u0301x"


def test_tokens_are_patches_with_their_words() -> None:
    figure = token_view_figure([token_view()])
    first, second = named(figure, "text")
    assert list(first.text) == ["48", "·+", "·92", "·+", "⏎"]
    assert list(second.text) == ["48", "·+"]
    assert first.hovertext[1] == "token 2 of 5<br>·+<br>mark 1.00"
    assert first.hovertext[2] == "token 3 of 5<br>·92"
    np.testing.assert_allclose(first.x, [1, 3, 5.5, 8, 9.5])
    assert len(set(first.y)) == 1
    assert second.y[0] > first.y[0]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]
    assert {"<b>2 terms, wrong</b> · 5 tokens", "<b>2 terms, right</b> · 2 tokens"} <= set(
        texts(figure)
    )


def test_neighbours_differ_in_shade_and_marks_stand_out() -> None:
    figure = token_view_figure([token_view()])
    shades = {}
    for patches in named(figure, "tokens"):
        # Every fifth corner begins a patch; lines are told apart by the words' heights.
        for x, y in zip(patches.x[::6], patches.y[::6], strict=True):
            shades[round(y), round(x)] = patches.fillcolor
    line = [shade for (_, x), shade in sorted(shades.items())][:5]
    assert all(one != other for one, other in pairwise(line))
    assert line[1] == MARKED[2][1]
    assert line[3] == MARKED[1][1]
    assert not {line[0], line[2], line[4]} & {shade for pair in MARKED for shade in pair}
    (key,) = keys(figure)
    assert key.name == "carries the peak at every 2.0 tokens"


def test_no_marks_no_key() -> None:
    plain = TokenView("t", "m", (TokenPrompt("p", (("a", 0.0), ("b", float("nan")))),))
    assert not keys(token_view_figure([plain]))


def test_what_has_no_room_is_counted() -> None:
    long = TokenPrompt("long", tuple(("\n", 0.0) for _ in range(100)))
    figure = token_view_figure([replace(token_view(), prompts=(long,))])
    assert f"… {100 - MOST_LINES} more tokens" in texts(figure)
    many = replace(token_view(), prompts=(long,) * (MOST_PROMPTS + 3))
    assert "3 more prompts" in texts(token_view_figure([many]))
    assert token_view_figure([many]).layout.height < 3000


def test_a_prompt_without_tokens_is_named() -> None:
    figure = token_view_figure([replace(token_view(), prompts=(TokenPrompt("none", ()),))])
    assert "<b>none</b> · 0 tokens" in texts(figure)


def test_fragmentation_shows_spreads_and_the_difference() -> None:
    figure = fragmentation_figure([fragmentation()])
    right, wrong = named(figure, "median")
    assert (right.x[0], wrong.x[0]) == (1.5, 1.8)
    assert right.y[0] < 0 < wrong.y[0]
    np.testing.assert_allclose(named(figure, "5–95%")[0].x, [1.0, 2.0])
    np.testing.assert_allclose(named(figure, "middle half")[1].x, [1.6, 2.0])
    (points,) = named(figure, "difference")
    np.testing.assert_allclose(points.x, [0.3, np.nan])
    np.testing.assert_allclose(points.error_x.array[0], 0.2)
    low, high = figure.layout.xaxis11.range
    assert low == -high
    assert high > 0.5
    assert figure.layout.xaxis.title.text == "tokens per number"
    assert figure.layout.xaxis11.title.text == "wrong − right"
    assert {"<b>+0.30 (+0.10 to +0.50)</b>", "83 / 417", "not estimated"} <= set(texts(figure))


def test_panels_of_one_measure_share_their_scales() -> None:
    other = replace(fragmentation(), rows=(spread(9.0),))
    figure = fragmentation_figure([fragmentation(), other, fragmentation("tokens per word")])
    assert figure.layout.xaxis.range == figure.layout.xaxis2.range
    assert figure.layout.xaxis.range != figure.layout.xaxis3.range
    assert figure.layout.xaxis11.range == figure.layout.xaxis12.range


@pytest.mark.parametrize("count", [1, 4, 6])
def test_panels_of_measures_stand_below_each_other(count: int) -> None:
    layout = fragmentation_figure([fragmentation()] * count).layout
    lefts = {layout[f"xaxis{number or ''}"].domain[0] for number in [0, *range(2, count + 1)]}
    assert len(lefts) == 1


def test_differences_in_words() -> None:
    one = spread(1.0)
    assert difference_words(replace(one, low=float("nan"))) == "+0.30 (no interval)"
    assert difference_words(replace(one, difference=float("nan"))) == "not estimated"
    assert difference_words(replace(one, difference=0.0, low=-0.004, high=0.05)) == (
        "0 (−0.004 to +0.050)"
    )


def test_five_quantiles_are_asked_for() -> None:
    with pytest.raises(ValueError, match="right has shape"):
        replace(spread(1.0), right=np.zeros(3))
