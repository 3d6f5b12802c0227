"""Log-odds with an informative prior: statsmodels' numbers, another implementation, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reasonscape.stats.log_odds import distinguishing

FloatArray = NDArray[np.float64]
COUNTS = st.integers(1, 4).flatmap(
    lambda m: st.lists(st.lists(st.integers(0, 9), min_size=m, max_size=m), min_size=2, max_size=5)
)


def test_by_hand() -> None:
    found = distinguishing(np.array([[8, 5], [2, 5]]), sizes=[10, 10], prior_share=0.1)
    # Prior: a tenth of 20 texts, 1 of 2 with each term. So 9 with and 3 without against 3 and 9.
    assert found.delta[0, 0] == pytest.approx(math.log(9))
    assert found.error[0, 0] == pytest.approx(math.sqrt(1 / 9 + 1 / 3 + 1 / 3 + 1 / 9))
    assert found.z[0].tolist() == pytest.approx([math.log(9) / math.sqrt(8 / 9), 0.0])


def test_reference_values() -> None:
    found = distinguishing(np.array([[14.5, 3], [6, 30], [9, 1]]), sizes=[40, 50, 25])
    # from statsmodels.stats.contingency_tables import Table2x2
    # with: prior 0.1 * 29.5 = 2.95 with the term, 0.1 * 115 - 2.95 = 8.55 without it
    # t = Table2x2([[14.5 + 2.95, 25.5 + 8.55], [15 + 2.95, 60 + 8.55]], shift_zeros=False)
    # t.log_oddsratio, t.log_oddsratio_se
    assert found.delta[0, 0] == pytest.approx(0.6714829071269501, abs=1e-12)
    assert found.error[0, 0] == pytest.approx(0.39619864252448667, abs=1e-12)


def slow(counts: FloatArray, sizes: FloatArray, share: float, i: int, w: int) -> float:
    """Equations 15 and 18 to 19 of the paper, term by term; the rest as one other group."""
    alpha = share * sum(row[w] for row in counts)
    alpha_0 = share * sum(sizes)
    y_i, n_i = counts[i][w], sizes[i]
    y_j = sum(row[w] for k, row in enumerate(counts) if k != i)
    n_j = sum(size for k, size in enumerate(sizes) if k != i)
    omega_i = (y_i + alpha) / (n_i + alpha_0 - y_i - alpha)
    omega_j = (y_j + alpha) / (n_j + alpha_0 - y_j - alpha)
    variance = 1 / (y_i + alpha) + 1 / (n_i + alpha_0 - y_i - alpha)
    variance += 1 / (y_j + alpha) + 1 / (n_j + alpha_0 - y_j - alpha)
    return float(math.log(omega_i / omega_j) / math.sqrt(variance))


def test_agrees_with_a_second_implementation() -> None:
    rng = np.random.default_rng(5)
    counts = rng.integers(1, 40, (4, 12)).astype(np.float64) + rng.random((4, 12))
    for sizes in (None, np.array([60.0, 44.0, 90.0, 41.5])):
        found = distinguishing(counts, sizes, prior_share=0.3)
        whole = counts.sum(axis=1) if sizes is None else sizes
        expected = [[slow(counts, whole, 0.3, i, w) for w in range(12)] for i in range(4)]
        np.testing.assert_allclose(found.z, expected, rtol=1e-9)


@given(counts=COUNTS)
def test_order_of_groups_and_terms_does_not_matter(counts: list[list[int]]) -> None:
    table = np.array(counts, dtype=np.float64)
    sizes = table.max(axis=1) + 1.0
    found = distinguishing(table, sizes)
    turned = distinguishing(table[::-1, ::-1], sizes[::-1])
    np.testing.assert_allclose(turned.z[::-1, ::-1], found.z, atol=1e-9)
    assert np.isfinite(found.z).all()
    if len(table) == 2:
        np.testing.assert_allclose(found.z[0], -found.z[1], atol=1e-9)


def test_repeats_of_an_item_are_not_evidence() -> None:
    # Ten answers to each of 8 questions, all alike: the mean per question keeps z what it was.
    once = distinguishing([[6], [2]], sizes=[8, 8])
    full = distinguishing([[60], [20]], sizes=[80, 80])
    assert full.z[0, 0] == pytest.approx(math.sqrt(10) * once.z[0, 0])


def test_degenerate() -> None:
    assert distinguishing(np.zeros((0, 3))).z.shape == (0, 3)
    assert distinguishing(np.zeros((3, 0))).z.shape == (3, 0)
    assert distinguishing([[5, 1]], sizes=[5]).z.tolist() == [[0.0, 0.0]]
    nothing = distinguishing([[0, 4, 4], [0, 0, 6]], sizes=[4, 6])
    assert nothing.z[:, [0, 2]].tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert nothing.z[0, 1] > 0.0
    assert math.isinf(nothing.error[0, 0])
    assert distinguishing([[2], [0]], sizes=[4, 0]).z.tolist() == [[0.0], [0.0]]


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="more often"):
        distinguishing([[5], [1]], sizes=[4, 4])
    with pytest.raises(ValueError, match="sizes of shape"):
        distinguishing([[5], [1]], sizes=[4])
    with pytest.raises(ValueError, match="finite"):
        distinguishing([[math.nan], [1.0]])
    with pytest.raises(ValueError, match="groups and terms"):
        distinguishing([1, 2])
