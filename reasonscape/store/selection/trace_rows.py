"""One entry for each sample, for what cannot be counted in the store: ranks, curves, resampling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reasonscape.store.outcome import OUTCOME_COLUMNS, outcome_case
from reasonscape.store.schema import OUTCOMES
from reasonscape.store.selection.coding import Coding
from reasonscape.store.selection.reading import columns_to_read, read_once
from reasonscape.store.selection.source import ITEM_COLUMNS, ITEM_KEY, selected
from reasonscape.store.selection.trace_columns import TraceColumns, is_coded, kind_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from reasonscape.store.filters.where import Where
    from reasonscape.store.tables import Store


@dataclass(frozen=True, slots=True)
class TraceRows:
    """One entry for each selected sample, ordered by eval, item and repeat.

    The order depends on what is stored and not on how it lies there; no two samples share all
    three.

    Attributes
    ----------
    evals
        Ids of the evals that occur, sorted.
    eval
        Place of each sample's eval in ``evals``, shape (n,).
    item
        Number of the question from 0 on, shape (n,): the same ``task``, ``item_id`` and
        ``item_hash`` have one number in all evals. It orders nothing.
    repeat
        Which completion of the item, shape (n,).
    outcome
        Place in :data:`~reasonscape.store.schema.OUTCOMES`, shape (n,).
    axes
        Column -> value on that axis, shape (n,): numbers with NaN, or texts with ``None``.
    numbers
        Column -> value as a float, NaN for NULL, shape (n,); Booleans are 0 and 1.
    words
        Column -> text or ``None``, shape (n,).
    curves
        List column -> its numbers, NaN where the list has ended or is NULL, shape (n, 32).
    """

    evals: tuple[str, ...]
    eval: NDArray[np.int32]
    item: NDArray[np.int64]
    repeat: NDArray[np.int64]
    outcome: NDArray[np.int8]
    axes: dict[str, NDArray[Any]]
    numbers: dict[str, NDArray[np.float64]]
    words: dict[str, NDArray[np.object_]]
    curves: dict[str, NDArray[np.float32]]

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.item)

    @property
    def eval_id(self) -> NDArray[np.object_]:
        """Id of each sample's eval, shape (n,)."""
        import numpy as np

        names: NDArray[np.object_] = np.array([*self.evals, None], dtype=object)
        return np.take(names, self.eval)


def trace_rows(
    store: Store,
    where: Where,
    base_task: str,
    axes: Sequence[str] = (),
    columns: Sequence[str] = (),
) -> TraceRows:
    """Read the samples of one base task; never their texts.

    Parameters
    ----------
    store, where
        What to read.
    base_task
        The base task.
    axes
        ``param.*`` and ``label.*`` columns.
    columns
        Other columns of ``samples``, ``completion_tokens`` or ``f.novelty_head`` for example;
        only what is named is read, and one that the store lacks is all NULL.

    Raises
    ------
    ValueError
        ``samples`` cannot have a column of that name.
    """
    asked = {name: kind_of(name) for name in columns}
    wanted = columns_to_read(columns)
    parts = (base_task, tuple(axes), frozenset(wanted))
    found = read_once(
        "rows", store, where, parts, lambda: _read(store, where, base_task, axes, wanted)
    )
    return replace(
        found,
        numbers={name: found.numbers[name] for name, kind in asked.items() if kind == "number"},
        words={name: found.words[name] for name, kind in asked.items() if kind == "text"},
        curves={name: found.curves[name] for name, kind in asked.items() if kind == "list"},
    )


def _read(
    store: Store, where: Where, base_task: str, axes: Sequence[str], columns: Sequence[str]
) -> TraceRows:
    import numpy as np

    kinds = {name: kind_of(name) for name in dict.fromkeys((*axes, *columns))}
    scanned = ("eval_id", "repeat", *ITEM_COLUMNS, *sorted(OUTCOME_COLUMNS), *kinds)
    source = selected(store, where, scanned, [base_task])
    texts = [name for name in kinds if is_coded(name, kinds)]
    coding = Coding(store, source, where.params, ("eval_id", *texts))
    parts = TraceColumns(kinds, coding)
    ended = outcome_case({name: f"{place}::TINYINT" for place, name in enumerate(OUTCOMES)})
    sql = (
        f"SELECT {coding.code('eval_id')} AS eval, {ITEM_KEY} AS item, "
        f"coalesce(repeat, 0)::BIGINT AS repeat, {ended} AS outcome{parts.sql} "
        f"FROM {source} s{coding.joins}"
    )
    found = store.arrays(sql, (*where.params, *coding.params))
    keys, item = np.unique(found["item"], return_inverse=True)
    order = _order(found["eval"], item, len(keys), found["repeat"])
    values = {name: parts.taken(name, found, order) for name in kinds}
    asked = {name: kinds[name] for name in columns}
    return TraceRows(
        evals=coding.texts["eval_id"],
        eval=found["eval"][order],
        item=item[order].astype(np.int64, copy=False),
        repeat=found["repeat"][order],
        outcome=found["outcome"][order],
        axes={name: values[name] for name in axes},
        numbers={name: values[name] for name, kind in asked.items() if kind == "number"},
        words={name: values[name] for name, kind in asked.items() if kind == "text"},
        curves={name: values[name] for name, kind in asked.items() if kind == "list"},
    )


def _order(
    evals: NDArray[Any], item: NDArray[Any], items: int, repeat: NDArray[Any]
) -> NDArray[np.intp]:
    """Places of the samples by eval, item and repeat."""
    import numpy as np

    pair = evals.astype(np.int64) * items + item
    last = int(repeat.max(initial=0)) + 1
    if repeat.min(initial=0) < 0 or last * (int(pair.max(initial=0)) + 1) >= 2**63:
        return np.lexsort((repeat, pair))
    return np.argsort(pair * last + repeat)
