"""Arrow strings as plain bytes: one flat array and the place of each row, nothing copied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.errors import ReasonScapeError

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

BATCH_BYTES: Final = 1 << 20
BATCH_ROWS: Final = 4096
CONTINUATION: Final = 0x80
"""Under the mask 0xC0, a byte that continues a UTF-8 character."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Rows of one Arrow buffer.

    Attributes
    ----------
    data
        The bytes that all rows lie in, ``uint8``; a view of Arrow's memory.
    start, end
        Where each row lies in ``data``, ``int64``; equal for an empty or missing row.
    valid
        False where the row is NULL.
    """

    data: NDArray[np.uint8]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    valid: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.start)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Bytes of each row."""
        return self.end - self.start

    def part(self, first: int, last: int) -> Texts:
        """Rows ``first`` to ``last - 1``, over the same bytes."""
        rows = slice(first, last)
        return Texts(self.data, self.start[rows], self.end[rows], self.valid[rows])


def flat_texts(array: pa.Array) -> Texts:
    """Return the rows of one Arrow array of strings.

    Parameters
    ----------
    array
        ``string`` or ``large_string``, sliced or not; of type ``null``, all rows are missing.

    Raises
    ------
    ReasonScapeError
        Another type: a bug of the caller.

    Examples
    --------
    >>> import pyarrow as pa
    >>> texts = flat_texts(pa.array(["ab", None, "cde"])[1:])
    >>> texts.sizes.tolist(), texts.valid.tolist()
    ([0, 3], [False, True])
    """
    import pyarrow as pa

    n = len(array)
    if pa.types.is_null(array.type) or n == 0:
        none = np.zeros(n, dtype=np.int64)
        return Texts(np.zeros(0, dtype=np.uint8), none, none, np.zeros(n, dtype=np.bool_))
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        raise ReasonScapeError(f"texts must be strings, not {array.type}")
    wide = "<i4" if pa.types.is_string(array.type) else "<i8"
    _, places, bytes_ = array.buffers()
    offsets = np.frombuffer(places, dtype=wide)[array.offset : array.offset + n + 1]
    valid = np.asarray(array.is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)
    data = np.frombuffer(bytes_ if bytes_ is not None else b"", dtype=np.uint8)
    start = offsets[:-1].astype(np.int64)
    # A missing row may have bytes behind it, which are nobody's text.
    end = np.where(valid, offsets[1:], start).astype(np.int64)
    return Texts(data, start, end, valid)


def batches(texts: Texts) -> Iterator[Texts]:
    """Cut rows into parts of about a megabyte, a longer row on its own.

    The cuts depend on the rows alone, so that what is made of them does not depend on threads.
    """
    ends = np.cumsum(texts.sizes)
    first = 0
    while first < len(texts):
        taken = ends[first - 1] if first else 0
        last = int(np.searchsorted(ends, taken + BATCH_BYTES, side="right"))
        last = min(max(last, first + 1), first + BATCH_ROWS)
        yield texts.part(first, last)
        first = last


def character_counts(texts: Texts) -> NDArray[np.int64]:
    """Characters (code points) of each row, ``int64``.

    Examples
    --------
    >>> import pyarrow as pa
    >>> character_counts(flat_texts(pa.array(["é", "", "a猫"]))).tolist()
    [1, 0, 2]
    """
    return texts.sizes - counts_between(texts, texts.start, texts.end)


def counts_between(
    texts: Texts, start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Continuation bytes in each range of ``data``; ranges are ascending and do not overlap."""
    counts = np.zeros(len(start), dtype=np.int64)
    if not len(start):
        return counts
    first, last = int(start[0]), int(end[-1])
    flat = texts.data[first:last]
    if not len(flat) or int(flat.max()) < CONTINUATION:
        return counts
    at = np.flatnonzero((flat & 0xC0) == CONTINUATION) + first
    return np.searchsorted(at, end) - np.searchsorted(at, start)
