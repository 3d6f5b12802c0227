from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from reasonscape.datasets.direction import weighted_rank_correlation


def test_reference_value() -> None:
    x, y, w = [1, 2, 3, 4, 5], [0.9, 0.8, 0.85, 0.3, 0.3], [3, 1, 2, 5, 4]
    # scipy.stats.spearmanr(numpy.repeat(x, w), numpy.repeat(y, w)).statistic = -0.89770369
    repeated = spearmanr(
        [a for a, n in zip(x, w, strict=True) for _ in range(n)],
        [b for b, n in zip(y, w, strict=True) for _ in range(n)],
    )
    assert weighted_rank_correlation(x, y, w) == pytest.approx(repeated.statistic, abs=1e-12)
    assert weighted_rank_correlation(x, y, w) == pytest.approx(-0.89770369, abs=1e-8)


pairs = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 4)), min_size=2, max_size=8
)


@given(pairs)
def test_whole_weights_are_repeats(found: list[tuple[int, int, int]]) -> None:
    x, y, w = ([float(v) for v in column] for column in zip(*found, strict=True))
    value = weighted_rank_correlation(x, y, w)
    if len(set(x)) < 2 or len(set(y)) < 2:
        assert math.isnan(value)
        return
    repeated_x = [a for a, n in zip(x, w, strict=True) for _ in range(int(n))]
    repeated_y = [b for b, n in zip(y, w, strict=True) for _ in range(int(n))]
    assert value == pytest.approx(spearmanr(repeated_x, repeated_y).statistic, abs=1e-9)


def test_degenerate() -> None:
    assert math.isnan(weighted_rank_correlation([], [], []))
    assert math.isnan(weighted_rank_correlation([1], [1], [5]))
