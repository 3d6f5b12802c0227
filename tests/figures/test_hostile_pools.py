"""Every figure of clusters and maps with hostile, too little and too much content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reasonscape.figures.alignment import alignment_figure
from reasonscape.figures.cluster_cards import cluster_cards_figure
from reasonscape.figures.cluster_shares import cluster_shares_figure
from reasonscape.figures.cluster_stability import stability_figure
from reasonscape.figures.content import LevelAxis
from reasonscape.figures.outcome_lengths import outcome_lengths_figure
from reasonscape.figures.phrase_forest import phrase_odds_figure
from reasonscape.figures.trace_map import trace_map_figure
from reasonscape.figures.trace_map3d import trace_map3d_figure
from reasonscape.runs.pictures import PictureWriter
from tests.figures import pools
from tests.figures.conftest import HOSTILE

Draw = Callable[[Any], Any]


def shares_figure(content: Any) -> Any:
    return cluster_shares_figure([content, content])


KINDS: dict[str, tuple[Draw, Callable[[str], Any]]] = {
    "alignment": (alignment_figure, pools.alignment),
    "shares": (shares_figure, pools.shares),
    "cards": (cluster_cards_figure, pools.cards),
    "stability": (stability_figure, pools.stability),
    "map": (trace_map_figure, pools.trace_map),
    "scene": (trace_map3d_figure, lambda text: pools.trace_map(text, dims=3)),
    "phrases": (phrase_odds_figure, pools.phrases),
    "lengths": (outcome_lengths_figure, pools.lengths),
}
NOTHING, NO_COUNTS = np.zeros(0), np.zeros(0, dtype=np.int64)
EMPTY: dict[str, Any] = {
    "alignment": replace(pools.alignment(), rows=()),
    "shares": replace(
        pools.shares(), clusters=(), axis=LevelAxis("model", ()), shares=np.zeros((0, 0)),
        counts=np.zeros((0, 0), dtype=np.int64), totals=NO_COUNTS,
    ),
    "cards": replace(pools.cards(), cards=(), total=0, outside=0),
    "stability": replace(
        pools.stability(), k=NO_COUNTS, agreement=NOTHING, low=NOTHING, high=NOTHING,
        null_low=NOTHING, null_high=NOTHING, chosen=None,
    ),
    "map": pools.trace_map(count=0),
    "scene": pools.trace_map(count=0, dims=3),
    "phrases": pools.phrases(wrong=0, right=0),
    "lengths": replace(pools.lengths(), outcomes=()),
}  # fmt: skip
OWN = re.compile(
    r"</?b(?: style=\"[a-z0-9:;.#-]*\")?>|<br>|</?span(?: style=[\"'][a-z0-9:;#-]*[\"'])?>"
    r"|<extra></extra>|%\{customdata\[\d+\]\}"
)


def hostile(kind: str) -> Any:
    content = KINDS[kind][1](HOSTILE * 9)
    return replace(content, texts=(HOSTILE * 99,) * 12) if kind in ("map", "scene") else content


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            if key != "bdata":
                yield from strings(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from strings(each)


@pytest.mark.parametrize("kind", KINDS)
def test_foreign_text_is_never_read_as_markup(kind: str) -> None:
    figure = KINDS[kind][0](hostile(kind)).to_dict()
    seen = list(strings(figure))
    for text in seen:
        assert not set(OWN.sub("", text)) & set("<>$\u202e\ud800"), text
    assert "&lt;img" in " ".join(seen)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_draws(kind: str) -> None:
    assert KINDS[kind][0](EMPTY[kind]).layout.title.text


def test_every_kind_draws_in_a_browser() -> None:
    with PictureWriter() as writer:
        if not writer.available:
            pytest.skip(writer.hint)
        # A scene takes as long as all others, and scenes are drawn in test_drawn.
        for kind in sorted(KINDS.keys() - {"scene"}):
            svg = writer.render(KINDS[kind][0](hostile(kind)), "svg").decode()
            assert "<script" not in svg
            assert not re.findall(r"(?:href|src)=.https?:", svg)
