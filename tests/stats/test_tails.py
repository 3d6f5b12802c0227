"""Tails in closed form against exact ones."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reasonscape.stats.tails import (
    binomial_above,
    binomial_below,
    chi_square_above,
    normal_above,
    normal_of_t,
    t_reach,
)


@pytest.mark.parametrize(
    ("successes", "trials", "share", "exact"),
    [
        # scipy.stats.binom.sf(k - 1, n, p)
        (9, 10, 0.5, 0.01074219),
        (3, 5, 0.1, 0.00856),
        (12, 500, 0.01, 0.005209),
        (80, 200, 0.3, 0.001640),
        (6, 30, 0.05, 0.003282),
    ],
)
def test_a_binomial_tail(successes: int, trials: int, share: float, exact: float) -> None:
    assert binomial_above(successes, trials, share) == pytest.approx(exact, rel=0.02)
    assert binomial_below(trials - successes, trials, 1 - share) == pytest.approx(exact, rel=0.02)


@given(
    trials=st.integers(5, 3000),
    part=st.floats(0, 1),
    share=st.floats(0.01, 0.99),
)
def test_binomial_tails_are_within_a_tenth(trials: int, part: float, share: float) -> None:
    successes = round(part * trials)
    exact = float(stats.binom.sf(successes - 1, trials, share))
    if 1e-200 < exact < 0.4:
        assert binomial_above(successes, trials, share) == pytest.approx(exact, rel=0.1)


@given(trials=st.floats(1, 1e6), part=st.floats(0, 1), share=st.floats(0.001, 0.999))
def test_a_tail_is_a_probability(trials: float, part: float, share: float) -> None:
    assert 0.0 <= binomial_above(part * trials, trials, share) <= 1.0


def test_ends_of_binomial_tails() -> None:
    assert binomial_above(0, 10, 0.5) == 1.0
    assert binomial_above(0, 0, 0.5) == 1.0
    assert binomial_above(10, 10, 0.5) == pytest.approx(0.5**10)
    assert binomial_above(1, 1, 0.3) == pytest.approx(0.3)
    assert binomial_above(5.5, 10, 0.5) == 0.5


@pytest.mark.parametrize("bad", [(3, 2, 0.5), (-1, 2, 0.5), (1, 2, 0.0), (1, 2, 1.0)])
def test_impossible_counts_are_refused(bad: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"counts|share"):
        binomial_above(*bad)


@pytest.mark.parametrize("df", [3, 10, 40, 200])
def test_chi_square_and_t(df: int) -> None:
    for p in (0.2, 0.05, 0.001):
        value = float(stats.chi2.isf(p, df))
        assert chi_square_above(value, df) == pytest.approx(p, rel=0.15)
        t = float(stats.t.isf(p, df))
        assert normal_above(normal_of_t(t, df)) == pytest.approx(p, rel=0.25)
        assert normal_of_t(-t, df) == -normal_of_t(t, df)
        assert t_reach(1 - 2 * p, df) == pytest.approx(t, rel=0.08)


def test_without_degrees_of_freedom() -> None:
    assert chi_square_above(5.0, 0.0) == 1.0
    assert chi_square_above(0.0, 3.0) == 1.0
    assert normal_of_t(3.0, 0.0) == 0.0
    assert math.isinf(t_reach(0.95, 0.0))
    assert math.isinf(t_reach(0.95, 1e-3))
