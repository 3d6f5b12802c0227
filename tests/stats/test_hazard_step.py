"""A step of the odds in time: found, placed, told from a slope, and not found where none is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reasonscape.stats.hazard_step import HazardStep, fit_hazard_step


def _drawn(n: int, rise: str, seed: int, groups: int = 4) -> HazardStep:
    rng = np.random.default_rng(seed)
    group = rng.integers(0, groups, n)
    log_time = rng.normal(math.log(800.0), 0.6, n)
    moved = {
        "none": np.zeros(n),
        "step": math.log(4.0) * (log_time > math.log(900.0)),
        "slope": 1.2 * (log_time - math.log(800.0)),
        "fall": -math.log(4.0) * (log_time > math.log(900.0)),
    }[rise]
    odds = np.exp(-1.2 + 0.3 * group + moved)
    wrong = rng.random(n) < odds / (1.0 + odds)
    return fit_hazard_step(np.ceil(np.exp(log_time)), wrong, group)


def test_a_step_is_found_and_placed() -> None:
    found = _drawn(4000, "step", 1)
    assert found.shape == "step"
    assert 900 / 1.1 < found.place < 900 * 1.1
    assert found.place_low <= found.place <= found.place_high
    assert found.jump_low < math.log(4.0) < found.jump_high
    assert found.p < 1e-6


def test_a_slope_is_not_a_step() -> None:
    found = _drawn(4000, "slope", 2)
    assert found.shape == "gradual"
    assert found.p < 1e-6


def test_nothing_and_a_fall_are_no_rise() -> None:
    for rise in ("none", "fall"):
        found = _drawn(4000, rise, 3)
        assert found.shape == "flat"
        assert found.jump_low == 0.0
        assert found.jump_high < math.log(2.0)


def test_two_sided_times_against_a_glm() -> None:
    # Two distinct times, so every step is the indicator of the later one:
    # y <- c(0,0,1,0,1,0,1,1,0,1,0,1); x <- c(0,0,1,1,1,0,1,0,1,1,0,1); g <- rep(1:2, each = 6)
    # coef(glm(y ~ factor(g) + x, family = binomial))["x"] 2.302585, likelihood ratio 2.911032
    y = np.array([0, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1])
    x = np.array([0, 0, 1, 1, 1, 0, 1, 0, 1, 1, 0, 1])
    found = fit_hazard_step(np.where(x, 20, 10), y, np.repeat([0, 1], 6))
    assert found.jump == pytest.approx(2.302585, abs=0.01)
    assert found.likelihood_ratio == pytest.approx(2.911032, abs=0.01)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_scale_divides_the_likelihood_ratio(seed: int) -> None:
    rng = np.random.default_rng(seed)
    time, wrong = rng.integers(1, 60, 150), rng.random(150) < 0.4
    group = rng.integers(0, 3, 150)
    whole = fit_hazard_step(time, wrong, group)
    half = fit_hazard_step(time, wrong, group, scale=0.5)
    assert half.likelihood_ratio == pytest.approx(whole.likelihood_ratio / 2, rel=0.05, abs=0.02)
    assert half.n == pytest.approx(whole.n / 2)
    assert 0.0 <= whole.jump_low <= whole.jump <= whole.jump_high


@given(st.integers(0, 10_000))
def test_unit_of_time_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    time, wrong = rng.integers(1, 60, 80), rng.random(80) < 0.4
    order = rng.permutation(80)
    one = fit_hazard_step(time, wrong, np.zeros(80))
    two = fit_hazard_step(time[order] * 4.0, wrong[order], np.zeros(80))
    assert two.likelihood_ratio == pytest.approx(one.likelihood_ratio, rel=1e-6, abs=1e-6)
    assert two.place == pytest.approx(one.place * 4.0, rel=1e-6, nan_ok=True)


@pytest.mark.parametrize(
    ("time", "wrong"), [([], []), ([5], [True]), ([5, 9], [True, True]), ([7, 7], [True, False])]
)
def test_what_cannot_be_fitted_is_unknown(time: list[int], wrong: list[bool]) -> None:
    found = fit_hazard_step(time, wrong, np.zeros(len(time)))
    assert found.p == 1.0
    assert found.jump_high == math.inf
    assert math.isnan(found.place)


def test_outcomes_that_time_decides_stay_finite() -> None:
    time = np.arange(1, 201)
    found = fit_hazard_step(time, time > 100, np.zeros(200))
    assert math.isfinite(found.jump)
    assert found.jump > 3.0
    assert 90 < found.place < 111


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        fit_hazard_step([0, 1], [0, 1], [0, 0])
    with pytest.raises(ValueError, match="scale"):
        fit_hazard_step([1, 2], [0, 1], [0, 0], scale=2.0)
    with pytest.raises(ValueError, match="one entry"):
        fit_hazard_step([1, 2], [0, 1], [0])
