"""Odds of a wrong end within strata, against R, by symmetry, and on what is degenerate."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.odds_ratio import OddsRatio, odds_ratio
from reasonscape.stats.relative_hazard import relative_hazard

# UCBAdmissions: admitted and rejected men, admitted and rejected women, of six departments.
ADMISSIONS = (
    (512, 313, 89, 19),
    (353, 207, 17, 8),
    (120, 205, 202, 391),
    (138, 279, 131, 244),
    (53, 138, 94, 299),
    (22, 351, 24, 317),
)


def _admissions(repeats: int = 1) -> tuple[np.ndarray, ...]:
    exposed, outcome, stratum = [], [], []
    for number, cells in enumerate(ADMISSIONS):
        for (man, admitted), count in zip(((1, 1), (1, 0), (0, 1), (0, 0)), cells, strict=True):
            exposed += [man] * count
            outcome += [admitted] * count
            stratum += [number] * count
    item = np.repeat(np.arange(len(exposed)), repeats)
    return (*(np.repeat(a, repeats) for a in (exposed, outcome, stratum)), item)


def test_against_r() -> None:
    # mantelhaen.test(UCBAdmissions)$estimate 0.9046968, $conf.int 0.7719074 1.0603298;
    # mantelhaen.test(UCBAdmissions, correct = FALSE)$statistic 1.524607
    exposed, outcome, stratum, item = _admissions()
    found = odds_ratio(exposed, exposed == 0, outcome, item, stratum)
    assert found.ratio == pytest.approx(0.9046968, abs=1e-7)
    # R's interval is a Robins-Breslow-Greenland one on the logarithm, ours inverts the score test
    assert found.low == pytest.approx(0.7719, rel=0.01)
    assert found.high == pytest.approx(1.0603, rel=0.01)
    assert found.z**2 == pytest.approx(1.524607, rel=0.02)
    assert found.strata == 6


def test_repeats_that_agree_add_nothing() -> None:
    exposed, outcome, stratum, item = _admissions(repeats=3)
    single = _admissions()
    once = odds_ratio(single[0], single[0] == 0, single[1], single[3], single[2])
    thrice = odds_ratio(exposed, exposed == 0, outcome, item, stratum)
    assert thrice.ratio == pytest.approx(once.ratio)
    assert (thrice.low, thrice.high) == pytest.approx((once.low, once.high), rel=0.005)


def _rows(draw_seed: int, n: int = 60) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(draw_seed)
    item = rng.integers(0, n // 2, n)
    return rng.integers(1, 40, n), rng.random(n) < 0.4, item, item % 3


@given(st.integers(0, 10_000))
def test_exchanging_the_sides_inverts_the_interval(seed: int) -> None:
    time, wrong, item, stratum = _rows(seed)
    late = time > 20
    one = odds_ratio(late, ~late, wrong, item, stratum)
    other = odds_ratio(~late, late, wrong, item, stratum)
    assert one.z == pytest.approx(-other.z, abs=1e-9)
    if one.low > 0.0 and math.isfinite(one.high):
        assert 1.0 / other.high == pytest.approx(one.low)
        assert 1.0 / other.low == pytest.approx(one.high)


@given(st.integers(0, 10_000))
def test_order_of_rows_and_names_do_not_matter(seed: int) -> None:
    time, wrong, item, stratum = _rows(seed)
    order = np.random.default_rng(seed).permutation(len(time))
    one = relative_hazard(time, wrong, item, stratum)
    two = relative_hazard(time[order], wrong[order], item[order] + 7, stratum[order] * 3)
    assert one.late_early.ratio == pytest.approx(two.late_early.ratio, nan_ok=True)
    assert one.late_early.low == pytest.approx(two.late_early.low)
    assert one.early == two.early
    assert one.counts.tolist() == two.counts.tolist()


@given(st.integers(0, 10_000))
def test_the_interval_holds_one_where_p_does_not_reject(seed: int) -> None:
    time, wrong, item, stratum = _rows(seed)
    found = relative_hazard(time, wrong, item, stratum).late_early
    smaller = min(found.p_above, found.p_below)
    assert (found.low <= 1.0 <= found.high) == (smaller >= 0.025 - 1e-12)


def test_a_group_wider_than_the_strata_gives_the_median() -> None:
    # two items; within each, both completions lie on one side of the common median
    time, item = [1, 2, 8, 9], [0, 0, 1, 1]
    alone = relative_hazard(time, [0, 1, 0, 1], item, item)
    together = relative_hazard(time, [0, 1, 0, 1], item, item, [0] * 4)
    assert alone.late == (2, 0)
    assert together.early == (1, 1)
    assert math.isnan(together.late_early.ratio)  # no item has both an early and a late end


def test_bins_hold_all_ends_once_and_ties_together() -> None:
    time = np.array([5] * 30 + [9] * 30 + [20] * 40)
    found = relative_hazard(time, np.arange(100) % 3 == 0, np.arange(100), np.zeros(100), bins=8)
    assert found.edges.tolist() == [5.0, 5.0, 9.0, 20.0]
    assert found.counts.sum(axis=1).tolist() == [30, 30, 40]


@pytest.mark.parametrize("wrong", [[], [True], [False] * 5, [True] * 5])
def test_without_both_outcomes_nothing_is_said(wrong: list[bool]) -> None:
    n = len(wrong)
    found = relative_hazard(np.arange(n) + 1.0, wrong, np.arange(n), np.zeros(n)).late_early
    assert math.isnan(found.ratio)
    assert (found.low, found.high, found.strata) == (0.0, math.inf, 0)
    assert found.p_above == found.p_below == 0.5


def test_an_empty_cell_gives_an_open_interval() -> None:
    late = np.array([True] * 15 + [False] * 15)
    found = odds_ratio(late, ~late, late, range(30), [0] * 30)
    assert found.ratio == math.inf
    assert found.high == math.inf
    assert found.low > 1.0


def test_all_ends_at_one_time_carry_nothing() -> None:
    found = relative_hazard([7] * 8, [0, 1] * 4, range(8), [0] * 8)
    assert math.isnan(found.late_early.ratio)


def test_sizes_must_agree() -> None:
    with pytest.raises(ValueError, match="one entry each"):
        relative_hazard([1, 2], [0], [0, 1], [0, 0])
    with pytest.raises(ValueError, match="finite"):
        relative_hazard([math.nan], [0], [0], [0])


def test_coverage_with_clustered_items() -> None:
    """Items alike in ability and in length, odds ratio 1: the interval holds it."""
    rng = np.random.default_rng(3)
    hits = 0
    for _ in range(400):
        item = np.repeat(np.arange(100), 4)
        ability = np.repeat(rng.normal(-0.5, 1.0, 100), 4)
        length = np.repeat(rng.normal(0.0, 0.6, 100), 4) + rng.normal(0.0, 0.6, 400)
        wrong = rng.random(400) < 1.0 / (1.0 + np.exp(-ability))
        found: OddsRatio = relative_hazard(np.exp(length), wrong, item, item % 5).late_early
        hits += found.low <= 1.0 <= found.high
    assert 0.92 <= hits / 400 <= 0.98
