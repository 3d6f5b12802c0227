"""Operating characteristics of alignment: run ``python benchmarks/alignment_rules.py [--full]``.

Prints false alarms of the permutation null (beside one that deals labels over samples, as if items
were not there), what composition does and which strata repair it, power, how much of a model's
alignment the whole pool and the shared samples show, and the coverage of intervals. Each row is a
simulation of ``--repeats`` pools; the standard error of a rate near .05 at 200 is .015.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from reasonscape.stats.alignment import (
    Alignment,
    LabelCodes,
    align_all,
    alignment_difference,
    shared_samples,
)
from reasonscape.stats.mutual_information import informations

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Result = TypeVar("Result")


@dataclass(frozen=True)
class World:
    """Failures of some models on items of some kinds, in clusters.

    A sample's cluster follows its kind with chance ``kind_pull``, its model with ``model_pull``,
    its item with ``item_pull``, and is random otherwise. ``fails`` is the chance that a model
    fails an item, shape (models, kinds).
    """

    items: int
    kinds: int
    fails: tuple[tuple[float, ...], ...]
    clusters: int = 4
    repeats: tuple[int, int] = (1, 1)
    kind_pull: float = 0.0
    model_pull: float = 0.0
    item_pull: float = 0.0
    uneven: bool = False


@dataclass(frozen=True)
class Pool:
    """Failures drawn from a world."""

    cluster: Ints
    kind: Ints
    model: Ints
    item: Ints
    failed_by: Ints


def even(models: int, kinds: int, chance: float = 0.7) -> tuple[tuple[float, ...], ...]:
    return ((chance,) * kinds,) * models


def draw(world: World, rng: np.random.Generator) -> Pool:
    models = len(world.fails)
    share = 1 / np.arange(1, world.kinds + 1) if world.uneven else np.ones(world.kinds)
    kind = rng.choice(world.kinds, world.items, p=share / share.sum())
    fails = rng.random((world.items, models)) < np.array(world.fails).T[kind]
    times = np.where(fails, rng.integers(world.repeats[0], world.repeats[1] + 1, fails.shape), 0)
    pair = np.repeat(np.arange(fails.size), times.ravel())
    item, model = pair // models, pair % models
    own = rng.integers(0, world.clusters, world.items)
    pulls = [world.kind_pull, world.model_pull, world.item_pull]
    source = rng.choice(4, len(pair), p=[*pulls, 1 - sum(pulls)])
    options = [kind[item], model, own[item], rng.integers(0, world.clusters, len(pair))]
    cluster = np.choose(source, options) % world.clusters
    return Pool(cluster, kind[item], model, item, (fails @ (1 << np.arange(models)))[item])


def labels_of(pool: Pool) -> dict[str, LabelCodes]:
    return {
        "kind": LabelCodes(pool.kind, "item"),
        "kind in sets": LabelCodes(pool.kind, "item", pool.failed_by),
        "model": LabelCodes(pool.model, "sample"),
    }


def aligned(world: World, shuffled: bool, permutations: int, seed: int) -> dict[str, Alignment]:
    """Alignment with all labels; ``shuffled`` gives the items other kinds first."""
    pool = draw(world, np.random.default_rng(seed))
    if shuffled:
        other = np.random.default_rng([seed, 1]).integers(0, world.kinds, world.items)
        pool = replace(pool, kind=other[pool.item])
    naive = {
        name: LabelCodes(codes, "item")
        for name, codes in (("kind", pool.kind), ("model", pool.model))
    }
    found = align_all(
        pool.cluster,
        labels_of(pool),
        pool.item,
        permutations=permutations,
        seed=seed,
    )
    over = align_all(
        pool.cluster, naive, np.arange(len(pool.item)), permutations=permutations, seed=seed
    )
    return found | {f"{name}, over samples": value for name, value in over.items()}


def many(work: Callable[[int], Result], repeats: int, workers: int) -> list[Result]:
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(work, range(repeats), chunksize=max(repeats // 20, 1)))


def print_rates(
    title: str,
    worlds: list[tuple[str, World, bool]],
    names: list[str],
    options: argparse.Namespace,
) -> None:
    print(f"\n{title}\n{'':44s}" + "".join(f"{name:>22s}" for name in names))
    for about, world, shuffled in worlds:
        work = partial(aligned, world, shuffled, options.permutations)
        found = many(work, options.repeats, options.workers)
        row = "".join(f"{np.mean([f[name].p <= 0.05 for f in found]):22.3f}" for name in names)
        print(f"{about:44s}{row}", flush=True)


def print_false_alarms(options: argparse.Namespace) -> None:
    worlds = []
    for kinds in (2, 12, 100) if options.full else (3,):
        for items in (60, 400) if options.full else (100,):
            base = World(items, kinds, even(2, kinds), repeats=(1, 4), item_pull=0.9)
            worlds += [
                (f"{kinds} kinds, {items} items of 1-8 alike", base, True),
                (f"{kinds} kinds, {items} items of 1-8 apart", replace(base, item_pull=0.0), True),
            ]
    worlds += [
        (
            "clusters follow another kind, models even",
            World(150, 3, even(3, 3), repeats=(1, 3), kind_pull=0.8),
            True,
        ),
        (
            "disjoint models, items alike",
            World(150, 2, ((1.0, 0.0), (0.0, 1.0)), repeats=(1, 4), item_pull=0.9),
            True,
        ),
    ]
    names = ["kind", "kind in sets", "model", "kind, over samples", "model, over samples"]
    print_rates("labels that mean nothing: P(p <= .05)", worlds, names, options)


def print_composition(options: argparse.Namespace) -> None:
    skew = ((0.9, 0.5, 0.2), (0.2, 0.5, 0.9))
    base = World(200, 3, skew, repeats=(1, 3))
    worlds = [
        ("clusters follow the model only", replace(base, model_pull=0.6), False),
        ("clusters follow the kind only", replace(base, kind_pull=0.6), False),
        ("clusters follow both", replace(base, kind_pull=0.3, model_pull=0.3), False),
        ("clusters follow neither", base, False),
        (
            "disjoint models, clusters follow the model",
            replace(base, fails=((1.0, 0.0, 0.0), (0.0, 1.0, 1.0)), model_pull=0.6),
            False,
        ),
    ]
    names = ["kind", "kind in sets", "model", "kind, over samples", "model, over samples"]
    print_rates("each model fails its own kinds: P(p <= .05)", worlds, names, options)


def print_power(options: argparse.Namespace) -> None:
    pulls = (0.1, 0.2, 0.3, 0.5) if options.full else (0.2, 0.4)
    worlds = []
    for items in (40, 100, 300) if options.full else (100,):
        for pull in pulls:
            base = World(items, 3, even(2, 3), item_pull=0.3)
            worlds += [
                (f"{items} items, kind pulls {pull}", replace(base, kind_pull=pull), False),
                (f"{items} items, model pulls {pull}", replace(base, model_pull=pull), False),
            ]
    print_rates(
        "three kinds, two models: P(p <= .05)", worlds, ["kind", "kind in sets", "model"], options
    )


def shares(world: World, permutations: int, seed: int) -> list[float]:
    """Excess of kind and model on the whole pool and on the shared samples."""
    pool = draw(world, np.random.default_rng(seed))
    every = labels_of(pool)
    labels = {name: every[name] for name in ("kind in sets", "model")}
    whole = align_all(pool.cluster, labels, pool.item, permutations=permutations, seed=seed)
    keep = shared_samples(labels, pool.item)
    part = align_all(
        np.where(keep, pool.cluster, -1), labels, pool.item, permutations=permutations, seed=seed
    )
    return [found[name].excess for found in (whole, part) for name in labels] + [keep.mean()]


def print_shares(options: argparse.Namespace) -> None:
    print(
        "\nmean excess: on the whole pool, and on the samples whose kind and model can both change"
    )
    print(f"{'':44s}{'kind':>10s}{'model':>10s}{'kind':>10s}{'model':>10s}{'shared':>10s}")
    for chance in (1.0, 0.7, 0.3):
        for kind_pull, model_pull in ((0.4, 0.0), (0.0, 0.4), (0.4, 0.4)):
            world = World(600, 3, even(2, 3, chance), kind_pull=kind_pull, model_pull=model_pull)
            found = many(partial(shares, world, 100), options.repeats // 4, options.workers)
            about = f"fail {chance}, kind pulls {kind_pull}, model {model_pull}"
            print(f"{about:44s}" + "".join(f"{x:10.3f}" for x in np.mean(found, axis=0)))


def competitors(pool: Pool, found: Alignment, seed: int) -> dict[str, tuple[float, float]]:
    """Intervals of the ami of kind: jackknife, bootstrap of items, halves of the items."""
    rng = np.random.default_rng([seed, 2])
    items, ami = int(pool.item.max()) + 1, found.ami
    k, m = int(pool.cluster.max()) + 1, int(pool.kind.max()) + 1
    code = pool.cluster * m + pool.kind

    def ami_of(weights: Floats) -> Floats:
        tables = [np.bincount(code, w[pool.item], k * m).reshape(k, m) for w in weights]
        return informations(np.stack(tables)).ami

    drawn = ami_of(rng.multinomial(items, np.full(items, 1 / items), 200).astype(float))
    low, high = np.quantile(drawn, [0.025, 0.975])
    halves = ami_of(
        np.stack([rng.permutation(items) < items // 2 for _ in range(200)]).astype(float)
    )
    left, right = np.quantile(halves - halves.mean(), [0.025, 0.975])
    return {
        "jackknife": (found.ami_low, found.ami_high),
        "percentile": (low, high),
        "basic": (2 * ami - high, 2 * ami - low),
        "halves": (ami - right, ami - left),
    }


Intervals = dict[str, tuple[float, float, float]]


def intervals(world: World, permutations: int, seed: int) -> Intervals:
    """Value and interval of each statistic, by each method."""
    pool = draw(world, np.random.default_rng(seed))
    every = labels_of(pool)
    labels = {name: every[name] for name in ("kind", "model")}
    found = align_all(pool.cluster, labels, pool.item, permutations=permutations, seed=seed)
    kind, model = found["kind"], found["model"]
    gap = alignment_difference(kind, model)
    rivals = competitors(pool, kind, seed)
    return {f"ami, {name}": (kind.ami, *interval) for name, interval in rivals.items()} | {
        "excess of kind": (kind.excess, kind.excess_low, kind.excess_high),
        "excess of model": (model.excess, model.excess_low, model.excess_high),
        "difference": (gap.value, gap.low, gap.high),
    }


def truth(world: World) -> dict[str, float]:
    """Values in a very large pool."""
    pool = draw(replace(world, items=200_000), np.random.default_rng(0))
    every = labels_of(pool)
    labels = {name: every[name] for name in ("kind", "model")}
    found = align_all(pool.cluster, labels, pool.item, permutations=10, groups=2)
    kind, model = found["kind"], found["model"]
    return {
        "ami": kind.ami,
        "excess of kind": kind.excess,
        "excess of model": model.excess,
        "difference": kind.excess - model.excess,
    }


def print_coverage(options: argparse.Namespace) -> None:
    print("\n95% intervals: share that holds the mean over pools of this size, and the truth")
    kinds20 = World(200, 20, even(2, 20), 6, (1, 4), 0.5, 0.0, 0.3, True)
    worlds = [
        ("100 items, 3 kinds", World(100, 3, even(2, 3), 4, (1, 4), 0.4, 0.2, 0.3)),
        ("200 items, 20 uneven kinds", kinds20),
        ("300 items, weak kind", World(300, 3, even(2, 3), 4, (1, 4), 0.15, 0.3, 0.4)),
        ("300 items, no kind", World(300, 3, even(2, 3), 4, (1, 4), 0.0, 0.3, 0.4)),
    ]
    if options.full:
        worlds += [
            ("30 items, 3 kinds", World(30, 3, even(2, 3), 4, (1, 4), 0.4, 0.2, 0.3)),
            ("100 items, strong kind", World(100, 3, even(2, 3), 3, (1, 1), 0.9)),
            (
                "1000 items, 60 uneven kinds",
                replace(kinds20, items=1000, kinds=60, fails=even(2, 60)),
            ),
            ("300 items, models fail apart", World(300, 3, even(2, 3, 0.4), 4, (1, 1), 0.3, 0.3)),
        ]
    for about, world in worlds:
        known = truth(world)
        found = many(partial(intervals, world, 200), options.repeats, options.workers)
        print(f"{about}{'':30s}true    mean  of mean of truth   width")
        for name in found[0]:
            value, low, high = np.array([f[name] for f in found]).T
            true, mean = known[name.split(",")[0]], value.mean()
            held = [np.mean((low <= x) & (x <= high)) for x in (mean, true)]
            numbers = (
                f"{true:8.3f}{mean:8.3f}{held[0]:9.3f}{held[1]:9.3f}{(high - low).mean():8.3f}"
            )
            print(f"    {name:40s}{numbers}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=100)
    parser.add_argument("--permutations", type=int, default=199)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    for name, table in {
        "false": print_false_alarms,
        "composition": print_composition,
        "power": print_power,
        "shares": print_shares,
        "coverage": print_coverage,
    }.items():
        if options.only in name:
            table(options)


if __name__ == "__main__":
    main()
