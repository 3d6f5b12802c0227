"""What must hold for any counts: ranges, order, and what does not matter."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reasonscape.stats.curves import DifficultyCurve, fit_curve

Cells = tuple[list[float], list[float], list[int], list[int]]


@st.composite
def cells(draw: st.DrawFn) -> Cells:
    """Draw counts over up to 6 levels and up to 3 levels of another axis."""
    levels, others = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    k, n, index, other = [], [], [], []
    for level in range(levels):
        for column in range(others):
            asked = draw(st.sampled_from([0.0, 1.0, 2.5, 7.0, 20.0, 400.0]))
            n.append(asked)
            k.append(asked * draw(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0])))
            index.append(level)
            other.append(column)
    return k, n, index, other


def check(curve: DifficultyCurve) -> None:
    assert 0 <= curve.fall_low <= curve.fall <= curve.fall_high <= 1
    assert 0 <= curve.p <= 1
    assert curve.loglik_narrow >= 0
    assert curve.loglik_wide >= 0
    if np.isfinite(curve.place):
        assert curve.place_low <= curve.place <= curve.place_high
        assert curve.width_low <= curve.width <= curve.width_high
    if curve.n_levels:
        assert 0 <= curve.floor <= curve.ceiling <= 1
    seen = np.isfinite(curve.observed)
    assert (curve.low[seen] <= curve.fitted[seen] + 1e-12).all()
    assert (curve.fitted[seen] <= curve.high[seen] + 1e-12).all()
    assert (np.diff(curve.fitted[seen]) <= 1e-9).all()


@given(cells(), st.sampled_from([0.0, 0.25]))
def test_ranges_and_order(drawn: Cells, chance: float) -> None:
    k, n, index, other = drawn
    check(fit_curve(k, n, index, None, np.asarray(other)[:, None], chance=chance))
    check(fit_curve(k, n, index, chance=chance))


@settings(max_examples=20)
@given(cells(), st.randoms(use_true_random=False))
def test_the_order_of_cells_does_not_matter(drawn: Cells, random: object) -> None:
    k, n, index, other = (np.asarray(part) for part in drawn)
    order = np.arange(k.size)
    random.shuffle(order)  # type: ignore[attr-defined]
    first = fit_curve(k, n, index, range(6), other[:, None])
    second = fit_curve(k[order], n[order], index[order], range(6), other[order, None])
    assert repr(first) == repr(second)


@settings(max_examples=20)
@given(cells())
def test_a_cell_may_be_split_in_two(drawn: Cells) -> None:
    k, n, index, other = (np.asarray(part) for part in drawn)
    whole = fit_curve(k, n, index, None, other[:, None])
    halves = fit_curve(
        np.concatenate([k / 2, k / 2]),
        np.concatenate([n / 2, n / 2]),
        np.tile(index, 2),
        None,
        np.tile(other, 2)[:, None],
    )
    assert repr(whole) == repr(halves)


@settings(max_examples=20)
@given(cells(), st.sampled_from([0.5, 4.0, 1024.0]), st.sampled_from([-8.0, 0.0, 3.0]))
def test_places_scale_with_positions(drawn: Cells, factor: float, shift: float) -> None:
    k, n, index, _ = drawn
    plain = fit_curve(k, n, index, np.arange(6.0))
    scaled = fit_curve(k, n, index, shift + factor * np.arange(6.0))
    assert scaled.fall == plain.fall
    assert scaled.p == plain.p
    if np.isfinite(plain.place):
        assert np.isclose(scaled.place, shift + factor * plain.place)


@settings(max_examples=20)
@given(cells())
def test_names_of_other_levels_do_not_matter(drawn: Cells) -> None:
    k, n, index, other = (np.asarray(part) for part in drawn)
    first = fit_curve(k, n, index, None, other[:, None])
    second = fit_curve(k, n, index, None, (7 + 3 * other)[:, None])
    assert repr(first) == repr(second)


def test_order_of_other_levels_changes_little() -> None:
    """Another order makes other additive terms; both climbs rest at the same maximum."""
    rng = np.random.default_rng(5)
    index, other = (part.ravel() for part in np.indices((6, 4)))
    k = rng.binomial(30, 1 / (1 + np.exp(1.1 * index - 3 + 0.8 * other)))
    first = fit_curve(k, np.full(24, 30), index, None, other[:, None])
    second = fit_curve(k, np.full(24, 30), index, None, (3 - other)[:, None])
    assert np.isclose(first.fall, second.fall, atol=0.01)
    assert np.isclose(first.fall_low, second.fall_low, atol=0.02)
    assert np.isclose(first.likelihood_ratio, second.likelihood_ratio, atol=0.1)
