"""What the lens of traces found, as arrays and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reasonscape.findings.later import Later
from reasonscape.pooling.cards import Card
from reasonscape.pooling.pool import Pool
from reasonscape.pooling.selection import LeftOut, Vectors
from reasonscape.stats.clustered import Estimate

if TYPE_CHECKING:
    from reasonscape.stats.maps import Map


@dataclass(frozen=True, slots=True)
class Contrast:
    """Odds of ending wrong with something over those without it, within cells of difficulty.

    Attributes
    ----------
    odds, low, high
        Mantel-Haenszel odds ratio with its interval over items.
    p, q
        Of no difference, and over all that was tested beside it.
    wrong, right
        Traces that have it and ended so.
    """

    odds: float
    low: float
    high: float
    p: float
    q: float
    wrong: int
    right: int


@dataclass(frozen=True, slots=True)
class MarkingPhrase:
    """A phrase whose traces end wrong, or right, more often than others of equal difficulty.

    Attributes
    ----------
    text
        Two to four words, lower-cased, numbers as ``#``.
    found
        The contrast over all items.
    by_length
        The same within thirds of length: what length alone does not explain.
    explained
        Whether length explains it: the contrast within thirds of length does not hold.
    examples
        Ids of samples that have it and ended as it says.
    texts
        Where it stands in them, where that was asked for.
    """

    text: str
    found: Contrast
    by_length: Contrast
    explained: bool
    examples: tuple[str, ...]
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldOutPhrase:
    """A phrase that one half of the items chose, measured on the other half."""

    text: str
    found: Contrast


@dataclass(frozen=True, slots=True)
class Phrases:
    """What was found of phrases.

    Attributes
    ----------
    tested
        Phrases that were tested.
    wrong, right
        Finished traces that ended so, in cells that have both.
    marking
        Those that tell, the surest first; at most ``MOST_TOLD``.
    held_out
        Those that one half of the items chose, on the other half.
    """

    tested: int
    wrong: int
    right: int
    marking: tuple[MarkingPhrase, ...]
    held_out: tuple[HeldOutPhrase, ...]


@dataclass(frozen=True, slots=True)
class Risk:
    """A cluster of traces and how often these end wrong."""

    card: Card
    wrong: float
    found: Contrast


@dataclass(frozen=True, slots=True)
class OutcomeLength:
    """Lengths of the traces of one outcome.

    Attributes
    ----------
    name
        The outcome.
    lengths
        Of each trace, shape (n,).
    median
        With its interval over items.
    standardised
        Log lengths less the mean of their eval and task, in its standard deviations, shape (n,).
    typical
        Median of these.
    """

    name: str
    lengths: NDArray[np.float64]
    median: Estimate
    standardised: NDArray[np.float64]
    typical: Estimate


@dataclass(frozen=True, slots=True)
class TracesResult:
    """What was found in the traces of a selection.

    Attributes
    ----------
    pool
        The traces.
    vectors
        A vector each; None where none were made.
    phrases
        None where they were not asked for.
    risks
        Clusters, the largest first; empty where they were not asked for.
    cluster
        Place of each trace in ``risks``, shape (n,); None where not asked.
    lengths
        Outcomes that occur; empty where not asked.
    maps
        Dimensions -> map, made when it is first asked for.
    excerpts
        Beginnings of the texts, where they were asked for.
    """

    pool: Pool
    vectors: Vectors | None
    phrases: Phrases | None
    risks: tuple[Risk, ...]
    cluster: NDArray[np.int64] | None
    k: int
    fixed: bool
    agreement: float
    lengths: tuple[OutcomeLength, ...]
    maps: Mapping[int, Later[Map]]
    excerpts: Later[tuple[str, ...]] | None
    left_out: LeftOut
    samples: int
    notes: tuple[str, ...]
    base_task: str = "traces"

    @property
    def counts(self) -> dict[str, int]:
        """What a claim over all traces stands on."""
        wrong = int(self.pool.wrong.sum())
        return {
            "samples": self.samples,
            "traces": len(self.pool),
            "wrong": wrong,
            "right": len(self.pool) - wrong,
            "items": len(np.unique(self.pool.item)),
        }
