"""Difficulty curves: results on clear cases, degenerate input, agreement with slow fits."""

from __future__ import annotations

import math
from dataclasses import fields

import numpy as np
import pytest

from reasonscape.errors import UsageError
from reasonscape.stats.curve_table import Floats
from reasonscape.stats.curves import DifficultyCurve, fit_curve, fit_onset

CLIFF = [29, 28, 29, 4, 2, 1]
SLOPE = [29, 25, 20, 14, 8, 3]


def fit(right: list[int], asked: int = 30) -> DifficultyCurve:
    return fit_curve(right, [asked] * len(right), range(len(right)))


def slow_maximum(k: Floats, n: Floats, x: Floats) -> tuple[float, float]:
    """Best log-likelihood and its fall by scipy, from many starts; floor, ceiling, place, width."""
    from scipy.optimize import minimize

    def accuracy(theta: Floats) -> Floats:
        floor, ceiling, place, log_width = theta
        latent = 2 * math.log(9) * (place - x) / math.exp(log_width)
        step = 1 / (1 + np.exp(-np.clip(latent, -40, 40)))
        return np.asarray(floor + (max(ceiling, floor) - floor) * step)

    def loss(theta: Floats) -> float:
        p = np.clip(accuracy(theta), 1e-10, 1 - 1e-10)
        return float(-(k * np.log(p) + (n - k) * np.log(1 - p)).sum())

    span = float(x[-1])
    bounds = [(0, 1), (0, 1), (-0.5, span + 0.5), (math.log(0.2), math.log(4 * span))]
    best, fall = math.inf, math.nan
    for place in np.arange(0, span + 0.1, 0.5):
        for width in (0.4, 1.5, 5.0):
            start = np.array([0.1, 0.9, place, math.log(width)])
            found = minimize(loss, start, method="L-BFGS-B", bounds=bounds)
            if found.fun < best:
                p = accuracy(found.x)
                best, fall = float(found.fun), float(p[0] - p[-1])
    return -best, fall


@pytest.mark.parametrize("right", [CLIFF, SLOPE, [28, 27, 15, 4, 3, 2], [30, 22, 21, 9]])
def test_agrees_with_a_slow_maximum_likelihood_fit(right: list[int]) -> None:
    k, n = np.asarray(right, dtype=float), np.full(len(right), 30.0)
    best, fall = slow_maximum(k, n, np.arange(len(right), dtype=float))
    share = k.sum() / n.sum()
    null = float((k * np.log(share) + (n - k) * np.log(1 - share)).sum())
    curve = fit(right)
    # the climb rests once a step promises less than 0.01 of log-likelihood
    assert curve.likelihood_ratio == pytest.approx(2 * (best - null), abs=0.1)
    assert curve.fall == pytest.approx(fall, abs=0.01)


def test_fall_interval_agrees_with_a_slow_profile() -> None:
    """Upper end against the largest fall on a fine grid whose log-likelihood is within 1.92."""
    k, n = np.asarray([27.0, 25, 26, 12, 3, 4]), np.full(6, 30.0)
    curve = fit_curve(k, n, range(6))
    best, limit = -math.inf, 0.0
    levels = np.linspace(0.004, 0.996, 125)
    floor, ceiling = np.meshgrid(levels, levels, indexing="ij")
    points = []
    for place in np.arange(2.0, 4.0, 0.125):
        for width in (0.2, 0.6, 1.2, 2.0):
            step = 1 / (1 + np.exp(-2 * math.log(9) * (place - np.arange(6)) / width))
            p = floor[..., None] + (ceiling - floor)[..., None] * step
            loglik = (k * np.log(p) + (n - k) * np.log(1 - p)).sum(axis=-1)
            points.append((loglik, p[..., 0] - p[..., -1]))
            best = max(best, float(loglik.max()))
    for loglik, fall in points:
        limit = max(limit, float(fall[loglik >= best - 1.9207].max(initial=0.0)))
    assert curve.fall_high == pytest.approx(limit, abs=0.015)


