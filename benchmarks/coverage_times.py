"""Worlds of traces that end for `coverage`: incidence, mean times, odds over time, lengths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial

import numpy as np

from benchmarks.coverage_worlds import Case, Floats, Stated, logit, mean_share
from reasonscape.lenses.hazard.ends import RIGHT, WRONG, Ends
from reasonscape.lenses.hazard.measurement import eval_hazard
from reasonscape.lenses.hazard.options import HazardOptions
from reasonscape.stats.proportions import Proportion
from tests.lenses.compression import simulated as traces
from tests.lenses.hazard import simulated as hazards

POPULATION = 400_000
"""Traces of a population; a share of one is known to .0008."""

READ = {"early": 0.1, "middle": 0.5, "late": 0.9}
"""Parts of all traces that ended, or came to the cap, by the times at which curves are read.

A part of the *drawn* time would be a time that the largest of the sample chooses."""


@cache
def _population(world: hazards.Null) -> Ends:
    many = replace(world, items=POPULATION // world.cells, repeats=1, caps=(np.inf,))
    return hazards.null(many, 20_251_126)


def courses(rng: np.random.Generator, *, world: hazards.Null) -> Iterator[Stated]:
    """Curves, mean time, budget and failures of one eval."""
    whole = _population(world)
    found = hazards.measured(hazards.null(world, int(rng.integers(2**31)))).evals[0]
    curves = found.curves
    if curves is None:
        return
    time = curves.still.time
    read = -1
    for name, part in READ.items():
        wanted = np.quantile(np.minimum(whole.time, min(world.caps)), part)
        last, read = read, int(np.argmin(np.abs(time - wanted)))
        if read == last:  # both are the cap
            continue
        at = read
        still = float((whole.time > time[at]).mean())
        yield Stated(f"still going, {name}", still, *_at(curves.still, "survival", at))
        for cause, end in ((RIGHT, "right"), (WRONG, "wrong")):
            truth = float(((whole.cause == cause) & (whole.time <= time[at])).mean())
            stated = (curves.ended.incidence, curves.ended.low, curves.ended.high)
            value, low, high = (float(part[at, cause - 1]) for part in stated)
            yield Stated(f"{end} ends, {name}", truth, value, low, high)
    mean = curves.mean
    truth = float(np.minimum(whole.time, mean.tau).mean())
    yield Stated("mean time", truth, mean.value, mean.low, mean.high)
    budget = found.budget
    if budget is not None:
        half = len(budget.budget) // 2
        right = (whole.cause == RIGHT) & (whole.time <= budget.budget[half])
        ends = (budget.accuracy[half], budget.low[half], budget.high[half])
        yield Stated("accuracy at half the budget", float(right.mean()), *map(float, ends))
    if not np.isfinite(world.caps).all() or max(world.caps) >= 8192.0:
        yield _share("failures", float((whole.cause != RIGHT).mean()), found.failures)


def _at(curve: object, name: str, at: int) -> tuple[float, float, float]:
    value, low, high = (float(getattr(curve, part)[at]) for part in (name, "low", "high"))
    return value, low, high


def _share(name: str, truth: float, found: Proportion) -> Stated:
    return Stated(name, truth, found.value, found.low, found.high)


def _drawn(
    rng: np.random.Generator, *, cells: int, items: int, repeats: int, item_sd: float
) -> tuple[Floats, Floats, Ends]:
    """Lengths, log odds of a wrong end, and ends that are all right, harder cells longer."""
    count = cells * items
    item = np.repeat(np.arange(count), repeats)
    cell = item // items
    hard = np.linspace(-1.0, 1.0, cells) if cells > 1 else np.zeros(1)
    noise = 0.5 * rng.standard_normal(count)[item] + 0.5 * rng.standard_normal(len(item))
    length = np.ceil(800.0 * np.exp(0.3 * hard[cell] + noise))
    odds = -1.0 + hard[cell] + item_sd * rng.standard_normal(count)[item]
    return length, odds, hazards.ends(length, np.full(len(item), RIGHT), item, cell[:, None])


def _ended(whole: Ends, odds: Floats, rng: np.random.Generator, cap: float = 8192.0) -> Ends:
    wrong = rng.random(len(odds)) < 1.0 / (1.0 + np.exp(-odds))
    return hazards.cut_at(replace(whole, cause=np.where(wrong, WRONG, RIGHT)), cap)


def late_odds(rng: np.random.Generator, *, repeats: int, item_sd: float) -> Iterator[Stated]:
    """Late ends, those beyond the median of their cell, are wrong at e^j times the odds."""
    length, odds, whole = _drawn(rng, cells=8, items=25, repeats=repeats, item_sd=item_sd)
    jump = float(rng.choice([0.0, rng.normal(0.0, 0.8)]))
    cell = whole.coords[:, 0]
    hard = np.linspace(-1.0, 1.0, 8)
    late = length > 800.0 * np.exp(0.3 * hard[cell])
    task = hazards.task_of(_ended(whole, odds + jump * late, rng), options=HazardOptions())
    relative = eval_hazard(task.evals[0], task, HazardOptions()).relative
    if relative is None:
        return
    found = relative.halves.late_early
    yield Stated(
        "log odds, late over early", jump, *map(_log, (found.ratio, found.low, found.high))
    )


def _log(ratio: float) -> float:
    with np.errstate(divide="ignore"):
        return float(np.log(ratio))


def threshold(rng: np.random.Generator, *, repeats: int, item_sd: float) -> Iterator[Stated]:
    """From a place on, which is drawn, ends are wrong at 4 to 12 times the odds."""
    length, odds, whole = _drawn(rng, cells=8, items=25, repeats=repeats, item_sd=item_sd)
    place = float(np.exp(rng.uniform(np.log(500.0), np.log(1300.0))))
    jump = float(np.log(rng.uniform(4.0, 12.0)))
    sample = _ended(whole, odds + jump * (length >= place), rng)
    told = hazards.found(sample)["hazard_threshold"]
    evidence = told.evidence
    if told.p is None or told.p >= 0.05 or "place_interval" not in evidence:
        return
    interval = (evidence["place"], *evidence["place_interval"])
    yield Stated("place (tokens), p < .05", place, *interval)
    if told.verdict == "present" and told.effect is not None:
        yield Stated("place (tokens), present", place, *interval)
        ends = (told.effect.value, told.effect.low, told.effect.high)
        # Odds over unlike items are nearer to 1 than those of each: the lens compares within cells.
        before = -1.0 + np.linspace(-1.0, 1.0, 8)
        shares = mean_share(before, item_sd), mean_share(before + jump, item_sd)
        seen = float((logit(shares[1]) - logit(shares[0])).mean())
        yield Stated("log odds of the step", seen, *map(_log, ends))


def lengths(rng: np.random.Generator, *, repeats: int, spread: float) -> Iterator[Stated]:
    """Finished wrong traces are 0.5 to 1.6 times as long as right ones of the same cell."""
    ratio = float(rng.uniform(0.5, 1.6))
    world = traces.Null(
        cells=8, items=int(rng.integers(6, 40)), repeats=repeats, item_sd=spread,
        accuracy=float(rng.uniform(0.3, 0.9)), loops=0.0, cap=1e9,
    )  # fmt: skip
    made = traces.null(world, int(rng.integers(2**31)))
    wrong = made.outcome != 0
    made = replace(made, tokens=np.maximum(np.ceil(made.tokens * np.where(wrong, ratio, 1.0)), 1.0))
    found = traces.measured(made).evals[0].lengths
    if found is not None and np.isfinite(found.shift.value):
        shift = found.shift
        yield Stated(
            "log ratio of lengths", float(np.log(ratio)), shift.value, shift.low, shift.high
        )


def hazard_ratio(rng: np.random.Generator, *, repeats: int) -> Iterator[Stated]:
    """Two evals whose right and wrong ends come at constant rates, the first over the second."""
    ratio = np.exp(rng.normal(0.0, 0.5, 2))
    items, cells = int(rng.integers(10, 30)), 6
    sides = []
    for factor in (np.ones(2), ratio):
        item = np.repeat(np.arange(items * cells), repeats)
        cell = item // items
        pace = np.exp(-0.3 * cell)[:, None] / np.array([800.0, 1600.0])
        rate = pace * factor
        when = np.ceil(rng.exponential(1.0, len(item)) / rate.sum(axis=1))
        wrong = rng.random(len(item)) < rate[:, 1] / rate.sum(axis=1)
        ended = hazards.ends(when, np.where(wrong, WRONG, RIGHT), item, cell[:, None])
        sides.append(hazards.cut_at(ended, 3000.0))
    one = hazards.measured(*sides).comparisons[0]
    pace = np.exp(-0.3 * np.arange(cells))[:, None] / np.array([800.0, 1600.0])
    for cause, (name, found) in enumerate((("right", one.right), ("wrong", one.wrong))):
        ends = (found.ratio.ratio, found.ratio.low, found.ratio.high)
        yield Stated(f"log ratio, {name}", -float(np.log(ratio[cause])), *map(_log, ends))
        less = found.restricted
        truth = _lost(pace, cause, less.tau) - _lost(pace * ratio, cause, less.tau)
        yield Stated(f"time lost, {name}", truth, less.difference, less.low, less.high)


def _lost(rate: Floats, cause: int, tau: float) -> float:
    """Mean time before tau that a cause with a constant rate takes, over cells of equal weight."""
    every = rate.sum(axis=1)
    return float((rate[:, cause] / every * (tau - -np.expm1(-every * tau) / every)).mean())


_NULLS = {
    "no repeats": hazards.Null(cells=6, items=30, repeats=1),
    "4 repeats": hazards.Null(cells=6, items=15, repeats=4),
    "8 repeats alike": hazards.Null(cells=6, items=12, repeats=8, item_sd=2.0, length_share=0.9),
    "cut off": hazards.Null(cells=6, items=30, repeats=2, caps=(900.0,)),
    "several caps": hazards.Null(cells=6, items=30, repeats=2, caps=(512.0, 2048.0)),
    "12 items": hazards.Null(cells=2, items=6, repeats=4),
    "mostly right": hazards.Null(cells=6, items=30, repeats=2, accuracy=0.95),
}

TIMES = (
    *(Case(f"times, {name}", partial(courses, world=one), 1000) for name, one in _NULLS.items()),
    Case("late odds", partial(late_odds, repeats=1, item_sd=0.0), 1000),
    Case("late odds, 4 repeats", partial(late_odds, repeats=4, item_sd=1.0), 1000),
    Case("threshold", partial(threshold, repeats=2, item_sd=0.0), 1000),
    Case("threshold, 4 repeats", partial(threshold, repeats=4, item_sd=1.0), 1000),
    Case("lengths", partial(lengths, repeats=1, spread=0.0), 1000),
    Case("lengths, 4 repeats", partial(lengths, repeats=4, spread=1.0), 1000),
    Case("hazard ratio", partial(hazard_ratio, repeats=1), 1000),
    Case("hazard ratio, 4 repeats", partial(hazard_ratio, repeats=4), 1000),
)  # fmt: skip
