"""Print how often the rules of the surface lens claim what is there and what is not.

Tables of 6 x 6 cells (or one axis) are drawn from known truths and judged with the functions of
``reasonscape.stats`` only. Run: ``python benchmarks/surface_rules.py [--tables N] [--seed S]``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.additive import fit_additive
from reasonscape.stats.roughness import Roughness, roughness
from reasonscape.stats.standardised import item_weighted_accuracy
from reasonscape.stats.zones import CAPABLE, FAILING, capability_zone

FloatArray = NDArray[np.float64]
Draw = Callable[[np.random.Generator], FloatArray]

SPREAD = 0.1
ALPHA = 0.05
FAMILY = 14  # failure patterns of all lenses: one strong p must stand alone in its family


def logistic(latent: FloatArray) -> FloatArray:
    """Accuracy of a latent value."""
    return 1.0 / (1.0 + np.exp(-latent))


def grid(size: int) -> tuple[FloatArray, FloatArray]:
    """Row and column numbers, as shares of the way."""
    rows, columns = np.indices((size, size)).astype(np.float64)
    return rows / (size - 1), columns / (size - 1)


def fixed(table: FloatArray) -> Draw:
    """The same truth every time."""
    return lambda _: table


def rough_truth(base: FloatArray, sd: float) -> Draw:
    """Cell effects on top of a trend, in accuracy, clipped."""
    return lambda rng: np.clip(base + rng.normal(0.0, sd, base.shape), 0.02, 0.98)


def smooth_truths(size: int) -> dict[str, Draw]:
    """Truths in which nothing is chaotic."""
    y, x = grid(size)
    hill = 1.0 - 4.0 * (x - 0.5) ** 2
    return {
        "flat .97": fixed(np.full((size, size), 0.97)),
        "flat .70": fixed(np.full((size, size), 0.70)),
        "flat .50": fixed(np.full((size, size), 0.50)),
        "additive slope": fixed(logistic(4.0 - 3.0 * x - 4.0 * y)),
        "cliff along one axis": fixed(np.where(y < 0.5, 0.95, 0.05)),
        "diagonal frontier, sharp": fixed(np.where(x + y < 1.0, 0.95, 0.05)),
        "diagonal frontier, soft": fixed(logistic(8.0 * (1.0 - x - y))),
        "corner lost": fixed(np.where((x > 0.5) & (y > 0.5), 0.10, 0.95)),
        "valley along one axis": fixed(0.3 + 0.6 * (1.0 - hill)),
        "valley, and slope": fixed(np.clip(0.95 - 0.45 * hill - 0.4 * y, 0.02, 0.98)),
        "valley deepening (logit)": fixed(logistic(3.0 - 3.0 * hill - 2.0 * y)),
        "hill, and cliff": fixed(np.where(y < 0.5, 0.5 + 0.45 * hill, 0.05)),
    }


def rough_truths(size: int) -> dict[str, Draw]:
    """Truths with cell effects."""
    y, x = grid(size)
    slope = logistic(3.0 - 3.0 * x - 3.0 * y)
    return {
        "flat .5, sd .25": rough_truth(np.full((size, size), 0.5), 0.25),
        "flat .5, sd .35": rough_truth(np.full((size, size), 0.5), 0.35),
        "slope, sd .25": rough_truth(slope, 0.25),
        "slope, sd .35": rough_truth(slope, 0.35),
        "chessboard .3/.9": fixed(0.3 + 0.6 * (np.indices((size, size)).sum(axis=0) % 2)),
    }


@dataclass(frozen=True)
class Cells:
    """What the store would give: per-cell item means, items, and the items' variance."""

    mean: FloatArray
    items: FloatArray
    var: FloatArray
    sum_p: FloatArray
    sum_p2: FloatArray
    samples: FloatArray


