"""Prompt hashes as numbers: what the token cache finds prompts by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DIGITS: Final = 16
_NO_DIGIT: Final = 255
_VALUES = np.full(256, _NO_DIGIT, np.uint8)
_VALUES[np.frombuffer(b"0123456789abcdef", np.uint8)] = np.arange(16)


def prompt_keys(
    hashes: Sequence[str | None] | NDArray[Any],
) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """Turn prompt hashes (``item_hash``) into numbers, all at once.

    Parameters
    ----------
    hashes
        Prompt hashes; ``None`` for rows without a prompt.

    Returns
    -------
    keys
        The number that the 16 hex digits spell, 0 for what is no such hash, shape (n,).
    valid
        Which of them are hashes as the store computes them, shape (n,).

    Examples
    --------
    >>> keys, valid = prompt_keys(["00000000000000ff", None, "else"])
    >>> keys.tolist(), valid.tolist()
    ([255, 0, 0], [True, False, False])
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pa.array(hashes, pa.large_string(), from_pandas=True)
    lengths = pc.binary_length(texts).fill_null(0).to_numpy(zero_copy_only=False)
    right = lengths == _DIGITS
    keys = np.zeros(len(texts), np.uint64)
    if right.any():
        chosen = texts.filter(pa.array(right))
        start = np.frombuffer(chosen.buffers()[1], np.int64)[chosen.offset]
        size = len(chosen) * _DIGITS
        raw = np.frombuffer(chosen.buffers()[2], np.uint8)[start : start + size]
        digits = _VALUES[raw].reshape(-1, _DIGITS)
        hex_only = (digits != _NO_DIGIT).all(axis=1)
        pairs = (digits[:, 0::2] << 4) | (digits[:, 1::2] & 15)
        spelt = np.ascontiguousarray(pairs).view(">u8").ravel().astype(np.uint64)
        keys[right] = np.where(hex_only, spelt, 0)
        right[right] = hex_only
    return keys, right
