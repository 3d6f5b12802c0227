"""One byte for each character of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Symbols = NDArray[np.uint8]


def characters(text: bytes) -> Symbols:
    """One byte for each character of a UTF-8 text: itself, or one from 128 on if not ASCII.

    Different characters may share a byte, which matters little where many are compared.

    Examples
    --------
    >>> characters("aé猫".encode()).tolist()[0], len(characters("aé猫".encode()))
    (97, 3)
    """
    if text.isascii():
        return np.frombuffer(text, dtype=np.uint8)
    points = np.frombuffer(text.decode().encode("utf-32-le"), dtype="<u4")
    mixed = (points * np.uint32(2654435761)) >> np.uint32(25)
    return np.where(points < 128, points, 128 | mixed).astype(np.uint8)
