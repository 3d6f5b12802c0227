"""Shapes of spectra."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy, gmean

from reasonscape.stats.spectral_shape import spectral_shape


def test_against_scipy() -> None:
    power = np.random.default_rng(1).gamma(1.0, 1.0, (6, 40))
    found = spectral_shape(power)
    assert found.entropy == pytest.approx(entropy(power, axis=1) / np.log(40))
    assert found.flatness == pytest.approx(gmean(power, axis=1) / power.mean(axis=1))
    frequency = np.arange(1, 41) / 80
    for row, bandwidth in zip(power, found.bandwidth, strict=True):
        cov = np.cov(frequency, aweights=row, ddof=0)
        assert bandwidth == pytest.approx(np.sqrt(cov))


def test_extremes() -> None:
    one_bin, flat, ends = np.zeros(64), np.full(64, 3.0), np.zeros(64)
    one_bin[9] = 2.0
    ends[[0, -1]] = 1.0
    found = spectral_shape([one_bin, flat, ends])
    assert found.entropy == pytest.approx([0.0, 1.0, np.log(2) / np.log(64)])
    assert found.flatness == pytest.approx([0.0, 1.0, 0.0])
    assert found.bandwidth[[0, 2]] == pytest.approx([0.0, 63 / 256])
    assert found.peak_share == pytest.approx([1.0, 1 / 64, 0.5])


@given(st.lists(st.floats(1e-3, 1e3), min_size=8, max_size=8), st.floats(1e-300, 1e290))
def test_scale_does_not_matter(row: list[float], factor: float) -> None:
    one, other = spectral_shape([row]), spectral_shape([np.array(row) * factor])
    for name in ("entropy", "flatness", "bandwidth", "peak_share"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-9, abs=1e-7)
    assert 0.0 <= one.entropy[0] <= 1.0 + 1e-12
    assert 0.0 <= one.flatness[0] <= 1.0 + 1e-12


def test_without_power_there_is_no_shape() -> None:
    found = spectral_shape([[0.0] * 8, [np.nan] * 8])
    assert np.isnan([found.entropy, found.flatness, found.bandwidth, found.peak_share]).all()
    assert spectral_shape(np.ones((0, 8))).entropy.shape == (0,)
    with pytest.raises(ValueError, match="negative"):
        spectral_shape([[-1.0, 2.0]])
    with pytest.raises(ValueError, match="K at least 2"):
        spectral_shape([1.0, 2.0])
