"""The samples of each (eval, task) on shared axes, for a screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.cells import Axis
from reasonscape.datasets.observed import coordinates
from reasonscape.datasets.task_axes import task_axes
from reasonscape.findings.thresholds import LOOP_COVERED
from reasonscape.stats.codes import row_codes
from reasonscape.stats.item_share import Items, items_of
from reasonscape.store.schema import OUTCOMES
from reasonscape.store.selection.raw_cells import axis_columns
from reasonscape.store.selection.screening import ScreeningRows, rows_of_eval, screening_rows

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.datasets.declaration import BaseTask
    from reasonscape.store.filters import Where

CORRECT, INCORRECT, TRUNCATED, UNANSWERED = range(4)
USED = 4
"""Outcomes below this count; the others are dropped."""

_SURE = 0.999
"""Chance above which nothing is left to be good at; the config allows no more either."""

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PairRows:
    """Used samples of one (eval, task); arrays of one entry a sample.

    Attributes
    ----------
    cell, items
        Number of its cell over all axes, the same in all evals of the task; and its question.
    coords
        Its level along each axis, shape (n, axes); the number after the last where it has none.
    outcome
        Place in ``OUTCOMES``, below 4.
    length
        Tokens, or bytes of the trace, whichever more samples have; NaN where unknown.
    visible, looped, unasked
        As `ScreeningRows`.
    chance
        Mean success rate of guessing.
    by_outcome
        All samples by outcome, dropped ones too.
    """

    eval_id: str
    cell: IntArray
    items: Items
    coords: IntArray
    outcome: NDArray[np.int8]
    length: NDArray[np.float64]
    unit: Literal["tokens", "bytes"]
    visible: BoolArray
    looped: BoolArray
    unasked: BoolArray
    chance: float
    by_outcome: dict[str, int]

    def __len__(self) -> int:
        """Number of used samples."""
        return len(self.cell)

    @property
    def right(self) -> BoolArray:
        """Which samples are graded right."""
        return np.asarray(self.outcome == CORRECT)


@dataclass(frozen=True, slots=True)
class ScreenedTask:
    """One base task: its axes, and the samples of each eval."""

    base_task: str
    axes: tuple[Axis, ...]
    pairs: tuple[PairRows, ...]


def screened_tasks(dataset: Dataset, where: Where) -> Iterator[ScreenedTask]:
    """Read every selected base task that has samples."""
    from concurrent.futures import ThreadPoolExecutor

    store = dataset.store()
    wanted = [
        dataset.base_task(name)
        for name in store.base_tasks()
        if where.base_tasks is None or name in where.base_tasks
    ]

    def read(task: BaseTask) -> ScreeningRows:
        columns = axis_columns(store, task.name)
        chance = task.chance or 0.0
        return screening_rows(
            store, where, task.name, columns, loop_covered=LOOP_COVERED, default_chance=chance
        )

    # One task is read while the one before it is screened: the engine needs no Python.
    with ThreadPoolExecutor(1) as reader:
        ahead = [reader.submit(read, task) for task in wanted[:1]]
        for place, task in enumerate(wanted):
            rows = ahead.pop().result()
            ahead = [reader.submit(read, after) for after in wanted[place + 1 : place + 2]]
            if len(rows):
                axes = task_axes(rows.cells, task).axes
                yield ScreenedTask(task.name, axes, _pairs(rows, axes))


def _pairs(rows: ScreeningRows, axes: tuple[Axis, ...]) -> tuple[PairRows, ...]:
    cells = rows.cells
    coords, _ = coordinates(cells.axes, axes, len(cells.eval_id))
    code, _ = row_codes(coords)
    pairs = []
    for eval_id in np.unique(cells.eval_id.astype(str)).tolist():
        part = rows_of_eval(rows, eval_id)
        mine = cells.eval_id == eval_id
        outcome = rows.outcome[part]
        used = outcome < USED
        entry = rows.cell[part][used]
        tokens, size = rows.tokens[part][used], rows.bytes[part][used]
        in_tokens = (tokens > 0).sum() >= (size > 0).sum()
        n = float(cells.sums["n"][mine].sum())
        pairs.append(
            PairRows(
                eval_id=eval_id,
                cell=code[entry],
                items=items_of(rows.item[part][used] - rows.item[part][:1], code[entry]),
                coords=coords[entry],
                outcome=outcome[used],
                length=tokens if in_tokens else size,
                unit="tokens" if in_tokens else "bytes",
                visible=rows.visible[part][used],
                looped=rows.looped[part][used],
                unasked=rows.unasked[part][used],
                chance=min(float(cells.sums["chance"][mine].sum()) / n, _SURE) if n else 0.0,
                by_outcome={name: int(cells.sums[name][mine].sum()) for name in OUTCOMES},
            )
        )
    return tuple(pairs)
