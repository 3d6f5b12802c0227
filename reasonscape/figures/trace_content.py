"""What figures of traces show: lengths, novelty, loops and how they differ between outcomes.

Like `content`: plain arrays that a lens fills and a drawing file draws, free of plotly. Every
estimate and interval arrives finished, NaN is not shown, shares and accuracies are fractions from
0 to 1, and texts are escaped where they are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from reasonscape.figures.content import BoolArray, FloatArray, IntArray, check_shapes

PopulationName = Literal["correct", "incorrect", "truncated", "unanswered"]

#: Outcomes in the order in which legends name them.
POPULATIONS: tuple[PopulationName, ...] = ("correct", "incorrect", "truncated", "unanswered")


@dataclass(frozen=True, eq=False)
class Population:
    """Traces of one outcome, one point a trace.

    Parameters
    ----------
    name
        ``correct``, ``incorrect``, ``truncated`` or ``unanswered``.
    x, y
        Length (tokens, say) and entropy (bits per character, say) of each trace, shape ``(n,)``.
    looped
        Traces that end in a loop, shape ``(n,)``; drawn with another outline.
    ids
        Name of each trace, for hover boxes; empty for none.
    median_x, median_y
        Medians over all traces of this outcome, marked at the margins; NaN for no mark.
    total
        Traces of this outcome, also those that are not among the points; ``None`` means ``n``.

    Raises
    ------
    ValueError
        If a length does not fit, or the name is unknown.
    """

    name: PopulationName
    x: FloatArray
    y: FloatArray
    looped: BoolArray
    ids: tuple[str, ...] = ()
    median_x: float = float("nan")
    median_y: float = float("nan")
    total: int | None = None

    def __post_init__(self) -> None:
        check_population(self.name)
        check_shapes((len(self.x),), y=self.y, looped=self.looped)
        if self.ids:
            check_shapes((len(self.x),), ids=np.asarray(self.ids, dtype=object))


@dataclass(frozen=True)
class ReferenceLine:
    """A line across a panel at one value, with the words that stand beside it."""

    at: float
    label: str = ""


@dataclass(frozen=True, eq=False)
class PopulationScatter:
    """Length against entropy of traces by outcome, for one eval or one level of an axis.

    Points may be a sample of the traces, drawn by the caller at random within each outcome:
    the margins show shares of the points within each outcome.

    Parameters
    ----------
    title
        Title of the figure.
    eval_label
        Name of the eval.
    x_label, y_label
        Titles of the axes: "tokens", "bits per character".
    populations
        At most one of each name.
    x_lines, y_lines
        Upright and level reference lines: the cap, a threshold.
    shown_of
        Points drawn and traces there are; ``None`` when all are drawn.
    panel
        Name of the panel where it is not the eval's: a level of an axis.

    Raises
    ------
    ValueError
        If an outcome is there twice.
    """

    title: str
    eval_label: str
    x_label: str
    y_label: str
    populations: tuple[Population, ...]
    x_lines: tuple[ReferenceLine, ...] = ()
    y_lines: tuple[ReferenceLine, ...] = ()
    shown_of: tuple[int, int] | None = None
    panel: str = ""

    def __post_init__(self) -> None:
        check_distinct([population.name for population in self.populations])


@dataclass(frozen=True, eq=False)
class NoveltyCurve:
    """Mean novelty of one outcome along the trace, with its interval; all of one length.

    ``n`` is the number of traces behind it.
    """

    population: PopulationName
    mean: FloatArray
    low: FloatArray
    high: FloatArray
    n: int

    def __post_init__(self) -> None:
        check_population(self.population)
        check_shapes((len(self.mean),), low=self.low, high=self.high)


@dataclass(frozen=True, eq=False)
class NoveltyCurves:
    """Novelty along the trace by outcome, for one eval or one level of an axis.

    Parameters
    ----------
    title, eval_label, panel
        Title of the figure; name of the eval; name of the panel where it is not the eval's.
    position
        Share of the trace, from 0 to 1, shape ``(P,)``.
    curves
        At most one an outcome, each of length ``P``.
    threshold
        Novelty under which a trace counts as looping; NaN for no line.
    y_label
        Title of the vertical axis.

    Raises
    ------
    ValueError
        If a curve's length is not ``P``, or an outcome is there twice.
    """

    title: str
    eval_label: str
    position: FloatArray
    curves: tuple[NoveltyCurve, ...]
    threshold: float = float("nan")
    y_label: str = "bits per character"
    panel: str = ""

    def __post_init__(self) -> None:
        check_distinct([curve.population for curve in self.curves])
        for curve in self.curves:
            check_shapes((len(self.position),), **{f"{curve.population} mean": curve.mean})


@dataclass(frozen=True, eq=False)
class LoopOnsets:
    """Where loops begin, counted by outcome, for one eval or one level of an axis.

    Parameters
    ----------
    title, eval_label, panel
        Title of the figure; name of the eval; name of the panel where it is not the eval's.
    edges
        Edges of the bins, rising, shape ``(B + 1,)``.
    correct, incorrect, truncated
        Looping traces of each bin by outcome, shape ``(B,)``; unanswered ones count as incorrect.
    n_looped, n_total
        Looping traces and all traces.
    unit
        What the edges are: ``tokens``, ``characters`` or ``share of the trace``.
    log
        Whether the horizontal axis is logarithmic; then every edge is above 0.

    Raises
    ------
    ValueError
        If a length does not fit.
    """

    title: str
    eval_label: str
    edges: FloatArray
    correct: IntArray
    incorrect: IntArray
    truncated: IntArray
    n_looped: int
    n_total: int
    unit: str = "tokens"
    log: bool = False
    panel: str = ""

    def __post_init__(self) -> None:
        check_shapes(
            (max(len(self.edges) - 1, 0),),
            correct=self.correct,
            incorrect=self.incorrect,
            truncated=self.truncated,
        )


@dataclass(frozen=True, eq=False)
class ThinkingHelps:
    """Accuracy by length of the trace within strata: does longer thinking help?

    Parameters
    ----------
    title, eval_label, panel
        Title of the figure; name of the eval; name of the panel where it is not the eval's.
    tokens
        Middle of each length group, shape ``(Q,)``, above 0.
    accuracy, low, high
        Accuracy of each group, adjusted within strata, and its interval, shape ``(Q,)``.
    samples
        Samples of each group, shape ``(Q,)``.
    odds_ratio, odds_low, odds_high
        Odds of being right per doubling of the length, within strata, and its interval; NaN when
        not estimated.
    unit
        What lengths are counted in.

    Raises
    ------
    ValueError
        If a length does not fit.
    """

    title: str
    eval_label: str
    tokens: FloatArray
    accuracy: FloatArray
    low: FloatArray
    high: FloatArray
    samples: IntArray
    odds_ratio: float = float("nan")
    odds_low: float = float("nan")
    odds_high: float = float("nan")
    unit: str = "tokens"
    panel: str = ""

    def __post_init__(self) -> None:
        check_shapes(
            (len(self.tokens),),
            accuracy=self.accuracy,
            low=self.low,
            high=self.high,
            samples=self.samples,
        )


@dataclass(frozen=True)
class ShiftRow:
    """Length of wrong traces over length of right ones, for one eval or level.

    ``label`` names the row, ``ratio`` with ``low`` and ``high`` is the estimate (NaN when there is
    none), ``n_wrong`` and ``n_right`` are the traces behind it.
    """

    label: str
    ratio: float
    low: float
    high: float
    n_wrong: int
    n_right: int


@dataclass(frozen=True)
class PopulationShifts:
    """Length of wrong traces over length of right ones, a row an eval or level: a forest plot.

    Parameters
    ----------
    title
        Title of the figure.
    eval_label
        Heads these rows where a figure has several groups; may be empty.
    rows
        The rows, from the top.
    shorter, longer
        Ratios from which on wrong traces count as shorter or longer; drawn as lines.
    """

    title: str
    eval_label: str
    rows: tuple[ShiftRow, ...]
    shorter: float = 0.77
    longer: float = 1.3


def check_population(name: str) -> None:
    """Raise ``ValueError`` unless `name` is one of `POPULATIONS`."""
    if name not in POPULATIONS:
        raise ValueError(f"unknown population '{name}'; known are {', '.join(POPULATIONS)}")


def check_distinct(names: list[PopulationName]) -> None:
    """Raise ``ValueError`` if a population is there twice."""
    if len(set(names)) < len(names):
        raise ValueError(f"a population is there twice among {', '.join(names)}")
