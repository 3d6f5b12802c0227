"""Variety of the words of a trace: distinct 4-grams, entropy, steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.text.hashes import mix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.text.hashes import Hashes
    from reasonscape.text.words import Words

GRAM: Final = 4
_ROW_BITS: Final = 16


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
    new_line[1:] = (np.diff(words.line) > 0) | (np.diff(words.row) > 0)
    steps = np.bincount(words.row[new_line], minlength=rows)

    row, size = _runs(words.row, words.hash)
    logs = np.bincount(row, weights=size * np.log2(size), minlength=rows)
    kinds = np.bincount(row, minlength=rows)
    with np.errstate(invalid="ignore", divide="ignore"):
        entropy = np.log2(counts) - logs / counts + (kinds - 1) / (2 * np.log(2) * counts)
        grams = _gram_rows(words)
        distinct = _runs(grams, _gram_hashes(words))[0]
        share = np.bincount(distinct, minlength=rows) / np.bincount(grams, minlength=rows)
    return Variety(counts, steps, share, np.where(counts > 0, entropy, np.nan))


def _runs(row: NDArray[np.int64], hashes: Hashes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and count of each distinct (row, hash), by row and hash."""
    rest = np.uint64(64 - _ROW_BITS)
    key = (row.astype(np.uint64) << rest) | (hashes >> np.uint64(_ROW_BITS))
    key.sort()
    fresh = np.ones(len(key), dtype=np.bool_)
    np.not_equal(key[1:], key[:-1], out=fresh[1:])
    at = np.flatnonzero(fresh)
    return (key[at] >> rest).astype(np.int64), np.diff(np.append(at, len(key)))


def _gram_rows(words: Words) -> NDArray[np.int64]:
    first, last = words.row[: max(len(words.row) - GRAM + 1, 0)], words.row[GRAM - 1 :]
    return np.asarray(first[first == last], dtype=np.int64)


def _gram_hashes(words: Words) -> Hashes:
    row, hashes = words.row, words.hash
    n = len(row) - GRAM + 1
    if n < 1:
        return hashes[:0]
    gram = hashes[:n].copy()
    for k in range(1, GRAM):
        gram = gram * np.uint64(0xD6E8FEB86659FD93) + hashes[k : k + n]
    return mix(gram[row[:n] == row[GRAM - 1 :]])
