"""What each figure shows: frozen dataclasses of plain arrays, free of plotly.

A lens fills these and a drawing file turns them into a figure. Nothing here is computed: every
estimate, interval and state arrives finished. Grids are indexed ``[y, x]``, a NaN is a cell that
is not shown, shares and accuracies are fractions from 0 to 1. Texts are taken as they are and
escaped where they are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
StateArray = npt.NDArray[np.str_]

#: From this lower bound of the truncated share on, a cell carries a truncation mark.
TRUNCATION_MARK = 0.02

STATES = ("capable", "open", "failing", "masked")


@dataclass(frozen=True)
class LevelAxis:
    """One axis of levels, equally spaced in the drawing.

    Parameters
    ----------
    label
        What varies, in the field's words; may be a column name.
    levels
        Display text of each level, in drawing order.
    unit
        Unit of the levels, drawn in brackets after the label; empty for none.
    kind
        ``ordered`` levels are joined by lines, levels of a ``factor`` are not.

    Examples
    --------
    >>> LevelAxis("num_terms", ("2", "4", "8"), unit="terms").levels
    ('2', '4', '8')
    """

    label: str
    levels: tuple[str, ...]
    unit: str = ""
    kind: Literal["ordered", "factor"] = "ordered"


@dataclass(frozen=True, eq=False)
class SurfaceGrid:
    """Accuracy over two axes for one eval: a 3-D surface or a heat map.

    Every array is indexed ``[y, x]`` and has the shape ``(len(y.levels), len(x.levels))``. One
    axis alone is a grid with one row: give ``y`` a single level.

    Parameters
    ----------
    title
        Title of the figure (the base task, say); the first grid's title heads a figure of panels.
    eval_label
        Name of the eval; heads its panel.
    x, y
        The two axes.
    accuracy
        Share of correct answers, truncated ones counted as wrong; NaN where not shown.
    low, high
        Bounds of its interval.
    items, samples
        Distinct items and samples of each cell.
    truncated_share, truncated_low
        Share of truncated samples and the lower bound of its interval.
    state
        ``capable``, ``failing``, ``open`` or ``masked``.
    chance
        Accuracy by guessing, drawn as a reference where the figure has room for it.
    capable
        The accuracy from which a cell counts as capable; named in the legend.

    Raises
    ------
    ValueError
        If an array's shape is not that of the axes, or a state is unknown.
    """

    title: str
    eval_label: str
    x: LevelAxis
    y: LevelAxis
    accuracy: FloatArray
    low: FloatArray
    high: FloatArray
    items: IntArray
    samples: IntArray
    truncated_share: FloatArray
    truncated_low: FloatArray
    state: StateArray
    chance: float = 0.0
    capable: float = 0.9

    def __post_init__(self) -> None:
        shape = (len(self.y.levels), len(self.x.levels))
        check_shapes(
            shape,
            accuracy=self.accuracy,
            low=self.low,
            high=self.high,
            items=self.items,
            samples=self.samples,
            truncated_share=self.truncated_share,
            truncated_low=self.truncated_low,
            state=self.state,
        )
        unknown = sorted(set(map(str, np.asarray(self.state).ravel())) - set(STATES))
        if unknown:
            raise ValueError(f"unknown states {unknown}; known are {', '.join(STATES)}")

    @property
    def masked(self) -> BoolArray:
        """Cells that are not shown."""
        return np.asarray((np.asarray(self.state) == "masked") | np.isnan(self.accuracy))

    @property
    def truncated(self) -> BoolArray:
        """Shown cells that carry a truncation mark."""
        return np.asarray((np.nan_to_num(self.truncated_low) > TRUNCATION_MARK) & ~self.masked)

    @property
    def capable_cells(self) -> BoolArray:
        """Shown cells of the capability zone."""
        return np.asarray((np.asarray(self.state) == "capable") & ~self.masked)


@dataclass(frozen=True, eq=False)
class Projection:
    """Accuracy along one axis for one eval, the other axes pooled.

    Parameters
    ----------
    title, eval_label
        Title of the figure; name of the eval.
    axis
        The axis, ``L`` levels.
    accuracy, low, high
        Observed accuracy of each level and its interval, shape ``(L,)``; NaN where not shown.
    items, samples
        Distinct items and samples of each level, shape ``(L,)``.
    truncated_share
        Share of truncated samples of each level, shape ``(L,)``.
    chance
        Accuracy by guessing.
    fitted, fitted_low, fitted_high
        The fitted curve and its band at ``fitted_at``; ``None`` when no curve was fitted.
    fitted_at
        Where the curve was evaluated, in level numbers from 0; ``None`` means at each level.
    fall, fall_low, fall_high
        Ceiling minus floor within the observed levels and its interval; NaN when not estimated.
    last_good, first_bad
        Level numbers between which accuracy falls; ``None`` when there is no such place.
    shape
        ``cliff``, ``gradual``, ``unresolved``, ``few_levels`` or empty.

    Raises
    ------
    ValueError
        If an array's length does not fit.
    """

    title: str
    eval_label: str
    axis: LevelAxis
    accuracy: FloatArray
    low: FloatArray
    high: FloatArray
    items: IntArray
    samples: IntArray
    truncated_share: FloatArray
    chance: float = 0.0
    fitted: FloatArray | None = None
    fitted_low: FloatArray | None = None
    fitted_high: FloatArray | None = None
    fitted_at: FloatArray | None = None
    fall: float = float("nan")
    fall_low: float = float("nan")
    fall_high: float = float("nan")
    last_good: int | None = None
    first_bad: int | None = None
    shape: str = ""

    def __post_init__(self) -> None:
        check_shapes(
            (len(self.axis.levels),),
            accuracy=self.accuracy,
            low=self.low,
            high=self.high,
            items=self.items,
            samples=self.samples,
            truncated_share=self.truncated_share,
        )
        if self.fitted is not None:
            at = len(self.axis.levels) if self.fitted_at is None else len(self.fitted_at)
            check_shapes((at,), fitted=self.fitted)
            for name, band in (("fitted_low", self.fitted_low), ("fitted_high", self.fitted_high)):
                if band is not None:
                    check_shapes((at,), **{name: band})


@dataclass(frozen=True, eq=False)
class DifferenceGrid:
    """Accuracy of eval A minus accuracy of eval B, paired by item, over two axes.

    Parameters
    ----------
    title
        Title of the figure.
    eval_a, eval_b
        Names of the evals; positive differences are cells where A is better.
    x, y
        The two axes.
    difference, low, high
        Mean paired difference and its interval, from -1 to 1, indexed ``[y, x]``; NaN where not
        shown.
    pairs
        Items that both evals answered, indexed ``[y, x]``.
    significant
        True where the difference holds after correction over the cells, indexed ``[y, x]``.

    Raises
    ------
    ValueError
        If an array's shape is not that of the axes.
    """

    title: str
    eval_a: str
    eval_b: str
    x: LevelAxis
    y: LevelAxis
    difference: FloatArray
    low: FloatArray
    high: FloatArray
    pairs: IntArray
    significant: BoolArray

    def __post_init__(self) -> None:
        check_shapes(
            (len(self.y.levels), len(self.x.levels)),
            difference=self.difference,
            low=self.low,
            high=self.high,
            pairs=self.pairs,
            significant=self.significant,
        )


@dataclass(frozen=True, eq=False)
class OutcomeCounts:
    """Samples by outcome at each level of one axis, for one eval.

    Parameters
    ----------
    title, eval_label
        Title of the figure; name of the eval.
    axis
        The axis, ``L`` levels.
    correct, incorrect, unanswered, truncated
        Samples of each outcome at each level, shape ``(L,)``.

    Raises
    ------
    ValueError
        If an array's length is not the number of levels.
    """

    title: str
    eval_label: str
    axis: LevelAxis
    correct: IntArray
    incorrect: IntArray
    unanswered: IntArray
    truncated: IntArray

    def __post_init__(self) -> None:
        check_shapes(
            (len(self.axis.levels),),
            correct=self.correct,
            incorrect=self.incorrect,
            unanswered=self.unanswered,
            truncated=self.truncated,
        )


def check_shapes(shape: tuple[int, ...], **arrays: npt.NDArray[Any]) -> None:
    """Raise ``ValueError`` naming the first array whose shape is not ``shape``.

    Examples
    --------
    >>> check_shapes((2,), low=np.zeros(2))
    >>> check_shapes((2,), low=np.zeros(3))
    Traceback (most recent call last):
    ...
    ValueError: low has shape (3,), the axes ask for (2,)
    """
    for name, array in arrays.items():
        if np.shape(array) != shape:
            raise ValueError(f"{name} has shape {np.shape(array)}, the axes ask for {shape}")
