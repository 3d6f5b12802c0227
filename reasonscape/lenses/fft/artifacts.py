"""Within cells of difficulty: does failure go with how this tokenizer breaks the prompt?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reasonscape.lenses.fft.samples import Samples
from reasonscape.lenses.fft.spectra import BoolArray, FloatArray, IntArray, ReadingSpectra
from reasonscape.stats.fragmentation import DeviationOdds, odds_per_deviation
from reasonscape.stats.level_halves import alternating_half
from reasonscape.stats.spectral_peaks import (
    Peaks,
    shared_bins,
    shuffled_floor,
    spectral_peaks,
)


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a tokenizer may be in the way.

    Attributes
    ----------
    name
        ``numbers``, ``words``, or ``peak``.
    found
        Odds of failing for one standard deviation more within cells.
    """

    name: str
    found: DeviationOdds


@dataclass(frozen=True, slots=True)
class Artifacts:
    """All ways that could be looked at.

    Attributes
    ----------
    ways
        Those in which prompts of one cell differ.
    peaks
        Peaks that this tokenizer has and the other one has not; ``None`` without another.
    """

    ways: tuple[Way, ...]
    peaks: Peaks | None


def artifacts(
    samples: Samples, own: ReadingSpectra, against: ReadingSpectra | None, prompt: IntArray
) -> Artifacts:
    """Measure one eval.

    Parameters
    ----------
    samples, own
        The samples, and the spectra of their prompts.
    against
        Spectra of the same prompts through another tokenizer.
    prompt
        The task's number of each of `own`'s rows.
    """
    measures = {
        "numbers": own.numbers.excess[samples.row],
        "words": own.words.excess[samples.row],
    }
    kept = {name: np.ones(len(samples), dtype=np.bool_) for name in measures}
    peaks = None
    if against is not None:
        half = alternating_half(samples.prompts, np.zeros(len(samples.prompts)))
        peaks = _own_peaks(samples.prompts[half], own, against, prompt)
        if len(peaks):
            measures["peak"] = peaks.pooled(own.spectra.relative)[samples.row]
            kept["peak"] = ~half[np.searchsorted(samples.prompts, samples.row)]
    size = np.log(np.maximum(own.bytes[samples.row], 1))
    ways = (
        Way(name, _odds(values, samples, kept[name], size)) for name, values in measures.items()
    )
    return Artifacts(tuple(way for way in ways if way.found.deviation > 0.0), peaks)


def _odds(values: FloatArray, samples: Samples, kept: BoolArray, size: FloatArray) -> DeviationOdds:
    return odds_per_deviation(
        values[kept],
        samples.failed[kept],
        samples.equal[kept],
        samples.item[kept],
        beyond=size[kept],
    )


def _own_peaks(
    rows: IntArray, own: ReadingSpectra, against: ReadingSpectra, prompt: IntArray
) -> Peaks:
    """Peaks of some prompts that the same prompts do not have through the other tokenizer."""
    other = against.row[prompt[rows]]
    other = other[(other >= 0) & against.measured[np.maximum(other, 0)]]
    floor = shuffled_floor(own.spectra.variance[rows])
    if len(other):
        mean = against.spectra.relative[other].mean(axis=0)
        above = mean > shuffled_floor(against.spectra.variance[other])
        shared = shared_bins(
            own.frequency * own.tokens_per_byte,
            against.frequency * against.tokens_per_byte,
            above,
        )
        floor = np.where(shared, np.inf, floor)
    if not len(rows):
        return spectral_peaks(np.ones(len(floor)), np.inf)
    return spectral_peaks(own.spectra.relative[rows].mean(axis=0), floor)
