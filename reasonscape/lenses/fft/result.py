"""What the fft lens measured for one base task: frozen records of numbers and arrays."""

from __future__ import annotations

from dataclasses import dataclass

from reasonscape.datasets.cells import Axis
from reasonscape.findings.verdict import Subject
from reasonscape.lenses.fft.artifacts import Artifacts
from reasonscape.lenses.fft.axes import AlongAxis
from reasonscape.lenses.fft.contrasts import ReadingContrast
from reasonscape.lenses.fft.lengths import AlongLength
from reasonscape.lenses.fft.samples import LeftOut, Samples
from reasonscape.lenses.fft.spectra import FloatArray, ReadingSpectra
from reasonscape.stats.clustered import Estimate
from reasonscape.stats.proportions import Proportion
from reasonscape.stats.spectrum_difference import SpectrumDifference
from reasonscape.stats.spectrum_mean import MeanSpectrum
from reasonscape.text.series import Signal


@dataclass(frozen=True, slots=True)
class Shapes:
    """Medians over prompts of what their spectra look like, and of how they are cut.

    Attributes
    ----------
    entropy, flatness, bandwidth
        Of the spectrum at unit power: from 0 to 1, from 0 to 1, cycles per token.
    tokens, fertility
        Tokens of a prompt, and per byte.
    per_number, per_word
        Tokens of a number and of a word; NaN where there is none.
    """

    entropy: Estimate
    flatness: Estimate
    bandwidth: Estimate
    tokens: Estimate
    fertility: Estimate
    per_number: Estimate
    per_word: Estimate


@dataclass(frozen=True, slots=True)
class ShownPrompt:
    """A prompt by its tokens: only where that was asked for."""

    label: str
    pieces: tuple[bytes, ...]
    marks: FloatArray
    frequency: float


@dataclass(frozen=True, slots=True)
class EvalFft:
    """All that was measured for one (eval, base task); the measures are ``None`` without prompts.

    Attributes
    ----------
    own, known, against
        How the eval reads prompts, whether the config or the command line says so, and the name of
        the tokenizer it is set against; empty for none.
    left_out, items, effective, failures
        Samples that have no spectrum; of those that have one the items, the independent samples
        they are worth, and the share that failed.
    mean
        Mean spectrum of its prompts.
    outcome
        Wrong minus right within cells, bin by bin.
    axes
        Every axis of the task along which its prompts vary.
    shown
        Prompts that were asked for.
    """

    subject: Subject
    label: str
    own: ReadingSpectra
    known: bool
    against: str
    samples: Samples
    left_out: LeftOut
    items: int
    effective: float
    failures: Proportion
    mean: MeanSpectrum | None
    shapes: Shapes | None
    outcome: SpectrumDifference | None
    axes: tuple[AlongAxis, ...]
    length: AlongLength | None
    artifacts: Artifacts | None
    readings: tuple[ReadingContrast, ...]
    shown: tuple[ShownPrompt, ...]


@dataclass(frozen=True, slots=True)
class FftResult:
    """One base task: axes shared by all evals, and each eval's measurement.

    Attributes
    ----------
    asked
        Whether an axis was asked for; it is the first then.
    pairs
        Evals that read the same prompts differently, against each other.
    """

    base_task: str
    label: str
    signal: Signal
    axes: tuple[Axis, ...]
    asked: bool
    evals: tuple[EvalFft, ...]
    pairs: tuple[ReadingContrast, ...]
    notes: tuple[str, ...]
