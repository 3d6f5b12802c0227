"""Paired differences between evals over the cells of the first surface."""

from __future__ import annotations

from collections.abc import Sequence

from reasonscape.lenses.surface.result import Difference, EvalSurface
from reasonscape.lenses.surface.selection import TaskRows
from reasonscape.stats.paired import paired_difference


def paired(rows: TaskRows, evals: Sequence[EvalSurface]) -> tuple[Difference, ...]:
    """Every pair that was read, in reading order; pairs without a common item are left out."""
    by_id = {one.subject.eval_id: one for one in evals}
    found = []
    for pair in rows.pairs:
        if pair.pairs.sum() == 0:
            continue
        cells = paired_difference(pair.pairs, pair.sum_d, pair.sum_d2)
        found.append(
            Difference(rows.views[0], by_id[pair.eval_a], by_id[pair.eval_b], pair.coords, cells)
        )
    return tuple(found)
