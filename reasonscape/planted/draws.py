"""The random part of a planted store: every completion of one (eval, task) as arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from reasonscape.planted.design import Plan, PlannedEval, PlannedTask
from reasonscape.planted.fragmenting import fragmented_items
from reasonscape.planted.nuisance import contaminated, heavy_tailed
from reasonscape.planted.truth import GroupTruth, group_truth, stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST_TOKENS = 8


@dataclass(frozen=True, slots=True)
class Draws:
    """Completions of one (eval, task), ordered by cell, item and repeat; arrays of one length.

    Attributes
    ----------
    cell, item, repeat
        Cell number (last axis fastest), item number within the cell, repeat.
    right
        Whether the trace was meant to end right, before any cut-off.
    correct, truncated, answered
        What the log says; a truncated completion is neither correct nor answered.
    looped
        Wrong traces that end in a terminal loop.
    circling
        Wrong traces whose second half says the first half again.
    stumbling
        Right traces that say one thing a few times over and go on.
    tokens
        Completion tokens, at most the cap; truncated rows have exactly the cap.
    """

    cell: NDArray[np.int32]
    item: NDArray[np.int32]
    repeat: NDArray[np.int32]
    right: NDArray[np.bool_]
    correct: NDArray[np.bool_]
    truncated: NDArray[np.bool_]
    answered: NDArray[np.bool_]
    looped: NDArray[np.bool_]
    circling: NDArray[np.bool_]
    stumbling: NDArray[np.bool_]
    tokens: NDArray[np.int32]


def draw_group(plan: Plan, task: PlannedTask, planned: PlannedEval) -> tuple[GroupTruth, Draws]:
    """Draw every completion of one (eval, task).

    Item effects are logit-normal around the cell; a share of their variance is common to all
    evals of the plan, so that paired comparisons have something to pair. Lengths are log-normal
    and independent of the item's accuracy effect given right or wrong; with ``wrong_ends`` the
    length comes first and moves the odds.

    Parameters
    ----------
    plan, task, planned
        The plan and one pair of its `groups`.

    Returns
    -------
    GroupTruth, Draws
        What is true and what was drawn; ``task.rows`` entries.

    Examples
    --------
    >>> from reasonscape.planted.design import mechanism_plan
    >>> plan = mechanism_plan("healthy", axes=1, items=5, repeats=2)
    >>> truth, draws = draw_group(plan, plan.tasks[0], plan.evals[0])
    >>> len(draws.correct), bool((draws.correct & draws.truncated).any())
    (80, False)
    """
    truth = group_truth(plan, task, planned)
    names = (planned.model, planned.template, planned.sampler, task.name)
    rng = stream(plan, "completions", *names)
    n_items = task.cells * task.items
    shape = (n_items, task.repeats)
    item_cell = np.repeat(np.arange(task.cells, dtype=np.int32), task.items)

    shared = stream(plan, "items", task.name).standard_normal(n_items)
    own = rng.standard_normal(n_items)
    agreement = plan.item_agreement
    z = math.sqrt(agreement) * shared + math.sqrt(1 - agreement) * own
    chances = rng.random(shape)

    thinking = truth.mechanism.thinking
    noise = math.sqrt(thinking.item_share) * rng.standard_normal(n_items)[:, None]
    noise = noise + math.sqrt(1 - thinking.item_share) * rng.standard_normal(shape)
    mixed = stream(plan, "nuisance", *names)
    if plan.nuisance is not None:
        # A factor of the length moves the end to where it is wrong more or less often.
        noise = heavy_tailed(plan.nuisance, noise, thinking.spread, mixed)
    shift, share = _shift(truth, item_cell, noise, counted=plan.nuisance is not None)
    odds = truth.mechanism.fragmented_odds
    if odds != 1:
        breaks = fragmented_items(plan, task)
        shift = np.where(breaks[:, None], -math.log(odds), 0.0) * np.ones(shape)
        share = np.full(task.cells, float(breaks.mean()))
    centre = logit_centres(truth.excess, plan.item_sd, shift=shift.min(), share=share)[item_cell]
    latent = (centre + plan.item_sd * z)[:, None] + shift
    right = chances < task.chance + (1 - task.chance) * _expit(latent)
    medians = np.where(
        right, truth.median_right[item_cell][:, None], truth.median_wrong[item_cell][:, None]
    )
    length = np.ceil(medians * np.exp(thinking.spread * noise))
    least = min(FEWEST_TOKENS, thinking.cap - 1)
    tokens = np.clip(length, least, thinking.cap).astype(np.int32)
    truncated = tokens >= thinking.cap

    unread = rng.random(shape) < plan.unanswered
    answered = ~truncated & (right | ~unread)
    end = rng.random(shape)
    there = truth.affected[item_cell][:, None] > 0
    looped = ~right & there & (end < thinking.loops)
    circling = ~right & there & ~looped & (end < thinking.loops + thinking.circles)
    draws = Draws(
        cell=np.repeat(item_cell, task.repeats),
        item=np.repeat(np.tile(np.arange(task.items, dtype=np.int32), task.cells), task.repeats),
        repeat=np.tile(np.arange(task.repeats, dtype=np.int32), n_items),
        right=right.ravel(),
        correct=(right & ~truncated).ravel(),
        truncated=truncated.ravel(),
        answered=answered.ravel(),
        looped=looped.ravel(),
        circling=circling.ravel(),
        stumbling=np.zeros(n_items * task.repeats, dtype=np.bool_),
        tokens=tokens.ravel(),
    )
    if plan.nuisance is None:
        return truth, draws
    return truth, contaminated(draws, plan.nuisance, thinking.cap, least, mixed)


def _shift(
    truth: GroupTruth, item_cell: NDArray[np.int32], noise: Floats, *, counted: bool
) -> tuple[Floats, Floats]:
    """Log odds that an end adds by its place, shaped like ``noise``; a cell's share of such ends.

    The sign is that of being right: 0 elsewhere, minus the log of the odds where ends go wrong.
    The share is that of a normal ``noise``, or ``counted`` where it has another tail.
    """
    thinking, medians = truth.mechanism.thinking, truth.median_right
    ends = thinking.wrong_ends
    if ends is None:
        return np.zeros(noise.shape), np.zeros(len(medians))
    if ends.where == "beyond":
        border = (math.log(max(ends.tokens, 1e-9)) - np.log(medians)) / thinking.spread
        there = noise > border[item_cell][:, None]
        share = np.array([0.5 * math.erfc(float(b) / math.sqrt(2)) for b in border])
    else:
        there = noise < 0 if ends.where == "early" else noise >= 0
        share = np.full(len(medians), 0.5)
    there = there & (truth.affected[item_cell][:, None] > 0)
    share = share * truth.affected
    if counted:
        cells = np.repeat(item_cell, noise.shape[1])
        share = np.bincount(cells, there.ravel(), len(medians)) / np.bincount(cells)
    return np.where(there, -math.log(ends.odds), 0.0), share


def logit_centres(
    shares: Floats, sd: float, *, shift: float = 0.0, share: Floats | float = 0.0
) -> Floats:
    """Return the centres for which logit-normal items of that sd have the given mean shares.

    Parameters
    ----------
    shares
        Wanted means, float array, each in [0, 1].
    sd
        Standard deviation of the items on the log odds, >= 0.
    shift, share
        A share of the completions, one number or one a cell, has its log odds shifted by that
        much; the means are those of all completions.

    Returns
    -------
    ndarray of float
        Same shape; infinite where the share is 0 or 1.

    Notes
    -----
    Gauss-Hermite quadrature with 64 nodes, bisection.

    Examples
    --------
    >>> [round(float(c), 3) for c in logit_centres(np.array([0.2, 0.95]), 1.0)]
    [-1.65, 3.372]
    """
    if sd == 0 and shift == 0:
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(shares) - np.log1p(-shares), dtype=np.float64)
    nodes, weights = _hermite()
    low, high = np.full(shares.shape, -745.0), np.full(shares.shape, 745.0)
    for _ in range(60):
        middle = (low + high) / 2
        mean = (_expit(middle[..., None] + sd * nodes) * weights).sum(axis=-1)
        if shift:
            moved = (_expit(middle[..., None] + shift + sd * nodes) * weights).sum(axis=-1)
            mean = (1 - share) * mean + share * moved
        low, high = np.where(mean < shares, middle, low), np.where(mean < shares, high, middle)
    centres = (low + high) / 2
    centres = np.where(shares <= 0, -np.inf, np.where(shares >= 1, np.inf, centres))
    return np.asarray(centres, dtype=np.float64)


@lru_cache(maxsize=1)
def _hermite() -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.hermite_e.hermegauss(64)
    return nodes, weights / weights.sum()


def _expit(x: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(x / 2)), dtype=np.float64)
