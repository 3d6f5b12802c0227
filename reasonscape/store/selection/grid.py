"""Cells of a grid of axes, and the items in them: the first of the two levels of aggregation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.outcome import OUTCOME_COLUMNS
from reasonscape.store.selection.packing import group_counts, guess, may_state_chance, row_counts
from reasonscape.store.selection.source import ITEM_COLUMNS, ITEM_KEY, selected

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


@dataclass(frozen=True, slots=True)
class Grid:
    """What the two levels are asked for; ``evals`` ``None`` reads all of them."""

    base_task: str
    axes: tuple[AxisExpression, ...]
    evals: tuple[str, ...] | None = None
    default_chance: float = 0.0

    @property
    def names(self) -> tuple[str, ...]:
        """Names that the axes have in the SQL."""
        return tuple(f"axis{place}" for place in range(len(self.axes)))

    @property
    def keys(self) -> str:
        """The axes as they follow another column in a list."""
        return "".join(f", {name}" for name in self.names)

    @property
    def whole(self) -> str:
        """SQL condition that a row has a value on every axis."""
        return " AND ".join(f"{name} IS NOT NULL" for name in self.names) or "true"

    @property
    def shown(self) -> str:
        """As ``keys``; a missing number of a bin is -1, for integers have no NULL in numpy."""
        pairs = zip(self.axes, self.names, strict=True)
        return "".join(
            f", coalesce({name}, -1) AS {name}" if axis.edges is not None else f", {name}"
            for axis, name in pairs
        )

    def params(self, where: Where) -> tuple[object, ...]:
        """Parameters of :func:`item_sql`."""
        return (*where.params, *(self.evals or ()))


def item_sql(store: Store, where: Where, grid: Grid, *, packed: bool = True) -> str:
    """SELECT of one row for each (eval, item, cell).

    Its columns: ``eval_id``, ``item``, the axes, ``n_all`` samples, ``counts`` by outcome (see
    `packing`), and ``chance_sum`` over the used samples.

    Parameters
    ----------
    store, where, grid
        What to read.
    packed
        How ``counts`` are held.
    """
    pairs = zip(grid.axes, grid.names, strict=True)
    cuts = "".join(f", {axis.sql()} AS {name}" for axis, name in pairs)
    stated = may_state_chance(store, frozenset({grid.base_task}))
    columns = ("eval_id", *ITEM_COLUMNS, *sorted(OUTCOME_COLUMNS), *(["chance"] * stated))
    source = selected(
        store, where, (*columns, *(axis.column for axis in grid.axes)), [grid.base_task]
    )
    evals = "" if grid.evals is None else " WHERE false"
    if grid.evals:
        evals = f" WHERE eval_id IN ({', '.join('?' * len(grid.evals))})"
    guessed = guess(grid.default_chance) if stated else "NULL::DOUBLE"
    rows = (
        f"SELECT eval_id, {ITEM_KEY} AS item{cuts}, {guessed} AS guess, "
        f"{row_counts(packed=packed)} AS counts FROM {source}{evals}"
    )
    chance = "sum(guess)" if stated else "NULL::DOUBLE"
    return (
        f"SELECT item, eval_id{grid.keys}, count(*) AS n_all, "
        f"{group_counts(packed=packed)} AS counts, {chance} AS chance_sum "
        f"FROM ({rows}) GROUP BY item, eval_id{grid.keys}"
    )