def sample(rng: np.random.Generator, truth: FloatArray, items: int, repeats: int = 1) -> Cells:
    """Draw items with right and wrong answers; repeats of an item share its ability."""
    ability = np.broadcast_to(truth[..., None], (*truth.shape, items))
    if repeats > 1:  # beta-distributed items, intraclass correlation 0.3
        strength = 1.0 / 0.3 - 1.0
        ability = rng.beta(ability * strength, (1.0 - ability) * strength)
    share = rng.binomial(repeats, ability) / repeats
    mean = share.mean(axis=-1)
    var = share.var(axis=-1, ddof=1) if items > 1 else np.full(truth.shape, np.nan)
    count = np.full(truth.shape, float(items))
    return Cells(mean, count, var, share.sum(-1), (share**2).sum(-1), count * repeats)


def chaotic(found: Roughness) -> bool:
    """The rule, with its p alone in the family of tests."""
    return found.spread >= SPREAD and found.p * FAMILY < ALPHA and found.cells >= 12


def not_chaotic(found: Roughness) -> bool:
    """The rule for absence."""
    return found.high < SPREAD and found.cells >= 25


def print_roughness(rng: np.random.Generator, tables: int) -> None:
    """Rates of chaotic_surface."""
    print("\nchaotic_surface, 6 x 6: share of tables claimed chaotic / claimed not chaotic")
    for size, kinds in ((6, smooth_truths(6)), (6, rough_truths(6)), (4, smooth_truths(4))):
        for name, draw in kinds.items():
            for items, repeats in ((10, 1), (20, 1), (40, 1), (10, 4)):
                found = []
                for _ in range(tables):
                    cells = sample(rng, draw(rng), items, repeats)
                    found.append(roughness(cells.mean, cells.items, cells.var))
                claimed = np.mean([chaotic(f) for f in found])
                absent = np.mean([not_chaotic(f) for f in found])
                raw = np.mean([f.spread >= SPREAD and f.p < ALPHA for f in found])
                print(
                    f"  {size}x{size} {name:26} items {items:3} x {repeats}: "
                    f"{claimed:.3f} / {absent:.3f}   (q alone: {raw:.3f})"
                )


def print_one_axis(rng: np.random.Generator, tables: int) -> None:
    """Rates of chaotic_surface on one axis."""
    print("\nchaotic_surface, one axis of 8 and 12 levels: share of tables claimed")
    for levels in (8, 12):
        x = np.linspace(0.0, 1.0, levels)
        truths: dict[str, Draw] = {
            "flat .70": fixed(np.full(levels, 0.7)),
            "slope": fixed(logistic(3.0 - 6.0 * x)),
            "cliff": fixed(np.where(x < 0.5, 0.95, 0.05)),
            "valley": fixed(0.3 + 2.4 * (x - 0.5) ** 2),
            "rough, sd .25": rough_truth(np.full(levels, 0.5), 0.25),
            "rough, sd .35": rough_truth(np.full(levels, 0.5), 0.35),
        }
        for name, draw in truths.items():
            for items in (10, 40):
                found = []
                for _ in range(tables):
                    cells = sample(rng, draw(rng), items)
                    rough = roughness(cells.mean, cells.items, cells.var)
                    found.append(rough.spread >= SPREAD and rough.p * FAMILY < ALPHA)
                print(f"  {levels:2} levels {name:16} items {items:3}: {np.mean(found):.3f}")


def healthy_parts(cells: Cells, chance: float = 0.0) -> tuple[bool, bool, bool]:
    """Standardised lower bound >= .9; its upper bound < .9; a cell failing; without the falls."""
    share = item_weighted_accuracy(cells.sum_p, cells.sum_p2, cells.items, cells.samples)
    right = cells.mean.ravel() * cells.items.ravel()
    zone = capability_zone(
        np.zeros(right.size),
        right,
        cells.items.ravel(),
        cells.items.ravel(),
        chance=chance,
    )
    return share.low >= 0.9, share.high < 0.9, bool((zone.state == FAILING).any())


