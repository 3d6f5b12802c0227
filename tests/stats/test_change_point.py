"""Change point of a hazard: planted, absent, and by brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given

from reasonscape.stats.bridge_maximum import maximum_tail
from reasonscape.stats.change_point import change_point
from reasonscape.stats.event_table import EventTable, event_table
from tests.stats.survival_data import tables


def exponential(generator: np.random.Generator, size: int, ratio: float) -> EventTable:
    """Whole times of hazard 1/1000 up to 500 and `ratio` as much after it; capped at 2,000."""
    work = generator.exponential(1.0, size)
    time = np.where(work < 0.5, work * 1000.0, 500.0 + (work - 0.5) * 1000.0 / ratio)
    return event_table(np.ceil(np.minimum(time, 2000.0)), (time < 2000.0).astype(int))


def test_a_planted_change_is_found() -> None:
    generator = np.random.default_rng(11)
    found = [change_point(exponential(generator, 500, 3.0)) for _ in range(100)]
    assert np.mean([one.p < 0.05 for one in found]) > 0.95
    assert np.mean([one.low <= 500.0 <= one.high for one in found]) >= 0.93
    assert np.median([one.place for one in found]) == pytest.approx(500.0, rel=0.05)
    assert np.median([one.before[0] for one in found]) == pytest.approx(1e-3, rel=0.1)
    assert np.median([one.after[0] for one in found]) == pytest.approx(3e-3, rel=0.1)


def test_without_a_change_few_are_claimed() -> None:
    generator = np.random.default_rng(12)
    claimed = [change_point(exponential(generator, 300, 1.0)).p < 0.05 for _ in range(400)]
    # true rate about 0.04; the chance of more than 0.08 of 400 is below 1e-3 at 0.05
    assert np.mean(claimed) <= 0.08


def test_many_ties_claim_nothing() -> None:
    generator = np.random.default_rng(13)
    claimed = []
    for _ in range(300):
        time = generator.geometric(0.1, 200)
        claimed.append(change_point(event_table(time, np.ones(200, dtype=int))).p < 0.05)
    assert np.mean(claimed) <= 0.08


def likelihood(table: EventTable, at: float) -> float:
    """Log-likelihood of two rates, from single samples."""
    time = np.repeat(table.time, table.ends.astype(int))
    events = np.repeat(table.time, table.counts[:, 1].astype(int))
    total = 0.0
    for d, spent in (
        ((events <= at).sum(), np.minimum(time, at).sum()),
        ((events > at).sum(), np.maximum(time - at, 0.0).sum()),
    ):
        total += d * math.log(d / spent) - d if d else 0.0
    return total


@given(tables(least=6))
def test_the_best_place_by_brute_force(table: EventTable) -> None:
    found = change_point(table, within=(0.2, 0.8))
    if math.isnan(found.place):
        assert found.p == 1.0
        return
    events = table.counts[:, 1]
    share = np.cumsum(events) / events.sum()
    places = table.time[(events > 0) & (share >= 0.2) & (share <= 0.8)]
    gains = [likelihood(table, at) for at in places if 0.0 < at < table.last_time]
    spent, total = float(table.time @ table.ends), float(events.sum())
    null = total * math.log(total / spent) - total
    assert found.statistic == pytest.approx(2.0 * (max(gains) - null), abs=1e-8)
    assert likelihood(table, found.place) == pytest.approx(max(gains), abs=1e-8)
    assert found.low <= found.place <= found.high
    assert found.before[1] <= found.before[0] <= found.before[2]
    assert found.after[1] <= found.after[0] <= found.after[2]


def test_a_design_effect_takes_significance_away() -> None:
    table = exponential(np.random.default_rng(14), 500, 2.0)
    plain, wide = change_point(table), change_point(table, design_effect=4.0)
    assert wide.statistic * 4.0 == pytest.approx(plain.statistic)
    assert wide.p > plain.p
    assert wide.high - wide.low >= plain.high - plain.low
    assert wide.after[2] > plain.after[2]


def test_the_tail_of_the_maximum() -> None:
    """By simulation of the standardised bridge on a fine grid, which is a little below."""
    generator = np.random.default_rng(15)
    steps = np.cumsum(generator.standard_normal((4000, 1000)), axis=1) / math.sqrt(1000.0)
    u = np.arange(1, 1001) / 1000.0
    inside = (u >= 0.1) & (u <= 0.9)
    bridge = (steps - u * steps[:, -1:])[:, inside] / np.sqrt(u * (1.0 - u))[inside]
    highest = np.abs(bridge).max(axis=1)
    for height in (2.5, 3.0):
        found = float(np.mean(highest > height))
        assert found == pytest.approx(maximum_tail(height, (0.1, 0.9)), abs=0.03)
    assert maximum_tail(0.5, (0.1, 0.9)) == 1.0


@pytest.mark.parametrize("rows", [([], []), ([3], [1]), ([3], [0]), ([5, 5], [1, 1])])
def test_too_little_to_see_a_change(rows: tuple[list[int], list[int]]) -> None:
    found = change_point(event_table(*rows))
    assert math.isnan(found.place)
    assert (found.p, found.low) == (1.0, 0.0)


def test_what_is_out_of_range_is_refused() -> None:
    table = event_table([1, 2], [1, 1])
    with pytest.raises(ValueError, match="cause"):
        change_point(table, cause=3)
    with pytest.raises(ValueError, match="quantiles"):
        change_point(table, within=(0.9, 0.1))
    with pytest.raises(ValueError, match="design_effect"):
        change_point(table, design_effect=0.0)
