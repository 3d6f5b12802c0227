"""Worlds of curves along an axis for `coverage`: falls, places of cliffs, onsets of truncation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from benchmarks.coverage_worlds import (
    Case,
    Floats,
    Stated,
    item_shares,
    logistic,
    logit,
    mean_share,
)
from benchmarks.diagnosis_numbers import _bins, _half, _population
from reasonscape.datasets.declaration import AxisConfig, BaseTask
from reasonscape.planted.causes import PlantedCause, planted_cause
from reasonscape.planted.draws import Draws, draw_group
from reasonscape.store.selection.raw_cells import RawCells
from tests.lenses.surface.simulated import judged, measured

LEVELS, OTHERS = 8, 3
STEEP = 2 * float(np.log(9))
Curve = Callable[[Floats], Floats]
"""Accuracy of the average item at positions along the axis, (positions,)."""


def raw_cells(
    axes: dict[str, Floats], cell: Any, item: Any, right: Any, cut: Any, chance: float = 0.0
) -> RawCells:
    """Sums by cell, as the store's query gives them; ``axes`` hold the levels of each cell."""
    cells = len(next(iter(axes.values())))
    m = np.bincount(item).astype(np.float64)
    k = np.bincount(item, right).astype(np.float64)
    owner = np.zeros(len(m), dtype=np.int64)
    owner[item] = cell

    def add(values: Floats) -> Floats:
        return np.bincount(owner, values, cells).astype(np.float64)

    share, lost, zero = k / m, np.bincount(cell, cut, cells).astype(np.float64), np.zeros(cells)
    n, good = add(m), add(k)
    sums: dict[str, Floats] = {
        "items": np.bincount(owner, minlength=cells).astype(np.float64), "n": n, "k": good,
        "truncated": lost, "unanswered": zero, "incorrect": n - good - lost, "ungraded": zero,
        "failed": zero, "stop_known": n, "sum_m2": add(m * m), "k2_over_m": add(k * share),
        "sum_p": add(share), "sum_p2": add(share**2), "chance": n * chance,
    }  # fmt: skip
    names = np.array(["e1"] * cells, dtype=object)
    return RawCells(names, {name: np.asarray(values) for name, values in axes.items()}, sums)


def half_way(curve: Curve, *, beyond: float = 0.0) -> float:
    """Where a monotone curve passes half of its change.

    That is its change between the outermost levels, or, with ``beyond``, between places so many
    levels outside of them: there a step has reached its ceiling and its floor.
    """
    at = np.linspace(-beyond, LEVELS - 1.0 + beyond, 20_001)
    values = curve(at)
    return float(at[np.argmin(np.abs(values - (values[0] + values[-1]) / 2))])


def _sizes(rng: np.random.Generator) -> tuple[int, int, float]:
    """Items a cell, repeats and the spread of items."""
    repeats = int(rng.choice([1, 2, 4]))
    return int(rng.integers(4, 25)), repeats, 0.0 if repeats == 1 else 1.0


def _store(
    curve: Curve, rng: np.random.Generator, *, truncation: bool = False
) -> tuple[RawCells, Curve]:
    """Samples on 8 levels by 3 of an idle axis, and the mean share along the axis."""
    items, repeats, spread = _sizes(rng)
    x, y = (part.ravel().astype(np.float64) for part in np.indices((LEVELS, OTHERS)))
    of_item = np.repeat(np.arange(len(x)), items)
    shares = item_shares(logit(curve(x))[of_item], spread, rng)
    item = np.repeat(np.arange(len(of_item)), repeats)
    hit = rng.random(len(item)) < shares[item]
    # Where the curve is of truncation, one in ten of the others is wrong.
    right, cut = (hit, np.zeros(len(hit), dtype=bool))
    if truncation:
        right, cut = ~hit & (rng.random(len(hit)) > 0.1), hit
    made = raw_cells({"param.x": x, "param.y": y}, of_item[item], item, right, cut)
    return made, lambda at: mean_share(logit(curve(at)), spread)


def fall(rng: np.random.Generator, *, shape: str) -> Iterator[Stated]:
    """Accuracy along an axis: what is stated whatever the verdict, and where it is present."""
    curve = _shape(shape, rng)
    raw, mean = _store(curve, rng)
    result = measured(raw)
    found = result.evals[0].along[0].curve
    ends = mean(np.array([0.0, LEVELS - 1.0]))
    truth = float(ends[0] - ends[1])
    if found is None:
        return
    yield Stated("fall", truth, found.fall, found.fall_low, found.fall_high)
    at = half_way(mean, beyond=20.0 if shape in ("cliff", "slope") else 0.0)
    if found.p < 0.05 and shape != "flat":
        yield Stated("place (gaps)", at, found.place, found.place_low, found.place_high)
    for pattern in ("accuracy_cliff", "gradual_decline"):
        told = judged(result)["e1"][pattern]
        if told.verdict != "present" or told.effect is None or told.evidence["axis"] != "x":
            continue
        effect = told.effect
        yield Stated(f"{pattern}, fall", truth, effect.value, effect.low, effect.high)
        if pattern == "accuracy_cliff":
            ends_of = told.evidence["place_interval"]
            yield Stated(f"{pattern}, place", at, told.evidence["place"], *ends_of)


