"""Contrasts of spectra, bin by bin."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reasonscape.stats.spectrum_difference import spectrum_difference
from reasonscape.stats.within_strata import mean_difference

Sample = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def sample(seed: int, n: int = 120, bins: int = 20) -> Sample:
    rng = np.random.default_rng(seed)
    item = rng.integers(0, n // 3, n)
    stratum = item % 4
    second = rng.random(n) < 0.4
    power = rng.gamma(2.0, 0.5, (n, bins)) * np.exp(rng.normal(size=n // 3)[item] / 4)[:, None]
    return power, second, stratum, item


def test_each_bin_is_the_mean_difference_of_decibels() -> None:
    power, second, stratum, item = sample(1)
    found = spectrum_difference(power, second, stratum, item)
    ones = [mean_difference(10.0 * np.log10(column), second, stratum, item) for column in power.T]
    for k, one in enumerate(ones):
        assert found.difference[k] == pytest.approx(one.value)
        assert found.low[k] == pytest.approx(one.low)
        assert found.high[k] == pytest.approx(one.high)
        assert found.p[k] == pytest.approx(one.p)
    assert (found.n_first, found.n_second) == (ones[0].n_first, ones[0].n_second)
    assert (found.strata, found.clusters) == (ones[0].strata, ones[0].clusters)


def test_prompts_as_strata_pair_two_evals() -> None:
    rng = np.random.default_rng(2)
    level = rng.normal(size=(40, 1)) * 5.0
    first = 10.0 ** ((level + rng.normal(size=(40, 8))) / 10.0)
    second = 10.0 ** ((level + 1.0 + rng.normal(size=(40, 8))) / 10.0)
    prompt = np.tile(np.arange(40), 2)
    both = np.vstack([first, second])
    found = spectrum_difference(both, np.repeat([0, 1], 40), prompt, prompt)
    paired = 10.0 * np.log10(second / first)
    assert found.difference == pytest.approx(paired.mean(axis=0))
    # Prompts differ by 5 dB, pairs by 1.4: unpaired intervals would be 2 dB either way.
    assert (found.high - found.low < 1.6).all()


def test_false_alarms_per_bin_keep_their_rate() -> None:
    p = np.concatenate([spectrum_difference(*sample(seed)).p for seed in range(10, 60)])
    # Items of three rows cost degrees of freedom: 2.4%.
    assert 0.01 < (p < 0.05).mean() < 0.06


def test_order_of_rows_does_not_matter() -> None:
    power, second, stratum, item = sample(3)
    order = np.random.default_rng(4).permutation(len(power))
    one = spectrum_difference(power, second, stratum, item)
    other = spectrum_difference(power[order], second[order], stratum[order], item[order])
    for name in ("difference", "low", "high", "p", "q"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def test_degenerate_groups() -> None:
    rows = np.ones((4, 8))
    for power, second in (
        (np.ones((0, 8)), []),
        (rows, [0] * 4),
        (rows * np.nan, [0, 1, 0, 1]),
    ):
        n = len(second)
        found = spectrum_difference(power, second, np.zeros(n), np.arange(n))
        assert np.isnan(found.difference).all()
        assert (found.p == 1.0).all()
        assert found.n_first == found.n_second == 0
    same = spectrum_difference(rows, [0, 1, 0, 1], np.zeros(4), np.arange(4))
    assert (same.difference == 0.0).all()
    assert (same.p == 1.0).all()
    assert np.isinf(same.low).all()
    none = spectrum_difference(rows * [[0.0]], [0, 1, 0, 1], np.zeros(4), np.arange(4))
    assert (none.difference == 0.0).all()


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="as many rows"):
        spectrum_difference(np.ones((3, 8)), [0, 1], [0, 0], [0, 1])
    with pytest.raises(ValueError, match="negative"):
        spectrum_difference(-np.ones((2, 8)), [0, 1], [0, 0], [0, 1])
    assert math.isnan(spectrum_difference(np.ones((1, 8)), [1], [0], [0]).difference[0])
