"""Columns of Arrow as values a row, where a value that cannot be read costs its row only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from reasonscape.ingest.arrow_rows import plain
from reasonscape.ingest.readers.log_words import printable
from reasonscape.ingest.rows import RowError

if TYPE_CHECKING:
    import pyarrow as pa


def objects(arrays: Mapping[str, pa.Array], length: int) -> list[Any]:
    """Turn the fields of a struct into one object a row; a `RowError` where one cannot be read."""
    values = {name: _values(array) for name, array in arrays.items()}
    rows: list[Any] = []
    for place in range(length):
        row = {name: column[place] for name, column in values.items()}
        error = next((one for one in row.values() if isinstance(one, RowError)), None)
        rows.append(error or row)
    return rows


def _values(array: pa.Array) -> list[Any]:
    try:
        return [plain(value) for value in array.to_pylist()]
    except (ValueError, TypeError, OverflowError, ArithmeticError):
        return [_value(value) for value in array]


def _value(scalar: pa.Scalar) -> Any:
    try:
        return plain(scalar.as_py())
    except UnicodeDecodeError as error:
        return RowError("not_utf8", f"byte {error.start} of a text is not UTF-8")
    except (ValueError, TypeError, OverflowError, ArithmeticError) as error:
        return RowError("bad_value", printable(f"a value cannot be read: {error}"))


def lengths(array: pa.Array) -> list[int | None]:
    """Give the length of each list; None for what is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = array.type
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return [None] * len(array)
    found: list[int | None] = pc.list_value_length(array).to_pylist()
    return found


def inner_lengths(array: pa.Array) -> list[list[int]]:
    """Give the lengths of the lists in each list; empty where one of them is missing."""
    outer = lengths(array)
    if not any(outer):
        return [[] for _ in outer]
    inner = lengths(array.flatten())
    found, place = list[list[int]](), 0
    for length in outer:
        end = place + (length or 0)
        found.append([one or 0 for one in inner[place:end]] if None not in inner[place:end] else [])
        place = end
    return found
