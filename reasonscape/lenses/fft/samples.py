"""The samples of one eval beside the prompts they answer, and what had to be left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reasonscape.findings.thresholds import MIN_ITEMS_CLAIMED
from reasonscape.lenses.fft.selection import EvalPrompts
from reasonscape.lenses.fft.spectra import BoolArray, FloatArray, IntArray, ReadingSpectra
from reasonscape.stats.codes import row_codes
from reasonscape.stats.pairwise_odds import OddsPerUnit
from reasonscape.stats.strata import Strata, difficulty_strata
from reasonscape.store.schema import OUTCOMES

USED = 4
"""correct, incorrect, truncated, unanswered: those of the outcomes that are used."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Samples with an outcome that say nothing about prompts, by reason."""

    used: int
    no_prompt: int
    unread: int
    too_short: int
    one_token: int

    @property
    def total(self) -> int:
        """Samples left out."""
        return self.no_prompt + self.unread + self.too_short + self.one_token

    @property
    def by_reason(self) -> Mapping[str, int]:
        """Reasons that occur with their counts."""
        found = {
            "no prompt": self.no_prompt,
            "more prompts than --prompts": self.unread,
            "fewer than 16 tokens": self.too_short,
            "one token over and over": self.one_token,
        }
        return {reason: n for reason, n in found.items() if n}


@dataclass(frozen=True, slots=True)
class Samples:
    """Samples of one (eval, task) whose prompt has a spectrum.

    Attributes
    ----------
    row
        Row of the prompt among the spectra of the eval's reading, shape (n,).
    item, coords
        Number of the question, and its level along each axis, shape (n,) and (n, axes).
    failed
        Whether it was not right, shape (n,).
    strata
        Cells of equal difficulty.
    prompts, first
        The distinct prompts among them, ascending, and the first sample of each.
    """

    row: IntArray
    item: IntArray
    coords: IntArray
    failed: BoolArray
    strata: Strata
    prompts: IntArray
    first: IntArray

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.row)

    @property
    def cell(self) -> IntArray:
        """One number for each combination of levels, shape (n,)."""
        return row_codes(self.coords)[0]

    @property
    def equal(self) -> IntArray:
        """Stratum of equal difficulty of each sample, shape (n,).

        Never fifths of predicted difficulty: they hold both sides of a cliff, and how a prompt is
        cut goes with its length. Cells with one outcome are then left out.
        """
        return self.cell if self.strata.kind == "fifths" else self.strata.group

    def level(self, axis: int) -> IntArray:
        """Level of each distinct prompt along an axis."""
        return np.asarray(self.coords[self.first, axis])

    @property
    def prompt_item(self) -> IntArray:
        """Question of each distinct prompt."""
        return np.asarray(self.item[self.first])

    @property
    def share_failed(self) -> FloatArray:
        """Share of the samples of each distinct prompt that failed."""
        place = np.searchsorted(self.prompts, self.row)
        n = len(self.prompts)
        return np.bincount(place, self.failed, n) / np.maximum(np.bincount(place, minlength=n), 1)


def few_outcomes(odds: OddsPerUnit) -> bool:
    """Whether either outcome, or the items, are too few for odds: dealt labels had passed."""
    return min(odds.clusters, odds.n_with, odds.n_without) < MIN_ITEMS_CLAIMED


def samples_of(
    one: EvalPrompts, own: ReadingSpectra, n_levels: Sequence[int]
) -> tuple[Samples, LeftOut]:
    """Keep the samples whose prompt has a spectrum; count the others."""
    rows = one.traces.rows
    used = rows.outcome < USED
    there = used & (one.prompt >= 0)
    row = np.full(len(there), -1, dtype=np.int64)
    row[there] = own.row[one.prompt[there]]
    safe = np.maximum(row, 0)
    some = len(own.tokens) > 0
    short = there & (own.spectra.segments[safe] == 0) if some else np.zeros_like(there)
    measured = there & own.measured[safe] if some else np.zeros_like(there)
    left = LeftOut(
        used=int(used.sum()),
        no_prompt=int((used & ~there & ~one.unread).sum()),
        unread=int((used & one.unread).sum()),
        too_short=int(short.sum()),
        one_token=int((there & ~short & ~measured).sum()),
    )
    failed = np.asarray(rows.outcome != OUTCOMES.index("correct"))[measured]
    item, coords = rows.item[measured], one.traces.coords[measured]
    prompts, first = np.unique(row[measured], return_index=True)
    strata = difficulty_strata(~failed, item, coords, n_levels, one.traces.chance)
    return Samples(row[measured], item, coords, failed, strata, prompts, first), left
