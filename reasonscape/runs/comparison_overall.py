"""All tasks together: with the same weight a task, and with the same weight a shared item."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from reasonscape.findings.finding import Effect
from reasonscape.runs.comparison_measurement import ItemCounts, paired_measurement
from reasonscape.runs.comparison_result import Discordance, Measurement
from reasonscape.stats.combined_difference import combined_difference
from reasonscape.stats.detectable import POWER
from reasonscape.stats.proportions import normal_quantile

if TYPE_CHECKING:
    from reasonscape.store.selection.paired_sides import SideItems


def over_items(
    found: SideItems, tasks: Sequence[Measurement], *, by_id: bool
) -> Measurement | None:
    """Every shared item of the tasks that were paired, each with the same weight."""
    paired = [one for one in tasks if one.design == "paired"]
    if not paired:
        return None
    names = {one.subject for one in paired}
    numbers = [i for i, name in enumerate(found.base_tasks) if name in names]
    which = (found.m_a > 0) & (found.m_b > 0) & np.isin(found.task, numbers)
    if not by_id:
        which &= found.known
    a = ItemCounts(found.k_a, found.m_a, found.t_a).of(which)
    b = ItemCounts(found.k_b, found.m_b, found.t_b).of(which)
    return paired_measurement(
        {"label": "all shared items", **_sums(paired)}, a, b, (),
        other_prompts=sum(one.other_prompts for one in paired),
    )  # fmt: skip


def over_tasks(tasks: Sequence[Measurement], pooled: Measurement | None) -> Measurement:
    """The mean of the tasks' differences.

    Where all tasks were paired on equally many items this is the same number as over items, and
    its p is the exact one.
    """
    whole = combined_difference(
        [one.effect.value for one in tasks],
        [one.effect.low for one in tasks],
        [one.effect.high for one in tasks],
        [one.null_variance for one in tasks],
    )
    designs = {one.design for one in tasks}
    same = designs == {"paired"} and len({one.pairs for one in tasks}) == 1
    variance = sum(one.null_variance for one in tasks) / len(tasks) ** 2
    reach = normal_quantile(0.95) + normal_quantile(POWER, 1)
    return Measurement(
        label="all tasks",
        **_sums(tasks),
        design=designs.pop() if len(designs) == 1 else "mixed",
        effect=Effect("accuracy_difference", whole.difference, "share", whole.low, whole.high),
        p=pooled.p if same and pooled is not None else whole.p,
        null_variance=variance,
        discordance=math.nan,
        size=1.0,
        accuracy_a=_mean([one.accuracy_a for one in tasks]),
        accuracy_b=_mean([one.accuracy_b for one in tasks]),
        bounds=(_mean([one.bounds[0] for one in tasks]), _mean([one.bounds[1] for one in tasks])),
        n={
            name: sum(one.n[name] for one in tasks)
            for name in ("samples_a", "samples_b", "truncated_a", "truncated_b")
        },
        table=_tables(tasks),
        items=(),
        smallest_detectable=min(1.0, reach * math.sqrt(variance)) if variance > 0 else math.nan,
        other_prompts=sum(one.other_prompts for one in tasks),
    )


def _sums(tasks: Sequence[Measurement]) -> dict[str, Any]:
    """What stands beside every measurement, over all tasks: raw accuracies are of all items."""
    items_a = [one.pairs + one.only_a for one in tasks]
    items_b = [one.pairs + one.only_b for one in tasks]
    return {
        "subject": "",
        "raw_a": float(np.average([one.raw_a for one in tasks], weights=items_a)),
        "raw_b": float(np.average([one.raw_b for one in tasks], weights=items_b)),
        "pairs": sum(one.pairs for one in tasks),
        "only_a": sum(one.only_a for one in tasks),
        "only_b": sum(one.only_b for one in tasks),
        "unknown_prompt": sum(one.unknown_prompt for one in tasks),
    }


def _tables(tasks: Sequence[Measurement]) -> Discordance | None:
    tables = [one.table for one in tasks if one.table is not None]
    if not tables:
        return None
    names = ("both", "only_a", "only_b", "neither", "a_more", "b_more")
    return Discordance(**{name: sum(getattr(one, name) for one in tables) for name in names})


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))
