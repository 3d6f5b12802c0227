"""Tables of a comparison: a row a comparison, a discordant item, a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reasonscape.findings.thresholds import Q_PRESENT
from reasonscape.lenses.lens import Table
from reasonscape.store.filters import parse_filters
from reasonscape.store.selection.paired_sides import item_texts

if TYPE_CHECKING:
    from reasonscape.runs.comparison import ComparisonRun
    from reasonscape.runs.comparison_result import DiscordantItem, TaskCells

ITEMS: Final = 1000
"""Rows of the table of discordant items, the most telling first."""


def tables(run: ComparisonRun) -> dict[str, Table]:
    """Columns of each table, the main one first; tables without rows are left out."""
    found: dict[str, Table] = {"comparisons": _comparisons(run)}
    cells = [_cells(one) for one in run.cells]
    if cells:
        found["cells"] = {name: [v for one in cells for v in one[name]] for name in cells[0]}
    return found


def different_cells(run: ComparisonRun) -> list[dict[str, Any]]:
    """Cells where the difference holds after correction over all cells, the clearest first."""
    found = []
    for one in run.cells:
        table = _cells(one)
        rows = zip(*table.values(), strict=True)
        found += [dict(zip(table, row, strict=True)) for row in rows]
    held = [row for row in found if row["q"] is not None and row["q"] < Q_PRESENT]
    return sorted(held, key=lambda row: (row["q"], row["p"], row["base_task"]))


def discordant(run: ComparisonRun, most: int = ITEMS) -> list[dict[str, Any]]:
    """The items that differ most, with task and id as the log has them."""
    items = sorted(
        (item for one in run.measured for item in one.items),
        key=lambda item: (-round(abs(item.difference), 9), -(item.samples_a + item.samples_b)),
    )[:most]
    where = run.dataset.where(parse_filters(run.filters))
    tasks = sorted({item.base_task for item in items})
    named = item_texts(
        run.dataset.store(), where, tasks, [item.key for item in items], by_id=run.options.by_id
    )
    return [_item(item, *named[item.key]) for item in items]


def _item(item: DiscordantItem, task: str, item_id: str) -> dict[str, Any]:
    return {
        "base_task": item.base_task,
        "task": task,
        "item_id": item_id,
        "right_a": item.right_a,
        "samples_a": item.samples_a,
        "right_b": item.right_b,
        "samples_b": item.samples_b,
        "difference": item.difference,
    }


def _comparisons(run: ComparisonRun) -> Table:
    rows = []
    for one, measured in zip(run.comparisons, run.measured, strict=True):
        table = measured.table
        rows.append(
            {
                "base_task": one.base_task or "",
                "weighting": one.weighting or "",
                "verdict": one.verdict,
                "reason": one.reason or "",
                "design": one.design,
                "accuracy_a": measured.accuracy_a,
                "accuracy_b": measured.accuracy_b,
                "difference": one.effect.value,
                "low": one.effect.low,
                "high": one.effect.high,
                "p": one.p,
                "q": one.q,
                "pairs": measured.pairs,
                "only_a": measured.only_a,
                "only_b": measured.only_b,
                "both_right": None if table is None else table.both,
                "a_right_alone": None if table is None else table.only_a,
                "b_right_alone": None if table is None else table.only_b,
                "neither_right": None if table is None else table.neither,
                "a_more_often": None if table is None else table.a_more,
                "b_more_often": None if table is None else table.b_more,
                "truncated_a": measured.n["truncated_a"],
                "truncated_b": measured.n["truncated_b"],
                "lowest_if_truncated_otherwise": measured.bounds[0],
                "highest_if_truncated_otherwise": measured.bounds[1],
                "smallest_detectable": measured.smallest_detectable,
            }
        )
    return {name: [row[name] for row in rows] for name in rows[0]}


def _cells(one: TaskCells) -> Table:
    x = one.axes[one.view.x]
    y = None if one.view.y is None else one.axes[one.view.y]
    count = len(one.pairs)
    return {
        "base_task": [one.base_task] * count,
        "x_axis": [x.name] * count,
        "x": [x.levels[i] for i in one.coords[:, 0].tolist()],
        "y_axis": ["" if y is None else y.name] * count,
        "y": ["" if y is None else y.levels[int(c[1])] for c in one.coords],
        "pairs": one.pairs.tolist(),
        "difference": one.difference.tolist(),
        "low": one.low.tolist(),
        "high": one.high.tolist(),
        "p": one.p.tolist(),
        "q": [None if q != q else q for q in one.q.tolist()],
    }
