"""Samples of one base task as a screen needs them: few narrow columns, items side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.outcome import OUTCOME_COLUMNS, outcome_case
from reasonscape.store.schema import OUTCOMES, VISIBLE
from reasonscape.store.selection.outcomes import USED
from reasonscape.store.selection.raw_cells import RawCells
from reasonscape.store.selection.source import ITEM_COLUMNS, ITEM_KEY, selected

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from reasonscape.store.filters.where import Where
    from reasonscape.store.tables import Store

_FEATURES: Final = ("f.version", "f.trace", "f.bytes", "f.loop_covered")
_VISIBLE: Final = f'"f.trace" IN {VISIBLE}'


@dataclass(frozen=True, slots=True)
class ScreeningRows:
    """One entry for each selected sample, ordered by eval, combination of axis values and item.

    Attributes
    ----------
    cells
        The combinations with their sums; ``sums`` holds ``items``, ``n``, ``k``, ``chance`` and
        each outcome.
    cell
        Place of each sample's combination in ``cells``, shape (n,); never decreasing.
    item
        Number of the question within its combination and eval, shape (n,): an item that lies in
        two combinations has two numbers.
    outcome
        Place in :data:`~reasonscape.store.schema.OUTCOMES`, shape (n,).
    tokens, bytes
        Length of the completion and of its trace, NaN where unknown, shape (n,).
    visible
        Whether there is a trace that was measured, shape (n,).
    looped
        Whether the trace ends in a loop over enough of it, shape (n,).
    unasked
        Whether that loop is none that a task may have asked for: the sample was cut off, or it
        loops in its reasoning, shape (n,).
    """

    cells: RawCells
    cell: NDArray[np.int64]
    item: NDArray[np.int64]
    outcome: NDArray[np.int8]
    tokens: NDArray[np.float64]
    bytes: NDArray[np.float64]
    visible: NDArray[np.bool_]
    looped: NDArray[np.bool_]
    unasked: NDArray[np.bool_]

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.item)


def screening_rows(
    store: Store,
    where: Where,
    base_task: str,
    columns: Sequence[str],
    *,
    loop_covered: float,
    default_chance: float = 0.0,
) -> ScreeningRows:
    """Read the samples of one base task in one scan; never their texts.

    Parameters
    ----------
    store, where
        What to read.
    base_task
        The base task.
    columns
        ``param.*`` and ``label.*`` columns that make the cells.
    loop_covered
        Part of a trace that a loop has to cover to count.
    default_chance
        Success rate of guessing where a row states none.
    """
    import numpy as np

    names = [f"axis{place}" for place in range(len(columns))]
    found = store.arrays(
        _sql(store, where, base_task, columns, loop_covered, default_chance), where.params
    )
    names_of = np.unique(found["cell"])
    code = np.searchsorted(names_of, found["cell"])
    example = np.zeros(len(names_of), dtype=np.int64)
    example[code] = np.arange(len(code))
    evals, who = np.unique(found["eval_id"][example].astype(str), return_inverse=True)
    by_eval = np.argsort(who, kind="stable")
    place = np.empty_like(by_eval)
    place[by_eval] = np.arange(len(by_eval))
    # Cells of one eval, and items of one cell, side by side: one sort of one number, in which the
    # item has all the bits that the cell leaves.
    bits = np.uint64(max(len(names_of).bit_length(), 1))
    key = (place[code].astype(np.uint64) << (np.uint64(64) - bits)) | (found["item"] >> bits)
    order = np.argsort(key)
    cell, item = place[code][order], _changes(key[order])
    outcome, flags = found["outcome"][order], found["flags"][order]
    entry = example[by_eval]
    return ScreeningRows(
        cells=RawCells(
            eval_id=evals[who[by_eval]].astype(object),
            axes={c: found[name][entry] for c, name in zip(columns, names, strict=True)},
            sums=_sums(cell, item, outcome, found["chance"][order], len(entry)),
        ),
        cell=cell,
        item=item,
        outcome=outcome,
        tokens=found["tokens"][order],
        bytes=found["bytes"][order],
        visible=(flags & 1) > 0,
        looped=(flags & 2) > 0,
        unasked=(flags & 4) > 0,
    )


def _changes(key: NDArray[Any]) -> NDArray[np.int64]:
    """Number runs of equal keys from 0 on."""
    import numpy as np

    new = np.ones(len(key), dtype=bool)
    new[1:] = key[1:] != key[:-1]
    return np.asarray(np.cumsum(new) - 1, dtype=np.int64)


def _sql(
    store: Store,
    where: Where,
    base_task: str,
    columns: Sequence[str],
    loop_covered: float,
    default_chance: float,
) -> str:
    quoted = [quote_identifier(column) for column in columns]
    shown = "".join(f", {column} AS axis{place}" for place, column in enumerate(quoted))
    ended = outcome_case({name: f"{place}::TINYINT" for place, name in enumerate(OUTCOMES)})
    loops = f'coalesce("f.loop_covered" >= {float(loop_covered)!r}, false)'
    cut = "stop = 'length' AND NOT coalesce(correct, false) OR \"f.trace\" = 'reasoning'"
    flags = (
        f'coalesce("f.version" IS NOT NULL AND "f.bytes" > 0 AND {_VISIBLE}, false)::INTEGER '
        f"+ 2 * {loops}::INTEGER + 4 * ({loops} AND coalesce({cut}, false))::INTEGER"
    )
    scanned = (
        "eval_id", *ITEM_COLUMNS, *sorted(OUTCOME_COLUMNS), "completion_tokens", "chance",
        *_FEATURES, *columns,
    )  # fmt: skip
    return (
        f"SELECT eval_id, hash({', '.join(['eval_id', *quoted])}) AS cell, {ITEM_KEY} AS item, "
        f"{ended} AS outcome, completion_tokens::DOUBLE AS tokens, "
        '"f.bytes"::DOUBLE AS bytes, '
        f"({flags})::TINYINT AS flags, "
        f"coalesce(chance, {float(default_chance)!r}::DOUBLE) AS chance{shown} "
        f"FROM {selected(store, where, scanned, [base_task])}"
    )


def _sums(
    cell: NDArray[np.int64],
    item: NDArray[np.int64],
    outcome: NDArray[np.int8],
    chance: NDArray[np.float64],
    count: int,
) -> dict[str, NDArray[np.float64]]:
    import numpy as np

    used = outcome < len(USED)
    table = np.bincount(cell * len(OUTCOMES) + outcome, minlength=count * len(OUTCOMES))
    by_outcome = table.reshape(count, len(OUTCOMES)).astype(np.float64)
    kept_item, kept_cell = item[used], cell[used]
    first = np.ones(len(kept_item), dtype=bool)
    first[1:] = kept_item[1:] != kept_item[:-1]
    sums = {name: by_outcome[:, place] for place, name in enumerate(OUTCOMES)}
    return {
        **sums,
        "items": np.bincount(kept_cell[first], minlength=count).astype(np.float64),
        "n": by_outcome[:, : len(USED)].sum(axis=1),
        "k": by_outcome[:, 0],
        "chance": np.bincount(kept_cell, chance[used], count),
    }


def rows_of_eval(rows: ScreeningRows, eval_id: str) -> slice[Any, Any, Any]:
    """The samples of one eval, which stand side by side; empty where there are none."""
    import numpy as np

    mine = np.flatnonzero(rows.cells.eval_id == eval_id)
    if not len(mine):
        return slice(0, 0)
    ends = np.searchsorted(rows.cell, [mine[0], mine[-1] + 1])
    return slice(int(ends[0]), int(ends[1]))
