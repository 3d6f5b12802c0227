"""The additive model against statsmodels, and at its edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reasonscape.stats.additive import fit_additive, subset_deviances
from reasonscape.stats.additive_likelihood import additive_table

# statsmodels GLM(np.column_stack([k, n - k]), dummies, family=Binomial()).fit(tol=1e-14)
COORDS = np.indices((3, 4)).reshape(2, -1).T
K = [19, 17, 12, 9, 18, 14, 9, 4, 11, 8, 3, 1]
N = [20, 20, 18, 20, 20, 19, 20, 20, 17, 20, 20, 20]
INTERCEPT = 3.041953650969425
ROWS = [0.0, -0.9349759155180298, -2.4152178699055815]
COLUMNS = [0.0, -1.1079150390188777, -2.33393016493595, -3.36923391460442]
FITTED = [
    *(0.9544338686921624, 0.8736957596952754, 0.6699642754737217, 0.4189025236862116),
    *(0.8915795301687259, 0.7308742536574292, 0.4435041807992943, 0.22058574805742082),
    *(0.6517489425166014, 0.3819736993301663, 0.15352797127435522, 0.06051172825636658),
]
SE_FITTED = [
    *(0.022188636775213808, 0.04690186460945406, 0.08400994304123556, 0.09048057333608205),
    *(0.04511081146630396, 0.07482634558147423, 0.08707069540839434, 0.0685149453663189),
    *(0.09488044021233294, 0.08723903441178202, 0.05349983856966052, 0.026437771772406082),
]


def test_maximum_likelihood_equals_statsmodels() -> None:
    fit = fit_additive(K, N, COORDS, (3, 4), prior=0.0)
    assert fit.fitted == pytest.approx(FITTED, abs=1e-6)
    assert fit.deviance == pytest.approx(0.3298863267919271, abs=1e-6)
    assert fit.null_deviance == pytest.approx(91.71942421010351, abs=1e-6)
    assert fit.df == 6
    assert fit.dispersion == 1.0  # Pearson chi-square 0.33 on 6 df: never below the binomial
    assert fit.effects[0] == pytest.approx(np.array(ROWS) - np.mean(ROWS), abs=1e-5)
    assert fit.effects[1] == pytest.approx(np.array(COLUMNS) - np.mean(COLUMNS), abs=1e-5)
    assert fit.intercept == pytest.approx(INTERCEPT + np.mean(ROWS) + np.mean(COLUMNS), abs=1e-5)


def test_trials_are_the_binomial_over_the_delta_variance_of_statsmodels() -> None:
    fit = fit_additive(K, N, COORDS, (3, 4), prior=0.0)
    p = np.array(FITTED)
    # get_prediction(dummies).se_mean
    assert fit.trials == pytest.approx(p * (1 - p) / np.array(SE_FITTED) ** 2, rel=1e-4)


def test_subset_deviances_equal_statsmodels() -> None:
    found = subset_deviances(additive_table(K, N, COORDS, (3, 4)), [[], [0], [1], [0, 1]], prior=0)
    expected = [91.71942421010351, 61.17384986062812, 37.57126246197231, 0.3298863267919271]
    assert found == pytest.approx(expected, abs=1e-6)


def test_counts_may_be_fractional_and_scale() -> None:
    whole = fit_additive(K, N, COORDS, (3, 4), prior=0.0)
    part = fit_additive(np.array(K) * 0.37, np.array(N) * 0.37, COORDS, (3, 4), prior=0.0)
    assert part.fitted == pytest.approx(whole.fitted, abs=1e-6)
    assert part.deviance == pytest.approx(whole.deviance * 0.37, abs=1e-6)
    assert part.trials == pytest.approx(whole.trials * 0.37, rel=1e-5)


def test_chance_floor_recovers_what_made_the_counts() -> None:
    latent = 2.0 + np.array([1.5, 0.0, -2.0])[COORDS[:, 0]] - 0.8 * COORDS[:, 1]
    truth = 0.25 + 0.75 / (1 + np.exp(-latent))
    fit = fit_additive(1e6 * truth, np.full(12, 1e6), COORDS, (3, 4), 0.25, prior=0.0)
    assert fit.fitted == pytest.approx(truth, abs=1e-4)
    assert fit.deviance < 1.0


def test_a_perfect_table_is_as_sure_as_its_samples_allow() -> None:
    coords = np.indices((6, 6)).reshape(2, -1).T
    fit = fit_additive(np.full(36, 10), np.full(36, 10), coords, (6, 6))
    assert fit.converged
    assert fit.fitted.min() > 0.999
    # Eleven free coefficients on 360 samples: each cell is worth 360 / 11.
    assert fit.trials == pytest.approx(np.full(36, 360 / 11), rel=0.01)
    assert 0.92 < fit.low().min() < fit.low().max() < 0.93
    wrong = fit_additive(np.zeros(36), np.full(36, 10), coords, (6, 6))
    assert wrong.high() == pytest.approx(1.0 - fit.low(), abs=1e-6)


def test_misfit_widens_the_bounds() -> None:
    checkers = np.array([18, 2, 18, 2, 2, 18, 2, 18, 18, 2, 18, 2])
    rough = fit_additive(checkers, np.full(12, 20), COORDS, (3, 4))
    assert rough.dispersion > 10
    assert np.all(rough.trials < 5)


def test_guessing_everywhere_converges() -> None:
    coords = np.indices((6, 6)).reshape(2, -1).T
    for right in (np.zeros(36), np.full(36, 2.0), np.arange(36) % 4):
        fit = fit_additive(right, np.full(36, 10), coords, (6, 6), 0.25)
        assert fit.converged
        assert np.all(fit.fitted >= 0.25)


def test_edges() -> None:
    empty = fit_additive([], [], np.empty((0, 2)), (3, 4))
    assert empty.fitted.shape == (0,)
    unseen = fit_additive([0, 0], [0, 0], [[0], [1]], (2,))
    assert unseen.low().tolist() == [0.0, 0.0]
    assert unseen.high().tolist() == [1.0, 1.0]
    one = fit_additive([7], [10], [[0]], (1,))
    assert one.fitted.item() == pytest.approx(0.7, abs=1e-3)
    assert one.trials.item() == pytest.approx(10, rel=1e-3)
    single = fit_additive([1, 0], [1, 1], [[0], [1]], (2,))
    assert np.all(single.low() < single.fitted)
    gap = fit_additive([9, 8, 0], [10, 10, 0], [[0, 0], [0, 1], [1, 0]], (2, 2))
    assert gap.low()[2] < 0.01  # a level without any sample is not known
    no_axis = fit_additive([3, 5], [10, 10], np.empty((2, 0)), ())
    assert no_axis.fitted == pytest.approx([0.4, 0.4], abs=1e-2)


@pytest.mark.parametrize(
    ("k", "n", "coords", "chance", "said"),
    [
        ([1, 2], [1], [[0], [1]], 0.0, "equally long"),
        ([1, 1], [1, 1], [[0, 0], [1, 1]], 0.0, "shape"),
        ([2, 1], [1, 1], [[0], [1]], 0.0, "0 <= k <= n"),
        ([1, 1], [1, 1], [[0], [2]], 0.0, "outside its axis"),
        ([1, 1], [1, 1], [[0], [1]], 1.0, "chance"),
    ],
)
def test_bad_input_is_refused(
    k: list[int], n: list[int], coords: list[list[int]], chance: float, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        fit_additive(k, n, coords, (2,), chance)


@st.composite
def tables(draw: st.DrawFn) -> tuple[NDArray[np.int64], NDArray[np.int64], float]:
    n = np.array(draw(st.lists(st.integers(0, 30), min_size=12, max_size=12)))
    shares = draw(st.lists(st.floats(0, 1), min_size=12, max_size=12))
    k = np.round(n * np.array(shares)).astype(np.int64)
    return k, n, draw(st.sampled_from([0.0, 0.25, 0.5]))


@given(tables())
def test_bounds_surround_the_fit_and_the_fit_keeps_the_floor(
    table: tuple[NDArray[np.int64], NDArray[np.int64], float],
) -> None:
    k, n, chance = table
    fit = fit_additive(k, n, COORDS, (3, 4), chance)
    assert np.all(fit.fitted >= chance - 1e-12)
    assert np.all(fit.low() <= fit.fitted + 1e-9)
    assert np.all(fit.high() >= fit.fitted - 1e-9)
    assert np.all(fit.low(0.99) <= fit.low(0.9) + 1e-12)
    assert fit.dispersion >= 1.0
    assert np.isfinite(fit.deviance)
    assert np.all(fit.trials <= n.sum() + 1e-9)


@given(tables())
def test_order_of_cells_does_not_matter(
    table: tuple[NDArray[np.int64], NDArray[np.int64], float],
) -> None:
    k, n, _ = table
    order = np.random.default_rng(0).permutation(12)
    fit = fit_additive(k, n, COORDS, (3, 4))
    again = fit_additive(k[order], n[order], COORDS[order], (3, 4))
    assert again.fitted == pytest.approx(fit.fitted[order], abs=1e-6)


@given(tables())
def test_mirror(table: tuple[NDArray[np.int64], NDArray[np.int64], float]) -> None:
    k, n, _ = table
    fit = fit_additive(k, n, COORDS, (3, 4))
    other = fit_additive(n - k, n, COORDS, (3, 4))
    assert other.fitted == pytest.approx(1 - fit.fitted, abs=1e-4)
