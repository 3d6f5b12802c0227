"""Worlds of shares for `coverage`: accuracy, loops, differences of two evals, one group's share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.coverage_worlds import Case, Floats, Stated, item_shares, logit, mean_share
from reasonscape.lenses.surface.cells import Cells
from reasonscape.lenses.surface.measurement import _pooled
from reasonscape.runs.comparison_measurement import ItemCounts, _unpaired, paired_measurement
from reasonscape.stats.clustered_share import clustered_share
from reasonscape.stats.proportions import Proportion, wilson_interval
from reasonscape.stats.standardised import item_weighted_accuracy

Ints = NDArray[np.int64]


def cells_of(cell: Ints, m: Ints, k: Ints) -> Cells:
    """Sums over cells, as the store's query gives them, from samples and right ones of items."""
    count = int(cell.max()) + 1

    def add(values: Floats | Ints) -> Floats:
        return np.bincount(cell, values, count).astype(np.float64)

    share, zero = k / m, np.zeros(count)
    return Cells(
        coords=np.arange(count)[:, None], items=add(np.ones(len(m))), n=add(m), k=add(k),
        truncated=zero, unanswered=zero, incorrect=add(m - k), ungraded=zero, failed=zero,
        stop_known=add(m), sum_m2=add(m.astype(float) ** 2), k2_over_m=add(k * share),
        sum_p=add(share), sum_p2=add(share**2), chance=zero,
    )  # fmt: skip


def stated(name: str, truth: float, found: Proportion) -> Stated:
    """A proportion as it is printed."""
    return Stated(name, truth, found.value, found.low, found.high)


def _many(rng: np.random.Generator, least: float, most: float) -> int:
    return round(float(np.exp(rng.uniform(np.log(least), np.log(most)))))


def accuracy(
    rng: np.random.Generator, *, cells: int, repeats: str, spread: float, span: float = 0.0
) -> Iterator[Stated]:
    """Accuracy p from .05 to .95 and 10 to 2,000 samples.

    Cells lie apart by ``span`` in log odds, and items within them by ``spread``; ``repeats`` of an
    item are 1, one number from 2 to 8, or for each item another from 1 to 8.
    """
    most = {"1": 1, "alike": int(rng.integers(2, 9)), "mixed": 8}[repeats]
    usual = (1 + most) / 2 if repeats == "mixed" else most
    items = max(round(_many(rng, 10, 2000) / usual / cells), 2 if cells == 1 else 1)
    cell = np.repeat(np.arange(cells), items)
    m = np.full(len(cell), most)
    if repeats == "mixed":
        m = rng.integers(1, 9, len(cell))
    wanted = rng.uniform(0.05, 0.95)
    centre = float(logit(wanted)) + np.linspace(-span, span, cells) / 2
    k = rng.binomial(m, item_shares(centre[cell], spread, rng))
    by_cell = mean_share(centre, spread)
    made = cells_of(cell, m, k)
    rho = made.rho()
    # The headline is over samples: its truth is the mix of cells that was sampled.
    yield stated(
        "accuracy", float(np.average(by_cell, weights=made.n)), _pooled(made, made.effective(rho))
    )
    yield stated(
        "item-weighted",
        float(by_cell.mean()),
        item_weighted_accuracy(made.sum_p, made.sum_p2, made.items, made.n),
    )
    if cells > 1:
        one = int(rng.integers(cells))
        trials = made.effective(rho)
        low, high = wilson_interval(made.accuracy * trials, trials)
        yield Stated("a cell", by_cell[one], made.accuracy[one], low[one], high[one])


def loops(rng: np.random.Generator, *, repeats: int, spread: float) -> Iterator[Stated]:
    """Share that fails in a loop, .01 to .4, over cells of unlike shares."""
    cells, items = 8, int(rng.integers(3, 40))
    cell = np.repeat(np.arange(cells), items)
    centre = float(logit(np.exp(rng.uniform(np.log(0.01), np.log(0.4))))) + np.linspace(
        -1, 1, cells
    )
    shares = item_shares(centre[cell], spread, rng)
    item = np.repeat(np.arange(len(cell)), repeats)
    looped = rng.random(len(item)) < shares[item]
    found = clustered_share(looped, cell[item], item)
    yield stated("loop share", float(mean_share(centre, spread).mean()), found)


def differences(
    rng: np.random.Generator, *, repeats: tuple[int, int], spread: float, paired: bool
) -> Iterator[Stated]:
    """Two evals on the same items, or on different ones: accuracy of the first less the second."""
    items = _many(rng, 10, 1000)
    first = float(logit(rng.uniform(0.05, 0.95)))
    second = first + float(rng.normal(0.0, 0.7))
    shared = rng.standard_normal(items)
    sides = []
    for centre, m in zip((first, second), repeats, strict=True):
        own = rng.standard_normal(items)
        z = np.sqrt(0.7) * shared + np.sqrt(0.3) * own if paired else own
        k = rng.binomial(m, np.asarray(1 / (1 + np.exp(-centre - spread * z))))
        sides.append(ItemCounts(k, np.full(items, m), np.zeros(items, dtype=np.int64)))
    truth = mean_share(np.array([first, second]), spread)
    shape: dict[str, object] = dict.fromkeys(("raw_a", "raw_b", "only_a", "only_b"), 0)
    shape |= {"subject": "t", "label": "t", "pairs": items, "unknown_prompt": 0}
    one = (
        paired_measurement(shape, sides[0], sides[1], ())
        if paired
        else _unpaired(shape, sides[0], sides[1])
    )
    effect = one.effect
    yield Stated("difference", float(truth[0] - truth[1]), effect.value, effect.low, effect.high)


_ONE, _TWELVE = partial(accuracy, cells=1), partial(accuracy, cells=12)
_PAIRED = partial(differences, spread=1.5, paired=True)
_UNPAIRED = partial(differences, spread=1.5, paired=False)

SHARES = (
    Case("accuracy", partial(_ONE, repeats="1", spread=0.0), 4000),
    Case("accuracy, repeats 2-8", partial(_ONE, repeats="alike", spread=1.0), 4000),
    Case("accuracy, repeats alike", partial(_ONE, repeats="alike", spread=2.0), 4000),
    Case("accuracy, repeats mixed", partial(_ONE, repeats="mixed", spread=1.0), 4000),
    Case("accuracy, 12 cells", partial(_TWELVE, repeats="1", spread=0.0, span=2.0), 4000),
    Case("accuracy, cells far apart", partial(_TWELVE, repeats="1", spread=0.0, span=6.0), 4000),
    Case("accuracy, cells, repeats", partial(_TWELVE, repeats="alike", spread=1.0, span=2.0), 4000),
    Case("accuracy, cells, mixed", partial(_TWELVE, repeats="mixed", spread=1.5, span=2.0), 4000),
    Case("loops", partial(loops, repeats=1, spread=0.0), 4000),
    Case("loops, 4 repeats", partial(loops, repeats=4, spread=1.0), 4000),
    Case("loops, 8 repeats", partial(loops, repeats=8, spread=2.0), 4000),
    Case("paired", partial(_PAIRED, repeats=(1, 1)), 4000),
    Case("paired, 4 repeats", partial(_PAIRED, repeats=(4, 4)), 4000),
    Case("paired, 1 and 8 repeats", partial(_PAIRED, repeats=(1, 8)), 4000),
    Case("other items", partial(_UNPAIRED, repeats=(1, 1)), 4000),
    Case("other items, 4 repeats", partial(_UNPAIRED, repeats=(4, 4)), 4000),
)
