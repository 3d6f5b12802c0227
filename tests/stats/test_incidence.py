"""Rates per 1,000 tokens and their ratios against R's poisson.test and brute force."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.event_table import EventTable, event_table
from reasonscape.stats.incidence import incidence, person_time
from reasonscape.stats.poisson_interval import poisson_bounds
from reasonscape.stats.rate_ratio import rate_ratio
from tests.stats.survival_data import tables


def test_poisson_bounds_as_r() -> None:
    # poisson.test(7, 3.5)$conf.int and poisson.test(0, 3.5)$conf.int
    low, high = poisson_bounds([7, 0])
    assert low / 3.5 == pytest.approx([0.804103729005676, 0.0], rel=1e-12)
    assert high / 3.5 == pytest.approx([4.120764389057823, 1.05396555831827], rel=1e-12)


def test_rate_ratio_as_r() -> None:
    # poisson.test(c(11, 25), c(800, 1011))$conf.int; 2 * pbinom(11, 36, 800 / 1811)
    ratio = rate_ratio(11, 800, 25, 1011)
    assert ratio.ratio == pytest.approx(11 / 800 / (25 / 1011))
    assert ratio.low == pytest.approx(0.246962131814288, rel=1e-12)
    assert ratio.high == pytest.approx(1.171552515254040, rel=1e-12)
    assert ratio.p == pytest.approx(0.13623387071555, rel=1e-12)
    swapped = rate_ratio(25, 1011, 11, 800)
    assert swapped.high == pytest.approx(1.0 / ratio.low)
    assert swapped.p == pytest.approx(ratio.p)


def test_rate_ratio_without_events() -> None:
    ratio = rate_ratio([0, 3, 0], [10, 10, 10], [3, 0, 0], [10, 10, 10])
    assert ratio.low.tolist() == [0.0, pytest.approx(1 / ratio.high[0]), 0.0]
    assert ratio.high[1:].tolist() == [np.inf, np.inf]
    assert ratio.ratio[:2].tolist() == [0.0, np.inf]
    assert np.isnan(ratio.ratio[2])
    assert ratio.p.tolist() == pytest.approx([0.25, 0.25, 1.0])


@given(tables(), st.lists(st.integers(0, 14), min_size=2, max_size=6, unique=True))
def test_bins_by_brute_force(table: EventTable, cuts: list[int]) -> None:
    edges = np.sort(np.array(cuts, dtype=np.float64))
    found = incidence(table, edges, per=1.0)
    time = np.repeat(table.time, table.ends.astype(int))
    for place, (low, high) in enumerate(pairwise(edges)):
        spent = np.clip(time, low, high) - low
        assert found.person_time[place] == pytest.approx(spent.sum())
        inside = (table.time > low) & (table.time <= high)
        if place == 0:
            inside |= table.time == low
        assert found.events[place] == pytest.approx(table.counts[inside, 1:].sum(axis=0))
    some = found.person_time > 0.0
    assert np.all(found.low[some] <= found.rate[some])
    assert np.all(found.rate[some] <= found.high[some])
    assert np.isnan(found.rate[~some]).all()


def test_a_design_effect_counts_fewer_events() -> None:
    table = event_table(np.arange(1, 41), [1] * 20 + [2] * 20)
    plain = incidence(table, [0, 40])
    wide = incidence(table, [0, 40], design_effect=4.0)
    assert wide.rate == pytest.approx(plain.rate)
    # 20 events at a design effect of 4 are 5 events: poisson.test(5)$conf.int is 1.623 to 11.668
    assert wide.low[0, 0] / wide.rate[0, 0] == pytest.approx(1.623486 / 5, rel=1e-6)
    assert wide.high[0, 0] / wide.rate[0, 0] == pytest.approx(11.66833 / 5, rel=1e-6)


def test_the_rate_of_an_empty_table_is_unknown() -> None:
    found = incidence(event_table([], []), [0, 10])
    assert np.isnan(found.rate).all()
    assert np.isinf(found.high).all()
    assert person_time(event_table([], []), [3.0]).tolist() == [0.0]


def test_what_cannot_be_binned_is_refused() -> None:
    table = event_table([1], [1])
    for edges in ([0], [1, 1], [-1, 2], [2, 1]):
        with pytest.raises(ValueError, match="edges"):
            incidence(table, edges)
    with pytest.raises(ValueError, match="design_effect"):
        incidence(table, [0, 1], design_effect=0.0)
    with pytest.raises(ValueError, match="at risk"):
        rate_ratio(1, 0, 1, 1)
