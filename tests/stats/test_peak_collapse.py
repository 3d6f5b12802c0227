"""Peaks: chosen above the floor, lost where they are destroyed, kept where texts only grow."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reasonscape.stats.level_halves import alternating_half, easier_levels
from reasonscape.stats.mean_ratio import mean_ratio
from reasonscape.stats.peak_collapse import PeakCollapse, peak_collapse
from reasonscape.stats.spectral_peaks import shared_bins, shuffled_floor, spectral_peaks
from tests.stats.spectrum_data import World, drawn


def claims(found: PeakCollapse) -> bool:
    return found.ratio <= 0.67 and found.high < 0.8 and found.p < 0.05


def share(world: World, runs: int = 30) -> float:
    hits = 0
    for run in range(runs):
        data = drawn(np.random.default_rng([7, run]), world)
        hits += claims(peak_collapse(data.relative, data.level, data.half, size=data.tokens))
    return hits / runs


def test_a_destroyed_period_is_found() -> None:
    assert share(World(collapse=True)) >= 0.8


@pytest.mark.parametrize(
    "world",
    [
        World(text="shuffled"),
        World(drift=0.1),
        World(lengths="growing"),
        World(text="shuffled", lengths="growing", instruction="periodic"),
    ],
)
def test_what_stays_is_not_claimed(world: World) -> None:
    assert share(world) <= 0.1


def test_order_of_rows_does_not_matter() -> None:
    data = drawn(np.random.default_rng(1), World(prompts=10))
    order = np.random.default_rng(2).permutation(len(data.level))
    first = peak_collapse(data.relative, data.level, data.half)
    again = peak_collapse(data.relative[order], data.level[order], data.half[order])
    assert (first.ratio, first.low, first.high, first.p) == pytest.approx(
        (again.ratio, again.low, again.high, again.p), rel=1e-12
    )


def test_nothing_to_judge_says_why() -> None:
    flat, half = np.ones((20, 8)), np.arange(20) % 2 == 0
    assert peak_collapse(flat, np.zeros(20), half).reason == "few_levels"
    assert peak_collapse(flat[:4], [0, 0, 1, 1], half[:4]).reason == "few_samples"
    assert peak_collapse(flat, [0] * 10 + [1] * 10, half, floor=1.5).reason == "no_peaks"
    with pytest.raises(ValueError, match="one half"):
        peak_collapse(flat, [0] * 10 + [1] * 10, half, cluster=[0] * 20)


def test_middle_level_is_on_the_easier_side_and_halves_are_even() -> None:
    assert easier_levels([0, 1, 2, 3, 4]).tolist() == [True, True, True, False, False]
    half = alternating_half([f"{i:03d}" for i in range(21)], [0] * 21)
    assert int(half.sum()) == 10


def test_leakage_is_no_second_peak_and_masked_bins_are_not_chosen() -> None:
    mean = [1.0, 1.0, 2.0, 3.0, 2.5, 2.6, 1.0, 1.0]
    assert spectral_peaks(mean, 1.2).bins.tolist() == [3]
    assert spectral_peaks(mean, [math.inf] * 8).bins.tolist() == []
    assert not shared_bins([0.1, 0.2], [0.1, 0.2], [False, False]).any()


def test_shuffled_prompts_pass_the_floor_at_most_one_time_in_twenty() -> None:
    rng = np.random.default_rng(4)
    passed = sum(
        bool((x.mean(axis=0) > shuffled_floor(np.full(x.shape, 0.5))).any())
        for x in (rng.gamma(2.0, 0.5, size=(20, 16)) for _ in range(200))
    )
    assert passed <= 22


def test_no_variance_and_no_reference_are_unbounded() -> None:
    assert mean_ratio([1.0], [2.0, 2.0]).high == math.inf
    assert mean_ratio([1.0, 1.0], [0.0, 0.0]).low == -math.inf
