"""Spectra against each other: wrong against right, and one reading of a prompt against another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from reasonscape.lenses.fft.samples import Samples
from reasonscape.lenses.fft.spectra import FloatArray, IntArray, ReadingSpectra
from reasonscape.stats.cluster_scores import informative
from reasonscape.stats.spectrum_difference import SpectrumDifference, spectrum_difference

MOST_SAMPLES = 50_000
"""Samples that are set against each other bin by bin; of more, evenly spaced ones."""

POINTS = 64
"""Frequencies in cycles per byte at which two readings are compared."""

Kind = Literal["tokenizer", "template", "eval"]


@dataclass(frozen=True, slots=True)
class ReadingContrast:
    """The same prompts read in two ways, paired by prompt.

    Attributes
    ----------
    kind
        What differs: the tokenizer, whether the chat template is there, or the eval.
    a_label, b_label
        The two readings; the difference is A minus B.
    eval_label
        Whose prompts; empty for two evals.
    frequency
        Cycles per ``unit``, shape (P,).
    found
        Difference in dB.
    """

    kind: Kind
    a_label: str
    b_label: str
    eval_label: str
    eval_ids: tuple[str, ...]
    frequency: FloatArray
    found: SpectrumDifference
    unit: Literal["token", "byte"]


def outcome_contrast(samples: Samples, own: ReadingSpectra) -> SpectrumDifference:
    """Prompts answered wrong minus prompts answered right, within cells of equal difficulty."""
    step = -(-len(samples) // MOST_SAMPLES) if len(samples) else 1
    kept = slice(None, None, step)
    return spectrum_difference(
        own.spectra.relative[samples.row[kept]],
        samples.failed[kept],
        samples.equal[kept],
        samples.item[kept],
    )


def can_contrast(samples: Samples) -> bool:
    """Whether prompts answered wrong and right share a cell; tells without any spectrum."""
    step = -(-len(samples) // MOST_SAMPLES) if len(samples) else 1
    kept = slice(None, None, step)
    failed = samples.failed[kept]
    return len(informative(failed, failed, samples.equal[kept], samples.item[kept])[0]) > 0


def reading_contrast(
    kind: Kind,
    labels: tuple[str, str],
    readings: tuple[ReadingSpectra, ReadingSpectra],
    prompt: IntArray,
    *,
    eval_label: str = "",
    eval_ids: tuple[str, ...] = (),
) -> ReadingContrast | None:
    """Set two readings of some prompts against each other; None where they share none.

    Parameters
    ----------
    kind, labels
        What differs, and the names of A and B.
    readings
        Spectra of A and B.
    prompt
        The task's numbers of the prompts.
    eval_label, eval_ids
        Whose prompts they are.
    """
    rows = [np.where(prompt >= 0, one.row[prompt], -1) for one in readings]
    both = (rows[0] >= 0) & (rows[1] >= 0)
    for one, row in zip(readings, rows, strict=True):
        both &= one.measured[np.maximum(row, 0)] if len(one.tokens) else False
    if not both.any():
        return None
    unit: Literal["token", "byte"] = "token" if kind == "template" else "byte"
    scales = [1.0 if unit == "token" else one.tokens_per_byte for one in readings]
    axes = [one.frequency * scale for one, scale in zip(readings, scales, strict=True)]
    frequency = np.linspace(max(f[0] for f in axes), min(f[-1] for f in axes), POINTS)
    power = [
        _resampled(one.spectra.relative[row[both]], axis, frequency)
        for one, row, axis in zip(readings, rows, axes, strict=True)
    ]
    n = int(both.sum())
    pair = np.tile(np.arange(n), 2)
    found = spectrum_difference(
        np.concatenate([power[1], power[0]]), np.arange(2 * n) >= n, pair, pair
    )
    return ReadingContrast(kind, labels[0], labels[1], eval_label, eval_ids, frequency, found, unit)


def _resampled(power: FloatArray, axis: FloatArray, frequency: FloatArray) -> FloatArray:
    """Power between two bins as a weighted mean of both, for all prompts at once."""
    at = np.clip(np.searchsorted(axis, frequency) - 1, 0, len(axis) - 2)
    share = np.clip((frequency - axis[at]) / (axis[at + 1] - axis[at]), 0.0, 1.0)
    return np.asarray(power[:, at] * (1.0 - share) + power[:, at + 1] * share)
