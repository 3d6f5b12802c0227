from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from reasonscape.figures.cluster_cards import cluster_cards_figure
from reasonscape.figures.cluster_content import ClusterName
from reasonscape.figures.cluster_marks import (
    GROUP_COLOURS,
    MOST_GROUPS,
    cluster_title,
    group_look,
    quoted,
)
from reasonscape.figures.cluster_shares import cluster_shares_figure
from reasonscape.figures.cluster_stability import stability_figure
from reasonscape.figures.populations import LOOKS
from tests.figures.pools import cards, names, shares, stability


def texts(figure: Any) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def named(figure: Any, name: str) -> list[Any]:
    return [trace for trace in figure.data if trace.name == name]


def test_shares_are_cells_with_counts() -> None:
    one = shares(levels=3)
    figure = cluster_shares_figure([one])
    (heat,) = named(figure, "share")
    np.testing.assert_allclose(heat.z, one.shares)
    (words,) = named(figure, "cells")
    assert "n=1" in words.text[0] and "8%" in words.text[0]
    (counts,) = named(figure, "n")
    assert list(counts.text) == ["n=12", "n=15", "n=18"]
    assert "phrase 0" in heat.hovertext[0][0] and "1 of 12 failures" in heat.hovertext[0][0]
    assert figure.layout.xaxis.title.text == "model"
    # A level without shares is grey.
    np.testing.assert_array_equal(np.isnan(named(figure, "masked")[0].z), ~np.isnan(one.shares))


def test_labels_share_a_scale_and_the_width_of_columns() -> None:
    wide, narrow = shares(levels=8), replace(shares(levels=2), panel="kind")
    figure = cluster_shares_figure([narrow, wide])
    top = max(np.nanmax(wide.shares), np.nanmax(narrow.shares))
    assert (figure.layout.coloraxis.cmin, figure.layout.coloraxis.cmax) == (0, top)
    first, second = figure.layout.xaxis.domain, figure.layout.xaxis2.domain
    assert (second[1] - second[0]) / (first[1] - first[0]) == pytest.approx(4)
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1]
    assert {"<b>kind</b>", "<b>model</b>"} <= set(texts(figure))


def test_a_cell_without_failures_says_nothing() -> None:
    one = shares(levels=3)
    none = replace(one, shares=np.where(one.counts == 1, 0.0, one.shares), counts=one.counts - 1)
    (words,) = named(cluster_shares_figure([none]), "cells")
    assert len(words.text) == 5
    assert not any("0%" in text for text in words.text)


def test_shares_of_wrong_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="totals has shape"):
        replace(shares(), totals=np.zeros(5, dtype=np.int64))
    with pytest.raises(ValueError, match="1 to 6 panels"):
        cluster_shares_figure([])


def test_cards_split_sizes_by_outcome() -> None:
    figure = cluster_cards_figure(cards())
    (incorrect,) = named(figure, "incorrect")
    assert list(incorrect.x) == [30 / 160, 40 / 160, 0.0]
    assert incorrect.marker.color == LOOKS["incorrect"].colour
    assert list(named(figure, "size")[0].text) == ["  50 · 31%", "  49 · 31%", "  48 · 30%"]
    assert figure.layout.xaxis.title.text == "share of 160 samples"
    words = texts(figure)
    assert "“phrase 0” “so we have”" in words
    assert "3 evals · found again in the other half" in words
    assert "not found again" in words
    assert any("no phrase sets it apart" in text for text in words)
    assert "13 of 160 samples are in no cluster" in words


def test_an_outcome_that_no_cluster_has_is_no_key() -> None:
    only = replace(cards(), cards=cards().cards[2:], outside=0)
    figure = cluster_cards_figure(only)
    assert [trace.name for trace in figure.data if trace.showlegend] == ["unanswered"]


def test_stability_rings_the_chosen_number() -> None:
    one = stability()
    figure = stability_figure(one)
    (line,) = named(figure, "mean over pairs")
    np.testing.assert_allclose(line.y, one.agreement)
    assert list(line.marker.color) == ["#0072b2", "white", "#0072b2"]
    assert "chosen: 3 clusters" in texts(figure)
    (null,) = named(figure, "data without groups")
    assert (min(null.y), max(null.y)) == (0.1, 0.2)
    (spread,) = named(figure, "10th to 90th percentile of 30 pairs")
    assert np.nanmin(spread.y) == pytest.approx(0.5)
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == (
        "clusters", "adjusted Rand index",
    )  # fmt: skip
    assert list(figure.layout.xaxis.ticktext) == ["2", "3", "4"]


def test_stability_without_reference_spread_or_choice() -> None:
    nothing = np.full(3, np.nan)
    bare = replace(
        stability(), low=nothing, high=nothing, null_low=np.zeros(0), null_high=np.zeros(0),
        chosen=None,
    )  # fmt: skip
    figure = stability_figure(bare)
    assert not named(figure, "data without groups")
    assert not texts(figure)
    with pytest.raises(ValueError, match="null_low has shape"):
        replace(stability(), null_low=np.zeros(1))


def test_every_group_looks_different() -> None:
    looks = [group_look(place) for place in range(MOST_GROUPS)]
    assert len({(look.colour, look.symbol) for look in looks}) == MOST_GROUPS
    assert all(
        one.symbol != other.symbol and one.colour != other.colour for one, other in pairwise(looks)
    )


# Machado, Oliveira and Fernandes (2009), severity 1.
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


@pytest.mark.parametrize("kind", BLINDNESS)
def test_the_colours_stay_apart(kind: str) -> None:
    """By Oklab (Ottosson 2020); a difference of about 0.02 can just be seen."""
    codes = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in GROUP_COLOURS]
    share = np.array(codes) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.array(BLINDNESS[kind]).T, 0, 1)
    cones = np.cbrt(seen @ np.array([
        [0.4122214708, 0.2119034982, 0.0883024619], [0.5363325363, 0.6806995451, 0.2817188376],
        [0.0514459929, 0.1073969566, 0.6299787005],
    ]))  # fmt: skip
    lab = cones @ np.array([
        [0.2104542553, 1.9779984951, 0.0259040371], [0.7936177850, -2.4285922050, 0.7827717662],
        [-0.0040720468, 0.4505937099, -0.8086757660],
    ])  # fmt: skip
    apart = np.linalg.norm(lab[:, None] - lab[None], axis=2) + np.eye(len(lab))
    assert apart.min() > 0.08


def test_phrases_fill_their_room_and_no_more() -> None:
    assert quoted(["a b", "c d", "e f"], 12) == "“a b” “c d”"
    assert quoted(["x" * 99], 12) == "“xxxx…xxxxx”"
    assert quoted([], 12) == ""


def test_rows_without_a_cluster_have_no_number() -> None:
    assert "<b>2</b>" in cluster_title(1, names()[1], 20)
    title = cluster_title(3, ClusterName(("x",), 5, outside=True), 20)
    assert title.endswith("in no cluster") and "4" not in title.split(">")[-1]
