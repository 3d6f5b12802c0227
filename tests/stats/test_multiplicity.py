"""Benjamini-Hochberg against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.multiplicity import benjamini_hochberg, holm

p_values = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30)


def from_the_definition(p: list[float]) -> list[float]:
    """q of a test: the least p[j] * tests / rank[j] among those with p[j] >= p, at most 1."""
    ranked = [(value, sum(other <= value for other in p)) for value in p]
    return [
        min(1.0, *(value * len(p) / rank for value, rank in ranked if value >= own)) for own in p
    ]


def test_equals_scipy() -> None:
    # scipy.stats.false_discovery_control(p)
    assert benjamini_hochberg([0.5, 0.01, 0.01, 0.9, 0.03]) == pytest.approx(
        [0.625, 0.025, 0.025, 0.9, 0.05], abs=1e-12
    )


@given(p_values)
def test_follows_the_definition(p: list[float]) -> None:
    assert benjamini_hochberg(p) == pytest.approx(from_the_definition(p), abs=1e-12)


@given(p_values, st.integers(0, 20))
def test_a_larger_family_is_as_if_the_rest_had_p_one(p: list[float], extra: int) -> None:
    expected = from_the_definition([*p, *[1.0] * extra])[: len(p)]
    assert benjamini_hochberg(p, len(p) + extra) == pytest.approx(expected, abs=1e-12)


@given(p_values)
def test_q_keeps_the_order_and_is_at_least_p(p: list[float]) -> None:
    q = benjamini_hochberg(p)
    assert np.all(q >= np.array(p) - 1e-15)
    order = np.argsort(p, kind="stable")
    assert np.all(np.diff(q[order]) >= 0.0)


def test_a_test_that_could_not_run_counts_as_one() -> None:
    assert benjamini_hochberg([0.01, float("nan")]).tolist() == [0.02, 1.0]


def test_nothing_and_one() -> None:
    assert benjamini_hochberg([]).tolist() == []
    assert benjamini_hochberg([0.3]).tolist() == [0.3]


@pytest.mark.parametrize(
    ("p", "total", "said"),
    [([1.5], None, "lie in"), ([0.1, 0.2], 1, "fewer"), ([[0.1]], None, "one-dimensional")],
)
def test_bad_input_is_refused(p: list[float], total: int | None, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        benjamini_hochberg(p, total)


def test_holm_equals_r() -> None:
    # R p.adjust(c(.01, .04, .03, .005), "holm"): 0.03 0.06 0.06 0.02
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.02, float("nan")]).tolist() == pytest.approx([0.04, 1.0])
    assert holm([]).shape == (0,)
    with pytest.raises(ValueError, match="lie in"):
        holm([1.2])


@given(p_values)
def test_holm_is_never_below_benjamini_hochberg(p: list[float]) -> None:
    assert np.all(holm(p) >= benjamini_hochberg(p) - 1e-12)
