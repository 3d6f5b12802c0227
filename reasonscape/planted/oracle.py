"""What can be known of a planted cause by someone who knows the mechanism: one p a store.

The oracle sees the draws and the plan: it tests the contrast that the mechanism makes, where it
makes it, in what the log shows, and nothing else. A store whose oracle cannot reject "no effect"
is not decidable. All tests are score tests whose variance is counted from item to item.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.planted.cause_pairs import REGRESSION
from reasonscape.planted.causes import PlantedCause
from reasonscape.planted.draws import Draws, draw_group
from reasonscape.planted.fragmenting import fragmented_items
from reasonscape.planted.nuisance import Nuisance
from reasonscape.planted.truth import GroupTruth, positions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Ints = NDArray[np.integer]

DECIDABLE: Final = 0.001
"""p of the oracle below which a store can be decided."""

HEALTHY: Final = 0.9
"""Accuracy in excess of chance that a healthy store's lower bound has to reach."""

LOOPING: Final = 0.05
"""Samples that loop, among all, above which reasoning is inefficient."""


LOOP_CHARACTERS: Final = 600
"""Characters of a loop below which nobody could tell it from a sentence that is said again."""


def oracle(planted: PlantedCause) -> float:
    """Return p of the cause's own contrast; of several that the cause needs, the largest.

    Parameters
    ----------
    planted
        The store.

    Returns
    -------
    float
        Below ``DECIDABLE`` where the cause shows. A healthy store gets 0 where its accuracy is
        surely above ``HEALTHY``, else 1. 1, too, where the log lacks what would show the cause.

    Examples
    --------
    >>> from reasonscape.planted.causes import planted_cause
    >>> 0.0 <= oracle(planted_cause("underthinking", 1)) <= 1.0
    True
    """
    plan = planted.plan
    task = plan.tasks[0]
    truth, draws = draw_group(plan, task, plan.evals[0])
    border = task.chance + (1.0 - task.chance) * HEALTHY
    correct = draws.correct.astype(np.float64)
    if planted.cause == "healthy":
        means = _by_item(draws, correct) / task.repeats
        # Never surer than one odd item would allow.
        error = max(float(means.std()), 1.0 / len(means)) / math.sqrt(len(means))
        return 0.0 if means.mean() - 1.96 * error > border else 1.0
    if planted.cause == REGRESSION:
        _, before = draw_group(plan, task, plan.evals[1])
        return _tail(_level(draws, before.correct - correct))
    lost = _tail(_level(draws, border - correct))
    return max([lost, *_contrasts(planted, truth, draws)])


def _contrasts(planted: PlantedCause, truth: GroupTruth, draws: Draws) -> list[float]:
    cause, way = planted.cause, planted.way
    shown = planted.plan.nuisance or Nuisance()
    there = truth.affected[draws.cell] > 0
    wrong = ~draws.correct
    found = []
    if way == "cliff" or cause == "working_memory_limit":
        found.append(_across_the_break(truth, draws))
    if cause == "working_memory_limit":
        found.append(_working_memory(planted, truth, draws, shown))
    if cause == "reasoning_inefficiency":
        looped = visibly_looped(planted, draws) - LOOPING
        found.append(_tail(_level(draws, looped)) if shown.reasoning != "missing" else 1.0)
    if cause == "underthinking":
        found.append(_longer(planted, draws, there, shown, sign=-1.0))
    if cause == "context_truncation":
        known = shown.stops or shown.tokens or shown.reasoning == "kept"
        cut = np.where(wrong, draws.truncated - 0.5, 0.0)
        found.append(_tail(_level(draws, cut)) if known else 1.0)
    if cause == "tokenization_problem":
        found.append(_written_otherwise(planted, draws))
    if cause == "unstable_surface":
        found.append(_scatter(truth, draws))
    return found


def _working_memory(
    planted: PlantedCause, truth: GroupTruth, draws: Draws, shown: Nuisance
) -> float:
    """The traces from the last good level on, or when they end."""
    there = truth.affected[draws.cell] > 0
    if planted.way in ("loops", "circles") and shown.reasoning == "missing":
        return 1.0
    if planted.way == "loops":
        wrong = there & ~draws.correct
        looped = visibly_looped(planted, draws)
        return _tail(_level(draws, np.where(wrong, looped - 0.1, 0.0)))
    if planted.way == "circles":
        return _longer(planted, draws, there, shown)
    ends = truth.mechanism.thinking.wrong_ends
    if ends is None or not (shown.tokens or shown.reasoning != "missing"):
        return 1.0
    place = truth.median_right[draws.cell] if ends.where == "delayed" else ends.tokens
    late = (draws.tokens > place).astype(np.float64)
    done = there & ~draws.truncated
    return _tail(_within(draws, late, ~draws.correct, draws.cell, done))


