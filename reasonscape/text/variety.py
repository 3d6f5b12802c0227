"""Variety of the words of a trace: distinct 4-grams, entropy, steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.text.hashes import Hashes
    from reasonscape.text.words import Words

GRAM: Final = 4
_ROW_BITS: Final = 16
_PART: Final = 1 << 14
_MULTIPLIER: Final = np.uint64(0xD6E8FEB86659FD93)


@dataclass(frozen=True, slots=True)
class Variety:
    """One value for each row.

    Attributes
    ----------
    words, steps
        Words; lines that have a word.
    distinct4
        Distinct 4-grams of words / 4-grams; NaN for fewer than four words.
    entropy
        Bits per word, Miller-Madow; NaN without words.
    """

    words: NDArray[np.int64]
    steps: NDArray[np.int64]
    distinct4: NDArray[np.float64]
    entropy: NDArray[np.float64]


def variety(words: Words, rows: int) -> Variety:
    r"""Measure the variety of each row's words.

    Parameters
    ----------
    words
        Words of at most 65,536 rows.
    rows
        How many rows there are.

    Notes
    -----
    The entropy is the plug-in estimate of the distribution of words plus (K - 1) / (2 n ln 2) for K
    distinct among n words: Miller-Madow takes out most of the bias that makes short texts look
    poor, not all of it. Words are compared by 48 bits of their hash.

    References
    ----------
    Miller, G. A. (1955). Note on the bias of information estimates. In Information Theory in
    Psychology, 95-100.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from reasonscape.text.buffers import flat_texts
    >>> from reasonscape.text.words import words_of
    >>> texts = flat_texts(pa.array(["a b a b\n\na b a b"]))
    >>> found = variety(words_of(texts), 1)
    >>> found.words.tolist(), found.steps.tolist(), found.distinct4.tolist()
    ([8], [2], [0.4])
    >>> round(float(found.entropy[0]), 4)
    1.0902
    """
    counts = np.bincount(words.row, minlength=rows)
    new_line = np.ones(len(words.row), dtype=np.bool_)
    np.not_equal(words.line[1:], words.line[:-1], out=new_line[1:])
    new_line[1:] |= words.row[1:] != words.row[:-1]
    steps = np.bincount(words.row.take(np.flatnonzero(new_line)), minlength=rows)

    keys = _keys(words.row, words.hash)
    at = _first(keys)
    size = np.diff(at, append=len(keys)).astype(np.float64)
    row = _rows(keys.take(at))
    logs = np.bincount(row, weights=size * np.log2(size), minlength=rows)
    kinds = np.bincount(row, minlength=rows)
    gram_row, grams = _grams(words)
    keys = _keys(gram_row, grams)
    distinct = np.bincount(_rows(keys.take(_first(keys))), minlength=rows)
    with np.errstate(invalid="ignore", divide="ignore"):
        entropy = np.log2(counts) - logs / counts + (kinds - 1) / (2 * np.log(2) * counts)
        share = distinct / np.bincount(gram_row, minlength=rows)
    return Variety(counts, steps, share, np.where(counts > 0, entropy, np.nan))


def _keys(row: NDArray[np.int64], hashes: Hashes) -> Hashes:
    """Row and hash as one number, ascending."""
    keys = row.astype(np.uint64)
    keys <<= np.uint64(64 - _ROW_BITS)
    keys |= hashes >> np.uint64(_ROW_BITS)
    # Rows are ascending already; parts that stay in the cache are sorted faster than the whole.
    begin = 0
    while begin < len(keys):
        end = begin + _PART
        if end < len(keys):
            end = int(np.searchsorted(row, row[end], side="left"))
            if end <= begin:
                end = int(np.searchsorted(row, row[begin], side="right"))
        keys[begin:end].sort()
        begin = end
    return keys


def _rows(keys: Hashes) -> NDArray[np.int64]:
    keys >>= np.uint64(64 - _ROW_BITS)
    return keys.view(np.int64)


def _first(keys: Hashes) -> NDArray[np.int64]:
    """Places where another key begins."""
    fresh = np.ones(len(keys), dtype=np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
    return np.flatnonzero(fresh)


def _grams(words: Words) -> tuple[NDArray[np.int64], Hashes]:
    """Row and hash of each 4-gram."""
    row, hashes = words.row, words.hash
    n = len(row) - GRAM + 1
    if n < 1:
        return row[:0], hashes[:0]
    gram = hashes[:n] * _MULTIPLIER
    for k in range(1, GRAM):
        gram += hashes[k : k + n]
        gram *= _MULTIPLIER
    # The last bits of a product are poorly mixed, and are not used.
    within = np.flatnonzero(row[:n] == row[GRAM - 1 :])
    return row.take(within), gram.take(within)
