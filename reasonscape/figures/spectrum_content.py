"""What figures of spectra show: power along frequency, by level, and how it differs.

Like `content`: plain arrays that a lens fills and a drawing file draws, free of plotly. Power is
in dB relative to the same prompts with their tokens shuffled: 0 is as if shuffled. Frequencies
are in cycles per token (or byte), K of them, rising, shared by all arrays of a content. NaN is
not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reasonscape.figures.content import (
    BoolArray,
    FloatArray,
    IntArray,
    LevelAxis,
    check_shapes,
)

FrequencyUnit = Literal["token", "byte"]


@dataclass(frozen=True, eq=False)
class SpectrumCurve:
    """Mean power of the prompts of one level, eval or tokenizer, with its interval.

    Parameters
    ----------
    label
        What tells the curve from the others of its panel.
    mean, low, high
        dB and its 95% band, shape ``(K,)``.
    prompts
        Distinct prompts behind it.
    peaks
        Frequencies at which the curve is marked with its period.
    """

    label: str
    mean: FloatArray
    low: FloatArray
    high: FloatArray
    prompts: int
    peaks: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        check_shapes((len(self.mean),), low=self.low, high=self.high)


@dataclass(frozen=True, eq=False)
class Spectra:
    """Power against frequency, one or several curves against what shuffled prompts show.

    Parameters
    ----------
    title, eval_label, panel
        Title of the figure; name of the eval; name of the panel where it is not the eval's.
    frequency
        Cycles per `unit`, rising, above 0, shape ``(K,)``.
    curves
        From the easiest level where they are levels; at most six can be told apart by colour
        unless `ordered`.
    floor_low, floor_high
        Band in which the mean of as many shuffled prompts lies, dB, shape ``(K,)``; ``None`` for
        none.
    maximum
        dB that the highest frequency of shuffled prompts stays under in 95% of cases: a peak
        stands above it; NaN for no line.
    unit
        What a frequency counts cycles by: ``token`` or ``byte``.
    ordered
        Whether the curves are levels of one axis, drawn from light to dark.

    Raises
    ------
    ValueError
        If a length is not ``K``.
    """

    title: str
    eval_label: str
    frequency: FloatArray
    curves: tuple[SpectrumCurve, ...]
    floor_low: FloatArray | None = None
    floor_high: FloatArray | None = None
    maximum: float = float("nan")
    unit: FrequencyUnit = "token"
    ordered: bool = False
    panel: str = ""

    def __post_init__(self) -> None:
        shape = (len(self.frequency),)
        for curve in self.curves:
            check_shapes(shape, mean=curve.mean)
        for name, floor in (("floor_low", self.floor_low), ("floor_high", self.floor_high)):
            if floor is not None:
                check_shapes(shape, **{name: floor})


@dataclass(frozen=True, eq=False)
class Waterfall:
    """Power of each level along frequency, and the accuracy of each level beside it.

    Parameters
    ----------
    title, eval_label, panel
        Title of the figure; name of the eval; name of the panel where it is not the eval's.
    axis
        The levels, from the easiest, which stands lowest; ``L`` of them.
    frequency
        Cycles per `unit`, rising, above 0, shape ``(K,)``.
    power
        dB, shape ``(L, K)``.
    prompts
        Distinct prompts of each level, shape ``(L,)``.
    few
        Levels with too few prompts to be read, drawn grey, shape ``(L,)``.
    accuracy, low, high
        Accuracy of each level from 0 to 1 and its interval, shape ``(L,)``.
    peaks
        Frequencies named with their period over the panel.
    unit
        What a frequency counts cycles by.

    Raises
    ------
    ValueError
        If a shape does not fit.
    """

    title: str
    eval_label: str
    axis: LevelAxis
    frequency: FloatArray
    power: FloatArray
    prompts: IntArray
    few: BoolArray
    accuracy: FloatArray
    low: FloatArray
    high: FloatArray
    peaks: tuple[float, ...] = ()
    unit: FrequencyUnit = "token"
    panel: str = ""

    def __post_init__(self) -> None:
        levels = len(self.axis.levels)
        check_shapes((levels, len(self.frequency)), power=self.power)
        check_shapes(
            (levels,), prompts=self.prompts, few=self.few, accuracy=self.accuracy, low=self.low,
            high=self.high,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class DifferenceSpectrum:
    """Power of A minus power of B at each frequency.

    Parameters
    ----------
    title, eval_label, panel
        Title of the figure; name of the eval; name of the panel where it is not the eval's.
    a_label, b_label
        What is compared: ``wrong`` and ``right``, two evals, two tokenizers.
    frequency
        Cycles per `unit`, rising, above 0, shape ``(K,)``.
    difference, low, high
        A minus B in dB and its 95% band, shape ``(K,)``.
    significant
        Frequencies whose difference holds after correction over all of them, shape ``(K,)``.
    a_prompts, b_prompts
        Distinct prompts on each side.
    within
        Within what the sides are compared: ``difficulty cells``, ``the same prompts``; empty for
        nothing.
    unit
        What a frequency counts cycles by.

    Raises
    ------
    ValueError
        If a length is not ``K``.
    """

    title: str
    eval_label: str
    a_label: str
    b_label: str
    frequency: FloatArray
    difference: FloatArray
    low: FloatArray
    high: FloatArray
    significant: BoolArray
    a_prompts: int
    b_prompts: int
    within: str = ""
    unit: FrequencyUnit = "token"
    panel: str = ""

    def __post_init__(self) -> None:
        check_shapes(
            (len(self.frequency),), difference=self.difference, low=self.low, high=self.high,
            significant=self.significant,
        )  # fmt: skip
