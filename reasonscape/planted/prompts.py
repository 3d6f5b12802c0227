"""What is true of planted prompts: their periods, where these go, and whose numbers break."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from reasonscape.planted.fragmenting import FRAGMENTED, fragmented_items
from reasonscape.planted.patterned import ROW, TERM
from reasonscape.planted.samples import CONFOUNDER, item_name
from reasonscape.planted.truth import GroupTruth, positions

if TYPE_CHECKING:
    from reasonscape.planted.design import Plan, PlannedTask

_PERIODS = {"table": ROW, "kept-table": ROW, "terms": TERM, "mixed-terms": TERM}


def prompt_truth(plan: Plan, truth: GroupTruth) -> dict[str, Any]:
    """Return what a truth file says of the prompts of one (eval, task) as plain JSON values.

    Parameters
    ----------
    plan, truth
        The plan, and what is true of the group.

    Returns
    -------
    dict
        ``prompts``, or nothing where prompts are ordinary. With a period: tokens a ``period`` by
        tokenizer, the share of its rows that keep it ``by_level`` of ``axis``, whether it
        ``grows``, and the ``points`` of accuracy lost from the axis's first to its last level.
        With numbers that break: the ``odds`` of failing and the ids of those items.

    Examples
    --------
    >>> from reasonscape.planted.design import mechanism_plan
    >>> from reasonscape.planted.truth import group_truth
    >>> plan = mechanism_plan("collapse")
    >>> said = prompt_truth(plan, group_truth(plan, plan.tasks[0], plan.evals[0]))["prompts"]
    >>> said["period"]["bytes"], said["kept"], round(said["points"], 2)
    (19, [1.0, 0.5, 0.0], 0.25)
    """
    task = truth.task
    if task.grammar == FRAGMENTED:
        breaks = fragmented_items(plan, task).reshape(task.cells, task.items)
        names = [item_name(int(c), int(i)) for c, i in np.argwhere(breaks)]
        return {"prompts": {"odds": truth.mechanism.fragmented_odds, "fragmented": names}}
    if task.grammar not in _PERIODS:
        return {}
    names = [axis.name for axis in task.axes]
    which = names.index(CONFOUNDER) if CONFOUNDER in names else 0
    kept = [1.0] * len(task.axes[which].levels)
    if CONFOUNDER in names and task.grammar == "table":
        kept = [1 - float(level) for level in task.axes[which].levels]
    said = {
        "period": dict(_PERIODS[task.grammar]),
        "axis": names[which],
        "kept": kept,
        "grows": task.grammar == "terms",
        "points": round(_points(task, truth, which), 6),
    }
    return {"prompts": said}


def _points(task: PlannedTask, truth: GroupTruth, which: int) -> float:
    level = positions(task)[:, which]
    return float(truth.accuracy[level == 0].mean() - truth.accuracy[level == level.max()].mean())
