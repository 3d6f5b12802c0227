"""Numbers of each reasoning trace, measured once at import so that no lens reads text."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.text import curves
from reasonscape.text.buffers import (
    Texts,
    batches,
    character_counts,
    flat_texts,
)
from reasonscape.text.loops import find_loop
from reasonscape.text.novelty import compressed_sizes, novelty
from reasonscape.text.suspects import suspects
from reasonscape.text.variety import Variety, variety
from reasonscape.text.words import words_of

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Lists = tuple[NDArray[np.int64], NDArray[np.float64]]
    Column = NDArray[np.float64] | NDArray[np.int64] | Lists | list[str | None]

FEATURES_VERSION: Final = 1
_LARGE: Final = 24 << 20


def feature_schema() -> pa.Schema:
    """Names and types of what `measure_traces` returns."""
    import pyarrow as pa

    curve = pa.list_(pa.float32())
    return pa.schema(
        [
            ("f.version", pa.int32()),
            ("f.bytes", pa.int64()),
            ("f.chars", pa.int32()),
            ("f.zstd_bytes", pa.int32()),
            ("f.bits_per_char", pa.float64()),
            ("f.novelty_head", curve),
            ("f.novelty_shape", curve),
            ("f.novelty_mean", pa.float64()),
            ("f.novelty_tail", pa.float64()),
            ("f.loop_onset", pa.int32()),
            ("f.loop_period", pa.int32()),
            ("f.loop_kind", pa.string()),
            ("f.loop_covered", pa.float64()),
            ("f.distinct4", pa.float64()),
            ("f.word_entropy", pa.float64()),
            ("f.words", pa.int32()),
            ("f.steps", pa.int32()),
        ]
    )


def measure_traces(traces: pa.Array | pa.ChunkedArray, *, threads: int = 2) -> pa.Table:
    r"""Measure every trace.

    Parameters
    ----------
    traces
        ``string`` or ``large_string``; NULL where a row has no trace. Read where it lies.
    threads
        How many threads measure; the result does not depend on it.

    Returns
    -------
    pyarrow.Table
        One row a trace, with the columns of `feature_schema`; all of them NULL without a trace.

        ``f.bytes``, ``f.chars``
            UTF-8 bytes and code points.
        ``f.zstd_bytes``, ``f.bits_per_char``
            The whole as one zstd frame of level 3, header included; 8 times that over the
            characters (NULL for an empty trace). Grows less than the text: compare traces of
            similar length only.
        ``f.novelty_head``, ``f.novelty_shape``
            Bits per character of the first 32 blocks of 512 bytes, each given all before it, and
            of 32 stretches of the whole (shorter lists for traces of fewer blocks; see
            `reasonscape.text.novelty`).
        ``f.novelty_mean``, ``f.novelty_tail``
            The same over all blocks and over the last quarter of them (NULL for an empty trace).
        ``f.loop_onset``, ``f.loop_period``, ``f.loop_kind``, ``f.loop_covered``
            The terminal loop (`reasonscape.text.loops`): first character, characters from copy to
            copy, ``exact`` or ``templated``, and the share of the characters from onset to end.
            NULL, NULL, NULL and 0 where there is none.
        ``f.distinct4``, ``f.word_entropy``, ``f.words``, ``f.steps``
            Distinct word 4-grams / 4-grams (NULL for fewer than four words), bits per word
            (Miller-Madow; NULL without words), words (`reasonscape.text.words`), and lines that
            have a word: a step is a line, because a paragraph is marked differently by each model.

    Examples
    --------
    >>> import pyarrow as pa
    >>> table = measure_traces(pa.array(["Two and two\nmake four.", None, ""]))
    >>> table["f.words"].to_pylist(), table["f.steps"].to_pylist()
    ([5, None, 0], [2, None, 0])
    """
    import pyarrow as pa

    chunks = traces.chunks if isinstance(traces, pa.ChunkedArray) else [traces]
    parts = [part for chunk in chunks for part in batches(flat_texts(chunk))]
    schema = feature_schema()
    _keep_memory()
    if threads > 1 and len(parts) > 1:
        # Compression and words are a few long calls outside Python's lock; the rest is many short
        # ones, which would only take the lock from each other.
        with ThreadPoolExecutor(max_workers=threads - 1) as pool:
            in_bulk = pool.map(_measure_in_bulk, parts)
            measured = [_measure(*each) for each in zip(parts, in_bulk, strict=True)]
    else:
        measured = [_measure(part, _measure_in_bulk(part)) for part in parts]
    return pa.Table.from_batches(measured, schema=schema)


def _keep_memory() -> None:
    """Have the C library keep memory that arrays gave back, for the next arrays.

    It gives blocks of 128 KiB and more back to the system each time, and every page must then be
    made anew, which took a quarter of all time; it stops once one larger block was freed.
    """
    np.empty(_LARGE, dtype=np.uint8)


def _measure_in_bulk(texts: Texts) -> tuple[NDArray[np.int64], Variety]:
    return compressed_sizes(texts), variety(words_of(texts), len(texts))


def _measure(texts: Texts, in_bulk: tuple[NDArray[np.int64], Variety]) -> pa.RecordBatch:
    import pyarrow as pa

    chars = character_counts(texts)
    packed, found = in_bulk
    curve = novelty(texts)
    with np.errstate(divide="ignore", invalid="ignore"):
        density = np.where(chars > 0, 8.0 * packed / chars, np.nan)
    values: tuple[Column, ...] = (
        np.full(len(texts), FEATURES_VERSION),
        texts.sizes,
        chars,
        packed,
        density,
        curves.head(curve),
        curves.shape(curve),
        curve.between(curve.first[:-1], curve.first[1:]),
        curves.tail(curve),
        *_loop_columns(texts, chars, curve),
        found.distinct4,
        found.entropy,
        found.words,
        found.steps,
    )
    schema = feature_schema()
    missing = ~texts.valid
    columns = [_column(v, field.type, missing) for v, field in zip(values, schema, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _loop_columns(
    texts: Texts, chars: NDArray[np.int64], curve: curves.Curves
) -> tuple[Column, ...]:
    n = len(texts)
    onset, period, covered = np.full(n, np.nan), np.full(n, np.nan), np.zeros(n)
    kinds: list[str | None] = [None] * n
    for row, bits in suspects(texts, curve):
        data = texts.data[texts.start[row] : texts.end[row]]
        loop = find_loop(data, bits=bits)
        if loop is not None:
            onset[row], period[row] = loop.onset, loop.period
            kinds[row] = loop.kind
            covered[row] = 1.0 - onset[row] / chars[row]
    return onset, period, kinds, covered


def _column(values: Column, type_: pa.DataType, missing: NDArray[np.bool_]) -> pa.Array:
    """One Arrow column; NULL where the trace is missing or the number is NaN."""
    import pyarrow as pa

    if isinstance(values, tuple):
        offsets, flat = values
        lists = pa.array(offsets.astype(np.int32), mask=np.append(missing, False))
        return pa.ListArray.from_arrays(lists, pa.array(flat, type_.value_type))
    if isinstance(values, list):
        return pa.array(values, type_, mask=missing)
    gone = missing | np.isnan(values)
    if pa.types.is_integer(type_):
        values = np.where(gone, 0, values).astype(np.int64)
    return pa.array(values, mask=gone).cast(type_)
