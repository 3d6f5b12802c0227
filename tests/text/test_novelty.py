"""Novelty: bits per character given all before."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from reasonscape.text.buffers import flat_texts
from reasonscape.text.curves import HEAD, SHAPE, Curves, head, shape, tail
from reasonscape.text.novelty import BLOCK, novelty


def curve(text: str) -> Curves:
    return novelty(flat_texts(pa.array([text])))


@pytest.mark.parametrize(
    "copy", ["a", "ab ", "Wait, let me check that again. ", "もう一度、考える。"]
)
def test_novelty_of_repeated_text_goes_to_nothing(copy: str) -> None:
    bits = curve(copy * (20_000 // len(copy))).of(0)
    assert bits[0] > bits[1:].max()
    assert bits[1:].max() < 0.5


def test_novelty_of_random_bytes_is_their_entropy() -> None:
    letters = np.random.default_rng(0).integers(97, 113, 40_000, dtype=np.uint8)
    bits = curve(letters.tobytes().decode()).of(0)
    assert bits[1:] == pytest.approx(4.0, abs=0.5)  # 16 letters, equally likely


def test_what_is_said_again_later_is_not_new() -> None:
    words = np.random.default_rng(1).integers(97, 123, (2, 4096), dtype=np.uint8)
    first, second = (row.tobytes().decode() for row in words)
    bits = curve(first + second + first).of(0)
    assert bits[:16].mean() > 4 and bits[-7:].mean() < 0.3


@pytest.mark.parametrize(
    ("size", "blocks"), [(0, 0), (1, 1), (767, 1), (768, 2), (1024, 2), (1279, 2), (1280, 3)]
)
def test_a_short_rest_belongs_to_the_block_before(size: int, blocks: int) -> None:
    assert len(curve("x" * size).of(0)) == blocks


def test_bits_are_per_character() -> None:
    text = "".join(chr(c) for c in np.random.default_rng(2).integers(0x4E00, 0x9000, 4000))
    assert curve(text).of(0).mean() > 9


def test_lists_of_short_and_long_traces() -> None:
    texts = flat_texts(pa.array(["", "x" * BLOCK * 3, "y" * BLOCK * 100]))
    curves = novelty(texts)
    assert head(curves)[0].tolist() == [0, 0, 3, 3 + HEAD]
    offsets, values = shape(curves)
    assert offsets.tolist() == [0, 0, 3, 3 + SHAPE]
    assert values[:3] == pytest.approx(curves.of(1))
    # Of 100 blocks the first stretch has three, so its mean is that of these.
    first = curves.bits[3:6].sum() / curves.chars[3:6].sum()
    assert values[3] == pytest.approx(first)
    assert np.isnan(tail(curves)[0])
    assert tail(curves)[1] == pytest.approx(curves.of(1)[-1])
