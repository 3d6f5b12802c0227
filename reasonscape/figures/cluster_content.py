"""What figures of clusters show: what clusters follow, where failures fall, how stable groups are.

Like `content`: plain arrays that a lens fills and a drawing file draws, free of plotly. Every
estimate and interval arrives finished, NaN is not shown, shares are fractions from 0 to 1, and
texts are escaped where they are drawn. Clusters are numbered from 1 in the order in which they are
given, the same in every figure of a run, so that a cluster keeps its colour.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from reasonscape.figures.content import FloatArray, IntArray, LevelAxis, check_shapes

NAN = float("nan")


@dataclass(frozen=True)
class AlignmentRow:
    """How much of the clusters one label explains, or why that is not said.

    Parameters
    ----------
    label
        Name of the label: "kind of reasoning", "model".
    share
        Share of the clusters' information that the label explains beyond chance; may lie below 0.
    low, high
        Bounds of its 95% interval, over items.
    null_low, null_high
        The middle 95% of the same share under the null, around 0.
    adjusted
        Adjusted mutual information; NaN for no mark.
    p
        p-value of the permutation test.
    levels
        Number of levels of the label.
    n, items
        Samples and items behind the row.
    refused
        Why there is no estimate: "one model only"; empty where there is one.
    """

    label: str
    share: float = NAN
    low: float = NAN
    high: float = NAN
    null_low: float = NAN
    null_high: float = NAN
    adjusted: float = NAN
    p: float = NAN
    levels: int = 0
    n: int = 0
    items: int = 0
    refused: str = ""


@dataclass(frozen=True)
class Alignment:
    """What the clusters follow: one row a label.

    Parameters
    ----------
    title
        The answer, as a sentence: it heads the figure.
    subtitle
        What was clustered: "1,204 failures of 11 evals, 8 clusters".
    rows
        In drawing order, from the top.
    """

    title: str
    subtitle: str
    rows: tuple[AlignmentRow, ...]


@dataclass(frozen=True)
class ClusterName:
    """A cluster as the name of a row: its phrases, if it has any, and its size.

    Parameters
    ----------
    phrases
        What sets its texts apart, the most telling first; may be empty.
    size
        Number of its samples.
    confirmed
        Whether it was found again on the other half of the items; None if not asked.
    outside
        Whether these are the samples in no cluster; such a row must be the last.
    """

    phrases: tuple[str, ...]
    size: int
    confirmed: bool | None = None
    outside: bool = False


@dataclass(frozen=True, eq=False)
class ClusterShares:
    """Into which clusters the failures of each level of one label fall.

    Parameters
    ----------
    title, subtitle
        Words over the figure.
    clusters
        The rows, from the top; the first is number 1.
    axis
        The label and its levels: the columns.
    shares
        Share of each level's failures that fall into the cluster, indexed ``[cluster, level]``;
        NaN where not shown.
    counts
        The failures behind each share, indexed ``[cluster, level]``.
    totals
        Failures of each level, shape ``(levels,)``.
    panel
        Name of the panel where there are several; the axis' label if empty.

    Raises
    ------
    ValueError
        If a shape does not fit.
    """

    title: str
    subtitle: str
    clusters: tuple[ClusterName, ...]
    axis: LevelAxis
    shares: FloatArray
    counts: IntArray
    totals: IntArray
    panel: str = ""

    def __post_init__(self) -> None:
        shape = (len(self.clusters), len(self.axis.levels))
        check_shapes(shape, shares=self.shares, counts=self.counts)
        check_shapes((shape[1],), totals=self.totals)


@dataclass(frozen=True)
class ClusterCard:
    """One cluster: its phrases and how many of its samples ended how.

    Parameters
    ----------
    name
        Phrases, size and whether it was confirmed.
    correct, incorrect, truncated, unanswered
        Samples of each outcome; together at most the size.
    note
        A few more words: "62% of arithmetic, 3 evals".
    """

    name: ClusterName
    correct: int = 0
    incorrect: int = 0
    truncated: int = 0
    unanswered: int = 0
    note: str = ""


@dataclass(frozen=True)
class ClusterCards:
    """All clusters, the first number 1.

    Parameters
    ----------
    title, subtitle
        Words over the figure.
    cards
        In drawing order, from the top.
    total
        Samples in all, those in no cluster counted too: what shares are of.
    outside
        Samples in no cluster.
    """

    title: str
    subtitle: str
    cards: tuple[ClusterCard, ...]
    total: int
    outside: int = 0


@dataclass(frozen=True, eq=False)
class Stability:
    """How well clusterings of subsamples agree, by the number of clusters.

    Parameters
    ----------
    title, subtitle
        Words over the figure.
    k
        Numbers of clusters that were tried, shape ``(m,)``, rising.
    agreement
        Mean adjusted Rand index of pairs of clusterings, shape ``(m,)``.
    low, high
        Bounds of its spread over pairs, shape ``(m,)``; NaN for none.
    null_low, null_high
        The same index on data without groups, shape ``(m,)``; NaN for none.
    chosen
        The number that was chosen; None if none was.
    spread
        What the bars are: "10th to 90th percentile of 30 pairs".

    Raises
    ------
    ValueError
        If a shape does not fit.
    """

    title: str
    subtitle: str
    k: IntArray
    agreement: FloatArray
    low: FloatArray
    high: FloatArray
    null_low: FloatArray = field(default_factory=lambda: np.zeros(0))
    null_high: FloatArray = field(default_factory=lambda: np.zeros(0))
    chosen: int | None = None
    spread: str = "spread over pairs"

    def __post_init__(self) -> None:
        shape = (len(self.k),)
        check_shapes(shape, agreement=self.agreement, low=self.low, high=self.high)
        if len(self.null_low) or len(self.null_high):
            check_shapes(shape, null_low=self.null_low, null_high=self.null_high)
