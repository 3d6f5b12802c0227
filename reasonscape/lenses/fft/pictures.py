"""From measurements to the contents of pictures of spectra."""

from __future__ import annotations

from typing import Literal

import numpy as np

from reasonscape.datasets.cells import Axis
from reasonscape.figures.content import LevelAxis
from reasonscape.figures.spectrum_content import (
    DifferenceSpectrum,
    Spectra,
    SpectrumCurve,
    Waterfall,
)
from reasonscape.findings.thresholds import MIN_SAMPLES_SHOWN, Q_PRESENT
from reasonscape.lenses.fft.axes import AlongAxis
from reasonscape.lenses.fft.contrasts import ReadingContrast
from reasonscape.lenses.fft.result import EvalFft, FftResult
from reasonscape.lenses.fft.spectra import FloatArray
from reasonscape.lenses.fft.units import unit

NAMED_PEAKS = 3


def spectra_of(result: FftResult, one: EvalFft) -> Spectra | None:
    """Mean spectrum of the eval's prompts over the floor of shuffled ones."""
    mean = one.mean
    if mean is None or not mean.prompts:
        return None
    frequency = one.own.frequency
    curve = SpectrumCurve(
        "its prompts",
        _finite(mean.mean),
        _finite(mean.low),
        _finite(mean.high),
        mean.prompts,
        tuple(float(frequency[at]) for at in mean.peaks[:NAMED_PEAKS].tolist()),
    )
    return Spectra(
        title=f"{result.label}: periods of the prompts ({one.own.reading.name})",
        eval_label=one.label,
        frequency=frequency,
        curves=(curve,),
        floor_low=_finite(mean.floor_low),
        floor_high=_finite(mean.floor_high),
        maximum=float(np.median(mean.maximum)),
        unit=frequency_unit(one),
    )


def waterfall_of(result: FftResult, one: EvalFft) -> Waterfall | None:
    """Power of each level along the axis where it changes most, beside the level's accuracy."""
    along = main_axis(result, one)
    if along is None:
        return None
    axis, levels = result.axes[along.place], along.levels
    peaks: tuple[float, ...] = ()
    if along.collapse is not None:
        bins = along.collapse.peaks.bins.tolist()
        peaks = tuple(float(one.own.frequency[at]) for at in bins)
    return Waterfall(
        title=f"{result.label}: periods along {axis.name}",
        eval_label=one.label,
        axis=LevelAxis(axis.label, tuple(level.name for level in levels), unit=axis.unit),
        frequency=one.own.frequency,
        power=np.stack([decibel(level.power) for level in levels]),
        prompts=np.array([level.prompts for level in levels]),
        few=np.array([level.prompts < MIN_SAMPLES_SHOWN for level in levels]),
        accuracy=np.array([level.accuracy.value for level in levels]),
        low=np.array([level.accuracy.low for level in levels]),
        high=np.array([level.accuracy.high for level in levels]),
        peaks=peaks,
        unit=frequency_unit(one),
    )


def outcome_of(result: FftResult, one: EvalFft) -> DifferenceSpectrum | None:
    """Wrong minus right within cells; None where no cell has both."""
    found = one.outcome
    if found is None or not found.strata:
        return None
    return DifferenceSpectrum(
        title=f"{result.label}: prompts answered wrong against right",
        eval_label=one.label,
        a_label="wrong",
        b_label="right",
        frequency=one.own.frequency,
        difference=_finite(found.difference),
        low=_finite(found.low),
        high=_finite(found.high),
        significant=found.q < Q_PRESENT,
        a_prompts=_prompts(one, failed=True),
        b_prompts=_prompts(one, failed=False),
        within="cells of equal difficulty",
        unit=frequency_unit(one),
    )


def contrast_of(result: FftResult, found: ReadingContrast) -> DifferenceSpectrum:
    """One reading of the same prompts minus another."""
    what = {
        "tokenizer": "the same prompts through two tokenizers",
        "template": "with and without the chat template",
        "eval": "the same prompts as two evals read them",
    }
    difference = found.found
    return DifferenceSpectrum(
        title=f"{result.label}: {what[found.kind]}",
        eval_label=found.eval_label,
        a_label=found.a_label,
        b_label=found.b_label,
        frequency=found.frequency,
        difference=_finite(difference.difference),
        low=_finite(difference.low),
        high=_finite(difference.high),
        significant=difference.q < Q_PRESENT,
        a_prompts=difference.n_second,
        b_prompts=difference.n_first,
        within="the same prompts",
        unit=found.unit,
        panel="" if found.eval_label else f"{found.a_label} minus {found.b_label}",
    )


def frequency_unit(one: EvalFft) -> Literal["token", "byte"]:
    """What frequencies count cycles by."""
    return "byte" if unit(one) == "bytes" else "token"


def main_axis(result: FftResult, one: EvalFft) -> AlongAxis | None:
    """The axis that was asked for, else the one along which peaks fade most."""
    several = [along for along in one.axes if len(_axis(result, along).levels) > 1]
    if not several or result.asked:
        return several[0] if several else None
    judged = [a for a in several if a.collapse is not None and a.collapse.reason is None]
    ratio = {a.place: a.collapse.ratio for a in judged if a.collapse is not None}
    return min(several, key=lambda a: (ratio.get(a.place, np.inf), a.place))


def decibel(power: FloatArray) -> FloatArray:
    """Relative power in dB; NaN where there is none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return _finite(10.0 * np.log10(power))


def _axis(result: FftResult, along: AlongAxis) -> Axis:
    return result.axes[along.place]


def _prompts(one: EvalFft, *, failed: bool) -> int:
    return len(np.unique(one.samples.row[one.samples.failed == failed]))


def _finite(values: FloatArray) -> FloatArray:
    """Infinite bounds are not drawn."""
    return np.where(np.isfinite(values), values, np.nan)
