"""Tokenizers without a vocabulary: bytes, and words with all that stands between them.

``words`` cuts a text into runs of word characters (as `reasonscape.text.words` has them, but upper
and lower case differ), runs of ASCII white space, and single other characters. White space is a
token of its own, so that it can be seen in a series whether it is there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.store.tokens import Tokens
from reasonscape.text.buffers import CONTINUATION, Texts, batches, flat_texts
from reasonscape.text.hashes import span_hashes
from reasonscape.text.tokenizers.encoded import Encoded, fingerprint, joined
from reasonscape.text.words import GAP, KINDS, RUN, SINGLE, byte_kinds

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]
    Bytes = NDArray[np.uint8]

_SPACE: Final = 3
_EXACT: Final = 3
"""Words of so many bytes have ids of their own; longer ones have hashes."""
_HASHED: Final = np.uint64(1 << 26)
_RANGE: Final = np.uint64((1 << 31) - (1 << 26))


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A tokenizer without a vocabulary."""

    name: str
    fingerprint: str
    cut: Callable[[Bytes, Counts], Encoded]

    def count(self, texts: pa.Array) -> Counts:
        """Tokens of each text, ``int64``; 0 where the text is NULL."""
        return self.encode(texts).tokens.lengths

    def encode(self, texts: pa.Array) -> Encoded:
        """Tokens of each text, and what they stand for; none where the text is NULL."""
        return joined([self.cut(*_together(part)) for part in batches(flat_texts(texts))])


def _together(texts: Texts) -> tuple[Bytes, Counts]:
    """Bytes of all texts without gaps, and where each begins and the last ends."""
    offsets = np.concatenate([[0], np.cumsum(texts.sizes)]).astype(np.int64)
    total = int(offsets[-1])
    if total and total == int(texts.end[-1] - texts.start[0]):
        return texts.data[int(texts.start[0]) : int(texts.end[-1])], offsets
    # Bytes behind a missing text are nobody's words.
    places = np.repeat(texts.start - offsets[:-1], texts.sizes) + np.arange(total)
    return texts.data[places], offsets


def _bytes(flat: Bytes, offsets: Counts) -> Encoded:
    seen = np.flatnonzero(np.bincount(flat, minlength=256)).tolist()
    pieces = {byte: bytes([byte]) for byte in seen}
    return Encoded(Tokens(flat.astype(np.int32), offsets), pieces)


def _words(flat: Bytes, offsets: Counts) -> Encoded:
    kind = byte_kinds(flat, _PARTITION)
    fresh = np.ones(len(flat) + 1, dtype=np.bool_)
    np.not_equal(kind[1:], kind[:-1], out=fresh[1:-1])
    fresh[:-1] |= (kind == SINGLE) & ((flat & 0xC0) != CONTINUATION)
    fresh[offsets] = True
    borders = np.flatnonzero(fresh)
    start, end = borders[:-1], borders[1:]
    ids = _names(flat, start, end)
    distinct, at = np.unique(ids, return_index=True)
    data = flat.tobytes()
    spans = zip(distinct.tolist(), start[at].tolist(), end[at].tolist(), strict=True)
    pieces = {name: data[first:last] for name, first, last in spans}
    return Encoded(Tokens(ids, np.searchsorted(borders, offsets)), pieces)


def _names(flat: Bytes, start: Counts, end: Counts) -> NDArray[np.int32]:
    """A number for each span: its bytes where they are few, else a hash of them.

    Among a million different long words some five hundred share their number with another.
    """
    sizes = end - start
    ids = (span_hashes(flat, start, end, cased=True) % _RANGE + _HASHED).astype(np.int32)
    short = np.flatnonzero(sizes <= _EXACT)
    first, size = start[short], sizes[short]
    exact = (size << 24).astype(np.int32)
    for place in range(_EXACT):
        inside = size > place
        exact[inside] |= flat[first[inside] + place].astype(np.int32) << 8 * place
    ids[short] = exact
    return ids


def _partition_table() -> bytes:
    table = bytearray(SINGLE if kind == GAP else kind for kind in KINDS)
    for space in b" \t\n\r\v\f":
        table[space] = _SPACE
    return bytes(table)


_PARTITION: Final = _partition_table()
assert _PARTITION[ord("a")] == RUN

BUILT_IN: Final[dict[str, BuiltIn]] = {
    "bytes": BuiltIn("bytes", fingerprint(b"bytes", b"1"), _bytes),
    "words": BuiltIn("words", fingerprint(b"words", b"1"), _words),
}
