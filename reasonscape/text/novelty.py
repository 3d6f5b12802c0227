"""How much is new in each stretch of a trace: bits per character, given all before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.text.buffers import Texts, counts_between
from reasonscape.text.curves import Curves

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from zstandard import ZstdCompressionParameters

BLOCK: Final = 512
LEVEL: Final = 3

_BLOCK_HEADER: Final = 3
_FRAME_HEADER: Final = 6


def compressed_sizes(texts: Texts) -> NDArray[np.int64]:
    """Bytes of each row as one zstd frame of level 3, ``int64``; an empty row has a frame too."""
    import zstandard

    if not len(texts):
        return np.zeros(0, dtype=np.int64)
    compressor = zstandard.ZstdCompressor(level=LEVEL)
    first, last = int(texts.start[0]), int(texts.end.max())
    if not texts.sizes.any():  # which the call for all rows refuses
        return np.full(len(texts), len(compressor.compress(b"")), dtype=np.int64)
    places = np.stack((texts.start - first, texts.sizes), axis=1).astype(np.uint64)
    # One call for all rows: it leaves Python's lock alone and costs a row nothing.
    source = zstandard.BufferWithSegments(texts.data[first:last].data, places.tobytes())
    made = compressor.multi_compress_to_buffer(source, threads=1)
    return np.fromiter((len(made[i]) for i in range(len(made))), dtype=np.int64, count=len(made))


def novelty(texts: Texts) -> Curves:
    """Measure the novelty of each 512-byte block.

    A compressor that remembers 128 KiB is flushed after each block, and what came out is the
    block's novelty. A rest of less than half a block belongs to the block before it; a trace of
    fewer bytes than a block is one block, an empty one has none.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from reasonscape.text.buffers import flat_texts
    >>> curve = novelty(flat_texts(pa.array(["Wait, let me check that again. " * 100]))).of(0)
    >>> len(curve), bool(curve[0] > 0.5), bool((curve[1:] < 0.2).all())
    (6, True, True)
    """
    import zstandard

    counts = np.maximum((texts.sizes + BLOCK // 2) // BLOCK, texts.sizes > 0)
    first = np.concatenate(([0], np.cumsum(counts)))
    row = np.repeat(np.arange(len(texts)), counts)
    start = texts.start[row] + BLOCK * (np.arange(len(row)) - first[row])
    end = np.append(start[1:], 0)
    closing = first[1:][counts > 0] - 1
    end[closing] = texts.end[counts > 0]

    compressor = zstandard.ZstdCompressor(compression_params=_parameters())
    flush = zstandard.COMPRESSOBJ_FLUSH_BLOCK
    view = texts.data.data
    sizes = list[int]()
    add = sizes.append
    begins, ends = start.tolist(), end.tolist()
    bounds = first.tolist()
    for i in range(len(texts)):
        stream = compressor.compressobj()
        compress, finish = stream.compress, stream.flush
        for j in range(bounds[i], bounds[i + 1]):
            add(len(compress(view[begins[j] : ends[j]])) + len(finish(flush)))
    bits = 8.0 * (np.asarray(sizes, dtype=np.float64) - _BLOCK_HEADER)
    bits[first[:-1][counts > 0]] -= 8.0 * _FRAME_HEADER
    chars = (end - start) - counts_between(texts, start, end)
    return Curves(first.astype(np.int64), np.maximum(bits, 0.0), chars.astype(np.float64))


def _parameters() -> ZstdCompressionParameters:
    # Given in full, because a level chooses them by the size of the text, and blocks of short and
    # long traces must be comparable. Small tables also make a new trace cheap to begin.
    import zstandard

    return zstandard.ZstdCompressionParameters(
        window_log=17,
        chain_log=13,
        hash_log=14,
        search_log=1,
        min_match=5,
        target_length=0,
        strategy=zstandard.STRATEGY_DFAST,
    )
