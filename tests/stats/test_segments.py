"""Cutting prompts into segments."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.segments import SHORTEST, frequencies, segment_length, segments

SIZES = st.sampled_from([16, 32, 64, 128, 256])


@given(st.lists(st.integers(0, 2000), max_size=12), SIZES)
def test_segments_cover_each_prompt_and_overlap_by_half(lengths: list[int], size: int) -> None:
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    cut = segments(offsets, size)
    assert (np.diff(cut.prompt) >= 0).all()
    for prompt, n in enumerate(lengths):
        own = cut.prompt == prompt
        start, length = cut.start[own] - offsets[prompt], cut.length[own]
        if n < SHORTEST:
            assert not own.any()
            continue
        assert (length == min(n, size)).all()
        assert start[0] == 0
        assert start[-1] + length[-1] == n
        assert (np.diff(start) <= size // 2).all()
        assert (np.diff(start) > 0).all()
        # No more than needed: one fewer would leave steps above half a segment.
        assert len(start) == 1 or (len(start) - 2) * (size // 2) < n - size


def test_whole_multiples_are_cut_as_welch_does() -> None:
    cut = segments([0, 64 * 5], 64)
    assert cut.start.tolist() == list(range(0, 64 * 5 - 63, 32))


@pytest.mark.parametrize(
    ("lengths", "size"),
    [([], 16), ([3, 15], 16), ([16], 16), ([31] * 9, 16), ([300] * 9, 256), ([10**6], 256)],
)
def test_segment_length(lengths: list[int], size: int) -> None:
    assert segment_length(lengths) == size


def test_one_short_prompt_in_twenty_does_not_shorten_all_segments() -> None:
    assert segment_length([20] + [200] * 19) == 128
    assert segment_length([20] * 3 + [200] * 17) == 16


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="power of two from 16 to 256"):
        segments([0, 100], 48)
    with pytest.raises(ValueError, match="must not fall"):
        segments([0, 100, 50], 32)
    with pytest.raises(ValueError, match="powers of two"):
        segment_length([50], low=20)
    assert frequencies(256)[-1] == 0.5
