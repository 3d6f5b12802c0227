"""The spectra of a task's prompts as one reading reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.fragmentation import excess_fragmentation
from reasonscape.stats.relative_spectra import (
    RelativeSpectra,
    series_spectra,
    symbolic_spectra,
)
from reasonscape.stats.segments import frequencies, segment_length
from reasonscape.text.fragments import NO_FRAGMENTS, NUMBER, WORD, Fragments, fragments
from reasonscape.text.series import Signal, series

if TYPE_CHECKING:
    from reasonscape.lenses.fft.selection import ReadPrompts
    from reasonscape.text.readings import Reading

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Into how many tokens the numbers, or the words, of each prompt are broken.

    Attributes
    ----------
    mean
        Tokens a number (or word), shape (n,); NaN without one.
    excess
        The same beyond what numbers of as many digits have on average in the task, shape (n,).
    """

    mean: FloatArray
    excess: FloatArray


@dataclass(frozen=True, slots=True)
class ReadingSpectra:
    """Spectra of n prompts.

    Attributes
    ----------
    reading
        How they are read.
    row
        Row of each of the task's prompts; -1 for one that is not read this way.
    spectra
        Power relative to shuffled tokens.
    frequency
        Cycles per token, shape (K,).
    tokens, bytes
        Of each prompt, shape (n,).
    numbers, words
        Their fragmentation.
    tokenised
        Prompts that no cache had.
    """

    reading: Reading
    row: IntArray
    spectra: RelativeSpectra
    frequency: FloatArray
    tokens: IntArray
    bytes: IntArray
    numbers: Pieces
    words: Pieces
    tokenised: int

    @property
    def measured(self) -> BoolArray:
        """Which prompts have a spectrum: long enough, and not one token over and over."""
        return np.asarray(np.isfinite(self.spectra.relative[:, 0]))

    @property
    def tokens_per_byte(self) -> float:
        """Fertility over all prompts; NaN where there is no text."""
        return float(self.tokens.sum() / self.bytes.sum()) if self.bytes.sum() else float("nan")


def reading_spectra(
    read: ReadPrompts, signal: Signal, size: int | None, *, pieces: bool = True
) -> ReadingSpectra:
    """Make the spectra of all prompts of one reading.

    Parameters
    ----------
    read
        The prompts.
    signal
        What is transformed.
    size
        Tokens of a segment; None is the longest that nine prompts in ten fill.
    pieces
        Whether to count the tokens of numbers and words; where not, they are not known.
    """
    tokens, vocabulary = read.tokens.tokens, read.tokens.vocabulary
    lengths = tokens.lengths
    size = segment_length(lengths) if size is None else size
    place = vocabulary.places(tokens.ids)
    if signal == "symbolic":
        spectra = symbolic_spectra(place, tokens.offsets, size)
    else:
        spectra = series_spectra(series(signal, tokens, vocabulary), tokens.offsets, size)
    spelt = np.concatenate([[0], np.cumsum(vocabulary.sizes[place])])
    found = fragments(tokens, vocabulary) if pieces else NO_FRAGMENTS
    return ReadingSpectra(
        reading=read.reading,
        row=read.row,
        spectra=spectra,
        frequency=frequencies(size),
        tokens=lengths,
        bytes=np.diff(spelt[tokens.offsets]),
        numbers=_pieces(found.of_kind(NUMBER), len(tokens)),
        words=_pieces(found.of_kind(WORD), len(tokens)),
        tokenised=read.tokens.tokenised,
    )


def _pieces(found: Fragments, n: int) -> Pieces:
    count = np.bincount(found.prompt, minlength=n)
    total = np.bincount(found.prompt, weights=found.tokens, minlength=n)
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return Pieces(mean, excess_fragmentation(found.tokens, found.size, found.prompt, n))
