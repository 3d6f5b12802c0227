"""What figures of the lens on traces show: maps of samples, phrases, lengths.

Like `content`: plain arrays that a lens fills and a drawing file draws, free of plotly. Every
estimate and interval arrives finished, NaN is not shown, and texts are escaped where they are
drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from reasonscape.figures.content import FloatArray, IntArray, check_shapes
from reasonscape.figures.trace_content import PopulationName, check_distinct, check_population

NAN = float("nan")


@dataclass(frozen=True, eq=False)
class MapLabel:
    """What each point of a map is: its outcome, its cluster, its task.

    Parameters
    ----------
    name
        "outcome", "cluster", "task", "model", "looped".
    levels
        Text of each level.
    codes
        Place in `levels` of each point, shape ``(n,)``; -1 for none, drawn grey.
    look
        ``outcome`` gives levels that are names of outcomes the colours they have everywhere;
        ``cluster`` gives the n-th level the colour of cluster n; ``flag`` draws the first level
        pale and the second dark; ``level`` gives any colours.
    offered
        Whether points may be coloured by it; else it stands in hover boxes only.

    Raises
    ------
    ValueError
        If a code is no place in `levels` nor -1.
    """

    name: str
    levels: tuple[str, ...]
    codes: IntArray
    look: Literal["outcome", "cluster", "flag", "level"] = "level"
    offered: bool = True

    def __post_init__(self) -> None:
        codes = np.asarray(self.codes)
        if len(codes) and not -1 <= int(codes.min()) <= int(codes.max()) < len(self.levels):
            raise ValueError(f"codes of '{self.name}' must lie in -1..{len(self.levels) - 1}")


@dataclass(frozen=True, eq=False)
class MapNumber:
    """A number of each point of a map: its length.

    Parameters
    ----------
    name, unit
        "length", "tokens".
    values
        One a point, shape ``(n,)``; NaN is drawn grey.
    log
        Whether the colour scale is logarithmic; values not above 0 are then grey.
    """

    name: str
    values: FloatArray
    unit: str = ""
    log: bool = True


@dataclass(frozen=True, eq=False)
class TraceMap:
    """Places of samples in two or three dimensions, with what each is.

    Parameters
    ----------
    title, subtitle
        Words over the figure.
    places
        Shape ``(n, 2)`` or ``(n, 3)``. A point without a finite place is not drawn.
    ids
        Id of each sample.
    labels, numbers
        What points may be coloured by, the first label first, and what hover boxes say.
    method
        "t-SNE", "PCA", "UMAP": names the axes and the note.
    settings
        What it was told: "perplexity 30"; empty for nothing.
    explained
        Shares of the variance along each axis (PCA), for the axis titles; empty for none.
    shown_of
        Points drawn and samples there are; None when all are drawn.
    texts
        Beginning of each text, for hover boxes; empty unless the user asked for texts.

    Raises
    ------
    ValueError
        If a shape does not fit, there is nothing to colour by, or a name is there twice.
    """

    title: str
    subtitle: str
    places: FloatArray
    ids: tuple[str, ...]
    labels: tuple[MapLabel, ...]
    numbers: tuple[MapNumber, ...] = ()
    method: str = "t-SNE"
    settings: str = ""
    explained: tuple[float, ...] = ()
    shown_of: tuple[int, int] | None = None
    texts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        n = len(self.ids)
        dimensions = self.places.shape[1] if self.places.ndim == 2 else 0
        if self.places.shape != (n, dimensions) or dimensions not in (2, 3):
            raise ValueError(f"places has shape {self.places.shape}, not ({n}, 2) or ({n}, 3)")
        for label in self.labels:
            check_shapes((n,), codes=label.codes)
        for number in self.numbers:
            check_shapes((n,), values=number.values)
        if self.texts:
            check_shapes((n,), texts=np.asarray(self.texts, dtype=object))
        names = [label.name for label in self.labels] + [one.name for one in self.numbers]
        if len(set(names)) < len(names):
            raise ValueError(f"a name is there twice among {', '.join(names)}")
        if not self.numbers and not any(label.offered for label in self.labels):
            raise ValueError("a map needs a label or number to colour its points by")


@dataclass(frozen=True)
class PhraseRow:
    """One phrase and how much more often traces that have it end wrong.

    Parameters
    ----------
    phrase
        The words.
    odds, low, high
        Odds ratio of ending wrong with it against without it, with its interval; an end that the
        data do not bound is 0 or infinite.
    q
        False discovery rate.
    wrong, right
        Traces with the phrase that ended wrong and right.
    by_length
        Whether the length of the traces explains it.
    """

    phrase: str
    odds: float
    low: float
    high: float
    q: float
    wrong: int
    right: int
    by_length: bool = False


@dataclass(frozen=True)
class PhraseOdds:
    """Phrases that mark right and wrong traces.

    Parameters
    ----------
    title, subtitle
        Words over the figure.
    rows
        In any order: they are drawn on two sides, each in the order given, at most
        `reasonscape.figures.phrase_forest.MOST_ROWS` in all.
    tested
        Phrases that were tested.
    wrong, right
        Traces that ended wrong and right.
    """

    title: str
    subtitle: str
    rows: tuple[PhraseRow, ...]
    tested: int
    wrong: int
    right: int


@dataclass(frozen=True, eq=False)
class OutcomeLengths:
    """Lengths of the traces of one outcome.

    Parameters
    ----------
    name
        ``correct``, ``incorrect``, ``truncated`` or ``unanswered``.
    lengths
        Length of each trace, shape ``(n,)``; those not above 0 are not drawn.
    median, low, high
        Median with its interval; NaN for none.
    standardised
        Log lengths less the mean of their task, in standard deviations of their task, any length;
        empty for none.
    standardised_median, standardised_low, standardised_high
        Median of those with its interval; NaN for none.
    total
        Traces of this outcome, where `lengths` is a sample of them; None means ``n``.

    Raises
    ------
    ValueError
        If the name is unknown.
    """

    name: PopulationName
    lengths: FloatArray
    median: float = NAN
    low: float = NAN
    high: float = NAN
    standardised: FloatArray | None = None
    standardised_median: float = NAN
    standardised_low: float = NAN
    standardised_high: float = NAN
    total: int | None = None

    def __post_init__(self) -> None:
        check_population(self.name)


@dataclass(frozen=True)
class LengthsByOutcome:
    """How long traces of each outcome are.

    Parameters
    ----------
    title, subtitle
        Words over the figure.
    outcomes
        At most one of each name; drawn in the order of legends.
    unit
        "tokens" or "bytes".

    Raises
    ------
    ValueError
        If an outcome is there twice.
    """

    title: str
    subtitle: str
    outcomes: tuple[OutcomeLengths, ...]
    unit: str = "tokens"

    def __post_init__(self) -> None:
        check_distinct([each.name for each in self.outcomes])
