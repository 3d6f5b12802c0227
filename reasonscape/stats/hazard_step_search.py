"""The steps that a course of odds may have, and the best fit of each."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

NARROW = math.log(1.5)
"""Width up to which a rise is a step: the odds go from 10% to 90% of it within a factor 1.5."""

WIDE = math.log(4.0)
"""Width from which a rise is gradual: a factor 4."""

EDGE = 0.05
"""Share of the ends that lie before the first and after the last place of a step."""

SLOPE = 2.0 * math.log(9.0)
"""Logits between 10% and 90% of a step."""

_PLACES = 31
_WIDTHS = (0.15, NARROW, 0.75, WIDE, 2.0, 3.0)
_FIRST_ROUNDS, _ROUNDS = 3, 20
_CLOSE = 3.0
_RIDGE = 1e-3
_SLOTS = 1 << 20


@dataclass(frozen=True, slots=True)
class StepTable:
    """Wrong ends and ends by group and bin, scaled, shape (groups, bins); log time of the bins."""

    k: FloatArray
    n: FloatArray
    x: FloatArray


def step_grid(table: StepTable) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Steps (G, bins) from 0 at the first to 1 at the last place, their places and widths."""
    share = np.cumsum(table.n.sum(axis=0)) / table.n.sum()
    first = float(table.x[np.searchsorted(share, EDGE)])
    last = float(table.x[min(int(np.searchsorted(share, 1.0 - EDGE)), len(table.x) - 1)])
    if not last > first:
        first, last = float(table.x[0]), float(table.x[-1])
    inside = np.interp(np.linspace(EDGE, 1.0 - EDGE, _PLACES), share, table.x)
    places, widths = (
        part.ravel() for part in np.meshgrid(np.clip(inside, first, last), _WIDTHS, indexing="ij")
    )
    latent = (SLOPE / widths)[:, None] * (np.append(table.x, [first, last]) - places[:, None])
    raw = 0.5 * (1.0 + np.tanh(0.5 * latent))
    # The rise within the observed range is the jump, as a fall is one within the levels.
    rise = np.maximum(raw[:, -1] - raw[:, -2], 1e-9)
    return raw[:, :-2] / rise[:, None], places, widths


@dataclass(slots=True)
class _Climb:
    """Newton's method for many steps at once: jumps (G,) and group terms (G, groups)."""

    table: StepTable
    steps: FloatArray
    jump: FloatArray
    terms: FloatArray
    error: FloatArray
    loglik: FloatArray

    def rounds(self, most: int) -> None:
        """Climb; jumps below 0 are judged by the caller."""
        table, steps = self.table, self.steps
        for _ in range(most):
            latent = self.terms[:, :, None] + self.jump[:, None, None] * steps[:, None, :]
            p = 0.5 * (1.0 + np.tanh(0.5 * latent))
            weight = table.n * p
            slope = table.k - weight
            weight *= 1.0 - p
            by_group = weight.sum(axis=2) + _RIDGE
            cross = np.einsum("gst,gt->gs", weight, steps)
            square = np.einsum("gst,gt->g", weight, steps**2) + _RIDGE
            score = np.einsum("gst,gt->g", slope, steps) - _RIDGE * self.jump
            own = slope.sum(axis=2)
            information = np.maximum(square - (cross**2 / by_group).sum(axis=1), 1e-12)
            move = (score - (cross * own / by_group).sum(axis=1)) / information
            move = np.clip(move, -2.0, 2.0)
            shift = np.clip((own - cross * move[:, None]) / by_group, -3.0, 3.0)
            self.jump = np.clip(self.jump + move, -12.0, 12.0)
            self.terms = self.terms + shift
            self.error = 1.0 / np.sqrt(information)
            if float(np.abs(move).max()) < 1e-4 and float(np.abs(shift).max()) < 1e-3:
                break
        latent = self.terms[:, :, None] + self.jump[:, None, None] * steps[:, None, :]
        spent = np.maximum(latent, 0.0) + np.log1p(np.exp(-np.abs(latent)))
        self.loglik = np.einsum("st,gst->g", table.k, latent) - np.einsum(
            "st,gst->g", table.n, spent
        )

    def chosen(self, keep: npt.NDArray[np.intp]) -> _Climb:
        """The climbs of some of the steps."""
        return _Climb(
            self.table, self.steps[keep], self.jump[keep], self.terms[keep], self.error[keep],
            self.loglik[keep],
        )  # fmt: skip


def fit_steps(
    table: StepTable, steps: FloatArray, widths: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Jump, gain over no jump, and error of the jump, for every step of the grid.

    All climb a little; those that may still be the best of their kind or lie in an interval
    climb to the end.
    """
    total, wrong = table.n.sum(axis=1), table.k.sum(axis=1)
    share = wrong / total
    start = np.log(share / (1.0 - share))
    null = float((wrong * np.log(share) + (total - wrong) * np.log1p(-share)).sum())
    jump, error, gain = (np.zeros(len(steps)) for _ in range(3))
    terms = np.tile(start, (len(steps), 1))
    whole = _Climb(table, steps, jump, terms, error, gain)
    chunk = max(1, _SLOTS // table.n.size)

    def climb(places: npt.NDArray[np.intp], most: int) -> None:
        for i in range(0, len(places), chunk):
            some = places[i : i + chunk]
            part = whole.chosen(some)
            part.rounds(most)
            jump[some], terms[some], error[some] = part.jump, part.terms, part.error
            gain[some] = part.loglik - null

    climb(np.arange(len(steps)), _FIRST_ROUNDS)
    rising = np.where(jump > 0.0, gain, 0.0)
    kinds = (widths <= NARROW, widths >= WIDE, np.ones(len(steps), dtype=bool))
    close = np.zeros(len(steps), dtype=bool)
    for kind in kinds:
        close |= kind & (rising >= float(rising[kind].max()) - _CLOSE)
    climb(np.flatnonzero(close & (jump > 0.0)), _ROUNDS)
    return jump, np.maximum(gain, 0.0), error
