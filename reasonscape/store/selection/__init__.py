"""The grouped selections that several lenses need; each reads the store once or twice.

Every function takes the store and a compiled filter. What a selection drops it counts.
"""

from __future__ import annotations

from reasonscape.store.selection.cells import CellSums, cell_sums
from reasonscape.store.selection.evals import EvalRow, eval_rows
from reasonscape.store.selection.grid import AxisExpression
from reasonscape.store.selection.levels import Level, axis_levels
from reasonscape.store.selection.outcomes import USED, outcome_counts
from reasonscape.store.selection.paired import PairedCells, paired_cells
from reasonscape.store.selection.tasks import Coordinate, TaskRow, coordinate_columns, task_rows

__all__ = [
    "USED",
    "AxisExpression",
    "CellSums",
    "Coordinate",
    "EvalRow",
    "Level",
    "PairedCells",
    "TaskRow",
    "axis_levels",
    "cell_sums",
    "coordinate_columns",
    "eval_rows",
    "outcome_counts",
    "paired_cells",
    "task_rows",
]
