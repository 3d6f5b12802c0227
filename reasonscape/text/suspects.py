"""Which traces may end in a loop: those whose last block brought little that is new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.text.novelty import BLOCK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.text.buffers import Texts
    from reasonscape.text.curves import Curves

SUSPECT_BITS: Final = 2.2
"""Bits per byte of the last block below which a trace is suspected."""
MARKS_BITS: Final = 1.4
"""The same where the last block is mostly digits and marks."""
WORDY_SHARE: Final = 0.3
LEAST_BYTES: Final = 300


def suspects(texts: Texts, curves: Curves) -> list[tuple[int, float]]:
    """Rows whose last block is less novel than text that goes on, with its bits per byte."""
    rows = np.flatnonzero(texts.sizes >= LEAST_BYTES)
    last = curves.first[1:][rows] - 1
    behind = texts.sizes[rows] - BLOCK * (curves.counts[rows] - 1)
    novel = curves.bits[last] / behind
    # Digits and marks have few bits each, however new they are.
    ends = zip(
        rows.tolist(), texts.end[rows].tolist(), behind.tolist(), novel.tolist(), strict=True
    )
    return [
        (row, bits)
        for row, end, size, bits in ends
        if bits < MARKS_BITS or (bits < SUSPECT_BITS and _wordy(texts.data[end - size : end]))
    ]


def _wordy(block: NDArray[np.uint8]) -> bool:
    return bool(np.count_nonzero(block >= ord("A")) >= WORDY_SHARE * len(block))
