"""Mean spectra against shuffled prompts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import expon, gamma, pearson3

from reasonscape.stats.relative_spectra import symbolic_spectra
from reasonscape.stats.shuffled_mean import shuffled_mean
from reasonscape.stats.spectrum_mean import MeanSpectrum, mean_spectrum


def words(rng: np.random.Generator, prompts: int, length: int) -> np.ndarray:
    """Tokens in random order with frequencies that fall as 1 / rank."""
    share = np.cumsum(1.0 / np.arange(1, 301))
    return np.searchsorted(share / share[-1], rng.random((prompts, length)))


def found(
    codes: np.ndarray, size: int = 64, item: np.ndarray | None = None, seed: int = 1
) -> MeanSpectrum:
    n, length = codes.shape
    spectra = symbolic_spectra(codes.ravel(), np.arange(n + 1) * length, size)
    names = np.arange(n) if item is None else item
    return mean_spectrum(
        spectra.relative, spectra.variance, names, np.random.default_rng(seed), replicates=200
    )


def test_three_cumulants_are_matched() -> None:
    variance = np.array([[0.04, 1.0], [0.09, 1.0]])
    mean = shuffled_mean(variance)
    spread = variance.sum(axis=0) / 4
    third = (2.0 * variance**1.5).sum(axis=0) / 8
    reference = pearson3(third / spread**1.5, loc=1.0, scale=np.sqrt(spread))
    for level in (0.025, 0.5, 0.9999):
        assert mean.quantile(level) == pytest.approx(reference.ppf(level))
    assert mean.upper_tail([1.4, 2.5]) == pytest.approx(reference.sf([1.4, 2.5]))
    # 100 exponential prompts make a gamma variable, which is exact.
    many = shuffled_mean(np.ones((100, 1))).quantile(0.99)
    assert many == pytest.approx(gamma.ppf(0.99, 100, scale=0.01))
    alone = shuffled_mean(np.ones((1, 20))).maximum(0.95)
    assert alone == pytest.approx(expon.ppf(0.95 ** (1 / 20)))


@pytest.mark.parametrize(("prompts", "runs"), [(1, 1500), (5, 300), (20, 100)])
def test_shuffled_prompts_rarely_have_a_peak(prompts: int, runs: int) -> None:
    rng = np.random.default_rng(3)
    codes = words(rng, prompts * runs, 150)
    spectra = symbolic_spectra(codes.ravel(), np.arange(len(codes) + 1) * 150, 128)
    above = [
        (
            spectra.relative[i : i + prompts].mean(axis=0)
            > shuffled_mean(spectra.variance[i : i + prompts]).maximum(0.95)
        ).any()
        for i in range(0, len(codes), prompts)
    ]
    # At most 5% and two and a half standard errors.
    assert np.mean(above) <= 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / runs)


def test_a_planted_period_is_the_only_peak() -> None:
    rng = np.random.default_rng(4)
    codes = words(rng, 40, 160)
    codes[:, 3::8] = 1000
    spectrum = found(codes)
    # Eight tokens and its harmonics, 64 / 8 = 8 bins apart; index 7 is bin 8.
    assert spectrum.peaks[0] % 8 == 7
    assert set((spectrum.peaks + 1) % 8) == {0}
    assert spectrum.p[7] < 1e-6
    assert spectrum.q[7] < 1e-4
    assert spectrum.low[7] > spectrum.maximum[7] > spectrum.floor_high[7] > 0.0
    assert not spectrum.few


def test_band_covers_the_mean_of_items() -> None:
    rng = np.random.default_rng(5)
    item = np.repeat(np.arange(30), 3)
    held = []
    for seed in range(60):
        effect = rng.gamma(4.0, 0.25, (30, 8))
        relative = effect[item] * rng.gamma(9.0, 1 / 9, (90, 8))
        spectrum = mean_spectrum(
            relative, np.ones((90, 8)), item, np.random.default_rng(seed), replicates=200
        )
        held.append((spectrum.low <= 0.0) & (spectrum.high >= 0.0))
    assert 0.88 < np.mean(held) < 0.99


def test_many_items_have_the_bootstraps_band_without_draws() -> None:
    rng = np.random.default_rng(8)
    relative = rng.gamma(4.0, 0.25, (5001, 8))
    item = np.arange(5001)
    many = mean_spectrum(relative, relative, item, rng)
    drawn = mean_spectrum(relative[:-1], relative[:-1], item[:-1], rng, replicates=2000)
    width = drawn.high - drawn.low
    assert many.low == pytest.approx(drawn.low, abs=0.08 * width.max())
    assert many.high == pytest.approx(drawn.high, abs=0.08 * width.max())


def test_order_of_rows_and_names_of_items_do_not_matter() -> None:
    rng = np.random.default_rng(6)
    codes = words(rng, 30, 100)
    order = rng.permutation(30)
    one, other = found(codes), found(codes[order], item=order)
    renamed = found(codes, item=np.arange(30) + 1000)
    for each in (other, renamed):
        for name in ("mean", "low", "high", "floor_high", "maximum", "p", "q", "peaks"):
            assert np.array_equal(getattr(one, name), getattr(each, name))


def test_degenerate_prompts() -> None:
    rng = np.random.default_rng(7)
    for relative in (np.ones((0, 8)), np.full((3, 8), np.nan)):
        nothing = mean_spectrum(relative, relative, np.arange(len(relative)), rng)
        assert nothing.prompts == nothing.items == 0
        assert nothing.few
        assert np.isnan(nothing.mean).all()
        assert (nothing.p == 1.0).all()
        assert len(nothing.peaks) == 0
    one = found(words(rng, 1, 100))
    assert one.prompts == 1
    assert one.few
    assert np.isnan(one.low).all()
    assert np.isfinite(one.maximum).all()
    # Tokens that are all distinct look alike in every order: nothing can stand out.
    distinct = found(np.tile(np.arange(64), (25, 1)))
    assert distinct.mean == pytest.approx(0.0, abs=1e-9)
    assert (distinct.p == 1.0).all()
    with pytest.raises(ValueError, match="as many rows"):
        mean_spectrum(np.ones((2, 8)), np.ones((2, 8)), [1], rng)
