"""Smoothed hazards: the kernels' moments, known hazards, and what is degenerate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.boundary_kernel import boundary_kernel
from reasonscape.stats.event_table import EventTable, event_table
from reasonscape.stats.nelson_aalen import nelson_aalen
from reasonscape.stats.smoothed_hazard import default_bandwidth, smoothed_hazard
from tests.stats.survival_data import reference_table, tables


@pytest.mark.parametrize("at", [0.0, 0.7, 3.0, 9.9, 10.0, 50.0, 90.0, 92.5, 99.0, 100.0])
def test_kernels_keep_level_and_slope_at_the_ends(at: float) -> None:
    width, until = 10.0, 100.0
    when = np.linspace(max(at - width, 0.0), min(at + width, until), 200_001)
    weight = boundary_kernel(at, when, width, until) / width
    assert np.trapezoid(weight, when) == pytest.approx(1.0, abs=1e-6)
    assert np.trapezoid(weight * (when - at), when) == pytest.approx(0.0, abs=1e-5)


def test_inside_it_is_epanechnikov() -> None:
    when = np.linspace(40.0, 60.0, 41)
    assert boundary_kernel(50.0, when, 10.0, 100.0) == pytest.approx(
        0.75 * (1.0 - ((when - 50.0) / 10.0) ** 2)
    )


@pytest.mark.parametrize("slope", [0.0, 0.5, -0.5])
def test_a_straight_hazard_is_found_at_the_ends_too(slope: float) -> None:
    """Expected counts of a hazard a + b t, fine enough to be known; no kernel bias is left."""
    time = np.arange(1, 100_001) / 1000.0
    hazard = 0.02 * (1.0 + slope * (time - 50.0) / 50.0)
    at_risk = 1e9 * np.exp(-np.cumsum(hazard) / 1000.0)
    events = at_risk * -np.expm1(-hazard / 1000.0)
    left = at_risk[-1] - events[-1]
    counts = np.stack((np.append(np.zeros(99_999), left), events), axis=1)
    found = smoothed_hazard(EventTable(time, counts), [0.0, 2.0, 30.0, 99.0, 100.0], 10.0)
    truth = 0.02 * (1.0 + slope * (found.time - 50.0) / 50.0)
    assert found.hazard[:, 0] == pytest.approx(truth, rel=2e-3)


def test_by_brute_force() -> None:
    table = reference_table()
    found = smoothed_hazard(table, [10.0, 15.0], 5.0)
    jumps = np.diff(nelson_aalen(table).hazard, axis=0, prepend=np.zeros((1, 2)))
    for row, at in enumerate((10.0, 15.0)):
        weight = 0.75 * np.maximum(1.0 - ((at - table.time) / 5.0) ** 2, 0.0) / 5.0
        assert found.hazard[row] == pytest.approx(weight @ jumps)
        assert found.variance[row] == pytest.approx(weight**2 @ (jumps / table.at_risk[:, None]))


@given(tables(least=3), st.floats(0.05, 0.5))
def test_it_is_proper(table: EventTable, part: float) -> None:
    if table.last_time == 0.0:
        table = event_table([0, 4], [1, 0])
    found = smoothed_hazard(table, bandwidth=part * table.last_time)
    assert np.all(found.hazard >= 0.0)
    assert np.all(found.low <= found.hazard)
    assert np.all(found.hazard <= found.high)
    assert np.all(np.isfinite(found.high))
    more = smoothed_hazard(table.scaled(3.0), bandwidth=part * table.last_time)
    assert more.hazard == pytest.approx(found.hazard, abs=1e-12)
    assert more.variance * 3.0 == pytest.approx(found.variance, abs=1e-12)


def test_without_events_the_hazard_is_not_known_to_be_none() -> None:
    found = smoothed_hazard(event_table([10] * 20, [0] * 20), [5.0], 2.0)
    assert found.hazard[0].tolist() == [0.0, 0.0]
    # poisson.test(0, 20 * 4)$conf.int is 0 to 0.0461
    assert found.high[0] == pytest.approx([3.688879 / 80.0] * 2, rel=1e-6)


def test_bandwidth_rule() -> None:
    generator = np.random.default_rng(5)
    time = generator.normal(500.0, 100.0, 3200)
    table = event_table(time, np.ones(3200, dtype=int))
    assert default_bandwidth(table, 1000.0) == pytest.approx(2.34 * 100.0 / 3200**0.2, rel=0.05)
    assert default_bandwidth(event_table([5], [1]), 100.0) == 25.0
    assert default_bandwidth(event_table([50] * 9, [1] * 9), 100.0) == 2.0
    assert smoothed_hazard(event_table([50] * 9, [1] * 9)).bandwidth == 1.0


def test_what_cannot_be_smoothed_is_refused() -> None:
    table = event_table([10], [1])
    with pytest.raises(ValueError, match="need samples"):
        smoothed_hazard(event_table([], []))
    with pytest.raises(ValueError, match="need samples"):
        smoothed_hazard(table, until=11.0)
    with pytest.raises(ValueError, match="bandwidth"):
        smoothed_hazard(table, bandwidth=6.0)
    with pytest.raises(ValueError, match="grid"):
        smoothed_hazard(table, [11.0])
