"""Odds of many phrases: the numbers of one contrast, brute force, halves, degenerate inputs."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from reasonscape.stats.held_out_phrases import held_out_phrases, item_half
from reasonscape.stats.length_strata import length_strata
from reasonscape.stats.odds_ratio import odds_ratio
from reasonscape.stats.phrase_odds import PhraseOdds, phrase_odds
from reasonscape.stats.proportions import normal_quantile

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
World = tuple[BoolArray, BoolArray, IntArray, IntArray]


def world(seed: int, n: int = 90, m: int = 12) -> World:
    """Phrases, wrong ends, strata and items; repeats of an item are alike."""
    rng = np.random.default_rng(seed)
    item = rng.integers(0, max(n // 3, 1), n)
    stratum = item % int(rng.integers(1, 7)) if seed % 2 else rng.integers(0, 4, n)
    leaning = rng.random(item.max(initial=0) + 1)
    wrong = rng.random(n) < 0.5 * leaning[item] + 0.2
    presence = rng.random((n, m)) < 0.7 * rng.random(m) * leaning[item][:, None]
    return presence, wrong, stratum, item


def same(one: PhraseOdds, other: PhraseOdds) -> None:
    for field in fields(PhraseOdds):
        found, expected = getattr(one, field.name), getattr(other, field.name)
        np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-9, err_msg=field.name)


@pytest.mark.parametrize("seed", range(10))
def test_each_phrase_has_the_numbers_of_one_contrast(seed: int) -> None:
    presence, wrong, stratum, item = world(seed, n=[2, 7, 30, 90, 200][seed % 5])
    found = phrase_odds(csr_matrix(presence), wrong, stratum, item, level=0.9)
    for t in range(presence.shape[1]):
        has = presence[:, t]
        one = odds_ratio(has, ~has, wrong, item, stratum, level=0.9)
        expected = [one.ratio, one.low, one.high, one.z, one.strata, one.items]
        got = [getattr(found, name)[t] for name in ("ratio", "low", "high", "z", "strata", "items")]
        np.testing.assert_allclose(got, expected, rtol=1e-7, atol=1e-9)
        if one.strata:
            assert found.p[t] == pytest.approx(2.0 * min(one.p_above, one.p_below))
        else:
            assert np.isnan(found.p[t])


def test_reference_value() -> None:
    tables = [[[8, 3], [4, 9]], [[5, 1], [7, 6]], [[2, 6], [1, 9]]]
    # statsmodels.stats.contingency_tables.StratifiedTable(tables).oddsratio_pooled
    rows = [
        (has, wrong, stratum)
        for stratum, table in enumerate(tables)
        for has, ends in zip((1, 0), table, strict=True)
        for wrong, count in zip((1, 0), ends, strict=True)
        for _ in range(count)
    ]
    has, wrong, stratum = np.array(rows).T
    found = phrase_odds(has[:, None], wrong, stratum, np.arange(len(rows)))
    assert found.ratio[0] == pytest.approx(4.642335766423358, abs=1e-12)
    assert (found.wrong[0], found.right[0]) == (15, 10)
    # Mantel-Haenszel weights by hand: 12 * 12 / 24, 12 * 7 / 19 and 3 * 15 / 18.
    weight = np.array([144 / 24, 84 / 19, 45 / 18])
    gap = np.array([8 / 12 - 3 / 12, 5 / 12 - 1 / 7, 2 / 3 - 6 / 15])
    assert found.difference[0] == pytest.approx(float(weight @ gap / weight.sum()))


def slow_difference(
    has: BoolArray, wrong: BoolArray, stratum: IntArray, item: IntArray
) -> tuple[float, float]:
    """Difference of shares and its error, over all pairs of a wrong and a right end."""
    pairs = [
        (i, j, 1.0 / np.sum(stratum == stratum[i]))
        for i in np.flatnonzero(wrong)
        for j in np.flatnonzero(~wrong)
        if stratum[i] == stratum[j]
    ]
    total = sum(weight for _, _, weight in pairs)
    value = sum((float(has[i]) - float(has[j])) * weight for i, j, weight in pairs) / total
    sums: dict[tuple[int, int], float] = {}
    blocks: dict[tuple[int, int, int], float] = {}
    both = [s for s in set(stratum) if len(set(wrong[stratum == s])) == 2]
    clusters = {(int(g), int(s)) for g, s in zip(item, stratum, strict=True) if s in both}
    for i, j, weight in pairs:
        gap = (float(has[i]) - float(has[j]) - value) * weight
        s = int(stratum[i])
        for g in {int(item[i]), int(item[j])}:
            sums[g, s] = sums.get((g, s), 0.0) + gap
        key = (int(item[i]), int(item[j]), s)
        blocks[key] = blocks.get(key, 0.0) + gap
    squares = sum(one**2 for one in sums.values())
    # Products of pairs that have both of their clusters in common stand in two squares.
    twice = sum(
        one * (one + blocks.get((h, g, s), 0.0)) for (g, h, s), one in blocks.items() if g != h
    )
    variance = max(squares - twice, squares / 2.0) * len(clusters) / max(len(clusters) - 1, 1)
    return value, float(variance**0.5) / total


@pytest.mark.parametrize("seed", range(4))
def test_difference_agrees_with_all_pairs(seed: int) -> None:
    presence, wrong, stratum, item = world(seed, n=40, m=4)
    found = phrase_odds(presence, wrong, stratum, item)
    for t in range(presence.shape[1]):
        value, error = slow_difference(presence[:, t], wrong, stratum, item)
        assert found.difference[t] == pytest.approx(value)
        low = max(value - normal_quantile(0.95, 2) * error, -1.0)
        assert found.difference_low[t] == pytest.approx(low)


@given(seed=st.integers(0, 10_000), n=st.integers(2, 60))
def test_order_and_side_do_not_matter(seed: int, n: int) -> None:
    presence, wrong, stratum, item = world(seed, n, 5)
    found = phrase_odds(presence, wrong, stratum, item)
    order = np.random.default_rng(seed).permutation(n)
    same(phrase_odds(presence[order], wrong[order], 9 - stratum[order], item[order] + 3), found)
    turned = phrase_odds(presence, ~wrong, stratum, item)
    np.testing.assert_allclose(turned.z, -found.z, atol=1e-9)
    np.testing.assert_allclose(turned.difference, -found.difference, atol=1e-9)
    known = (found.ratio > 0.0) & np.isfinite(found.ratio)
    np.testing.assert_allclose(turned.ratio[known], 1.0 / found.ratio[known])


def test_chunks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    case = world(3)
    whole = phrase_odds(*case)
    monkeypatch.setattr("reasonscape.stats.phrase_odds._ENTRIES", 40)
    same(phrase_odds(*case), whole)


def test_at_equal_length_what_only_length_explains_is_gone() -> None:
    rng = np.random.default_rng(2)
    length = rng.uniform(1.0, 9.0, 3_000)
    presence = (rng.random(3_000) < length / 12)[:, None]
    wrong = rng.random(3_000) < length / 12
    none = np.zeros(3_000, dtype=np.int64)
    assert phrase_odds(presence, wrong, none, np.arange(3_000)).low[0] > 1.5
    strata = length_strata(none, length, parts=10)
    level = phrase_odds(presence, wrong, strata, np.arange(3_000))
    assert level.low[0] < 1.1 < level.high[0]


def test_length_strata() -> None:
    assert length_strata([0, 0, 1, 1], [1, 1, 1, 1]).tolist() == [0, 0, 1, 1]
    assert length_strata([0, 1, 2], [1.0, 2.0, np.nan], [0, 0, 0]).tolist() == [0, 1, 2]
    assert length_strata([], []).tolist() == []
    with pytest.raises(ValueError, match="lengths"):
        length_strata([0], [1, 2])
    with pytest.raises(ValueError, match="part"):
        length_strata([0], [1], parts=0)


def planted(seed: int, n: int = 800, m: int = 60) -> World:
    rng = np.random.default_rng(seed)
    wrong = rng.random(n) < 0.5
    presence = rng.random((n, m)) < 0.15
    presence[:, 7] = rng.random(n) < np.where(wrong, 0.35, 0.05)
    item = np.arange(n) // 2
    return presence, wrong, item % 5, item


def test_what_one_half_chooses_the_other_measures() -> None:
    presence, wrong, stratum, item = planted(1)
    found = held_out_phrases(presence, wrong, stratum, item, 3)
    assert found.phrase[0] == 7
    assert found.q[0] < 0.01
    assert found.odds.low[0] > 3.0
    assert found.tested == 60
    half = ~found.chosen_on
    same(
        found.odds,
        phrase_odds(presence[half][:, found.phrase], wrong[half], stratum[half], item[half]),
    )
    assert not set(item[half]) & set(item[~half])
    order = np.random.default_rng(0).permutation(len(wrong))
    again = held_out_phrases(presence[order], wrong[order], stratum[order], item[order], 3)
    assert again.phrase.tolist() == found.phrase.tolist()
    same(again.odds, found.odds)


def test_halves_have_both_ends_of_each_stratum() -> None:
    _, wrong, stratum, item = planted(4, n=80)
    half = item_half(wrong, stratum, item, 11)
    assert abs(int(half.sum()) - 40) <= 2
    for s in range(5):
        for side in (half, ~half):
            assert set(wrong[side & (stratum == s)]) == {True, False}


def test_degenerate() -> None:
    empty = phrase_odds(np.zeros((0, 3)), [], [], [])
    assert np.isnan(empty.ratio).all()
    assert np.isnan(empty.p).all()
    assert len(phrase_odds(np.zeros((4, 0)), [0, 1, 0, 1], [0] * 4, range(4))) == 0
    every = np.array([[1, 0, 1]] * 4)
    for wrong in ([0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 0, 1]):
        for stratum in ([0, 0, 0, 0], [0, 1, 2, 3]):
            found = phrase_odds(every, wrong, stratum, range(4))
            assert np.isnan(found.p).all()
            assert found.high.tolist() == [np.inf] * 3
            assert not held_out_phrases(every, wrong, stratum, range(4), 0).phrase.size
    one = phrase_odds([[1], [0]], [1, 0], [0, 0], [5, 5])
    assert np.isinf(one.ratio[0])
    stored = csr_matrix((np.array([0, 1, 1, 1]), ([0, 1, 2, 3], [0, 0, 0, 0])), shape=(4, 1))
    same(
        phrase_odds(stored, [0, 1, 0, 1], [0] * 4, range(4)),
        phrase_odds([[0], [1], [1], [1]], [0, 1, 0, 1], [0] * 4, range(4)),
    )
    with pytest.raises(ValueError, match="outcomes"):
        phrase_odds(every, [0, 1], [0, 0], [0, 1])
    with pytest.raises(ValueError, match="strata"):
        phrase_odds(every, [0, 1, 0, 1], [0, 0], [0, 1])
