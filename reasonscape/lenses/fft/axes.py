"""Along each axis: do the easier levels' peaks vanish, and does accuracy fall with them?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from reasonscape.datasets.cells import Axis
from reasonscape.findings.later import Later
from reasonscape.findings.thresholds import PEAK_ITEMS, PEAK_PROMINENCE
from reasonscape.lenses.fft.once import Once
from reasonscape.lenses.fft.samples import Samples, few_outcomes
from reasonscape.lenses.fft.spectra import BoolArray, FloatArray, IntArray, ReadingSpectra
from reasonscape.stats.clustered_share import clustered_share
from reasonscape.stats.codes import row_codes
from reasonscape.stats.item_score import ItemScore, item_score
from reasonscape.stats.level_halves import alternating_half, easier_levels
from reasonscape.stats.pairwise_odds import OddsPerUnit, odds_per_unit
from reasonscape.stats.peak_collapse import PeakCollapse, peak_collapse
from reasonscape.stats.proportions import Proportion
from reasonscape.stats.spectral_peaks import Peaks, shuffled_floor, spectral_peaks
from reasonscape.stats.within_strata import MeanDifference, mean_difference


@dataclass(frozen=True, slots=True)
class LevelPower:
    """One level of an axis: its prompts' mean power relative to shuffled ones, and accuracy."""

    name: str
    prompts: int
    power: FloatArray
    accuracy: Proportion


@dataclass(frozen=True, slots=True)
class AlongAxis:
    """What happens along one axis of one (eval, task).

    Attributes
    ----------
    place
        Place of the axis among the task's.
    levels
        Every level, from the easiest where that is known.
    collapse
        Prominence of the harder half of the levels over that of the easier half; ``None`` for an
        axis whose direction is not known.
    instead
        Peaks of the harder half of the levels.
    fall
        Accuracy of the harder half minus that of the easier half, in cells of the other axes.
    trend
        Odds of failing for each level harder, in cells of the other axes: a fall over several
        levels is seen more surely than between two halves.
    score
        Test of that trend.
    guessed
        Whether the data said which way is harder.
    """

    place: int
    later_levels: Later[tuple[LevelPower, ...]]
    collapse: PeakCollapse | None
    instead: Peaks | None
    fall: MeanDifference | None
    trend: OddsPerUnit | None
    score: ItemScore | None
    guessed: bool

    @property
    def levels(self) -> tuple[LevelPower, ...]:
        """Made when a picture or a table asks for them."""
        return self.later_levels.get()

    @property
    def falls_p(self) -> float:
        """One-sided p of failures not growing; two-sided where the data chose the direction."""
        if self.trend is None or self.score is None or few_outcomes(self.trend):
            return 1.0
        p = self.score.p_up
        return min(1.0, 2.0 * p) if self.guessed else p


def along_axis(
    place: int, axis: Axis, samples: Samples, own: ReadingSpectra, once: Once | None = None
) -> AlongAxis:
    """Measure one axis of one eval; ``once`` is shared with evals that may read the same."""
    n = len(axis.levels)
    level = samples.level(place)
    levels = Later(partial(_levels, place, axis, samples, own))
    if axis.kind != "ordered" or axis.harder is None:
        return AlongAxis(place, levels, None, None, None, None, None, guessed=False)
    hardness = level if axis.harder == "up" else n - 1 - level
    known = level < n
    easy = np.zeros(len(level), dtype=np.bool_)
    easy[known] = easier_levels(hardness[known])
    collapse, instead = (once or Once()).of(
        "collapse",
        samples,
        own,
        partial(_lost, hardness, known, easy, samples, own),
        hardness.tobytes(),
        n,
    )
    return AlongAxis(
        place,
        levels,
        collapse,
        instead,
        *_fall(place, samples, {int(i): bool(e) for i, e in zip(level, easy, strict=True)}, axis),
        guessed=axis.harder_source == "data",
    )


