"""Excess fragmentation: zero where size decides, the same in any order; its odds of failing."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.fragmentation import excess_fragmentation, odds_per_deviation

OCCURRENCES = st.lists(
    st.tuples(st.integers(1, 6), st.integers(1, 9), st.integers(0, 4)), max_size=40
)


@given(OCCURRENCES, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter_to_the_last_bit(rows, random) -> None:  # type: ignore[no-untyped-def]
    mixed = list(rows)
    random.shuffle(mixed)
    found = []
    for some in (rows, mixed):
        tokens, size, prompt = np.array(some, dtype=np.int64).reshape(-1, 3).T
        found.append(excess_fragmentation(tokens, size, prompt, 5))
    first, again = found
    assert np.array_equal(first, again, equal_nan=True)


@given(OCCURRENCES)
def test_a_rule_of_digits_has_no_excess(rows) -> None:  # type: ignore[no-untyped-def]
    size, prompt = np.array([r[1:] for r in rows], dtype=np.int64).reshape(-1, 2).T
    excess = excess_fragmentation(-(-size // 3), size, prompt, 5)
    assert not np.nan_to_num(excess).any()


def test_planted_odds_are_found_and_a_covariate_takes_its_part() -> None:
    rng = np.random.default_rng(3)
    cell, item = np.repeat(np.arange(12), 40), np.repeat(np.arange(240), 2)
    other = np.repeat(rng.normal(size=240), 2)
    z = other + np.repeat(rng.normal(size=240), 2)
    caused = rng.random(480) < 1 / (1 + np.exp(-0.7 * z))
    found = odds_per_deviation(z, caused, cell, item)
    assert found.odds.low > 1.0
    spurious = rng.random(480) < 1 / (1 + np.exp(-1.2 * other))
    raw = odds_per_deviation(z, spurious, cell, item)
    beyond = odds_per_deviation(z, spurious, cell, item, other)
    assert raw.odds.ratio > 1.5
    assert beyond.odds.low < 1.0 < beyond.odds.high


def test_nothing_to_go_with_is_unknown() -> None:
    found = odds_per_deviation([1.0] * 4, [0, 1, 0, 1], [0] * 4, range(4))
    assert found.deviation == 0.0
    assert math.isnan(found.odds.ratio)
    assert math.isnan(odds_per_deviation([], [], [], []).odds.ratio)