def onset(rng: np.random.Generator) -> Iterator[Stated]:
    """Truncation that rises along the axis."""
    least, most = rng.uniform(0.002, 0.05), rng.uniform(0.3, 0.98)
    place, width = rng.uniform(1.5, LEVELS - 2.5), np.exp(rng.uniform(np.log(0.3), np.log(4.0)))

    def rising(at: Floats) -> Floats:
        return np.asarray(least + (most - least) * logistic(STEEP / width * (at - place)))

    raw, mean = _store(rising, rng, truncation=True)
    found = measured(raw).evals[0].along[0].onset
    if found is not None and found.p < 0.05:
        ends = mean(np.array([0.0, LEVELS - 1.0]))
        rise = float(ends[1] - ends[0])
        stated = (found.onset, found.onset_low, found.onset_high)
        yield Stated("onset (gaps)", half_way(mean, beyond=20.0), *stated)
        yield Stated("onset, between the ends", half_way(mean), *stated)
        yield Stated("rise", rise, found.rise, found.rise_low, found.rise_high)


def _shape(shape: str, rng: np.random.Generator) -> Curve:
    """A curve that is drawn anew for each store."""
    high, low = rng.uniform(0.8, 0.98), rng.uniform(0.03, 0.4)
    last = LEVELS - 1.0
    if shape == "flat":
        return lambda at: np.full(len(at), high)
    if shape in ("cliff", "slope"):
        widths = (0.2, 1.0) if shape == "cliff" else (2.0, 6.0)
        place, width = rng.uniform(1.5, last - 1.5), rng.uniform(*widths)
        return lambda at: low + (high - low) * logistic(STEEP / width * (place - at))
    if shape == "straight":
        return lambda at: high + (low - high) * at / last
    if shape == "bent":
        power = float(np.exp(rng.uniform(-1, 1)))
        return lambda at: high + (low - high) * (at / last) ** power
    raise ValueError(f"no shape {shape}")


def planted(rng: np.random.Generator, *, cause: str, settings: Any) -> Iterator[Stated]:
    """The stores of benchmarks/diagnosis.py, judged by the surface lens alone."""
    made = planted_cause(cause, int(rng.integers(10_000, 2**31)), settings)
    task = made.plan.tasks[0]
    findings = surface_of(made)
    truth, drawn = _population(made)
    for pattern in ("accuracy_cliff", "gradual_decline"):
        told = findings[pattern]
        if told.verdict != "present" or told.evidence["axis"] != task.axes[0].name:
            continue
        bins = _bins(task.axes[0], told.evidence["edges"])
        place, change = _half(truth, drawn.correct, bins)
        effect = told.effect
        yield Stated(f"{pattern}, fall", change, effect.value, effect.low, effect.high)
        if pattern == "accuracy_cliff" and truth.mechanism.kind == "cliff":
            ends = told.evidence["place_interval"]
            yield Stated(f"{pattern}, place", place, told.evidence["place"], *ends)
    told = findings["truncation_dominant"]
    found = told.evidence.get("onset") or {}
    if told.verdict == "present" and found.get("axis") == task.axes[0].name:
        bins = _bins(task.axes[0], findings["accuracy_cliff"].evidence.get("edges"))
        at = _half(truth, drawn.truncated, bins)[0]
        yield Stated("onset (gaps)", at, found["place"], *found["place_interval"])


def surface_of(made: PlantedCause) -> dict[str, Any]:
    """Findings of the surface lens on the failing model of a planted store, without a disk."""
    task = made.plan.tasks[0]
    _, draws = draw_group(made.plan, task, made.plan.evals[0])
    raw, base = _of_draws(made, draws)
    return dict(judged(measured(raw, base))["e1"])


def _of_draws(made: PlantedCause, draws: Draws) -> tuple[RawCells, BaseTask]:
    task = made.plan.tasks[0]
    places = np.unravel_index(np.arange(task.cells), task.shape)
    axes, config = {}, {}
    for axis, place in zip(task.axes, places, strict=True):
        levels = np.array(axis.levels, dtype=float if axis.numeric else object)
        if axis.confounder:
            continue
        axes[("param." if axis.numeric else "label.") + axis.name] = levels[place]
        if axis.numeric:
            config[axis.name] = AxisConfig(harder="up" if levels[-1] > levels[0] else "down")
    item = draws.cell.astype(np.int64) * task.items + draws.item
    raw = raw_cells(axes, draws.cell, item, draws.correct, draws.truncated, task.chance)
    return raw, BaseTask("t", axes=config, chance=task.chance)


CURVES = (
    *(Case(f"fall, {shape}", partial(fall, shape=shape), 500)
      for shape in ("cliff", "slope", "straight", "bent", "flat")),
    Case("truncation sets in", onset, 500),
    *(Case(f"planted {cause}, {settings}", partial(planted, cause=cause, settings=settings), 300)
      for settings in ("tuning", "held-out")
      for cause in ("context_truncation", "capability_gap", "working_memory_limit",
                    "reasoning_inefficiency", "underthinking")),
)  # fmt: skip
