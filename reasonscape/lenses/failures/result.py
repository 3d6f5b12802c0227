"""What the lens of failures found, as arrays and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reasonscape.findings.later import Later
from reasonscape.pooling.cards import Card
from reasonscape.pooling.pool import Pool
from reasonscape.pooling.selection import LeftOut, Vectors

if TYPE_CHECKING:
    from reasonscape.stats.alignment import Alignment, Difference
    from reasonscape.stats.cluster_stability import Stability
    from reasonscape.stats.maps import Map


@dataclass(frozen=True, slots=True)
class Aligned:
    """How far the clusters follow one label.

    Attributes
    ----------
    name
        ``kind``, ``model``, or another label of the pool.
    levels
        Names that occur.
    found
        The alignment; None where it was refused.
    reason
        Why: ``one_kind``, ``one_eval``, ``one_level``, ``few_items``, ``no_clusters``.
    """

    name: str
    levels: int
    found: Alignment | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FailuresResult:
    """What was found in the failures of a selection.

    Attributes
    ----------
    pool
        The failures that were clustered.
    cluster
        Place of each failure's card in ``cards``, shape (n,).
    vectors
        Their vectors.
    cards
        Clusters, the largest first.
    k
        Number of clusters, without what is in none.
    fixed
        Whether the user chose it, by ``k`` or a method that finds it.
    stable
        Whether halves of the items agree on it.
    by_density
        Whether HDBSCAN found it.
    stability
        What the number was chosen from; None where it was not.
    agreement
        Adjusted Rand index between partitions made on halves of the items; NaN where not asked.
    aligned
        Every label, ``kind`` and ``model`` first.
    differences
        Pair of labels -> difference of their shares explained; of kind and model on the failures
        that are shared.
    shared
        Failures on which both kind and model could have been otherwise, and the items among them.
    left_out
        Failures that were not clustered.
    samples, failures
        Counts of each (task, eval), shape (tasks, evals).
    place
        A map of the failures, made when it is first asked for.
    """

    pool: Pool
    cluster: NDArray[np.int64]
    vectors: Vectors
    cards: tuple[Card, ...]
    k: int
    fixed: bool
    stable: bool
    by_density: bool
    stability: Stability | None
    agreement: float
    aligned: tuple[Aligned, ...]
    differences: Mapping[tuple[str, str], Difference]
    shared: tuple[int, int]
    left_out: LeftOut
    samples: NDArray[np.int64]
    failures: NDArray[np.int64]
    place: Later[Map]
    notes: tuple[str, ...]
    base_task: str = "failures"

    def label(self, name: str) -> Aligned | None:
        """How far the clusters follow a label, if there is one of this name."""
        return next((one for one in self.aligned if one.name == name), None)

    @property
    def counts(self) -> dict[str, int]:
        """What a claim over all failures stands on."""
        return {
            "samples": int(self.samples.sum()),
            "failures": int(self.failures.sum()),
            "clustered": len(self.pool),
            "items": len(np.unique(self.pool.item)),
        }

    @property
    def described(self) -> Mapping[str, Any]:
        """What was embedded, and by what."""
        return {**self.vectors.described, "cached": self.vectors.cached}
