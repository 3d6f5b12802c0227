"""Damage to Parquet files: columns of other types and names, values that others do not have."""

from __future__ import annotations

import copy
import io
import random
from collections.abc import Callable
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.ingest.fuzz import hostile, trees
from tests.ingest.fuzz.byte_strings import damaged

_ARROW: Final = (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError)
_OTHER_TYPES: Final = (
    *(
        pa.string(),
        pa.large_string(),
        pa.binary(),
        pa.int8(),
        pa.int64(),
        pa.uint64(),
        pa.float32(),
    ),
    *(pa.float64(), pa.bool_(), pa.date32(), pa.timestamp("ns", "UTC"), pa.duration("s")),
    *(pa.decimal128(38, 10), pa.list_(pa.string()), pa.list_(pa.list_(pa.float64())), pa.null()),
    *(
        pa.struct([("a", pa.int64())]),
        pa.map_(pa.string(), pa.int64()),
        pa.dictionary(pa.int32(), pa.string()),
    ),
)


def read(data: bytes) -> pa.Table:
    """Read a table."""
    return pq.read_table(io.BytesIO(data))


def written(table: pa.Table) -> bytes:
    """Write a table."""
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd", row_group_size=max(1, table.num_rows // 2))
    return out.getvalue()


def _drop(table: pa.Table, at: int, rng: random.Random) -> pa.Table:
    return table.remove_column(at)


def _rename(table: pa.Table, at: int, rng: random.Random) -> pa.Table:
    names = list(table.column_names)
    names[at] = rng.choice((names[at].upper(), names[at] + "s", "", "a\nb", rng.choice(names)))
    return table.rename_columns(names)


def _retype(table: pa.Table, at: int, rng: random.Random) -> pa.Table:
    """Another type; where the values cannot be cast they are missing or made up."""
    kind = rng.choice(_OTHER_TYPES)
    column = table.column(at).combine_chunks()
    try:
        other = pc.cast(column, kind, safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
        other = _made(kind, len(column), rng)
    return table.set_column(at, table.column_names[at], other)


def _made(kind: pa.DataType, count: int, rng: random.Random) -> pa.Array:
    options: tuple[Any, ...] = (
        None,
        0,
        1,
        True,
        "x",
        b"\xff\xfe",
        [["a"]],
        [],
        {"a": 1},
        [("k", 1)],
    )
    for content in rng.sample(options, len(options)):
        try:
            return pa.array([content] * count, kind)
        except (
            pa.ArrowInvalid,
            pa.ArrowTypeError,
            pa.ArrowNotImplementedError,
            TypeError,
            ValueError,
        ):
            continue
    return pa.nulls(count, kind)


def _nulls(table: pa.Table, at: int, rng: random.Random) -> pa.Table:
    column = table.column(at).combine_chunks()
    missing = pa.array([rng.random() < 0.5 for _ in range(len(column))])
    values = pa.array(
        [
            None if gone else one
            for gone, one in zip(missing.to_pylist(), column.to_pylist(), strict=True)
        ],
        column.type,
    )
    return table.set_column(at, table.column_names[at], values)


def _bytes(table: pa.Table, at: int, rng: random.Random) -> pa.Table:
    """Text that is no UTF-8, declared as text."""
    bad = pa.array([b"\xff\xfe\xed\xa0\x80"] * table.num_rows, pa.binary())
    text = pa.Array.from_buffers(pa.string(), len(bad), bad.buffers())
    return table.set_column(at, table.column_names[at], text)


def _repeat(table: pa.Table, at: int, rng: random.Random) -> pa.Table:
    if rng.random() < 0.3:
        return table.slice(0, 0)
    return pa.concat_tables([table] * rng.choice((2, 20)))


def _double(table: pa.Table, at: int, rng: random.Random) -> pa.Table:
    column = table.column(rng.randrange(table.num_columns))
    return table.append_column(table.column_names[at], column)


def _tree(table: pa.Table, at: int, rng: random.Random) -> pa.Table:
    """Change the values as JSON would be changed, as far as one type still holds them."""
    name = table.column_names[at]
    values = [_as_json(one) for one in table.column(at).to_pylist()]
    for _ in range(8):
        tree = trees.change(copy.deepcopy(values), rng)
        if isinstance(tree, list) and len(tree) == len(values):
            try:
                return table.set_column(at, name, pa.array([_plain(one) for one in tree]))
            except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
                continue
            except UnicodeError:
                continue
    return _retype(table, at, rng)


def _as_json(value: Any) -> Any:
    """Values as JSON has them: times, bytes and the like become text."""
    if isinstance(value, dict):
        return {key: _as_json(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_as_json(part) for part in value]
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)


def _field(table: pa.Table, at: int, rng: random.Random) -> pa.Table:
    """Another value in one field of a struct, the same in all rows or missing in some."""
    values = table.column(at).to_pylist()
    found = trees.places(values[0]) if values and isinstance(values[0], dict) else []
    if not found:
        return _nulls(table, at, rng)
    names = [rng.choice([key for _, key in found if isinstance(key, str)])]
    for _ in range(8):
        new = _plain(hostile.value(rng)) if rng.random() < 0.7 else None
        changed = [_with(row, names[0], new, rng.random() < 0.8) for row in values]
        try:
            return table.set_column(at, table.column_names[at], pa.array(changed))
        except (*_ARROW, OverflowError, UnicodeError):
            continue
    return _retype(table, at, rng)


def _with(tree: Any, name: str, new: Any, is_struck: bool) -> Any:
    if isinstance(tree, dict):
        return {
            key: new if key == name and is_struck else _with(part, name, new, is_struck)
            for key, part in tree.items()
        }
    return [_with(part, name, new, is_struck) for part in tree] if isinstance(tree, list) else tree


def _plain(value: Any) -> Any:
    """Values as Arrow takes them: what only a JSON file can hold becomes text."""
    if isinstance(value, hostile.Raw):
        return value.text[:1000]
    if isinstance(value, dict):
        return {str.__str__(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value


_WAYS: Final[tuple[Callable[[pa.Table, int, random.Random], pa.Table], ...]] = (
    *(_drop, _rename, _retype, _retype, _retype, _nulls, _nulls, _bytes, _repeat, _double),
    *(_tree, _tree, _tree, _field, _field, _field, _field, _field),
)


def parquet(data: bytes, rng: random.Random) -> bytes:
    """Change a Parquet file."""
    if rng.random() < 0.2:
        return damaged(data, rng)
    table = read(data)
    try:
        for _ in range(rng.choice((1, 1, 2))):
            if table.num_columns:
                table = rng.choice(_WAYS)(table, rng.randrange(table.num_columns), rng)
        return written(table)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, UnicodeDecodeError):
        return damaged(data, rng)