def _levels(
    place: int, axis: Axis, samples: Samples, own: ReadingSpectra
) -> tuple[LevelPower, ...]:
    """Every level, from the easiest where that is known."""
    order: Sequence[int] = range(len(axis.levels))[:: -1 if axis.harder == "down" else 1]
    level, sample_level, cell = samples.level(place), samples.coords[:, place], samples.cell
    relative = own.spectra.relative[samples.prompts]
    return tuple(
        LevelPower(
            axis.levels[i],
            int((level == i).sum()),
            _mean(relative[level == i]),
            clustered_share(
                ~samples.failed[sample_level == i],
                cell[sample_level == i],
                samples.item[sample_level == i],
            ),
        )
        for i in order
    )


def _lost(
    hardness: IntArray, known: BoolArray, easy: BoolArray, samples: Samples, own: ReadingSpectra
) -> tuple[PeakCollapse, Peaks]:
    """What the prompts alone say: peaks that harder ones have lost, and those that they have."""
    relative = own.spectra.relative[samples.prompts]
    return (
        _collapse(relative, hardness, known, easy, samples, own),
        _instead(relative, known & ~easy, samples, own),
    )


def _mean(relative: FloatArray) -> FloatArray:
    if not len(relative):
        return np.full(relative.shape[1], np.nan)
    return np.asarray(relative.mean(axis=0))


def _collapse(
    relative: FloatArray,
    hardness: IntArray,
    known: BoolArray,
    easy: BoolArray,
    samples: Samples,
    own: ReadingSpectra,
) -> PeakCollapse:
    # Items are dealt by their number among prompts sorted by hash, which says nothing about them.
    half = alternating_half(samples.prompts[known], hardness[known])
    # Which half chooses is arbitrary, and with few prompts it matters: both have to agree.
    rows = samples.prompts[known]
    found = [
        peak_collapse(
            relative[known],
            hardness[known],
            side,
            # Power in excess is counted in segments: short prompts have more for their tokens.
            size=own.spectra.segments[rows],
            floor=_floor(own, rows[easy[known] & side]),
            least=PEAK_ITEMS,
        )
        for side in (half, ~half)
    ]
    return _careful(*found)


def _floor(own: ReadingSpectra, rows: IntArray) -> FloatArray:
    """What a bin of the mean of some prompts must pass to be a peak worth losing."""
    return np.maximum(shuffled_floor(own.spectra.variance[rows]), 1.0 + PEAK_PROMINENCE)


def _careful(one: PeakCollapse, other: PeakCollapse) -> PeakCollapse:
    """The less clear of two, with the wider bounds and the larger p."""
    if one.reason != other.reason:
        # One half has something to lose and the other has not: neither present nor absent.
        known = one if one.reason is None else other
        return replace(known, p=1.0, low=-math.inf, high=math.inf)
    worse = max(one, other, key=lambda found: found.ratio if found.reason is None else 0.0)
    bounds = min(one.low, other.low), max(one.high, other.high)
    return replace(worse, p=max(one.p, other.p), low=bounds[0], high=bounds[1])


def _instead(relative: FloatArray, hard: BoolArray, samples: Samples, own: ReadingSpectra) -> Peaks:
    """Peaks of the harder levels: a period may have moved there and not been lost."""
    return spectral_peaks(_mean(relative[hard]), _floor(own, samples.prompts[hard]))


def _fall(
    place: int, samples: Samples, easy: dict[int, bool], axis: Axis
) -> tuple[MeanDifference, OddsPerUnit, ItemScore]:
    level = samples.coords[:, place]
    kept = level < len(axis.levels)
    hard = np.array([not easy.get(int(i), True) for i in level[kept]], dtype=np.bool_)
    others = np.delete(samples.coords[kept], place, axis=1)
    failed, item, cell = samples.failed[kept], samples.item[kept], row_codes(others)[0]
    rising = level[kept] if axis.harder == "up" else -level[kept]
    return (
        mean_difference((~failed).astype(np.float64), hard, cell, item),
        odds_per_unit(rising, failed, cell, item),
        # A straight trend and a step at the middle alike: either alone misses half of the other.
        item_score(rising + 0.5 * len(axis.levels) * hard, failed, cell, item),
    )
