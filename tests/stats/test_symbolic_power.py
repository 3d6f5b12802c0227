"""Power of numbers and of equal tokens in segments."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import periodogram, welch
from scipy.signal.windows import hann as scipy_hann

from reasonscape.stats.hann import hann
from reasonscape.stats.segments import Segments, segments
from reasonscape.stats.series_power import series_power
from reasonscape.stats.symbolic_power import symbolic_power

SIZES = st.sampled_from([16, 32, 64, 256])


def one_segment(length: int) -> Segments:
    return Segments(np.array([0]), np.array([length]), np.array([0]))


def by_tokens(codes: np.ndarray, size: int) -> np.ndarray:
    """The definition: one series for each distinct token."""
    total = np.zeros(size // 2)
    for token in np.unique(codes):
        total += series_power(codes == token, one_segment(len(codes)), size)[0]
    return total


@pytest.mark.parametrize("length", [16, 41, 64])
def test_power_is_that_of_scipys_periodogram(length: int) -> None:
    x = np.random.default_rng(1).normal(size=length) + 3.0
    found = series_power(x, one_segment(length), 64)[0]
    _, density = periodogram(x, window="hann", nfft=64, detrend="constant", scaling="density")
    # SciPy divides by the sum of squares of the window, and doubles what has a mirror image.
    density *= (hann(length) ** 2).sum()
    density[1:-1] /= 2.0
    assert found == pytest.approx(density[1:])


def test_mean_over_segments_is_that_of_scipys_welch() -> None:
    x = np.random.default_rng(2).normal(size=64 * 4)
    cut = segments([0, len(x)], 64)
    found = series_power(x, cut, 64).mean(axis=0)
    _, density = welch(x, window="hann", nperseg=64, noverlap=32, detrend="constant")
    density *= (hann(64) ** 2).sum()
    density[1:-1] /= 2.0
    assert found == pytest.approx(density[1:])


def test_window_is_scipys_periodic_one() -> None:
    for n in (1, 2, 17, 64):
        expected = scipy_hann(n, sym=False) if n > 1 else [0.0]
        assert hann(n) == pytest.approx(expected)


@given(st.lists(st.integers(0, 9), min_size=16, max_size=64), SIZES)
def test_parseval(values: list[int], size: int) -> None:
    x = np.array(values[:size], dtype=np.float64)
    power = series_power(x, one_segment(len(x)), size)[0]
    windowed = hann(len(x)) * (x - x.mean())
    # The dropped k = 0, both sides of all others, and k = size / 2 once.
    total = windowed.sum() ** 2 + 2.0 * power[:-1].sum() + power[-1]
    assert total == pytest.approx(size * (windowed**2).sum(), abs=1e-9)
    tokens = symbolic_power(values[:size], one_segment(len(x)), size)
    first, both = 0.0, 0.0
    for token in set(values[:size]):
        indicator = hann(len(x)) * ((x == token) - (x == token).mean())
        first += indicator.sum() ** 2
        both += (indicator**2).sum()
    total = first + 2.0 * tokens.power[0, :-1].sum() + tokens.power[0, -1]
    assert total == pytest.approx(size * both, abs=1e-9)


@given(st.lists(st.integers(0, 12), min_size=16, max_size=256), st.sampled_from([64, 256]))
def test_symbolic_power_is_the_sum_over_tokens(codes: list[int], size: int) -> None:
    x = np.array(codes[:size])
    found = symbolic_power(x, one_segment(len(x)), size)
    assert found.power[0] == pytest.approx(by_tokens(x, size), rel=1e-9, abs=1e-9)
    share = np.bincount(x) / len(x)
    assert found.squares[0] == pytest.approx((share**2).sum())
    assert found.cubes[0] == pytest.approx((share**3).sum())


@pytest.mark.parametrize("seed", range(4))
def test_rare_and_frequent_tokens_together(seed: int) -> None:
    rng = np.random.default_rng(seed)
    codes = rng.zipf(1.3 + 0.3 * seed, 256) % 4000
    found = symbolic_power(codes, one_segment(256), 256).power[0]
    assert found == pytest.approx(by_tokens(codes, 256), rel=1e-10, abs=1e-9)


@given(st.lists(st.integers(0, 5), min_size=40, max_size=200), st.integers(0, 10**6))
def test_a_relabelled_vocabulary_gives_the_same_bits(codes: list[int], seed: int) -> None:
    cut = segments([0, len(codes)], 32)
    names = np.random.default_rng(seed).choice(2**40, 6, replace=False)
    one = symbolic_power(codes, cut, 32)
    other = symbolic_power(names[np.array(codes)], cut, 32)
    assert np.array_equal(one.power, other.power)
    assert np.array_equal(one.squares, other.squares)


@given(st.lists(st.integers(0, 5), min_size=32, max_size=90), st.integers(-50, 50))
def test_a_constant_added_changes_nothing(values: list[int], constant: int) -> None:
    cut = segments([0, len(values)], 32)
    x = np.array(values, dtype=np.float64)
    moved = series_power(x + constant, cut, 32)
    assert moved == pytest.approx(series_power(x, cut, 32), abs=1e-8)


def test_two_tokens_are_one_series_twice() -> None:
    x = np.random.default_rng(3).integers(0, 2, 64)
    both = symbolic_power(x, one_segment(64), 64).power
    assert both == pytest.approx(2.0 * series_power(x, one_segment(64), 64))


def test_a_turned_period_has_the_same_power() -> None:
    codes = np.array([1, 2, 3, 3] * 16)
    one = symbolic_power(codes, one_segment(64), 64).power
    other = symbolic_power(np.roll(codes, 1), one_segment(64), 64).power
    assert one == pytest.approx(other, abs=1e-9)


def test_degenerate_segments() -> None:
    same = symbolic_power(np.zeros(64, dtype=int), one_segment(64), 64)
    assert (same.power == 0.0).all()
    assert same.squares.tolist() == [1.0]
    distinct = symbolic_power(np.arange(64), one_segment(64), 64)
    squares = (hann(64) ** 2).sum()
    assert distinct.power[0, 1:] == pytest.approx(squares)
    none = Segments(*(np.zeros(0, dtype=np.int64) for _ in range(3)))
    assert symbolic_power([], none, 64).power.shape == (0, 32)
    assert series_power([], none, 64).shape == (0, 32)
    with pytest.raises(ValueError, match="0 or more"):
        symbolic_power([-1] * 16, one_segment(16), 16)
    with pytest.raises(ValueError, match="power of two"):
        symbolic_power([1] * 16, one_segment(16), 48)
