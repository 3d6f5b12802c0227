"""Medians and means of clustered samples."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reasonscape.stats.clustered import clustered_means, clustered_median


def test_median_interval_of_singletons_is_the_binomial_one() -> None:
    # 1 .. 100: the 95% interval of a median by order statistics is [40, 61]
    found = clustered_median(np.arange(1, 101), np.arange(100))
    assert found.value == 50.5
    assert found.low == pytest.approx(40.5, abs=1.0)
    assert found.high == pytest.approx(60.5, abs=1.0)


def test_repeats_of_one_item_tell_nothing_new() -> None:
    single = clustered_median(np.arange(40.0), np.arange(40))
    repeated = clustered_median(np.repeat(np.arange(40.0), 9), np.repeat(np.arange(40), 9))
    assert repeated.low == pytest.approx(single.low, abs=1.0)
    assert repeated.high == pytest.approx(single.high, abs=1.0)


@pytest.mark.parametrize("values", [[], [math.nan], [3.0], [3.0, 3.0, 3.0]])
def test_few_values(values: list[float]) -> None:
    found = clustered_median(values, range(len(values)))
    known = [v for v in values if v == v]
    assert found.n == len(known)
    assert math.isnan(found.value) if not known else found.value == 3.0
    assert found.low <= found.high


def test_mean_band_is_the_usual_one_for_singletons() -> None:
    rng = np.random.default_rng(1)
    curves = rng.normal(size=(50, 2))
    found = clustered_means(curves, np.arange(50))
    error = curves.std(axis=0, ddof=1) / math.sqrt(50)
    assert found.mean == pytest.approx(curves.mean(axis=0))
    # Student's t lies between the normal's 1.96 and that of 8 degrees of freedom
    ratio = (found.high - found.mean) / error
    assert ((ratio > 1.96) & (ratio < 2.31)).all()


def test_band_covers_with_repeats_and_gaps() -> None:
    rng = np.random.default_rng(2)
    held = []
    for _ in range(300):
        item = np.repeat(np.arange(30), 5)
        curves = rng.normal(size=30)[item, None] + rng.normal(size=(150, 1))
        curves[rng.random(150) < 0.3] = np.nan
        found = clustered_means(curves, item)
        held.append(found.low[0] <= 0.0 <= found.high[0])
    assert np.mean(held) >= 0.92


def test_one_cluster_and_no_value_have_no_band() -> None:
    found = clustered_means([[1.0, math.nan], [2.0, math.nan]], [0, 0])
    assert found.mean[0] == 1.5
    assert math.isnan(found.low[0])
    assert math.isnan(found.mean[1])
    assert len(clustered_means(np.zeros((0, 3)), []).mean) == 3
