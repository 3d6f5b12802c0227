"""Two sides on the items of one base task: the numbers, before any verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import MIN_ITEMS_CLAIMED
from reasonscape.runs.comparison_result import Discordance, DiscordantItem, Measurement
from reasonscape.stats.clusters import anova_rho, effective_count
from reasonscape.stats.detectable import smallest_detectable, smallest_detectable_unpaired
from reasonscape.stats.repeated_difference import repeated_difference
from reasonscape.stats.sign_flip import GRID, sign_flip_test
from reasonscape.stats.unpaired_difference import unpaired_difference

if TYPE_CHECKING:
    from reasonscape.store.selection.paired_sides import SideItems

    BoolArray = NDArray[np.bool_]
    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]

LISTED: Final = 200
"""Discordant items that are kept of a task, the most telling first."""


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """Right, used and truncated samples of each item under one side, each of shape (items,)."""

    k: IntArray
    m: IntArray
    t: IntArray

    @property
    def share(self) -> FloatArray:
        """Share right of each item."""
        return self.k / np.maximum(self.m, 1)

    @property
    def at_best(self) -> FloatArray:
        """The same if every truncated answer had come out right."""
        return (self.k + self.t) / np.maximum(self.m, 1)

    def of(self, which: BoolArray) -> ItemCounts:
        """Some of the items."""
        return ItemCounts(self.k[which], self.m[which], self.t[which])


def measure_task(found: SideItems, number: int, label: str, *, by_id: bool) -> Measurement | None:
    """Compare the two sides on one base task; ``None`` where one side has nothing there."""
    mine = found.task == number
    a = ItemCounts(found.k_a[mine], found.m_a[mine], found.t_a[mine])
    b = ItemCounts(found.k_b[mine], found.m_b[mine], found.t_b[mine])
    if not a.m.any() or not b.m.any():
        return None
    both = (a.m > 0) & (b.m > 0)
    paired = both if by_id else both & found.known[mine]
    only_a, only_b = (a.m > 0) & ~paired, (b.m > 0) & ~paired
    pairs = int(paired.sum())
    enough = pairs >= MIN_ITEMS_CLAIMED or not (only_a.any() and only_b.any())
    base_task = found.base_tasks[number]
    shared = {
        "subject": base_task,
        "label": label,
        "raw_a": float(a.share[a.m > 0].mean()),
        "raw_b": float(b.share[b.m > 0].mean()),
        "pairs": pairs,
        "only_a": int(only_a.sum()),
        "only_b": int(only_b.sum()),
        "unknown_prompt": int((both & ~paired).sum()),
    }
    if pairs and enough:
        other = int((~found.same_prompt[mine] & paired).sum())
        items = _discordant(base_task, found.item[mine][paired], a.of(paired), b.of(paired))
        return paired_measurement(shared, a.of(paired), b.of(paired), items, other_prompts=other)
    alone = {"pairs": 0, "only_a": int((a.m > 0).sum()), "only_b": int((b.m > 0).sum())}
    return _unpaired({**shared, **alone}, a.of(a.m > 0), b.of(b.m > 0))


def paired_measurement(
    shared: dict[str, object],
    a: ItemCounts,
    b: ItemCounts,
    items: tuple[DiscordantItem, ...],
    *,
    other_prompts: int = 0,
) -> Measurement:
    """Compare two sides on the same items."""
    d = a.share - b.share
    n, total, squares = len(d), float(d.sum()), float((d * d).sum())
    differing = int((d != 0.0).sum())
    one = repeated_difference([n], [differing], [total], [squares])
    # A plan takes the size as it was seen, once it was seen often enough.
    seen = differing >= MIN_ITEMS_CLAIMED
    size = math.sqrt(squares / differing) if seen else float(one.size[0])
    discordance = float(one.share[0])
    effect = Effect(
        "accuracy_difference", total / n, "share", float(one.low[0]), float(one.high[0]), one.level
    )
    return Measurement(
        **shared,  # type: ignore[arg-type]  # the fields that every design has
        design="paired",
        effect=effect,
        p=sign_flip_test(d, _denominator(a.m, b.m)),
        null_variance=squares / n**2,
        discordance=discordance,
        size=size,
        accuracy_a=float(a.share.mean()),
        accuracy_b=float(b.share.mean()),
        bounds=_bounds(a, b),
        n=_sizes(a, b),
        table=_table(a, b),
        items=items,
        smallest_detectable=size * smallest_detectable(n, discordance),
        other_prompts=other_prompts,
    )


def _unpaired(shared: dict[str, object], a: ItemCounts, b: ItemCounts) -> Measurement:
    trials_a, trials_b = _effective(a), _effective(b)
    share_a, share_b = float(a.share.mean()), float(b.share.mean())
    one = unpaired_difference(share_a, trials_a, share_b, trials_b)
    right, trials = share_a * trials_a + share_b * trials_b, trials_a + trials_b
    return Measurement(
        **shared,  # type: ignore[arg-type]  # the fields that every design has
        design="unpaired",
        effect=Effect("accuracy_difference", one.difference, "share", one.low, one.high, one.level),
        p=one.p,
        null_variance=one.variance,
        discordance=math.nan,
        size=1.0,
        accuracy_a=share_a,
        accuracy_b=share_b,
        bounds=_bounds(a, b),
        n={**_sizes(a, b), "effective_a": trials_a, "effective_b": trials_b},
        table=None,
        items=(),
        smallest_detectable=smallest_detectable_unpaired(
            (right + 1.0) / (trials + 2.0), trials_a, trials_b
        ),
    )


def _effective(side: ItemCounts) -> float:
    """Independent samples that the repeats of one side amount to."""
    n, squares = float(side.m.sum()), float((side.m**2).sum())
    k2_over_m = float((side.k**2 / side.m).sum())
    rho = anova_rho([len(side.m)], [n], [float(side.k.sum())], [squares], [k2_over_m])
    return effective_count(n, squares, len(side.m), rho)


def _denominator(m_a: IntArray, m_b: IntArray) -> int | None:
    common = 1
    for repeats in np.union1d(m_a, m_b).tolist():
        common = math.lcm(common, int(repeats))
        if common > GRID:
            return None
    return common


def _bounds(a: ItemCounts, b: ItemCounts) -> tuple[float, float]:
    low = float(a.share.mean() - b.at_best.mean())
    return low, float(a.at_best.mean() - b.share.mean())


def _sizes(a: ItemCounts, b: ItemCounts) -> dict[str, float]:
    return {
        "samples_a": int(a.m.sum()),
        "samples_b": int(b.m.sum()),
        "truncated_a": int(a.t.sum()),
        "truncated_b": int(b.t.sum()),
    }


def _table(a: ItemCounts, b: ItemCounts) -> Discordance:
    right_a, right_b = 2 * a.k > a.m, 2 * b.k > b.m
    more, less = a.k * b.m > b.k * a.m, a.k * b.m < b.k * a.m
    return Discordance(
        both=int((right_a & right_b).sum()),
        only_a=int((right_a & ~right_b).sum()),
        only_b=int((~right_a & right_b).sum()),
        neither=int((~right_a & ~right_b).sum()),
        a_more=int(more.sum()),
        b_more=int(less.sum()),
    )


def _discordant(
    base_task: str, keys: NDArray[np.uint64], a: ItemCounts, b: ItemCounts
) -> tuple[DiscordantItem, ...]:
    """Items that differ most first; among equal ones those with more samples."""
    size = np.abs(a.share - b.share)
    order = np.lexsort((keys, -(a.m + b.m), -size.round(9)))[:LISTED]
    return tuple(
        DiscordantItem(base_task, int(keys[i]), int(a.k[i]), int(a.m[i]), int(b.k[i]), int(b.m[i]))
        for i in order.tolist()
        if size[i] > 0.0
    )
