"""Cells of a grid of axes, and the items in them: the first of the two levels of aggregation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.outcome import OUTCOME_COLUMNS, OUTCOME_SQL
from reasonscape.store.selection.source import ITEM_COLUMNS, selected

if TYPE_CHECKING:
    from reasonscape.store.filters.where import Where
    from reasonscape.store.tables import Store


@dataclass(frozen=True, slots=True)
class AxisExpression:
    """One axis of a grid of cells.

    Attributes
    ----------
    column
        Full name of the coordinate, ``param.length`` for example.
    edges
        Ascending borders of bins, first and last included: bin ``i`` holds
        ``edges[i] <= value < edges[i + 1]``. Values outside fall into the first or last bin.
        ``None`` takes the levels as they are.
    """

    column: str
    edges: tuple[float, ...] | None = None

    def sql(self) -> str:
        """SQL expression of the bin's number, or of the level."""
        name = quote_identifier(self.column)
        if self.edges is None:
            return name
        inner = [f"({name} >= {float(edge)!r}::DOUBLE)::INTEGER" for edge in self.edges[1:-1]]
        # A NULL stays NULL also where there is one bin only.
        return f"CASE WHEN {name} IS NOT NULL THEN {' + '.join(inner) or '0'} END"


def axis_names(axes: Sequence[AxisExpression]) -> list[str]:
    """Names that the axes have in the SQL of a selection."""
    return [f"axis{place}" for place in range(len(axes))]


def item_sql(
    store: Store,
    where: Where,
    base_task: str,
    axes: Sequence[AxisExpression],
    evals: Sequence[str] | None,
    outcomes: Sequence[str],
) -> str:
    """SELECT of one row for each (eval, item, cell).

    Its columns: ``eval_id``, ``item``, ``axis0`` ..., ``n_all`` samples, ``m`` used samples, the
    counts of the named outcomes, ``chance_sum`` over the used samples. Its parameters: those of
    the filter, then ``evals``.
    """
    names = axis_names(axes)
    cuts = "".join(f", {axis.sql()} AS {name}" for axis, name in zip(axes, names, strict=True))
    columns = ("eval_id", *ITEM_COLUMNS, *sorted(OUTCOME_COLUMNS), "chance")
    source = selected(store, where, (*columns, *(axis.column for axis in axes)), [base_task])
    chosen = ""
    if evals is not None:
        chosen = f" WHERE eval_id IN ({', '.join('?' * len(evals))})" if evals else " WHERE false"
    # One number for eval, item and cell together: grouping by it instead of by its parts halves
    # the time, and what the group belongs to is the same for all its rows.
    key = "".join(f", {name}" for name in names)
    rows = (
        f"SELECT eval_id, hash({', '.join(ITEM_COLUMNS)}) AS item{cuts}, {OUTCOME_SQL} AS outcome, "
        f"coalesce(chance, 0) AS chance FROM {source}{chosen}"
    )
    used = "outcome <> 'ungraded' AND outcome <> 'failed'"
    flags = "".join(f", count(*) FILTER (WHERE outcome = '{name}') AS {name}" for name in outcomes)
    kept = "".join(f", any_value({name}) AS {name}" for name in ("eval_id", "item", *names))
    return (
        f"SELECT count(*) AS n_all, count(*) FILTER (WHERE {used}) AS m{flags}{kept}, "
        f"coalesce(sum(chance) FILTER (WHERE {used}), 0) AS chance_sum FROM ({rows}) "
        f"GROUP BY hash(eval_id, item{key})"
    )
