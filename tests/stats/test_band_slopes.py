"""Slopes of power in bands: no slope under shuffling, a planted gain found, rows in any order."""

from __future__ import annotations

import numpy as np
import pytest

from reasonscape.stats.band_slopes import band_slopes, octave_bands
from tests.stats.spectrum_data import World, drawn

GROWING = World(text="shuffled", lengths="growing", levels=4, prompts=20, tokens=100)


def test_longer_shuffled_prompts_have_no_slope_and_a_gain_is_found() -> None:
    slopes, claims, found = [], 0, 0
    for run in range(40):
        data = drawn(np.random.default_rng([3, run]), GROWING)
        x = np.log2(data.tokens)
        fit = band_slopes(data.relative, x, data.half, size=data.tokens)
        slopes.append(fit.slope)
        claims += fit.p < 0.05 and fit.difference >= 1.0
        planted = data.relative.copy()
        planted[:, octave_bands(32) == 2] *= 10 ** (0.2 * (x - x.min()))[:, None]
        gain = band_slopes(planted, x, data.half, size=data.tokens)
        found += gain.up == 2 and gain.p < 0.05 and gain.difference >= 1.0
    assert np.abs(np.mean(slopes, axis=0)).max() < 0.15
    assert claims <= 4
    assert found >= 24


def test_order_of_rows_does_not_matter() -> None:
    data = drawn(np.random.default_rng(5), GROWING)
    x, order = np.log2(data.tokens), np.random.default_rng(6).permutation(len(data.level))
    first = band_slopes(data.relative, x, data.half)
    again = band_slopes(data.relative[order], x[order], data.half[order])
    assert (first.p, first.difference, first.farthest) == pytest.approx(
        (again.p, again.difference, again.farthest), rel=1e-12
    )


def test_one_length_and_few_prompts_say_so() -> None:
    flat = np.ones((40, 8))
    assert band_slopes(flat, np.zeros(40), np.arange(40) % 2 == 0).reason == "few_levels"
    assert band_slopes(flat[:6], np.arange(6.0), np.arange(6) % 2 == 0).reason == "few_samples"
