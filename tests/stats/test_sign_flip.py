"""The exact test against R, SciPy and all flips by brute force."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.sign_flip import sign_flip_test

thirds = st.lists(st.sampled_from([-1.0, -2 / 3, -1 / 3, 0.0, 1 / 3, 2 / 3, 1.0]), max_size=9)


def by_all_flips(d: list[float]) -> float:
    sums = [abs(np.dot(d, signs)) for signs in itertools.product([1.0, -1.0], repeat=len(d))]
    return float(np.mean(np.array(sums) >= abs(sum(d)) - 1e-9))


def test_single_completions_are_mcnemar_exact() -> None:
    # statsmodels mcnemar([[30, 12], [4, 54]], exact=True), and R binom.test(12, 16): 0.07681274
    d = [1.0] * 12 + [-1.0] * 4 + [0.0] * 84
    assert sign_flip_test(d) == pytest.approx(0.076812744140625, abs=1e-12)
    # R binom.test(1, 8): 0.0703125
    assert sign_flip_test([-1.0] * 7 + [1.0]) == pytest.approx(0.0703125, abs=1e-12)


def test_repeats_are_all_flips() -> None:
    d = [1 / 3, 2 / 3, -1 / 3, 1, 0, 1 / 3, -2 / 3, 1 / 3]
    # scipy.stats.permutation_test((d, zeros(8)), mean of a - b, permutation_type="samples",
    # n_resamples=inf): 0.40625
    assert sign_flip_test(d) == pytest.approx(0.40625, abs=1e-12)
    assert sign_flip_test(d, 3) == pytest.approx(0.40625, abs=1e-12)


@given(thirds)
def test_equals_brute_force(d: list[float]) -> None:
    assert sign_flip_test(d, 3) == pytest.approx(by_all_flips(d), abs=1e-12)


@given(thirds, st.randoms(use_true_random=False))
def test_order_and_sides_do_not_matter(d: list[float], random: object) -> None:
    shuffled = list(d)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sign_flip_test(shuffled) == sign_flip_test(d)
    assert sign_flip_test([-x for x in d]) == sign_flip_test(d)


def test_nothing_to_test_is_one() -> None:
    assert sign_flip_test([]) == 1.0
    assert sign_flip_test([0.0] * 50) == 1.0
    assert sign_flip_test([1.0]) == 1.0


def test_long_distributions_are_near_the_normal() -> None:
    rng = np.random.default_rng(1)
    d = np.minimum(rng.integers(-60, 66, 4000), 60) / 60
    z = d.sum() / np.sqrt((d * d).sum())
    assert sign_flip_test(d, 60) == pytest.approx(math.erfc(abs(z) / math.sqrt(2)), rel=1e-6)


def test_impossible_differences_are_refused() -> None:
    for wrong in ([1.5], [float("nan")], [[0.0]]):
        with pytest.raises(ValueError, match="differences"):
            sign_flip_test(wrong)


def test_it_never_claims_too_often() -> None:
    rng = np.random.default_rng(3)
    for repeats in (1, 3):
        p = rng.beta(1.0, 1.0, (600, 40))
        d = (rng.binomial(repeats, p) - rng.binomial(repeats, p)) / repeats
        found = np.mean([sign_flip_test(row, repeats) < 0.05 for row in d])
        assert found < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 600)
