"""From prompts and outcomes to spectra and contrasts: the lens's mathematics, free of the store."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import combinations

import numpy as np

from reasonscape.datasets.cells import Axis
from reasonscape.findings.later import Later
from reasonscape.lenses.fft.artifacts import artifacts
from reasonscape.lenses.fft.axes import AlongAxis, along_axis
from reasonscape.lenses.fft.contrasts import ReadingContrast, outcome_contrast, reading_contrast
from reasonscape.lenses.fft.lengths import along_length
from reasonscape.lenses.fft.notes import notes_of
from reasonscape.lenses.fft.once import Once
from reasonscape.lenses.fft.options import FftOptions
from reasonscape.lenses.fft.prompts import shown_prompts
from reasonscape.lenses.fft.result import EvalFft, FftResult, Shapes
from reasonscape.lenses.fft.samples import Samples, samples_of
from reasonscape.lenses.fft.selection import SET_AGAINST, EvalPrompts, TaskPrompts
from reasonscape.lenses.fft.spectra import IntArray, ReadingSpectra, reading_spectra
from reasonscape.stats.clustered import clustered_median
from reasonscape.stats.clustered_share import clustered_share
from reasonscape.stats.spectral_shape import spectral_shape
from reasonscape.stats.spectrum_mean import MeanSpectrum, mean_spectrum
from reasonscape.text.readings import Reading

MAX_EVALS_PAIRED = 4
"""Evals up to which every pair that reads differently is compared."""


class Readings:
    """Spectra of an eval's prompts, made once for evals that read the same prompts alike.

    Of other prompts nothing enters: an eval's segments, its mean fragmentation and its verdict do
    not depend on what it is selected with.
    """

    def __init__(self, task: TaskPrompts, options: FftOptions) -> None:
        self._task = task
        self._options = options
        self._made: dict[tuple[str, bytes, bool], ReadingSpectra] = {}

    def of(self, one: EvalPrompts, reading: Reading) -> ReadingSpectra:
        """Spectra of one eval's prompts, all of them for its own reading, few for another."""
        prompt = np.unique(one.prompt[one.prompt >= 0])
        is_own = reading is one.readings.own
        prompt = prompt if is_own else prompt[:SET_AGAINST]
        pieces = is_own and one.readings.known
        key = (reading.fingerprint, prompt.tobytes(), pieces)
        if key not in self._made:
            read = self._task.readings[reading.fingerprint].only(prompt)
            self._made[key] = reading_spectra(
                read, self._options.signal, self._options.segment, pieces=pieces
            )
        return self._made[key]


def measure(task: TaskPrompts, options: FftOptions) -> FftResult:
    """Measure every eval of one base task, and readings against each other."""
    readings = Readings(task, options)
    once = Once()
    evals = tuple(_eval(one, task, readings, once, options) for one in task.evals)
    return FftResult(
        base_task=task.base_task,
        label=task.label,
        signal=options.signal,
        axes=task.traces.axes,
        asked=bool(options.axes),
        evals=evals,
        pairs=_pairs(task, evals),
        notes=(*notes_of(task.base_task, evals, options), *task.traces.notes),
    )


def _eval(
    one: EvalPrompts, task: TaskPrompts, readings: Readings, once: Once, options: FftOptions
) -> EvalFft:
    own = readings.of(one, one.readings.own)
    samples, left_out = samples_of(one, own, task.traces.n_levels)
    failures = clustered_share(samples.failed, samples.cell, samples.item)
    some = len(samples) > 0
    prompt = np.flatnonzero(own.row >= 0)
    against = one.readings.against
    other = None if against is None else readings.of(one, against)
    ways = Later(partial(artifacts, samples, own, other, prompt)) if some else None
    if ways is not None and one.readings.known:
        # A claim will ask; spectra through another tokenizer are not to be kept until then.
        ways.get()
    shown = shown_prompts(one, samples, own, task, options.show_text) if options.show_text else ()
    return EvalFft(
        subject=one.traces.subject,
        label=one.traces.label,
        own=own,
        known=one.readings.known,
        against="" if against is None else against.name,
        samples=samples,
        left_out=left_out,
        items=len(np.unique(samples.item)),
        effective=failures.trials,
        failures=failures,
        mean=once.of("mean", samples, own, lambda: _mean(samples, own, options.seed))
        if some
        else None,
        later_shapes=Later(partial(_shapes, samples, own)) if some else None,
        later_outcome=Later(partial(outcome_contrast, samples, own)) if some else None,
        later_axes=Later(partial(_axes, task.traces.axes, samples, own, once)) if some else None,
        later_length=Later(partial(along_length, samples, own, once)) if some else None,
        later_artifacts=ways,
        readings=_readings(one, prompt[samples.prompts], readings) if some else (),
        shown=shown,
    )


def _mean(samples: Samples, own: ReadingSpectra, seed: int) -> MeanSpectrum:
    return mean_spectrum(
        own.spectra.relative[samples.prompts],
        own.spectra.variance[samples.prompts],
        samples.prompt_item,
        np.random.default_rng(seed),
    )


def _axes(
    axes: Sequence[Axis], samples: Samples, own: ReadingSpectra, once: Once
) -> tuple[AlongAxis, ...]:
    return tuple(along_axis(i, axis, samples, own, once) for i, axis in enumerate(axes))


def _shapes(samples: Samples, own: ReadingSpectra) -> Shapes:
    rows, item = samples.prompts, samples.prompt_item
    shape = spectral_shape(own.spectra.relative[rows])
    tokens, size = own.tokens[rows].astype(np.float64), np.maximum(own.bytes[rows], 1)
    return Shapes(
        *(
            clustered_median(values, item)
            for values in (
                shape.entropy,
                shape.flatness,
                shape.bandwidth,
                tokens,
                tokens / size,
                own.numbers.mean[rows],
                own.words.mean[rows],
            )
        )
    )


def _readings(
    one: EvalPrompts, prompt: IntArray, readings: Readings
) -> tuple[ReadingContrast, ...]:
    """The eval's own reading against the other tokenizer, and with against without template."""
    own, label, ids = one.readings.own, one.traces.label, (one.traces.subject.eval_id,)
    found = []
    for kind, other in (("tokenizer", one.readings.against), ("template", one.readings.bare)):
        if other is not None:
            both = (readings.of(one, own), readings.of(one, other))
            names = (own.name, other.name)
            if kind == "template":
                names = ("with chat template", "without")
            found.append(
                reading_contrast(
                    "template" if kind == "template" else "tokenizer",
                    names, both, prompt, eval_label=label, eval_ids=ids,
                )
            )  # fmt: skip
    return tuple(one for one in found if one is not None)


def _pairs(task: TaskPrompts, evals: Sequence[EvalFft]) -> tuple[ReadingContrast, ...]:
    """Evals that read the same prompts differently, up to four."""
    if not 2 <= len(evals) <= MAX_EVALS_PAIRED:
        return ()
    found = []
    for (first, a), (second, b) in combinations(zip(task.evals, evals, strict=True), 2):
        if a.own.reading.fingerprint == b.own.reading.fingerprint:
            continue
        shared = np.intersect1d(first.prompt[first.prompt >= 0], second.prompt[second.prompt >= 0])
        found.append(
            reading_contrast(
                "eval",
                (f"{a.label} ({a.own.reading.name})", f"{b.label} ({b.own.reading.name})"),
                (a.own, b.own),
                shared,
                eval_ids=(a.subject.eval_id, b.subject.eval_id),
            )
        )
    return tuple(one for one in found if one is not None)
