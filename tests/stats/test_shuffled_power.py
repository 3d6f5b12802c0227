"""Moments of power over all orders of a segment's tokens."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from reasonscape.stats.hann import hann
from reasonscape.stats.segments import Segments
from reasonscape.stats.series_power import central_moments, series_power
from reasonscape.stats.shuffled_power import shuffled_series, shuffled_symbolic
from reasonscape.stats.symbolic_power import symbolic_power


def rows(count: int, length: int) -> Segments:
    return Segments(np.arange(count) * length, np.full(count, length), np.arange(count))


@pytest.mark.parametrize("values", [[1, 2, 2, 5, -1, 0, 9], [0, 0, 0, 0, 0, 0, 1], [3, 1, 2, 9]])
def test_numbers_over_all_orders(values: list[int]) -> None:
    x = np.array(values, dtype=np.float64)
    y = x[np.array(list(permutations(range(len(x)))))]
    n = len(x)
    transform = np.fft.rfft(hann(n) * (y - x.mean()), 16, axis=1)[:, 1:]
    power = np.abs(transform) ** 2
    second, fourth = (((x - x.mean()) ** k).mean() for k in (2, 4))
    mean, variance = shuffled_series([second], [fourth], [n], 16)
    assert mean[0] == pytest.approx(power.mean(axis=0))
    assert variance[0] == pytest.approx(power.var(axis=0), abs=1e-9)


@pytest.mark.parametrize("codes", [[0, 0, 0, 1, 1, 2, 3], [0, 1, 2, 3, 4, 5, 6], [0, 0, 1, 1, 1]])
def test_tokens_over_all_orders(codes: list[int]) -> None:
    x = np.array(codes)
    n = len(x)
    y = x[np.array(list(permutations(range(n))))]
    power = np.zeros((len(y), 8))
    for token in np.unique(x):
        indicator = (y == token) - (x == token).mean()
        power += np.abs(np.fft.rfft(hann(n) * indicator, 16, axis=1)[:, 1:]) ** 2
    share = np.bincount(x) / n
    mean, variance = shuffled_symbolic([(share**2).sum()], [(share**3).sum()], [n], 16)
    assert mean[0] == pytest.approx(power.mean(axis=0))
    assert variance[0] == pytest.approx(power.var(axis=0), abs=1e-9)


@pytest.mark.parametrize(("length", "size"), [(40, 64), (64, 64), (256, 256)])
def test_long_segments_by_simulation(length: int, size: int) -> None:
    rng = np.random.default_rng(1)
    draws = 4000
    tokens = rng.zipf(1.6, length) % 50
    many = rng.permuted(np.tile(tokens, (draws, 1)), axis=1).ravel()
    cut = rows(draws, length)
    found = symbolic_power(many, cut, size)
    one = slice(0, 1)
    symbolic = shuffled_symbolic(found.squares[one], found.cubes[one], cut.length[one], size)
    second, fourth = central_moments(many.astype(np.float64), cut, size)
    numeric = shuffled_series(second[one], fourth[one], cut.length[one], size)
    for power, (mean, variance) in (
        (found.power, symbolic),
        (series_power(many, cut, size), numeric),
    ):
        error = np.sqrt(power.var(axis=0) / draws)
        assert (np.abs(power.mean(axis=0) - mean[0]) < 5.0 * error).all()
        ratio = power.var(axis=0) / variance[0]
        assert np.median(ratio) == pytest.approx(1.0, abs=0.04)
        assert (np.abs(ratio - 1.0) < 0.3).all()


def test_the_stated_formula_of_the_mean() -> None:
    n, size = 40, 64
    window = hann(n)
    leak = np.abs(np.fft.rfft(window, size)[1:]) ** 2
    mean, _ = shuffled_series([2.5], [9.0], [n], size)
    assert mean[0] == pytest.approx(2.5 * n / (n - 1) * ((window**2).sum() - leak / n))
    mean, _ = shuffled_symbolic([0.2], [0.06], [n], size)
    assert mean[0] == pytest.approx(0.8 * n / (n - 1) * ((window**2).sum() - leak / n))


def test_degenerate_segments() -> None:
    mean, variance = shuffled_symbolic([1.0, 1 / 64], [1.0, 1 / 64**2], [64, 64], 64)
    assert mean[0].tolist() == [0.0] * 32
    assert variance == pytest.approx(0.0, abs=1e-9)
    assert shuffled_series([], [], [], 64)[0].shape == (0, 32)
    with pytest.raises(ValueError, match="at least 4 tokens"):
        shuffled_series([1.0], [1.0], [3], 64)