def _across_the_break(truth: GroupTruth, draws: Draws) -> float:
    """Accuracy on the two sides of the true break, whatever the other axes."""
    after = truth.mechanism.break_after or 1
    place = positions(truth.task)
    beyond = place[:, 0][draws.cell] >= after
    rest = np.ravel_multi_index(place[:, 1:].T, truth.task.shape[1:]) if place.shape[1] > 1 else 0
    strata = np.broadcast_to(rest, len(place))[draws.cell]
    everything = np.ones(len(beyond), dtype=np.bool_)
    return _tail(_within(draws, (~draws.correct).astype(np.float64), beyond, strata, everything))


def _longer(
    planted: PlantedCause, draws: Draws, there: Bools, shown: Nuisance, sign: float = 1.0
) -> float:
    """Log lengths of wrong against right finished traces within cells, as the log has them."""
    if not shown.tokens and shown.reasoning == "missing":
        return 1.0
    length = draws.tokens.astype(np.float64) if shown.tokens else _characters(planted, draws)
    done = there & ~draws.truncated
    return _tail(sign * _within(draws, np.log(length), ~draws.correct, draws.cell, done))


def visibly_looped(planted: PlantedCause, draws: Draws) -> Floats:
    """1 where a completion ends in a loop of characters enough to see that it is one, else 0."""
    said = planted.plan.evals[0].mechanism.thinking.loop_from
    seen = draws.looped & ((1 - said) * _characters(planted, draws) >= LOOP_CHARACTERS)
    return seen.astype(np.float64)


def _characters(planted: PlantedCause, draws: Draws) -> Floats:
    short, long = planted.plan.trace_chars
    cap = planted.plan.evals[0].mechanism.thinking.cap
    return np.asarray(short + (long - short) * (draws.tokens / cap), dtype=np.float64)


def _written_otherwise(planted: PlantedCause, draws: Draws) -> float:
    """Accuracy by how the question is written, within cells of difficulty."""
    plan = planted.plan
    task = plan.tasks[0]
    wrong = (~draws.correct).astype(np.float64)
    everything = np.ones(len(wrong), dtype=np.bool_)
    if planted.way == "numbers":
        breaks = np.repeat(fragmented_items(plan, task), task.repeats)
        return _tail(_within(draws, wrong, breaks, draws.cell, everything))
    which = [axis.name for axis in task.axes].index(planted.written)
    place = positions(task)
    written = place[:, which][draws.cell]
    _, strata = np.unique(np.delete(place, which, axis=1), axis=0, return_inverse=True)
    ends = (written == 0) | (written == written.max())
    return _tail(_within(draws, wrong, written > 0, np.ravel(strata)[draws.cell], ends))


def _scatter(truth: GroupTruth, draws: Draws) -> float:
    """Cells around an additive surface (one axis: with one turn) against items within cells."""
    from scipy.special import chdtrc

    from reasonscape.stats.isotonic import one_turn_fit

    repeats = truth.task.repeats
    correct = _by_item(draws, draws.correct.astype(np.float64)) / repeats
    cells = np.repeat(np.arange(truth.task.cells), truth.task.items)
    mean = np.bincount(cells, correct) / truth.task.items
    place = positions(truth.task)
    if place.shape[1] == 1:
        left, rank = mean - one_turn_fit(mean, np.ones(len(mean))), 2
    else:
        design = np.concatenate(
            [(column[:, None] == np.unique(column)).astype(float) for column in place.T], axis=1
        )
        fitted, _, rank, _ = np.linalg.lstsq(design, mean, rcond=None)
        left = mean - design @ fitted
    within = float(np.square(correct - mean[cells]).sum()) / max(len(correct) - len(mean), 1)
    freedom = len(mean) - int(rank)
    if freedom < 1 or within <= 0:
        return 1.0
    return float(chdtrc(freedom, truth.task.items * float(np.square(left).sum()) / within))


def _within(draws: Draws, values: Floats, group: Bools, strata: Ints, used: Bools) -> float:
    """Return z of how values and group go together within strata, over items.

    The sum of products of both, centred in their stratum, over the root of its items' squares.
    """
    n = int(strata.max()) + 1
    count = np.maximum(np.bincount(strata[used], minlength=n), 1)
    weight = used.astype(np.float64)
    member = group.astype(np.float64)
    centre = np.bincount(strata, weight * values, n) / count
    share = np.bincount(strata, weight * member, n) / count
    products = weight * (values - centre[strata]) * (member - share[strata])
    return _level(draws, products)


def _level(draws: Draws, values: Floats) -> float:
    """Return z of a mean of zero, over items."""
    sums = _by_item(draws, values)
    spread = math.sqrt(float(np.square(sums).sum()))
    return float(sums.sum()) / spread if spread > 0 else 0.0


def _by_item(draws: Draws, values: Floats) -> Floats:
    """Sum over the repeats of each item; completions are ordered by cell, item and repeat."""
    repeats = int(draws.repeat.max()) + 1
    return np.asarray(values.reshape(-1, repeats).sum(axis=1), dtype=np.float64)


def _tail(z: float) -> float:
    return 0.5 * math.erfc(z / math.sqrt(2.0))
