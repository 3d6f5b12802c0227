"""Relative spectra of whole prompts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.relative_spectra import RelativeSpectra, series_spectra, symbolic_spectra

PROMPTS = st.lists(st.lists(st.integers(0, 4), max_size=90), max_size=6)


def joined(prompts: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    offsets = np.concatenate([[0], np.cumsum([len(p) for p in prompts])]).astype(np.int64)
    return np.array([x for p in prompts for x in p], dtype=np.int64), offsets


def both(codes: np.ndarray, offsets: np.ndarray, size: int) -> list[RelativeSpectra]:
    return [symbolic_spectra(codes, offsets, size), series_spectra(codes, offsets, size)]


@given(PROMPTS, st.permutations(range(6)))
def test_order_of_prompts_does_not_matter(prompts: list[list[int]], order: list[int]) -> None:
    rows = [i for i in order if i < len(prompts)]
    for one, other in zip(
        both(*joined(prompts), 32), both(*joined([prompts[i] for i in rows]), 32), strict=True
    ):
        assert np.array_equal(one.relative[rows], other.relative, equal_nan=True)
        assert np.array_equal(one.variance[rows], other.variance, equal_nan=True)


@given(PROMPTS, st.permutations([0, 7, 99, 150_000, 2**31 - 1]))
def test_names_of_tokens_do_not_matter(prompts: list[list[int]], names: list[int]) -> None:
    codes, offsets = joined(prompts)
    one = symbolic_spectra(codes, offsets, 32)
    other = symbolic_spectra(np.array(names)[codes], offsets, 32)
    assert np.array_equal(one.relative, other.relative, equal_nan=True)
    assert np.array_equal(one.variance, other.variance, equal_nan=True)


def test_threads_and_neighbours_do_not_matter() -> None:
    rng = np.random.default_rng(1)
    lengths = rng.integers(0, 900, 700)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    codes = rng.zipf(1.5, offsets[-1]) % 5000
    one = symbolic_spectra(codes, offsets, 64, threads=1)
    two = symbolic_spectra(codes, offsets, 64, threads=3)
    assert np.array_equal(one.relative, two.relative, equal_nan=True)
    alone = symbolic_spectra(codes[offsets[400] : offsets[401]], [0, lengths[400]], 64)
    assert np.array_equal(alone.relative[0], one.relative[400])
    assert np.array_equal(alone.variance[0], one.variance[400])


def test_shuffled_prompts_have_the_stated_mean_and_variance() -> None:
    rng = np.random.default_rng(2)
    prompt = rng.zipf(1.6, 300) % 60
    many = np.concatenate([rng.permutation(prompt) for _ in range(4000)])
    offsets = np.arange(4001) * 300
    for size in (64, 256):
        # A series with few huge values has its variance overstated.
        for found, near in zip(both(many, offsets, size), (0.06, 0.15), strict=True):
            mean = found.relative.mean(axis=0)
            spread = found.relative.var(axis=0)
            error = np.sqrt(spread / 4000)
            # The share of the prompt that each segment got varies with the shuffle.
            assert (np.abs(mean - 1.0) < 4.5 * error + 0.01).all()
            ratio = spread / found.variance.mean(axis=0)
            assert np.median(ratio) == pytest.approx(1.0, abs=near)
            assert (np.abs(ratio - 1.0) < 0.25).all()


def test_degenerate_prompts() -> None:
    prompts = [[], [5], [7] * 40, list(range(40)), [1] * 15, [1, 2] * 8]
    codes, offsets = joined(prompts)
    found = symbolic_spectra(codes, offsets, 16)
    assert found.too_short == 3
    assert found.without_variance == 1
    assert np.isnan(found.relative[[0, 1, 2, 4]]).all()
    # All distinct: the same in any order, from the second frequency on to the last bit or so.
    assert found.relative[3] == pytest.approx(1.0)
    assert found.variance[3] == pytest.approx(0.0, abs=1e-9)
    assert found.relative[5].argmax() == 7


def test_numbers_without_variance_have_no_spectrum() -> None:
    found = series_spectra([0.1] * 50, [0, 50], 16)
    assert np.isnan(found.relative).all()
    assert found.without_variance == 1


def test_no_prompts_and_a_very_long_one() -> None:
    for empty in (np.array([0]), np.array([0, 0])):
        assert symbolic_spectra(np.zeros(0, dtype=np.int64), empty, 16).relative.shape == (
            len(empty) - 1,
            8,
        )
    same = symbolic_spectra(np.full(100_000, 3), [0, 100_000], 256)
    assert np.isnan(same.relative).all()
    assert same.segments.tolist() == [781]
    distinct = symbolic_spectra(np.arange(100_000), [0, 100_000], 256)
    assert distinct.relative == pytest.approx(1.0)


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        symbolic_spectra([-1] * 20, [0, 20], 16)
    with pytest.raises(ValueError, match="finite"):
        series_spectra([np.nan] * 20, [0, 20], 16)
    with pytest.raises(ValueError, match="offsets"):
        series_spectra([1.0] * 20, [0, 21], 16)
