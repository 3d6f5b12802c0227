from __future__ import annotations

import math

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from reasonscape.stats.clustered_share import clustered_share


def test_one_sample_an_item_is_wilsons_interval() -> None:
    marked = np.arange(60) < 24
    found = clustered_share(marked, [0] * 60, range(60))
    # statsmodels.stats.proportion.proportion_confint(24, 60, method="wilson")
    low, high = proportion_confint(24, 60, method="wilson")
    assert (found.value, found.low, found.high) == pytest.approx((0.4, low, high))


def test_repeats_that_are_all_alike_add_nothing() -> None:
    once = clustered_share(np.arange(60) < 24, [0] * 60, range(60))
    item = np.repeat(np.arange(60), 5)
    found = clustered_share(item < 24, np.zeros(300, dtype=int), item)
    assert (found.low, found.high) == pytest.approx((once.low, once.high), abs=1e-9)


def test_few_marked_items_are_taken_to_be_alike() -> None:
    item = np.repeat(np.arange(100), 4)
    none = clustered_share(np.zeros(400, dtype=bool), np.zeros(400, dtype=int), item)
    assert none.high == pytest.approx(proportion_confint(0, 100, method="wilson")[1], abs=1e-9)


def test_no_samples_know_nothing() -> None:
    found = clustered_share([], [], [])
    assert math.isnan(found.value)
    assert (found.low, found.high) == (0.0, 1.0)


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="agree"):
        clustered_share([True], [0, 0], [0])
