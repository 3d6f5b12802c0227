"""How many groups are found, by how many there are: ``python benchmarks/cluster_rules.py``.

Worlds of vectors on the sphere with groups and without: round, unequal, weak, with noise between
them; clouds, gradients, items whose repeats lie together. For each world it prints how often each
number of groups was chosen and how well the groups of that number agree with the truth (adjusted
Rand index). Then the curves behind the choice; the share of right and of false numbers under other
thresholds, from the same curves; and how many groups would be confirmed on the other half of the
items, groups of the true number and groups forced on worlds that have none. ``--repeats`` pools a
world; the standard error of a rate of .05 is .05 at 20 and .02 at 100.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from reasonscape.stats import cluster_stability
from reasonscape.stats.cluster_stability import Stability, stability
from reasonscape.stats.held_out_clusters import confirm
from reasonscape.stats.kmeans import kmeans
from reasonscape.stats.partition_agreement import adjusted_rand

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Rng = np.random.Generator

KS = tuple(range(2, 9))
FORCED = 4
"""Groups that are made where there are none, to see how many would be confirmed."""


@dataclass(frozen=True)
class World:
    """What is drawn.

    ``shares`` are of the groups; ``apart`` is the length of a group's offset in units of the mean
    spread within it along one dimension; ``decay`` is how fast the spread falls over dimensions
    (0: round); ``tail`` the degrees of freedom of Student's t (0: normal); ``between`` the share of
    items in no group, spread twice as wide; ``gradient`` the lengths of uniform gradients;
    ``repeats`` of an item, ``item`` the share of the variance that they have in common; ``skew``
    squares the gradient.
    """

    shares: tuple[float, ...] = (1.0,)
    apart: float = 6.0
    items: int = 200
    repeats: int = 2
    item: float = 0.3
    d: int = 32
    decay: float = 0.5
    tail: int = 0
    between: float = 0.0
    gradient: tuple[float, ...] = ()
    skew: bool = False


WORLDS: dict[str, World] = {
    "no groups: round": World(decay=0.0),
    "no groups: long": World(decay=1.0),
    "no groups: 40 items x 10": World(items=40, repeats=10, item=0.8),
    "no groups: heavy tails": World(tail=3),
    "no groups: gradient": World(gradient=(12.0,)),
    "no groups: skewed gradient": World(gradient=(12.0,), skew=True),
    "no groups: two gradients": World(gradient=(12.0, 8.0)),
    "no groups: 1,000": World(items=500),
    "2 equal": World((0.5, 0.5)),
    "2 unequal": World((0.85, 0.15)),
    "2 weak": World((0.5, 0.5), apart=4.0),
    "3 equal": World((0.34, 0.33, 0.33)),
    "3 unequal": World((0.6, 0.25, 0.15)),
    "3 weak": World((0.4, 0.3, 0.3), apart=4.0),
    "3 of 100": World((0.4, 0.3, 0.3), items=50),
    "3 and 30% between": World((0.4, 0.3, 0.3), between=0.3),
    "3 heavy tails": World((0.4, 0.3, 0.3), tail=3),
    "5 equal": World((0.2,) * 5),
    "5 unequal": World((0.35, 0.25, 0.2, 0.12, 0.08)),
    "5 and 30% between": World((0.2,) * 5, between=0.3),
    "5 of 1,000": World((0.2,) * 5, items=500),
}


@dataclass(frozen=True)
class Drawn:
    """What came out of one pool: curves, agreement with the truth, shares of groups confirmed."""

    curves: Stability
    truth: int
    right: float
    overlaps: tuple[float, ...]


def draw(world: World, rng: Rng) -> tuple[Floats, Ints, Ints]:
    """Vectors of unit length, items and groups (-1 in none)."""
    n, d = world.items * world.repeats, world.d
    item = np.repeat(np.arange(world.items), world.repeats)
    spread = np.arange(1, d + 1) ** -world.decay
    spread *= np.sqrt(d / (spread**2).sum())
    group = rng.choice(len(world.shares), world.items, p=world.shares)
    group[rng.random(world.items) < world.between] = -1
    offsets = rng.standard_normal((len(world.shares) + 1, d))
    offsets *= world.apart / np.linalg.norm(offsets, axis=1, keepdims=True)
    offsets[-1] = 0.0
    own = np.sqrt(world.item) * rng.standard_normal((world.items, d))[item]
    x = spread * (own + np.sqrt(1.0 - world.item) * rng.standard_normal((n, d)))
    if world.tail:
        x *= np.sqrt(world.tail / rng.chisquare(world.tail, (n, 1)))
    x[group[item] < 0] *= 2.0
    x += offsets[group[item]]
    for axis, length in enumerate(world.gradient):
        along = rng.random(world.items)[item]
        x[:, d - 1 - axis] += length * ((along**2 if world.skew else along) - 0.5)
    # Texts of one kind share much: all vectors point the same way to some degree.
    x[:, d // 2] += 1.5 * world.apart
    return x / np.linalg.norm(x, axis=1, keepdims=True), item, group[item]


def once(world: World, seed: int) -> Drawn:
    """One pool."""
    rng = np.random.default_rng([seed, 91])
    x, item, group = draw(world, rng)
    curves = stability(x, item, KS, seed)
    truth = len(world.shares)
    right = float("nan")
    if curves.chosen is not None and truth > 1:
        label = kmeans(x, curves.chosen, seed).label
        in_one = group >= 0
        right = adjusted_rand(label[in_one], group[in_one])
    made = kmeans(x, truth if truth > 1 else FORCED, seed).label
    overlaps = confirm(x, item, made, seed).overlap
    return Drawn(curves, truth, right, tuple(overlaps.tolist()))


@dataclass(frozen=True)
class Rule:
    """Thresholds, by default ours."""

    agreement: float = cluster_stability.AGREEMENT
    left: float = cluster_stability.DISAGREEMENT
    near: float = cluster_stability.NEAR


def chosen_under(drawn: Drawn, rule: Rule) -> int:
    """The number that other thresholds would have chosen; 1 for none."""
    mean, reference = drawn.curves.mean, drawn.curves.reference
    stable = (mean >= rule.agreement) & (1.0 - mean <= rule.left * (1.0 - reference))
    if not stable.any():
        return 1
    near_best = stable & (mean >= mean[stable].max() - rule.near)
    return drawn.curves.ks[int(np.flatnonzero(near_best)[-1])]


def print_worlds(found: dict[str, list[Drawn]]) -> None:
    """Table of the chosen numbers."""
    head = "".join(f"{k if k > 1 else 'none':>6}" for k in (1, *KS))
    print(f"{'truth':28s}{head}{'right':>7}{'ARI':>6}")
    for name, drawn in found.items():
        count = Counter(one.curves.chosen or 1 for one in drawn)
        cells = "".join(f"{count[k] / len(drawn):6.2f}" if count[k] else "     ." for k in (1, *KS))
        right = np.mean([(one.curves.chosen or 1) == one.truth for one in drawn])
        agree = np.array([one.right for one in drawn])
        mean = f"{np.nanmean(agree):6.2f}" if not np.isnan(agree).all() else ""
        print(f"{name:28s}{cells}{right:7.2f}{mean}")


def print_curves(found: dict[str, list[Drawn]]) -> None:
    """Mean agreement, and that of clouds, by the number of groups."""
    print(f"\n{'agreement, of clouds':28s}" + "".join(f"{k:>11}" for k in KS))
    for name, drawn in found.items():
        curves = [one.curves for one in drawn if one.curves.ks == KS]
        if curves:
            rows = ([one.mean for one in curves], [one.reference for one in curves])
            means = zip(*(np.mean(row, axis=0) for row in rows), strict=True)
            print(f"{name:28s}" + "".join(f"{a:6.2f}{b:5.2f}" for a, b in means))


def print_thresholds(found: dict[str, list[Drawn]]) -> None:
    """Right and false numbers under other thresholds."""
    heads = ("agreement", "left", "near", "false", "right", "fewer", "more")
    print("\n" + "".join(f"{head:>10}" for head in heads))
    none = [one for drawn in found.values() for one in drawn if one.truth == 1]
    some = [one for drawn in found.values() for one in drawn if one.truth > 1]
    rules = (
        Rule(),
        *(Rule(agreement=value) for value in (0.5, 0.6, 0.7, 0.8, 0.9)),
        *(Rule(left=value) for value in (0.2, 1 / 3, 0.5, 1.0, 9.0)),
        *(Rule(near=value) for value in (0.0, 0.02, 0.05, 0.1, 1.0)),
        *(Rule(a, left) for a in (0.7, 0.9) for left in (0.2, 0.25, 0.5)),
    )
    for rule in rules:
        gap = np.array([chosen_under(one, rule) - one.truth for one in some])
        rates = [np.mean([chosen_under(one, rule) > 1 for one in none]) if none else np.nan]
        rates += [(gap == 0).mean(), (gap < 0).mean(), (gap > 0).mean()] if some else []
        settings = (rule.agreement, rule.left, rule.near)
        print("".join(f"{value:10.2f}" for value in settings)
              + "".join(f"{rate:10.3f}" for rate in rates))  # fmt: skip


def print_overlaps(found: dict[str, list[Drawn]]) -> None:
    """Share of groups whose overlap with the other half reaches a threshold."""
    steps = (0.5, 0.6, 0.7, 0.75, 0.8, 0.9)
    print(f"\n{'overlap of at least':28s}" + "".join(f"{step:7.2f}" for step in steps))
    for name, drawn in found.items():
        overlaps = np.concatenate([one.overlaps for one in drawn])
        print(f"{name:28s}" + "".join(f"{np.mean(overlaps >= step):7.2f}" for step in steps))


def main() -> None:
    """Draw, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", default="", help="worlds whose name holds this")
    asked = parser.parse_args()
    begun = time.perf_counter()
    found: dict[str, list[Drawn]] = {}
    with ProcessPoolExecutor(asked.processes) as pool:
        for name, world in WORLDS.items():
            if asked.only in name:
                draws: Callable[[int], Drawn] = partial(once, world)
                found[name] = list(pool.map(draws, range(asked.repeats)))
    print_worlds(found)
    print_curves(found)
    print_thresholds(found)
    print_overlaps(found)
    print(f"\n{asked.repeats} pools a world, {time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
