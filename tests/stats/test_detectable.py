"""Plans against R and against each other."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reasonscape.stats.detectable import (
    items_to_detect,
    items_to_exclude,
    smallest_detectable,
    smallest_detectable_unpaired,
)
from reasonscape.stats.sign_flip import sign_flip_test


def test_unpaired_is_near_r() -> None:
    # R power.prop.test(n = 164, p1 = .5, power = .8)$p2: 0.65233881; its variance is that of
    # both shares, here that of the given one, so at 0.5 it is a little smaller
    assert smallest_detectable_unpaired(0.5, 164, 164) == pytest.approx(0.1523, abs=0.004)
    # R power.prop.test(n = 400, p1 = .3, power = .8)$p2: 0.39415914, mean share 0.347
    assert smallest_detectable_unpaired(0.347, 400, 400) == pytest.approx(0.0942, abs=0.001)
    assert math.isnan(smallest_detectable_unpaired(0.5, 0, 10))


def test_paired_equals_connor_with_half_an_item_at_either_end() -> None:
    # Connor (1987): (1.959964 sqrt(.2) + .8416212 sqrt(.2 - .05^2))^2 / .05^2 = 625.08, + 1 / .05
    assert items_to_detect(0.05, 0.2) == 646
    assert items_to_detect(-0.05, 0.2) == 646
    assert smallest_detectable(646, 0.2) == pytest.approx(0.05, abs=1e-4)


@pytest.mark.parametrize(("n", "share"), [(100, 0.0), (100, 0.3), (5000, 0.05)])
def test_both_directions_agree(n: int, share: float) -> None:
    size = smallest_detectable(n, share)
    needed = items_to_detect(size, share)
    assert needed is not None
    assert abs(needed - n) <= 1


def test_the_promised_power_is_kept() -> None:
    size = smallest_detectable(164, 0.2)
    rng = np.random.default_rng(5)
    counts = rng.multinomial(164, [(0.2 + size) / 2, (0.2 - size) / 2, 0.8], 2000)
    found = [sign_flip_test([1.0] * a + [-1.0] * b, 1) < 0.05 for a, b, _ in counts.tolist()]
    assert np.mean(found) == pytest.approx(0.8, abs=0.03)


def test_few_items_find_nothing() -> None:
    assert math.isnan(smallest_detectable(0, 0.2))
    assert math.isnan(smallest_detectable(3, 0.2))
    assert items_to_detect(0.0, 0.2) is None


def test_exclusion_and_bad_numbers() -> None:
    # (1.959964 + 1.281552)^2 * 0.2 / 0.02^2 = 5253.7
    assert items_to_exclude(0.02, 0.2) == 5254
    with pytest.raises(ValueError, match="margin"):
        items_to_exclude(0.0, 0.2)
    with pytest.raises(ValueError, match="discordance"):
        smallest_detectable(10, 1.5)