def test_cliff_and_slope_are_told_apart() -> None:
    cliff, slope = fit(CLIFF), fit(SLOPE)
    assert (cliff.shape, cliff.last_good, cliff.first_bad) == ("cliff", 2, 3)
    assert cliff.p < 1e-10
    assert cliff.width < 1 < cliff.loglik_narrow - cliff.loglik_wide
    assert slope.shape == "gradual"
    assert slope.width > 2


def test_a_u_shape_gives_its_best_single_fall() -> None:
    curve = fit([3, 28, 29, 28, 15, 2])
    assert 0.4 < curve.fall < 0.9
    assert math.isfinite(curve.place)


def test_a_rise_is_no_fall() -> None:
    curve = fit([3, 10, 15, 20, 25, 28])
    assert curve.fall == 0
    assert curve.p == 1
    assert curve.fall_high < 0.2
    assert curve.last_good is None
    assert math.isnan(curve.place)


def test_direction_down_mirrors_up() -> None:
    up = fit(CLIFF)
    down = fit_curve(CLIFF[::-1], [30] * 6, range(6), direction="down")
    assert (down.last_good, down.first_bad) == (3, 2)
    assert down.place == pytest.approx(5 - up.place)
    assert down.place_low == pytest.approx(5 - up.place_high)
    assert down.fall == pytest.approx(up.fall)
    np.testing.assert_allclose(down.fitted, up.fitted[::-1])


@pytest.mark.parametrize("right", [CLIFF, CLIFF[::-1]])
def test_unknown_direction_takes_the_better_one_and_doubles_p(right: list[int]) -> None:
    curve = fit_curve(right, [30] * 6, range(6), direction=None)
    assert curve.direction == ("up" if right is CLIFF else "down")
    assert curve.fall > 0.8
    mild = [20, 19, 18, 16, 15, 14]
    either = fit_curve(mild, [30] * 6, range(6), direction=None)
    assert either.p == pytest.approx(2 * fit(mild).p)


def test_unequal_positions() -> None:
    curve = fit_curve(CLIFF, [30] * 6, range(6), [1, 2, 4, 8, 16, 32])
    assert 4 <= curve.place <= 8
    assert (curve.last_good, curve.first_bad) == (2, 3)


def test_other_axes_move_the_step() -> None:
    """A diagonal frontier is a cliff along each axis though every margin is a slope."""
    rng = np.random.default_rng(3)
    i, j = (part.ravel() for part in np.indices((6, 6)))
    p = 0.05 + 0.9 / (1 + np.exp(-2 * math.log(9) / 0.5 * (4.6 - i - j)))
    k = rng.binomial(20, p)
    with_other = fit_curve(k, np.full(36, 20), i, None, j[:, None])
    assert with_other.shape == "cliff"
    assert fit_curve(k, np.full(36, 20), i).shape == "gradual"
    truth = p.reshape(6, 6).mean(axis=1)
    assert with_other.fall_low <= truth[0] - truth[-1] <= with_other.fall_high


def test_two_other_axes_and_a_gap_in_the_table() -> None:
    rng = np.random.default_rng(4)
    i, j, h = (part.ravel() for part in np.indices((5, 3, 2)))
    p = 0.1 + 0.8 / (1 + np.exp(-(3.2 - 2.0 * i + 0.5 * j - h)))
    n = np.where((i == 1) & (j == 1), 0, 12)
    curve = fit_curve(rng.binomial(n, p), n, i, None, np.stack([j, h], axis=1), chance=0.1)
    assert curve.p < 1e-6
    assert 0.1 <= curve.floor <= curve.ceiling <= 1
    assert np.isfinite(curve.fitted).all()


def test_chance_bounds_the_floor_unless_a_level_lies_clearly_below() -> None:
    assert fit_curve([29, 28, 12, 8], [30] * 4, range(4), chance=0.25).floor >= 0.25
    assert fit_curve([29, 28, 2, 0], [30] * 4, range(4), chance=0.25).floor < 0.1