def print_healthy(rng: np.random.Generator, tables: int) -> None:
    """Rates of healthy_surface and uniform_loss, without their conditions on falls."""
    print("\nhealthy_surface and uniform_loss, 6 x 6, without the conditions on falls:")
    print("  truth, items x repeats: lower bound >= .9 and no cell failing | upper bound < .9")
    for level in (0.99, 0.97, 0.95, 0.90, 0.85, 0.80):
        for items, repeats in ((6, 1), (10, 1), (20, 1), (40, 1), (6, 8), (20, 8)):
            rows = [
                healthy_parts(sample(rng, np.full((6, 6), level), items, repeats))
                for _ in range(tables)
            ]
            healthy = np.mean([low and not failing for low, _, failing in rows])
            low = np.mean([high for _, high, _ in rows])
            failing = np.mean([f for _, _, f in rows])
            print(
                f"  {level:.2f} {items:3} x {repeats}: {healthy:.3f} | {low:.3f}"
                f"   (a cell failing: {failing:.3f})"
            )


def print_zones(rng: np.random.Generator, tables: int) -> None:
    """Rates of the states of cells."""
    y, x = grid(6)
    truths = {
        "flat .97": np.full((6, 6), 0.97),
        "flat .899": np.full((6, 6), 0.899),
        "cliff along one axis": np.where(y < 0.5, 0.96, 0.05),
        "additive slope": logistic(5.0 - 3.0 * x - 3.0 * y),
        "diagonal frontier": np.where(x + y < 1.0, 0.97, 0.10),
        "one bad cell": np.where((np.indices((6, 6)) == 2).all(axis=0), 0.3, 0.97),
        "last row at .80": np.where(y == 1.0, 0.8, 0.98),
    }
    coords = np.indices((6, 6)).reshape(2, -1).T
    print("\nzones, 6 x 6: cells below .9 called capable | cells at .95 or more called capable |")
    print("  tables with a cell of .9 or more called failing | cells below .9 called failing")
    for chance in (0.0, 0.25):
        for name, excess in truths.items():
            for items in (10, 20, 40):
                rates = _zone_rates(rng, excess.ravel(), chance, items, coords, tables)
                print(
                    f"  g {chance:.2f} {name:22} items {items:3}: "
                    + " | ".join(f"{rate:5.3f}" for rate in rates)
                )


def _zone_rates(
    rng: np.random.Generator,
    excess: FloatArray,
    chance: float,
    items: int,
    coords: NDArray[np.int64],
    tables: int,
) -> list[float]:
    count = np.full(excess.size, float(items))
    states = []
    for _ in range(tables):
        right = rng.binomial(items, chance + (1.0 - chance) * excess).astype(np.float64)
        fit = fit_additive(right, count, coords, (6, 6), chance)
        states.append(capability_zone(fit.low(), right, count, count, chance=chance).state)
    state = np.array(states)
    bad, good, fine = excess < 0.9, excess >= 0.95, excess >= 0.9
    return [
        _mean(state[:, bad] == CAPABLE),
        _mean(state[:, good] == CAPABLE),
        _mean((state[:, fine] == FAILING).any(axis=1)) if fine.any() else float("nan"),
        _mean(state[:, bad] == FAILING),
    ]


def _mean(hits: NDArray[np.bool_]) -> float:
    return float(hits.mean()) if hits.size else float("nan")


Part = Literal["roughness", "one_axis", "healthy", "zones"]
PARTS: dict[Part, Callable[[np.random.Generator, int], None]] = {
    "roughness": print_roughness,
    "one_axis": print_one_axis,
    "healthy": print_healthy,
    "zones": print_zones,
}


def main() -> None:
    """Print all tables, or one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=1000, help="tables drawn for each setting")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", choices=list(PARTS), help="only this part")
    options = parser.parse_args()
    for name, part in PARTS.items():
        if options.part in (None, name):
            part(np.random.default_rng(options.seed), options.tables)


if __name__ == "__main__":
    main()
