"""Which planted items have numbers that the planted tokenizer breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reasonscape.planted.truth import stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.planted.design import Plan, PlannedTask

# The grammar whose numbers are either kept whole or broken.
FRAGMENTED = "long-sums"


def fragmented_items(plan: Plan, task: PlannedTask) -> NDArray[np.bool_]:
    """Say of every item whether its numbers are such that the planted tokenizer breaks them.

    Parameters
    ----------
    plan, task
        The plan and one of its tasks.

    Returns
    -------
    ndarray of bool
        ``task.cells * task.items`` entries, cell by cell. Half of each cell by chance, rounded
        down; none in tasks of other grammars.

    Examples
    --------
    >>> from reasonscape.planted.design import mechanism_plan
    >>> plan = mechanism_plan("artifact")
    >>> set(fragmented_items(plan, plan.tasks[0]).reshape(-1, 12).sum(axis=1).tolist())
    {6}
    """
    if task.grammar != FRAGMENTED:
        return np.zeros(task.cells * task.items, dtype=np.bool_)
    rng = stream(plan, "fragments", task.name)
    order = rng.permuted(np.tile(np.arange(task.items), (task.cells, 1)), axis=1)
    return np.ravel(order < task.items // 2)
