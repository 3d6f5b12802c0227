"""What the fft lens measured for one base task: frozen records of numbers and arrays."""

from __future__ import annotations

from dataclasses import dataclass

from reasonscape.datasets.cells import Axis
from reasonscape.findings.later import Later
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

    What is later is made when it is first asked for: no claim needs shapes or ``outcome``, and the
    others are not needed where the verdict is known without them.

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
    later_shapes: Later[Shapes] | None
    later_outcome: Later[SpectrumDifference] | None
    later_axes: Later[tuple[AlongAxis, ...]] | None
    later_length: Later[AlongLength] | None
    later_artifacts: Later[Artifacts] | None
    readings: tuple[ReadingContrast, ...]
    shown: tuple[ShownPrompt, ...]

    @property
    def shapes(self) -> Shapes | None:
        """Medians over prompts."""
        return self.later_shapes.get() if self.later_shapes is not None else None

    @property
    def outcome(self) -> SpectrumDifference | None:
        """Wrong minus right within cells, bin by bin."""
        return self.later_outcome.get() if self.later_outcome is not None else None

    @property
    def axes(self) -> tuple[AlongAxis, ...]:
        """Every axis of the task along which its prompts vary."""
        return self.later_axes.get() if self.later_axes is not None else ()

    @property
    def length(self) -> AlongLength | None:
        """What happens as prompts get longer."""
        return self.later_length.get() if self.later_length is not None else None

    @property
    def artifacts(self) -> Artifacts | None:
        """Ways in which the tokenizer may be in the way."""
        return self.later_artifacts.get() if self.later_artifacts is not None else None


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
