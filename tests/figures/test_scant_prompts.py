"""Every figure of spectra and of tokens with too little, too much, or hostile content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reasonscape.figures.content import LevelAxis
from reasonscape.figures.difference_spectra import difference_spectra_figure
from reasonscape.figures.fragmentation import fragmentation_figure
from reasonscape.figures.spectra import spectra_figure
from reasonscape.figures.spectrum_content import SpectrumCurve
from reasonscape.figures.token_content import FragmentationRow, TokenPrompt
from reasonscape.figures.token_views import token_view_figure
from reasonscape.figures.waterfalls import waterfall_figure
from reasonscape.runs.pictures import PictureWriter
from tests.figures import prompts
from tests.figures.conftest import HOSTILE
from tests.figures.prompts import NOTHING

KINDS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "spectra": (spectra_figure, prompts.spectra),
    "waterfall": (waterfall_figure, prompts.waterfall),
    "difference": (difference_spectra_figure, prompts.difference),
    "fragmentation": (fragmentation_figure, prompts.fragmentation),
    "tokens": (token_view_figure, prompts.token_view),
}
NONE, NO_COUNTS, NO_FLAGS = np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
UNKNOWN = np.full(5, np.nan)
#: Nothing at all, or a grid and nothing known on it.
SCANT: list[tuple[str, Any]] = [
    ("spectra", replace(prompts.spectra(), curves=())),
    (
        "spectra",
        replace(
            prompts.spectra(), frequency=NONE, floor_low=None, floor_high=None,
            maximum=float("nan"), curves=(SpectrumCurve("a", NONE, NONE, NONE, 0, (0.25,)),),
        ),
    ),
    (
        "spectra",
        replace(
            prompts.spectra(), curves=(SpectrumCurve("a", NOTHING, NOTHING, NOTHING, 0),),
            floor_low=NOTHING, floor_high=NOTHING,
        ),
    ),
    ("waterfall", replace(prompts.waterfall(), power=np.full((3, 8), np.nan))),
    (
        "waterfall",
        replace(
            prompts.waterfall(), power=np.full((3, 8), np.nan), few=np.ones(3, dtype=bool),
            prompts=np.zeros(3, dtype=np.int64), accuracy=np.full(3, np.nan),
            low=np.full(3, np.nan), high=np.full(3, np.nan),
        ),
    ),
    ("waterfall", replace(prompts.waterfall(), frequency=NONE, power=np.zeros((3, 0)))),
    (
        "waterfall",
        replace(
            prompts.waterfall(), axis=LevelAxis("terms", ()), power=np.zeros((0, 8)),
            prompts=NO_COUNTS, few=NO_FLAGS, accuracy=NONE, low=NONE, high=NONE,
        ),
    ),
    ("difference", replace(prompts.difference(), difference=NOTHING, low=NOTHING, high=NOTHING)),
    (
        "difference",
        replace(
            prompts.difference(), frequency=NONE, difference=NONE, low=NONE, high=NONE,
            significant=NO_FLAGS,
        ),
    ),
    ("fragmentation", replace(prompts.fragmentation(), rows=())),
    (
        "fragmentation",
        replace(
            prompts.fragmentation(), rows=(FragmentationRow("a", UNKNOWN, UNKNOWN, 0, 0),)
        ),
    ),
    ("tokens", replace(prompts.token_view(), prompts=())),
]  # fmt: skip


def flat(value: Any) -> Iterator[str]:
    """All texts in nested lists."""
    if value is None:
        return
    if isinstance(value, str):
        yield value
        return
    for part in value:
        yield from flat(part)


def drawn_texts(figure: Any) -> list[str]:
    """Everything that plotly reads as markup."""
    found = [figure.layout.title.text, *(note.text for note in figure.layout.annotations)]
    for trace in figure.data:
        found += [trace.name or "", *flat(trace.hovertext)]
        found += flat(getattr(trace, "text", None))
    for key in figure.layout:
        if re.match("[xy]axis", key):
            found += [figure.layout[key].title.text or "", *flat(figure.layout[key].ticktext)]
    return found


@pytest.mark.parametrize(("kind", "content"), SCANT)
def test_nothing_is_said_to_be_nothing(kind: str, content: Any) -> None:
    draw, make = KINDS[kind]
    assert "nothing to show" in drawn_texts(draw([content]))
    assert "nothing to show" in drawn_texts(draw([content, make()]))
    assert "nothing to show" not in drawn_texts(draw([make()]))


@pytest.mark.parametrize("kind", KINDS)
def test_panels_are_one_to_six(kind: str) -> None:
    draw, make = KINDS[kind]
    assert draw([make(f"model-{number}") for number in range(6)]).data
    with pytest.raises(ValueError, match="1 to 6 panels"):
        draw([])
    with pytest.raises(ValueError, match="1 to 6 panels"):
        draw([make()] * 7)


def test_one_frequency_and_one_level_are_drawn() -> None:
    at, value = np.array([0.5]), np.array([3.0])
    alone = SpectrumCurve("a", value, value - 1, value + 1, 1, (0.5,))
    one = replace(prompts.spectra(), frequency=at, curves=(alone,), floor_low=None, floor_high=None)
    figure = spectra_figure([one])
    (line,) = [trace for trace in figure.data if trace.name == "a" and trace.x[0] is not None]
    assert line.mode == "lines+markers"
    assert "every 2.0 tokens" in drawn_texts(figure)
    level = replace(
        prompts.waterfall(), axis=LevelAxis("terms", ("2",)), frequency=at,
        power=value[None, :], prompts=np.array([9]), few=np.zeros(1, dtype=bool),
        accuracy=np.array([0.5]), low=np.array([0.2]), high=np.array([0.8]),
    )  # fmt: skip
    assert waterfall_figure([level]).data[0].z.tolist() == [[3.0]]


def hostile(kind: str) -> Any:
    """A content with foreign text wherever there is text."""
    content = replace(KINDS[kind][1](HOSTILE * 9), title=HOSTILE * 9)
    if kind == "spectra":
        curves = tuple(replace(curve, label=HOSTILE * 9) for curve in content.curves)
        return replace(content, curves=curves, panel=HOSTILE)
    if kind == "waterfall":
        axis = LevelAxis(HOSTILE, (HOSTILE, HOSTILE * 2, HOSTILE), unit=HOSTILE)
        return replace(content, axis=axis, panel=HOSTILE)
    if kind == "difference":
        return replace(content, a_label=HOSTILE, b_label=HOSTILE, within=HOSTILE, panel=HOSTILE)
    if kind == "fragmentation":
        return replace(
            content, eval_label=HOSTILE, measure=HOSTILE * 9,
            rows=tuple(replace(row, label=HOSTILE) for row in content.rows),
        )  # fmt: skip
    foreign = (HOSTILE, "<b>", "<a href='x'>", "\x00\x1b[1m", "\u2066", "x" * 10_000, "漢字", "🎉")
    tokens = tuple((text, 1.0) for text in foreign)
    return replace(content, prompts=(TokenPrompt(HOSTILE * 9, tokens),), mark_label=HOSTILE)


OWN_TAGS = re.compile(r'</?b>|<br>|</?span(?: style="[a-z0-9:;#-]*")?>')


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_foreign_text_is_never_read_as_markup(kind: str, count: int) -> None:
    texts = drawn_texts(KINDS[kind][0]([hostile(kind)] * count))
    for text in texts:
        assert not set(OWN_TAGS.sub("", text)) & set("<>$\u202e\u2066\ud800\x00\x1b")
        assert len(text) < 1500
    assert "&lt;img" in " ".join(texts)


def test_tokens_that_look_like_tags_are_shown_as_written() -> None:
    texts = drawn_texts(token_view_figure([hostile("tokens")]))
    assert "&lt;b&gt;" in texts
    assert "<b>" not in texts


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_draws_in_a_browser(kind: str) -> None:
    draw, make = KINDS[kind]
    with PictureWriter() as writer:
        if not writer.available:
            pytest.skip(writer.hint)
        scant = [content for other, content in SCANT if other == kind]
        for panels in ([make()], [hostile(kind)] * 2, *([content] for content in scant)):
            svg = writer.render(draw(panels), "svg").decode()
            assert "<script" not in svg
            assert "<a " not in svg
            assert not re.findall(r"(?:href|src)=.https?:", svg)
