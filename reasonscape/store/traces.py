"""Columns ``f.*`` beside the others: the store carries them, who computes them is told to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from reasonscape.store.schema import FEATURE_COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa

MakeFeatures = Callable[["pa.Table", "pa.Table"], "pa.Table"]
"""Rows of ``samples`` and their rows of ``texts`` -> their columns ``f.*``.

Both tables have the same number of rows in the same order; a sample without texts has NULL in
all columns of its row. The result has that order too. It may be called in any thread.
"""


def aligned_texts(texts: pa.Table, has_text: Sequence[bool]) -> pa.Table:
    """Rows of ``texts`` beside all samples, NULL for those that have none.

    Parameters
    ----------
    texts
        One row for each sample that has texts, in their order.
    has_text
        Which samples have.
    """
    if texts.num_rows == len(has_text):
        return texts
    import pyarrow as pa

    places: list[int | None] = []
    count = 0
    for have in has_text:
        places.append(count if have else None)
        count += have
    return texts.take(pa.array(places, pa.int64()))


def with_features(samples: pa.Table, texts: pa.Table, make: MakeFeatures) -> pa.Table:
    """Rows of ``samples`` with the columns ``f.*``, which replace those that they had.

    Raises
    ------
    ValueError
        What was computed does not fit the rows, or lacks a declared column.
    """
    found = make(samples, texts)
    if found.num_rows != samples.num_rows:
        raise ValueError(f"features of {found.num_rows} rows for {samples.num_rows} samples")
    return beside(samples, found)


def beside(samples: pa.Table, features: pa.Table) -> pa.Table:
    """Append the declared columns of ``features``, in their declared types."""
    import pyarrow as pa

    from reasonscape.store.rows import arrow_type

    names = {column.name for column in FEATURE_COLUMNS}
    table = samples.drop_columns([name for name in samples.column_names if name in names])
    for column in FEATURE_COLUMNS:
        kind = arrow_type(column.type)
        values = features.column(column.name)
        table = table.append_column(pa.field(column.name, kind), values.cast(kind))
    return table
