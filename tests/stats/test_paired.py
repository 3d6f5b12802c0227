"""Paired differences against Tango's published intervals and brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.paired import paired_difference


def test_published_example() -> None:
    # Bentur et al. (2009), in Fagerland, Lydersen and Laake (2014): 21 pairs, discordant 1 and 7;
    # Tango's interval -0.517 to -0.026, McNemar asymptotic p = 0.034
    d = paired_difference([21], [-6], [8])
    assert d.difference[0] == pytest.approx(-0.2857, abs=1e-4)
    assert d.low[0] == pytest.approx(-0.517, abs=5e-4)
    assert d.high[0] == pytest.approx(-0.026, abs=5e-4)
    assert d.p[0] == pytest.approx(0.0339, abs=1e-4)


@pytest.mark.parametrize(("n", "b", "c"), [(20, 6, 1), (15, 0, 4), (30, 9, 9), (12, 12, 0)])
def test_bounds_solve_the_score_equation(n: int, b: int, c: int) -> None:
    """Tango by brute force: the restricted likelihood is maximised on a fine grid."""
    d = paired_difference([n], [b - c], [b + c])
    for bound in (d.low[0], d.high[0]):
        if abs(bound) > 0.999:
            continue
        # p12 - p21 = bound; p21 = q, p12 = q + bound, rest 1 - 2 q - bound
        q = np.linspace(max(0.0, -bound), (1 - bound) / 2, 200_001)[1:-1]
        loglik = b * np.log(q + bound) + c * np.log(q) + (n - b - c) * np.log(1 - 2 * q - bound)
        best = q[loglik.argmax()]
        z = (b - c - n * bound) / np.sqrt(n * (2 * best + bound - bound**2))
        assert abs(z) == pytest.approx(1.96, abs=0.01)


def test_no_difference_at_all_is_not_certainty() -> None:
    d = paired_difference([10, 100], [0, 0], [0, 0])
    # both ends z^2 / (n + z^2)
    assert d.high == pytest.approx([3.8415 / 13.8415, 3.8415 / 103.8415], abs=1e-4)
    assert d.low == pytest.approx(-d.high, abs=1e-9)
    assert d.p.tolist() == [1.0, 1.0]


def test_always_different() -> None:
    d = paired_difference([8], [8], [8])
    assert d.high[0] == pytest.approx(1.0)
    # every pair differs: 2 w - 1 with Wilson's lower bound w of 8 out of 8, 0.6756
    assert d.low[0] == pytest.approx(2 * 0.67559 - 1, abs=1e-4)
    tiny = paired_difference([1], [1], [1])
    assert tiny.low[0] < 0.0  # one pair shows nothing
    assert tiny.p[0] == pytest.approx(0.3173, abs=1e-4)


def test_repeats_that_agree_exactly_are_not_certainty_either() -> None:
    d = paired_difference([3], [0.3], [0.03])  # three items, each better by exactly 0.1
    assert d.low[0] < 0.0 < d.high[0]
    assert d.p[0] > 0.05


def test_cells_without_pairs() -> None:
    d = paired_difference([0, 50], [0, 20], [0, 30])
    assert np.isnan(d.difference[0])
    assert np.isnan(d.p[0])
    assert (d.low[0], d.high[0], d.q[0]) == (-1.0, 1.0, 1.0)
    assert d.q[1] == d.p[1]  # only cells with pairs are tests
    assert paired_difference([], [], []).p.shape == (0,)


@pytest.mark.parametrize(("n", "s", "s2"), [(5, 6, 6), (5, 1, 6), (5, 3, 1)])
def test_impossible_sums_are_refused(n: float, s: float, s2: float) -> None:
    with pytest.raises(ValueError, match="impossible"):
        paired_difference([n], [s], [s2])


def test_coverage_with_single_answers_and_with_repeats() -> None:
    rng = np.random.default_rng(2)
    for repeats in (1, 4):
        ability = rng.beta(1.5, 1.0, (800, 25))
        better = np.clip(ability + 0.1, 0, 1)
        truth = (better - ability).mean()
        d = (rng.binomial(repeats, better) - rng.binomial(repeats, ability)) / repeats
        found = paired_difference(np.full(800, 25), d.sum(axis=1), (d**2).sum(axis=1))
        held = np.mean((found.low <= truth) & (truth <= found.high))
        assert 0.93 <= held <= 1.0


@given(
    st.lists(
        st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.25, 1.0]), max_size=25), min_size=1, max_size=5
    )
)
def test_interval_surrounds_the_difference_agrees_with_p_and_mirrors(
    cells: list[list[float]],
) -> None:
    n = [len(c) for c in cells]
    s = [sum(c) for c in cells]
    s2 = [sum(x * x for x in c) for c in cells]
    d = paired_difference(n, s, s2)
    m = paired_difference(n, [-x for x in s], s2)
    some = np.array(n) > 0
    assert np.all(d.low[some] <= d.difference[some] + 1e-9)
    assert np.all(d.high[some] >= d.difference[some] - 1e-9)
    assert m.low == pytest.approx(-d.high, abs=1e-9)
    assert m.p[some] == pytest.approx(d.p[some])
    single = np.array([all(abs(x) in (0.0, 1.0) for x in c) for c in cells]) & some
    excluded = (d.low > 1e-6) | (d.high < -1e-6)
    assert np.all((d.p[single] < 0.0501) | ~excluded[single])
    assert np.all((d.p[single] > 0.0499) | excluded[single])