@pytest.mark.parametrize(("right", "limit"), [(20, 1 - math.exp(-1.9207 / 20)), (0, None)])
def test_all_right_and_all_wrong(right: int, limit: float | None) -> None:
    curve = fit([right] * 5, 20)
    assert (curve.fall, curve.fall_low, curve.p, curve.shape) == (0, 0, 1, "unresolved")
    assert curve.fall_high == pytest.approx(limit or 1 - math.exp(-1.9207 / 20), abs=1e-4)
    assert curve.floor == curve.ceiling == right / 20


def test_all_right_is_the_limit_of_nearly_all_right() -> None:
    exact = fit_curve([30.0] * 6, [30.0] * 6, range(6))
    near = fit_curve([30.0] * 5 + [29.999], [30.0] * 6, range(6))
    assert near.fall_high == pytest.approx(exact.fall_high, abs=0.01)


def test_one_level_and_none() -> None:
    one = fit_curve([3, 4], [5, 5], [2, 2])
    assert (one.n_levels, one.fall, one.fall_high, one.p, one.shape) == (1, 0, 0, 1, "few_levels")
    assert one.observed[2] == pytest.approx(0.7)
    assert np.isnan(one.observed[:2]).all()
    none = fit_curve([0, 0], [0, 0], [0, 1])
    assert (none.n_levels, none.fall_high, none.p, none.shape) == (0, 1, 1, "few_levels")
    empty = fit_curve([], [], [], [])
    assert empty.n_levels == 0


@pytest.mark.parametrize("right", [[30, 2], [30, 15, 2]])
def test_two_and_three_levels_have_a_fall_but_no_shape(right: list[int]) -> None:
    curve = fit(right)
    assert curve.shape == "few_levels"
    assert curve.fall == pytest.approx(28 / 30, abs=0.02)
    assert curve.fall_low > 0.7
    assert curve.p < 1e-6


def test_levels_without_answers_are_dropped() -> None:
    curve = fit_curve([29, 0, 28, 3, 0, 2, 1], [30, 0, 30, 30, 0, 30, 30], range(7))
    assert curve.n_levels == 5
    assert (curve.last_good, curve.first_bad) == (2, 3)
    assert np.isnan(curve.fitted[[1, 4]]).all()


def test_onset_of_truncation() -> None:
    onset = fit_onset([0, 0, 1, 19, 20, 20], [20] * 6, range(6))
    assert (onset.last_before, onset.first_after) == (2, 3)
    assert onset.onset_low <= onset.onset <= onset.onset_high
    assert onset.rise > 0.9
    assert (onset.low <= onset.fitted).all()
    assert (onset.fitted <= onset.high).all()
    never = fit_onset([0] * 6, [20] * 6, range(6))
    assert (never.rise, never.p) == (0, 1)
    assert math.isnan(never.onset)


@pytest.mark.parametrize(
    "call",
    [
        lambda: fit_curve([1], [1, 2], [0, 1]),
        lambda: fit_curve([3], [2], [0]),
        lambda: fit_curve([math.nan], [2], [0]),
        lambda: fit_curve([1], [2], [0, 1]),
        lambda: fit_curve([1], [2], [-1]),
        lambda: fit_curve([1, 1], [2, 2], [0, 1], [0.0]),
        lambda: fit_curve([1, 1], [2, 2], [0, 1], [1.0, 0.0]),
        lambda: fit_curve([1], [2], [0], chance=1.0),
        lambda: fit_curve([1], [2], [0], level=1.0),
        lambda: fit_curve([1], [2], [0], direction="left"),  # type: ignore[arg-type]
        lambda: fit_curve([1, 1], [2, 2], [0, 1], None, [[0, 1, 2]]),
        lambda: fit_onset([1], [1, 2], [0, 1]),
    ],
)
def test_bad_input_is_refused_in_one_sentence(call: object) -> None:
    assert callable(call)
    with pytest.raises(UsageError) as caught:
        call()
    assert caught.value.remedy


def test_every_number_of_a_curve_is_a_plain_float() -> None:
    curve = fit(CLIFF)
    for field in fields(curve):
        value = getattr(curve, field.name)
        assert isinstance(value, (str, int, float, np.ndarray)), field.name
        assert not isinstance(value, np.generic), field.name
